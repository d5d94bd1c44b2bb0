import type { JsonObject } from '../../../core/json.ts'
import { LcsKernel } from '../../../text/lcs.ts'
import type { Difference } from '../../../text/lcs.ts'
import { JOIN_WORDS } from './join.ts'
import type { ViewWord } from './text-view.ts'

/** Similarity of two views, recomputed from their words. */
export interface Scores {
  alignedWords: number
  words: [number, number]
  /** Aligned words over the words of the longer view. */
  alignedRatio: number
  jaccard: number
  /** Part of a's shingles that b has, and the other way round. */
  containment: [number, number]
}

const kernel = new LcsKernel()

/** Scores of two views as they are. */
export function scoresOf(a: readonly ViewWord[], b: readonly ViewWord[]): Scores {
  const [x, y] = [hashes(a), hashes(b)]
  kernel.prepare(x)
  return withShingles(kernel.length(y), [x.length, y.length], [shingleSet(a), shingleSet(b)])
}

/**
 * Scores with templates masked: aligned words that are template text on both sides are taken away from both views,
 * and shingles made of template text alone are left out. `found` are the stretches where the views differ.
 */
export function maskedScores(
  [a, b]: readonly [readonly ViewWord[], readonly ViewWord[]],
  found: readonly Difference[] | null,
): Scores {
  const visible = (words: readonly ViewWord[]): Set<string> => shingleSet(words, (word) => !word.masked)
  let [aligned, template] = [0, 0]
  eachAligned(a.length, found ?? [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }], (i, j) => {
    if (a[i]?.masked === true && b[j]?.masked === true) template++
    else aligned++
  })
  return withShingles(aligned, [a.length - template, b.length - template], [visible(a), visible(b)])
}

/** Calls `use` with every pair of aligned positions: what lies between the differing stretches. */
function eachAligned(
  length: number,
  found: readonly Difference[],
  use: (i: number, j: number) => void,
): void {
  let [i, j] = [0, 0]
  for (const { aStart, aEnd, bEnd } of found) {
    while (i < aStart) use(i++, j++)
    i = aEnd
    j = bEnd
  }
  while (i < length) use(i++, j++)
}

function withShingles(
  alignedWords: number,
  words: [number, number],
  [p, q]: [Set<string>, Set<string>],
): Scores {
  const longer = Math.max(...words)
  let shared = 0
  for (const shingle of p) if (q.has(shingle)) shared++
  const union = p.size + q.size - shared
  return {
    alignedWords,
    words,
    alignedRatio: longer === 0 ? 0 : alignedWords / longer,
    jaccard: union === 0 ? 0 : shared / union,
    containment: [p.size === 0 ? 0 : shared / p.size, q.size === 0 ? 0 : shared / q.size],
  }
}

/** Scores with templates masked, without masking, and of the prompts and answers alone. */
export function scoresJson(
  [a, b]: readonly [readonly ViewWord[], readonly ViewWord[]],
  masked: Scores,
): JsonObject {
  const part = (words: readonly ViewWord[], answer: boolean): ViewWord[] =>
    words.filter((word) => (word.turn.role === 'assistant') === answer)
  return {
    scores: json(masked),
    withTemplates: json(scoresOf(a, b)),
    prompt: json(scoresOf(part(a, false), part(b, false))),
    answer: json(scoresOf(part(a, true), part(b, true))),
  }
}

function json({ words, containment, ...scores }: Scores): JsonObject {
  return {
    ...scores,
    words: { a: words[0], b: words[1] },
    containment: { a: containment[0], b: containment[1] },
  }
}

function hashes(words: readonly ViewWord[]): Uint32Array {
  return Uint32Array.from(words, (word) => word.hash)
}

/** Shingles by the hashes of their words: exact, where the scan used a hash of the hashes. */
function shingleSet(
  words: readonly ViewWord[],
  counts: (word: ViewWord) => boolean = () => true,
): Set<string> {
  const all = hashes(words)
  const set = new Set<string>()
  for (let i = 0; i + JOIN_WORDS <= all.length; i++) {
    if (words.slice(i, i + JOIN_WORDS).some(counts)) set.add(all.subarray(i, i + JOIN_WORDS).join())
  }
  return set
}
