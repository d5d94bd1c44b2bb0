import type { JsonObject } from '../../../core/json.ts'
import { mix32 } from '../../../text/hash.ts'
import { LcsKernel } from '../../../text/lcs.ts'
import { eachAligned } from '../../../text/differences.ts'
import type { Difference } from '../../../text/differences.ts'
import { JOIN_WORDS } from './near-rule.ts'
import { answers } from './text-view.ts'
import type { TextView } from './text-view.ts'

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

/** Scores of two sequences of words as they are. */
export function scoresOf(a: Uint32Array, b: Uint32Array): Scores {
  kernel.prepare(a)
  return withShingles(kernel.length(b), [a.length, b.length], [shingleValues(a), shingleValues(b)])
}

/** Words of two views that are aligned, templates masked, and words of each that count. */
export interface Aligned {
  alignedWords: number
  words: [number, number]
}

/**
 * Alignment with templates masked: aligned words that are template text on both sides are taken away from both views.
 * `found` are the stretches where the views differ. Where there are too many edits to find them, the words outside templates
 * are aligned alone: their number needs no list of the edits.
 */
export function maskedAlignment(
  [a, b]: readonly [TextView, TextView],
  found: readonly Difference[] | null,
): Aligned {
  if (found === null) return alignedWithout(a, b)
  const [lengthA, lengthB] = [a.hash.length, b.hash.length]
  let [aligned, template] = [0, 0]
  eachAligned(lengthA, found, (i, j) => {
    if (a.masked[i] === 1 && b.masked[j] === 1) template++
    else aligned++
  })
  return { alignedWords: aligned, words: [lengthA - template, lengthB - template] }
}

function alignedWithout(a: TextView, b: TextView): Aligned {
  const masks = a.masked.includes(1) && b.masked.includes(1)
  const own = ({ hash, masked }: TextView): Uint32Array =>
    masks ? hash.filter((_, i) => masked[i] === 0) : hash
  const [x, y] = [own(a), own(b)]
  kernel.prepare(x)
  return { alignedWords: kernel.length(y), words: [x.length, y.length] }
}

/** Scores with templates masked: shingles made of template text alone are left out too. */
function maskedScores([a, b]: readonly [TextView, TextView], { alignedWords, words }: Aligned): Scores {
  const shingles = [shingleValues(a.hash, a.masked), shingleValues(b.hash, b.masked)] as const
  return withShingles(alignedWords, words, shingles)
}

function withShingles(
  alignedWords: number,
  words: [number, number],
  [p, q]: readonly [Float64Array, Float64Array],
): Scores {
  const longer = Math.max(...words)
  const { own, other, shared } = table.count(p, q)
  const union = own + other - shared
  return {
    alignedWords,
    words,
    alignedRatio: longer === 0 ? 0 : alignedWords / longer,
    jaccard: union === 0 ? 0 : shared / union,
    containment: [own === 0 ? 0 : shared / own, other === 0 ? 0 : shared / other],
  }
}

/**
 * Scores with templates masked, without masking, and of the prompts and answers alone. Keys of what becomes evidence stand
 * in canonical order, so that nobody has to sort them.
 */
export function nearScores(
  views: readonly [TextView, TextView],
  found: readonly Difference[] | null,
): { ratio: number; evidence: JsonObject } {
  const [a, b] = views
  const masked = maskedScores(views, maskedAlignment(views, found))
  // Where nothing is masked the alignment that was found says the same as one that starts anew.
  const same = found !== null && !a.masked.includes(1) && !b.masked.includes(1)
  return {
    ratio: masked.alignedRatio,
    evidence: {
      answer: json(scoresOf(part(a, true), part(b, true))),
      prompt: json(scoresOf(part(a, false), part(b, false))),
      scores: json(masked),
      withTemplates: json(same ? masked : scoresOf(a.hash, b.hash)),
    },
  }
}

/** The words of the prompts, or of the answers. */
export function part(view: TextView, answer: boolean): Uint32Array {
  const isAnswer = answers(view)
  const some = new Uint32Array(view.hash.length)
  let n = 0
  for (let i = 0; i < some.length; i++) if (isAnswer(i) === answer) some[n++] = view.hash[i] as number
  return some.subarray(0, n)
}

function json({ words, containment, alignedRatio, alignedWords, jaccard }: Scores): JsonObject {
  return {
    ...{ alignedRatio, alignedWords, containment: { a: containment[0], b: containment[1] } },
    ...{ jaccard, words: { a: words[0], b: words[1] } },
  }
}

/**
 * Shingles as 53-bit numbers of their words' hashes: two different ones of a pair are equal by chance once in about 2³³ pairs
 * of a thousand words. Those of masked words alone are left out.
 */
function shingleValues(hash: Uint32Array, masked: Uint8Array | null = null): Float64Array {
  const values = new Float64Array(hash.length)
  let size = 0
  let visible = 0
  for (let i = 0; i < hash.length; i++) {
    if (masked === null || masked[i] === 0) visible = i + 1
    const first = i - JOIN_WORDS + 1
    // The last word that counts, as a number from 1, lies in the run.
    if (first < 0 || visible <= first) continue
    let [high, low] = [0x9e3779b9, 0x85ebca6b]
    for (let w = first; w <= i; w++) {
      const word = hash[w] as number
      high = mix32(Math.imul(high, 0x01000193) ^ word)
      low = mix32(Math.imul(low, 0x0100019b) + word)
    }
    values[size++] = (high & 0x1fffff) * 2 ** 32 + low
  }
  return values.subarray(0, size)
}

/** Counts distinct values of two lists, and those they share: open addressing, with a bit for each list. */
class ValueTable {
  #values = new Float64Array(1024)
  #lists = new Uint8Array(1024)

  count(p: Float64Array, q: Float64Array): { own: number; other: number; shared: number } {
    let slots = this.#values.length
    while (slots < 2 * (p.length + q.length)) slots *= 2
    if (slots > this.#values.length) {
      this.#values = new Float64Array(slots)
      this.#lists = new Uint8Array(slots)
    }
    this.#lists.fill(0)
    const counts = { own: 0, other: 0, shared: 0 }
    for (const value of p) if (this.#add(value, 1) === 0) counts.own++
    for (const value of q) {
      const before = this.#add(value, 2)
      if ((before & 2) !== 0) continue
      counts.other++
      if (before === 1) counts.shared++
    }
    return counts
  }

  /** The lists that had the value before. */
  #add(value: number, list: number): number {
    const last = this.#values.length - 1
    let slot = (value & last) >>> 0
    while (this.#lists[slot] !== 0 && this.#values[slot] !== value) slot = (slot + 1) & last
    const before = this.#lists[slot] as number
    this.#values[slot] = value
    this.#lists[slot] = before | list
    return before
  }
}

const table = new ValueTable()
