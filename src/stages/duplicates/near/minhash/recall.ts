import { keyAt } from '../../rows.ts'
import type { Rows } from '../../rows.ts'
import { findNear } from '../near.ts'
import type { MinhashFigures, NearPair, NearWork } from '../near.ts'
import { withWordsOf } from './some-words.ts'

/** Part of the words the exact search may hold that the sample takes. */
const SAMPLE_PART = 0.5

/**
 * What part of the near pairs the exact search finds was found by MinHash too, in a sample of the views: those whose content
 * key is small, so that it is the same sample for any order of the rows.
 */
export async function measureRecall(
  rows: Rows,
  given: Uint32Array,
  found: readonly NearPair[],
  work: NearWork,
): Promise<MinhashFigures['recall']> {
  const sample = sampleOf(rows, given, work.options.joinWords * SAMPLE_PART)
  const wanted = new Uint8Array(new SharedArrayBuffer(rows.count))
  for (const row of sample) wanted[row] = 1
  const mark = rows.heap.mark()
  const some = await withWordsOf(rows, wanted, work.context)
  const { pairs } = await findNear(some, sample, work)
  rows.heap.release(mark)
  const known = new Set(found.map(({ a, b }) => a * rows.count + b))
  const again = pairs.filter(({ a, b }) => known.has(a * rows.count + b)).length
  return { views: sample.length, near: pairs.length, found: again }
}

/** The views whose key is below the largest bound at which they have at most so many words. */
function sampleOf(rows: Rows, given: Uint32Array, words: number): Uint32Array {
  const contentOf = (row: number): number => rows.keys[keyAt(row, 'normalised')] as number
  const wordsBelow = (bound: number): number =>
    given.reduce((sum, row) => sum + (contentOf(row) < bound ? (rows.wordCount[row] as number) : 0), 0)
  let bound = 0
  for (let step = 2 ** 31; step >= 1; step /= 2) if (wordsBelow(bound + step) <= words) bound += step
  return given.filter((row) => contentOf(row) < bound)
}
