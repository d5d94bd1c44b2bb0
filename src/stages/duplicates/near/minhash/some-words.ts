import type { ReduceContext, RoundInput } from '../../../../core/stage.ts'
import type { Tally } from '../../../../core/tally.ts'
import { prefixSums } from '../../rows.ts'
import type { Rows } from '../../rows.ts'
import { array } from '../views.ts'

/** The same rows with the words of those marked in `wanted` (a byte per row); the others have none. */
export async function withWordsOf(rows: Rows, wanted: Uint8Array, context: ReduceContext): Promise<Rows> {
  const counts = rows.wordCount.map((words, row) => (wanted[row] === 1 ? words : 0))
  const wordStart = prefixSums(counts)
  const words = rows.heap.u32(wordStart[counts.length] as number)
  const shared = { wanted, wordStart, to: words }
  const inputs = rows.slices.map(({ row }): RoundInput => ({ ...shared, atRow: row }))
  for await (const answer of context.tallyRound('some-words', inputs)) void answer
  return { ...rows, words, wordStart, wordsKept: true }
}

/** Round: copies the words of wanted rows of one tally. */
export function gatherSome(input: RoundInput): Tally {
  const [words, counts, wordStart, to] = ['words', 'wordCount', 'wordStart', 'to'].map((name) =>
    array(input, name),
  ) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array]
  const wanted = input['wanted'] as Uint8Array
  const first = input['atRow'] as number
  let word = 0
  counts.forEach((count, i) => {
    if (wanted[first + i] === 1) to.set(words.subarray(word, word + count), wordStart[first + i])
    word += count
  })
  return {}
}
