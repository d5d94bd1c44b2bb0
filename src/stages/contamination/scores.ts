import { askStart } from './ask.ts'
import { EXPECTED_RATIO } from './common-words.ts'
import type { PackedItems } from './items.ts'
import type { AssayHit } from './tally.ts'

/** Scores of a sighting under the weights of this corpus. Ratios are 0–1, bits are information. */
export interface Scores {
  /** Share of the question's information that was found; a word's information is −log2 of how often it occurs. */
  coverageRatio: number
  /** Share of the question's words. */
  wordRatio: number
  /** Found words in relation to the stretch of text they lie in. */
  densityRatio: number
  /** Share of the last sentence's information that was found: what is asked, in the end; and of what is told before it. */
  askRatio: number
  toldRatio: number
  /** How likely so many words of the last sentence are missing if they are missing as they are before it, by chance. */
  askChance: number
  /** Share of the information of the last sentence, and of the whole question, that other content words replace. */
  askReplacedRatio: number
  replacedRatio: number
  /** Of the question's words that say something: the share of their information that is said beside the list of options. */
  topicRatio: number
  topicBits: number
  questionBits: number
  foundBits: number
  optionBits: number
  foundOptionBits: number
  /** Options found that are sentences or the like and of no other question: how many, and their information. */
  ownOptions: number
  ownOptionBits: number
}

/** Examples that what is known beforehand weighs as much as, and the information a rare word has at most. */
const PRIOR_EXAMPLES = 10_000
const MOST_BITS = 14
/** An option of fewer words is a term, which anything may list. */
const OWN_WORDS = 4
/** A word of less information is how questions are asked, not what they are about. */
const TOPIC_BITS = 4

/**
 * Information of each word of the vocabulary: −log2 of the share of examples it stands in, in the corpus and the
 * items together, with what is known of common words beforehand (a corpus of ten rows knows little).
 */
export function wordBits(items: PackedItems, documents: Float64Array, examples: number): Float64Array {
  const all = examples + items.count + PRIOR_EXAMPLES
  return documents.map((within, word) => {
    const known = EXPECTED_RATIO.get(items.vocabularyHash[word] as number) ?? 0
    const seen = within + (items.itemsWith[word] as number) + known * PRIOR_EXAMPLES
    return Math.min(MOST_BITS, Math.log2((all + 1) / (seen + 1)))
  })
}

export function scoresOf(hit: AssayHit, items: PackedItems, bits: Float64Array): Scores {
  const field = items.itemField[hit.item] as number
  const start = items.fieldWord[field] as number
  const ask = askStart(items, hit.item)
  const all = { bits: 0, found: 0, replaced: 0 }
  const asked = { bits: 0, found: 0, replaced: 0 }
  for (let q = 0; q < hit.questionWords; q++) {
    const weight = bits[items.word[start + q] as number] as number
    for (const part of q >= ask ? [all, asked] : [all]) {
      part.bits += weight
      if (hasBit(hit.mask, q)) part.found += weight
      if (hasBit(hit.replaced, q)) part.replaced += weight
    }
  }
  const options = optionScores(hit, items, bits)
  return {
    coverageRatio: ratio(all.found, all.bits),
    wordRatio: ratio(hit.covered, hit.questionWords),
    densityRatio: hit.covered / Math.max(hit.questionWords, hit.covered + hit.inserted, 1),
    askRatio: ratio(asked.found, asked.bits),
    toldRatio: ratio(all.found - asked.found, all.bits - asked.bits),
    askChance: askChance(hit, ask),
    askReplacedRatio: ratio(asked.replaced, asked.bits),
    replacedRatio: ratio(all.replaced, all.bits),
    ...topicScores(hit, items, bits),
    questionBits: all.bits,
    foundBits: all.found,
    ...options,
  }
}

function topicScores(hit: AssayHit, items: PackedItems, bits: Float64Array) {
  const start = items.fieldWord[items.itemField[hit.item] as number] as number
  let [all, topicBits] = [0, 0]
  for (let q = 0; q < hit.questionWords; q++) {
    const weight = bits[items.word[start + q] as number] as number
    if (weight < TOPIC_BITS) continue
    all += weight
    if (hasBit(hit.topic, q)) topicBits += weight
  }
  return { topicRatio: ratio(topicBits, all), topicBits }
}

/** Binomial tail: at least so many of the last sentence's words missing, at the rate of the case before it. */
function askChance(hit: AssayHit, ask: number): number {
  let told = 0
  let asked = 0
  for (let q = 0; q < hit.questionWords; q++) {
    if (hasBit(hit.mask, q)) continue
    if (q < ask) told++
    else asked++
  }
  const rate = ratio(told, ask)
  const words = hit.questionWords - ask
  if (rate === 0 || rate === 1) return asked > 0 && rate === 0 ? 0 : 1
  let below = 0
  let term = (1 - rate) ** words
  for (let k = 0; k < asked; k++) {
    below += term
    term *= ((words - k) / (k + 1)) * (rate / (1 - rate))
  }
  return Math.max(0, 1 - below)
}

export function hasBit(mask: Uint32Array, q: number): boolean {
  return (((mask[q >> 5] as number) >>> (q & 31)) & 1) === 1
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function optionScores(hit: AssayHit, items: PackedItems, bits: Float64Array) {
  const first = (items.itemField[hit.item] as number) + 1
  let optionBits = 0
  let foundOptionBits = 0
  let [ownOptions, ownOptionBits] = [0, 0]
  for (let j = 0; j < hit.options; j++) {
    const own = sum(items, bits, first + j)
    optionBits += own
    if (j >= 31 || ((hit.optionMask >>> j) & 1) === 0) continue
    foundOptionBits += own
    const words = (items.fieldWord[first + j + 1] as number) - (items.fieldWord[first + j] as number)
    if (words < OWN_WORDS || items.sharedOption[first + j] === 1) continue
    ownOptions++
    ownOptionBits += own
  }
  return { optionBits, foundOptionBits, ownOptions, ownOptionBits }
}

function sum(items: PackedItems, bits: Float64Array, field: number): number {
  let total = 0
  for (let w = items.fieldWord[field] as number; w < (items.fieldWord[field + 1] as number); w++) {
    total += bits[items.word[w] as number] as number
  }
  return total
}

/** How good a match is, 0–1: the share of question and found options, whatever the answer. */
export function scoreOf(scores: Scores): number {
  const withOptions =
    (scores.foundBits + scores.foundOptionBits) / Math.max(1e-9, scores.questionBits + scores.optionBits)
  return Math.min(1, Math.max(scores.coverageRatio, withOptions) * Math.min(1, 0.5 + scores.densityRatio / 2))
}
