import type { JsonObject } from '../../../core/json.ts'
import { mix32 } from '../../../text/hash.ts'
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
  const visible = (words: readonly ViewWord[]): Float64Array => shingleSet(words, (word) => !word.masked)
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
  [p, q]: [Float64Array, Float64Array],
): Scores {
  const longer = Math.max(...words)
  const shared = sharedValues(p, q)
  const union = p.length + q.length - shared
  return {
    alignedWords,
    words,
    alignedRatio: longer === 0 ? 0 : alignedWords / longer,
    jaccard: union === 0 ? 0 : shared / union,
    containment: [p.length === 0 ? 0 : shared / p.length, q.length === 0 ? 0 : shared / q.length],
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

/**
 * Distinct shingles, ascending, as 53-bit numbers of their words' hashes: two different ones of a pair are equal by chance
 * once in about 2³³ pairs of a thousand words.
 */
function shingleSet(
  words: readonly ViewWord[],
  counts: (word: ViewWord) => boolean = () => true,
): Float64Array {
  const values = new Float64Array(words.length)
  let size = 0
  let visible = 0
  for (let i = 0; i < words.length; i++) {
    if (counts(words[i] as ViewWord)) visible = i + 1
    const first = i - JOIN_WORDS + 1
    // The last word that counts, as a number from 1, lies in the run.
    if (first < 0 || visible <= first) continue
    let [high, low] = [0x9e3779b9, 0x85ebca6b]
    for (let w = first; w <= i; w++) {
      const { hash } = words[w] as ViewWord
      high = mix32(Math.imul(high, 0x01000193) ^ hash)
      low = mix32(Math.imul(low, 0x0100019b) + hash)
    }
    values[size++] = (high & 0x1fffff) * 2 ** 32 + low
  }
  return withoutRepeats(values.subarray(0, size).sort())
}

function withoutRepeats(sorted: Float64Array): Float64Array {
  let size = 0
  for (let i = 0; i < sorted.length; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[size++] = sorted[i] as number
  return sorted.subarray(0, size)
}

/** Values two ascending lists without repeats have in common. */
function sharedValues(p: Float64Array, q: Float64Array): number {
  let [i, j, shared] = [0, 0, 0]
  while (i < p.length && j < q.length) {
    const difference = (p[i] as number) - (q[j] as number)
    if (difference === 0) shared++
    if (difference <= 0) i++
    if (difference >= 0) j++
  }
  return shared
}
