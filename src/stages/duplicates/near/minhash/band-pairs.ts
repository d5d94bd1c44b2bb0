import type { RoundInput } from '../../../../core/stage.ts'
import type { Tally } from '../../../../core/tally.ts'
import { Growable32 } from '../../../../text/growable.ts'
import { u32At } from '../../../../text/kernels/heap.ts'
import { openKernels } from '../../../../text/kernels/kernels.ts'
import { withScratch } from '../../../../text/kernels/scratch.ts'
import { pairNumber } from '../../pairs.ts'
import { compareRows } from '../../rows.ts'
import { withSorted } from '../postings-round.ts'
import { memoryOf, numbersOf, poolOf } from '../round-input.ts'
import { array } from '../views.ts'

/** In larger buckets not every pair is a candidate: each row meets the leaders, and those next to it in length. */
const ALL_PAIRS = 64
const LEADERS = 8
const NEIGHBOURS = 8

/** Round: pairs of rows (`pairNumber`) that have a band key of one hash range in common. */
export function bandPairs(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const { entries, rows } = numbersOf(input, 'entries', 'rows')
  const lists = { keys: array(input, 'keys'), ids: array(input, 'ids'), wordCount: array(input, 'wordCount') }
  const pairs = new Growable32()
  let crowds = 0
  withScratch(memory, poolOf(input), (region) => {
    const sorted = u32At(memory, withSorted(input, region, openKernels(memory)), 2 * entries)
    for (let from = 0; from < entries;) {
      let to = from + 1
      while (to < entries && sorted[2 * to + 1] === sorted[2 * from + 1]) to++
      if (to - from > 1) {
        const bucket = Uint32Array.from({ length: to - from }, (_, i) => sorted[2 * (from + i)] as number)
        crowds += Number(bucket.length > ALL_PAIRS)
        addPairs(pairs, bucket, lists)
      }
      from = to
    }
  })
  const numbers = new Float64Array(pairs.length / 2)
  for (let i = 0; i < numbers.length; i++)
    numbers[i] = pairNumber(pairs.values[2 * i] as number, pairs.values[2 * i + 1] as number, rows)
  return { pairs: distinctNumbers(numbers), crowds }
}

function addPairs(
  pairs: Growable32,
  rows: Uint32Array,
  lists: { keys: Uint32Array; ids: Uint32Array; wordCount: Uint32Array },
): void {
  const add = (a: number, b: number): void => {
    pairs.push(a)
    pairs.push(b)
  }
  if (rows.length <= ALL_PAIRS) {
    for (let i = 0; i < rows.length; i++)
      for (let j = 0; j < i; j++) add(rows[i] as number, rows[j] as number)
    return
  }
  const words = (row: number): number => lists.wordCount[row] as number
  rows.sort((a, b) => compareRows(lists, a, b))
  const leaders = rows.slice(0, LEADERS)
  rows.sort((a, b) => words(a) - words(b) || compareRows(lists, a, b))
  rows.forEach((row, i) => {
    for (const leader of leaders) if (leader !== row) add(row, leader)
    for (let j = Math.max(0, i - NEIGHBOURS); j < i; j++) add(row, rows[j] as number)
  })
}

/** Ascending, each once; sorts `numbers` in place. */
export function distinctNumbers(numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  numbers.sort()
  let kept = 0
  for (let i = 0; i < numbers.length; i++)
    if (i === 0 || numbers[i] !== numbers[i - 1]) numbers[kept++] = numbers[i] as number
  return numbers.slice(0, kept)
}
