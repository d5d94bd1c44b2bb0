import type { ReduceContext, RoundInput } from '../../../../core/stage.ts'
import type { Tally } from '../../../../core/tally.ts'
import { u32At } from '../../../../text/kernels/heap.ts'
import { openKernels } from '../../../../text/kernels/kernels.ts'
import { scratchPool, withScratch } from '../../../../text/kernels/scratch.ts'
import { Struct } from '../../../../text/kernels/struct.ts'
import type { Rows } from '../../rows.ts'
import { lcsBytes, lcsScratch } from '../find-round.ts'
import type { NearPair } from '../near.ts'
import { memoryOf, numbersOf, poolOf } from '../round-input.ts'
import { array } from '../views.ts'

/** Pairs of one input of the round, and pairs a kernel is asked for at a time. */
const PART_PAIRS = 1 << 16
const STEP = 256

/** Those of the pairs (row, row; one behind the other) that are near each other; `rows` holds the words of all of them. */
export async function alignRows(
  rows: Rows,
  pairs: Uint32Array,
  { context, ratio }: { context: ReduceContext; ratio: number },
): Promise<NearPair[]> {
  const { heap } = rows
  const mark = heap.mark()
  const [start, length] = [heap.u32(rows.count), heap.u32(rows.count)]
  for (let row = 0; row < rows.count; row++) {
    start[row] = rows.wordStart[row] as number
    length[row] = (rows.wordStart[row + 1] as number) - (rows.wordStart[row] as number)
  }
  const longest = length.reduce((most, n) => Math.max(most, n), 0)
  const search = Struct.in('Search', heap, {
    ...{ words: rows.words.byteOffset, start: start.byteOffset, length: length.byteOffset },
  })
  const pool = { ...scratchPool(heap, context.threads, lcsBytes(longest) + 12 * PART_PAIRS + 1024) }
  const shared = { memory: heap.memory, search: search.address, pool, longest, ratio }
  const inputs = function* (): Generator<RoundInput> {
    for (let at = 0; at < pairs.length; at += 2 * PART_PAIRS)
      yield { ...shared, pairs: pairs.slice(at, at + 2 * PART_PAIRS) }
  }
  const near: NearPair[] = []
  for await (const answer of context.round('align', inputs())) {
    const found = array(answer, 'near')
    for (let i = 0; i < found.length; i += 3) {
      const [x, y, aligned] = found.subarray(i, i + 3) as unknown as [number, number, number]
      near.push({ a: Math.min(x, y), b: Math.max(x, y), aligned, templates: false })
    }
  }
  heap.release(mark)
  return near
}

/** Round: aligns pairs of rows; row, row and aligned words of those that are near each other. */
export function alignPairs(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const { search, longest, ratio } = numbersOf(input, 'search', 'longest', 'ratio')
  const pairs = array(input, 'pairs')
  const kernels = openKernels(memory)
  return withScratch(memory, poolOf(input), (region) => {
    const lcs = lcsScratch(region, longest)
    const count = pairs.length / 2
    const list = u32At(memory, region.bytes(4 * pairs.length), pairs.length)
    list.set(pairs)
    const aligned = u32At(memory, region.bytes(4 * count), count)
    for (let at = 0; at < count; at += STEP) {
      const n = Math.min(STEP, count - at)
      const [from, to] = [list.byteOffset + 8 * at, aligned.byteOffset + 4 * at]
      kernels.alignPairs(search, lcs, from, n, ratio, to)
    }
    const near: number[] = []
    aligned.forEach((words, i) => {
      if (words > 0) near.push(pairs[2 * i] as number, pairs[2 * i + 1] as number, words)
    })
    return { near: Uint32Array.from(near) }
  })
}
