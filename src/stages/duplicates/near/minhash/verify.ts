import type { Rows } from '../../rows.ts'
import type { NearPair, NearWork } from '../near.ts'
import { alignRows } from './align-round.ts'
import { withWordsOf } from './some-words.ts'

/**
 * Those of the candidates (`pairNumber`, ascending) that are near each other, by their words. Only words of candidates are
 * read; where those are too many they are read in blocks, two of them at a time.
 */
export async function verifyPairs(
  rows: Rows,
  candidates: Float64Array,
  { context, options }: NearWork,
): Promise<NearPair[]> {
  const blocks = blocksOf(rows, candidates, Math.max(1, options.joinWords))
  const near: NearPair[] = []
  for (let x = 0; x < blocks.count; x++) {
    for (let y = x; y < blocks.count; y++) {
      const [pairs, wanted] = pairsOf(rows, candidates, blocks.of, [x, y])
      if (pairs.length === 0) continue
      const mark = rows.heap.mark()
      const some = await withWordsOf(rows, wanted, context)
      for (const pair of await alignRows(some, pairs, { context, ratio: options.alignedRatio }))
        near.push(pair)
      rows.heap.release(mark)
    }
  }
  return near.sort((p, q) => p.a - q.a || p.b - q.b)
}

/** Cuts the rows of candidates into blocks of which two hold at most `words` words, or one row each. */
function blocksOf(rows: Rows, candidates: Float64Array, words: number): { of: Uint32Array; count: number } {
  const of = new Uint32Array(rows.count)
  for (const number of candidates) {
    of[Math.floor(number / rows.count)] = 1
    of[number % rows.count] = 1
  }
  let all = 0
  for (let row = 0; row < rows.count; row++) all += of[row] === 1 ? (rows.wordCount[row] as number) : 0
  const most = all <= words ? all : words / 2
  let [count, held] = [1, 0]
  for (let row = 0; row < rows.count; row++) {
    if (of[row] === 0) continue
    const more = rows.wordCount[row] as number
    if (held > 0 && held + more > most) {
      count++
      held = 0
    }
    held += more
    of[row] = count - 1
  }
  return { of, count }
}

/** The pairs with one row in either block, later rows together, and a mark for each of their rows. */
function pairsOf(
  rows: Rows,
  candidates: Float64Array,
  blockOf: Uint32Array,
  [x, y]: readonly [number, number],
): [pairs: Uint32Array, wanted: Uint8Array] {
  const wanted = new Uint8Array(new SharedArrayBuffer(rows.count))
  const pairs: number[] = []
  for (const number of candidates) {
    const [a, b] = [Math.floor(number / rows.count), number % rows.count]
    if (Math.min(blockOf[a] as number, blockOf[b] as number) !== x) continue
    if (Math.max(blockOf[a] as number, blockOf[b] as number) !== y) continue
    // The kernel prepares the second view of a pair, and pairs are sorted by their first row.
    pairs.push(b, a)
    wanted[a] = wanted[b] = 1
  }
  return [Uint32Array.from(pairs), wanted]
}
