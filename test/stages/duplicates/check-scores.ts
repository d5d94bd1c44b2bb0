import type { Finding } from '../../../src/core/finding.ts'
import type { MemoryShard } from '../../support/corpus.ts'
import { referenceWords } from '../../text/words-reference.ts'

/**
 * The slow independent checker: recomputes the unmasked scores of every near pair from its text, with string words and
 * the textbook alignment, sharing no code with the stage.
 */
export function checkScores(
  findings: readonly Finding[],
  shards: readonly MemoryShard[],
): { pairs: number; confirmed: number; wrong: string[] } {
  const wrong: string[] = []
  let pairs = 0
  for (const finding of findings) {
    const stated = finding.evidence['withTemplates'] as Stated | undefined
    if (finding.place.kind !== 'pair' || stated === undefined) continue
    pairs++
    const [a, b] = [wordsAt(finding.place.a, shards), wordsAt(finding.place.b, shards)]
    const expected = scores(a, b)
    const same =
      stated.alignedWords === expected.alignedWords &&
      stated.words.a === a.length &&
      stated.words.b === b.length &&
      Math.abs(stated.jaccard - expected.jaccard) < 1e-12
    if (!same) wrong.push(`${finding.id} ${JSON.stringify(stated)} ${JSON.stringify(expected)}`)
  }
  return { pairs, confirmed: pairs - wrong.length, wrong }
}

interface Stated {
  alignedWords: number
  jaccard: number
  words: { a: number; b: number }
}

function wordsAt(
  place: { component: string; path: string; row: number },
  shards: readonly MemoryShard[],
): string[] {
  const shard = shards.find((s) => s.component === place.component && s.path === place.path)
  const turns = shard?.examples[place.row]?.turns.filter((turn) => turn.role !== 'system') ?? []
  return turns.flatMap((turn) => referenceWords(String(turn.text)).map((word) => word.text))
}

function scores(a: readonly string[], b: readonly string[]): { alignedWords: number; jaccard: number } {
  const grams = (words: readonly string[]): Set<string> =>
    new Set(words.slice(4).map((_, i) => words.slice(i, i + 5).join('\u0000')))
  const [x, y] = [grams(a), grams(b)]
  const shared = [...x].filter((gram) => y.has(gram)).length
  const union = x.size + y.size - shared
  return { alignedWords: longestCommon(a, b), jaccard: union === 0 ? 0 : shared / union }
}

/** The textbook table. */
export function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Int32Array(b.length + 1)
  for (const word of a) {
    const next = new Int32Array(b.length + 1)
    for (let j = 0; j < b.length; j++)
      next[j + 1] = b[j] === word ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!)
    row = next
  }
  return row[b.length]!
}
