import { WORD_KIND } from '../../core/batch.ts'
import { Coverer, NO_WORD } from '../../text/cover.ts'
import type { PackedItems } from './items.ts'
import { OptionMatcher, labelBefore } from './options-match.ts'
import type { ExampleWords, TurnBounds } from './options-match.ts'
import type { Candidate } from './seeds.ts'

/** What was seen of one item in one turn. Word positions count from the example's first word. */
export interface Sighting {
  item: number
  turn: number
  /** Words [from, to): first to last matched word of question and options. */
  from: number
  to: number
  /** Words [questionFrom, questionTo) of the question's match alone. */
  questionFrom: number
  questionTo: number
  questionWords: number
  covered: number
  longestRun: number
  inOrder: boolean
  /** Bit q of word q >> 5: question word q was found. */
  mask: Uint32Array
  /** Words inside the question's match that are not the question's. */
  inserted: number
  numbersMissing: number
  numbersAdded: number
  negationsMissing: number
  negationsAdded: number
  /** Bits of BOUNDARY: the question's match begins and ends with the turn, a line, a sentence. */
  boundary: number
  options: number
  optionsFound: number
  optionMask: number
  reordered: boolean
  relabelled: boolean
  /** Labelled options near the match, the item's own or not. */
  otherOptions: number
  /** Words of the question's last sentence (at most TAIL) that were found, as a share of them, in percent. */
  tail: number
  /** The candidate this came from, so that the same look can be taken again for the evidence. */
  first: number
  last: number
}

/** The ask of a question is taken to be in its last words. */
const TAIL = 12
/** How far behind the match a list of options may begin. */
const LIST_REACH = 160

export const BOUNDARY = { turn: 1, line: 2, sentence: 4 } as const

/**
 * What is worth a place in the tally: shares of the question's words, and a second signal for the shortest. Rough
 * and generous: the verdict weighs words by the whole corpus, which one slice does not know.
 */
export const LEAST = { cover: 0.45, density: 0.4, words: 7, options: 2 }

/** Looks closely at a candidate: covers the question, finds the options, and notes what differs. */
export class Verifier {
  readonly cover: Coverer
  readonly options: OptionMatcher
  /** First word of the region of the last look; `cover.partner` counts from here. */
  regionStart = 0
  private readonly items: PackedItems

  constructor(items: PackedItems) {
    this.items = items
    this.cover = new Coverer(items.vocabulary.size)
    this.options = new OptionMatcher(items)
  }

  /** Covers the question alone; most candidates end here. */
  glance(candidate: Candidate, words: ExampleWords, turn: TurnBounds): boolean {
    const { question, region } = this.around(candidate, words, turn)
    this.cover.cover(question, region)
    const { covered, inserted } = this.cover
    const length = question.end - question.start
    return covered >= LEAST.cover * length && covered >= LEAST.density * Math.max(length, covered + inserted)
  }

  /** The whole look: question, options, and what differs. */
  look(candidate: Candidate, words: ExampleWords, turn: TurnBounds): Sighting {
    const { item } = candidate
    const { question, region } = this.around(candidate, words, turn)
    this.regionStart = region.start
    this.cover.cover(question, region)
    const first = turn.from + candidate.first
    const last = turn.from + candidate.last
    const hit = this.cover.covered > 0
    const questionFrom = hit ? region.start + this.cover.regionStart : first
    const questionTo = hit ? region.start + this.cover.regionEnd : first
    const optionWords = this.optionWords(item)
    const around = {
      symbols: words.symbols,
      start: Math.max(turn.from, Math.min(questionFrom, first) - optionWords - 8),
      end: Math.min(turn.to, Math.max(questionTo, last) + 2 * optionWords + 40),
    }
    this.options.match(item, around, words, turn)
    return this.sighting({ item, turn, question, region, questionFrom, questionTo, candidate }, words)
  }

  /** The question, and the stretch of the turn it may lie in. */
  private around(candidate: Candidate, words: ExampleWords, turn: TurnBounds) {
    const field = this.items.itemField[candidate.item] as number
    const question = {
      symbols: this.items.word,
      start: this.items.fieldWord[field] as number,
      end: this.items.fieldWord[field + 1] as number,
    }
    const length = question.end - question.start
    const reach = length + this.optionWords(candidate.item) + 8
    const region = {
      symbols: words.symbols,
      start: Math.max(turn.from, turn.from + candidate.first - reach),
      end: Math.min(turn.to, turn.from + candidate.last + length + 8),
    }
    return { question, region }
  }

  private optionWords(item: number): number {
    const { itemField, fieldWord } = this.items
    const first = (itemField[item] as number) + 1
    return (fieldWord[itemField[item + 1] as number] as number) - (fieldWord[first] as number)
  }

  private sighting(at: At, words: ExampleWords): Sighting {
    const { cover, options } = this
    const mask = new Uint32Array((at.question.end - at.question.start + 31) >> 5)
    const optionsHit = options.found > 0
    const covered = cover.covered > 0
    return {
      item: at.item,
      turn: at.turn.number,
      from: Math.min(
        covered ? at.questionFrom : 0x7fffffff,
        optionsHit ? options.regionStart : at.questionFrom,
      ),
      to: Math.max(at.questionTo, optionsHit ? options.regionEnd : 0),
      questionFrom: at.questionFrom,
      questionTo: at.questionTo,
      questionWords: at.question.end - at.question.start,
      covered: cover.covered,
      longestRun: cover.longestRun,
      inOrder: cover.inOrder,
      mask,
      inserted: cover.inserted,
      ...this.differences(at, words, mask),
      boundary: boundary(words, at),
      options: options.total,
      optionsFound: options.found,
      optionMask: options.mask,
      reordered: options.reordered,
      relabelled: options.relabelled,
      otherOptions: labelled(words, at),
      tail: this.tail(at.question.end - at.question.start),
      first: at.candidate.first,
      last: at.candidate.last,
    }
  }

  private tail(length: number): number {
    const words = Math.min(TAIL, length)
    let covered = 0
    for (let q = length - words; q < length; q++) if ((this.cover.partner[q] as number) >= 0) covered++
    return words === 0 ? 0 : Math.round((100 * covered) / words)
  }

  /** Fills the mask; counts numbers and negations on one side only. */
  private differences(at: At, words: ExampleWords, mask: Uint32Array) {
    const { word, wordKind, negation } = this.items
    const used = new Set<number>()
    let numbersMissing = 0
    let negationsMissing = 0
    for (let q = 0; q < at.question.end - at.question.start; q++) {
      const partner = this.cover.partner[q] as number
      if (partner >= 0) {
        mask[q >> 5]! |= 1 << (q & 31)
        used.add(at.region.start + partner)
        continue
      }
      if (wordKind[at.question.start + q] === WORD_KIND.number) numbersMissing++
      if (negation[word[at.question.start + q] as number] === 1) negationsMissing++
    }
    let numbersAdded = 0
    let negationsAdded = 0
    for (let w = at.questionFrom; w < at.questionTo; w++) {
      if (used.has(w)) continue
      if (words.kind[words.first + w] === WORD_KIND.number) numbersAdded++
      const number = words.symbols[w] as number
      if (number !== NO_WORD && negation[number] === 1) negationsAdded++
    }
    return { numbersMissing, numbersAdded, negationsMissing, negationsAdded }
  }
}

interface At {
  item: number
  turn: TurnBounds
  question: { symbols: Uint32Array; start: number; end: number }
  region: { start: number }
  candidate: Candidate
  questionFrom: number
  questionTo: number
}

/** Labels in a row (A, B, C …) after the question began: how many options the row itself lists. */
function labelled(words: ExampleWords, at: At): number {
  let next = 0
  const end = Math.min(at.turn.to, at.questionTo + LIST_REACH)
  for (let w = at.questionFrom + 1; w < end && next < 12; w++) {
    const label = labelBefore(words, at.turn, w)
    if (label === next) next++
  }
  return next
}

/** Does the match fill the turn, or begin and end where a line or a sentence does? */
function boundary(words: ExampleWords, at: At): number {
  if (at.questionTo <= at.questionFrom) return 0
  const start = words.start[words.first + at.questionFrom] as number
  const end = words.end[words.first + at.questionTo - 1] as number
  const firstWord = at.questionFrom === at.turn.from
  const lastWord = at.questionTo === at.turn.to
  const lineStart = firstWord || gapHas(words.bytes, start, -1, LINE)
  const lineEnd = lastWord || gapHas(words.bytes, end, 1, LINE)
  const sentenceStart = lineStart || gapHas(words.bytes, start, -1, SENTENCE)
  const sentenceEnd = lineEnd || gapHas(words.bytes, end, 1, SENTENCE)
  return (
    (firstWord && lastWord ? BOUNDARY.turn : 0) |
    (lineStart && lineEnd ? BOUNDARY.line : 0) |
    (sentenceStart && sentenceEnd ? BOUNDARY.sentence : 0)
  )
}

const LINE = [10, 13]
const SENTENCE = [10, 13, 46, 58, 63, 33]

/** Is one of these bytes among the punctuation and spaces beside a word? `at` is its first byte, or one past its last. */
function gapHas(bytes: Uint8Array, at: number, step: 1 | -1, wanted: readonly number[]): boolean {
  for (let i = step === 1 ? at : at - 1; i >= 0 && i < bytes.length; i += step) {
    const byte = bytes[i] as number
    if (wanted.includes(byte)) return true
    if ((byte >= 48 && byte <= 57) || (byte | 32) >= 97) return false
  }
  return true
}
