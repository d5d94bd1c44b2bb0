import type { JsonObject } from '../../../core/json.ts'
import { LcsKernel } from '../../../text/lcs.ts'
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

export function scoresOf(a: readonly ViewWord[], b: readonly ViewWord[]): Scores {
  const [x, y] = [hashes(a), hashes(b)]
  kernel.prepare(x)
  const alignedWords = kernel.length(y)
  const longer = Math.max(x.length, y.length)
  const [p, q] = [shingleSet(x), shingleSet(y)]
  let shared = 0
  for (const shingle of p) if (q.has(shingle)) shared++
  const union = p.size + q.size - shared
  return {
    alignedWords,
    words: [x.length, y.length],
    alignedRatio: longer === 0 ? 0 : alignedWords / longer,
    jaccard: union === 0 ? 0 : shared / union,
    containment: [p.size === 0 ? 0 : shared / p.size, q.size === 0 ? 0 : shared / q.size],
  }
}

/** Scores with templates masked, without masking, and of the prompts and answers alone. */
export function allScores(a: readonly ViewWord[], b: readonly ViewWord[]): { masked: Scores; json: JsonObject } {
  const visible = (words: readonly ViewWord[]): ViewWord[] => words.filter((word) => !word.masked)
  const part = (words: readonly ViewWord[], answer: boolean): ViewWord[] =>
    words.filter((word) => (word.turn.role === 'assistant') === answer)
  const masked = scoresOf(visible(a), visible(b))
  const json = {
    scores: scoresJson(masked),
    withTemplates: scoresJson(scoresOf(a, b)),
    prompt: scoresJson(scoresOf(part(a, false), part(b, false))),
    answer: scoresJson(scoresOf(part(a, true), part(b, true))),
  }
  return { masked, json }
}

function scoresJson({ words, containment, ...scores }: Scores): JsonObject {
  return { ...scores, words: { a: words[0], b: words[1] }, containment: { a: containment[0], b: containment[1] } }
}

function hashes(words: readonly ViewWord[]): Uint32Array {
  return Uint32Array.from(words, (word) => word.hash)
}

/** Shingles by the hashes of their words: exact, where the scan used a hash of the hashes. */
function shingleSet(words: Uint32Array): Set<string> {
  const set = new Set<string>()
  for (let i = 0; i + JOIN_WORDS <= words.length; i++) set.add(words.subarray(i, i + JOIN_WORDS).join())
  return set
}
