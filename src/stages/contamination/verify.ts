import { Coverer, LONGEST_GAP, NO_WORD } from '../../text/cover.ts'
import type { Span } from '../../text/cover.ts'
import { askStart } from './ask.ts'
import { compare } from './compare.ts'
import { gapsOf, isMarkup, itemText, rowText } from './gaps.ts'
import type { Gap } from './gaps.ts'
import { numberValue } from './lexicon.ts'
import type { PackedItems } from './items.ts'
import { labelBefore } from './labels.ts'
import { OptionMatcher } from './options-match.ts'
import type { ExampleWords, TurnBounds } from './options-match.ts'
import type { Candidate } from './seed-collector.ts'

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
  /** Bit q: another content word stands in question word q's place. */
  replaced: Uint32Array
  /** Numbers, units and words with another value, another unit or the opposite in their place. */
  numbersChanged: number
  unitsChanged: number
  oppositesChanged: number
  /** Negations that one side has and the other has not, and those of them in the last sentence, however it negates. */
  negationsChanged: number
  negationsAsked: number
  /** Places where content words were put in, left out or replaced by what says something else. */
  otherPlaces: number
  /** Bits of BOUNDARY: the question's match begins and ends with the turn, a line, a sentence. */
  boundary: number
  options: number
  optionsFound: number
  optionMask: number
  reordered: boolean
  relabelled: boolean
  /** Labelled options near the match, the item's own or not. */
  otherOptions: number
  /** Found options that were edited; options with another number, unit or opposite, and negated ones (not counted as found). */
  optionsEdited: number
  optionsAltered: number
  optionsNegated: number
  /** The candidate this came from, so that the same look can be taken again for the evidence. */
  first: number
  last: number
}

/** How far behind the match a list of options may begin. */
const LIST_REACH = 160

/** Of a question this long so many words must be there as they are before synonyms count. */
const LONG_CASE = { words: 25, cover: 0.72 }

/** A stretch this long, of a question this long, may have been moved: then this share of it, one run and not much else is there. */
const LEAST_MOVED = { question: 25, words: 5, run: 3, cover: 0.55 }

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
  /** Covers what the first look did not find. */
  private readonly moved: Coverer

  constructor(items: PackedItems) {
    this.items = items
    this.cover = new Coverer(items.vocabulary.size)
    this.moved = new Coverer(items.vocabulary.size)
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
    this.options.match(item, { ...around, listFrom: questionTo }, words, turn)
    const partner = Array.from(this.cover.partner.subarray(0, question.end - question.start), (p) =>
      p < 0 ? -1 : region.start + p,
    )
    const span = { item, turn, question, region, questionFrom, questionTo, candidate }
    return this.sighting({ ...span, partner, healed: new Set() }, words)
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
    const moved = this.findMoved(at)
    const dropped = this.dropLabels(at, words)
    const healed = this.heal(at, words) + moved - dropped
    const { same, ...differences } = this.differences(at, words)
    const found = cover.covered + healed
    const length = at.partner.length
    // What is said in other words is found, though it is an edit; two long cases that share little else are two cases.
    const alike = length < LONG_CASE.words || found >= LONG_CASE.cover * length
    const mask = alike ? same : new Uint32Array(same.length)
    for (let q = 0; q < at.partner.length; q++)
      if ((at.partner[q] as number) >= 0) mask[q >> 5]! |= 1 << (q & 31)
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
      covered: found,
      longestRun: cover.longestRun,
      inOrder: cover.inOrder,
      mask,
      inserted: this.inserted(at, words),
      ...differences,
      boundary: boundary(words, at),
      options: options.total,
      optionsFound: options.found,
      optionMask: options.mask,
      reordered: options.reordered,
      relabelled: options.relabelled,
      otherOptions: labelled(words, at),
      optionsEdited: options.edited,
      optionsAltered: options.altered,
      optionsNegated: options.negated,
      first: at.candidate.first,
      last: at.candidate.last,
    }
  }

  /**
   * A stretch of the question of which nothing was found may stand elsewhere, in short pieces: a sentence that was
   * moved and edited. Looks for it among the words that are left; returns how many of its words were found.
   */
  private findMoved(at: At): number {
    if (at.partner.length < LEAST_MOVED.question) return 0
    const free = at.region.symbols.slice(at.region.start, at.region.end)
    for (const w of at.partner) if (w >= 0) free[w - at.region.start] = NO_WORD
    let moved = 0
    let from = 0
    for (let q = 0; q <= at.partner.length; q++) {
      if (q < at.partner.length && (at.partner[q] as number) < 0) continue
      if (q - from >= LEAST_MOVED.words) moved += this.placeMoved(at, free, [from, q])
      from = q + 1
    }
    if (moved > 0) widen(at)
    return moved
  }

  private placeMoved(at: At, free: Uint32Array, [from, to]: [number, number]): number {
    const { symbols, start } = at.question
    const { moved } = this
    moved.cover(
      { symbols, start: start + from, end: start + to },
      { symbols: free, start: 0, end: free.length },
    )
    const { covered, inserted, longestRun } = moved
    if (longestRun < LEAST_MOVED.run || covered < LEAST_MOVED.cover * (to - from)) return 0
    if (covered < LEAST_MOVED.cover * (covered + inserted)) return 0
    for (let q = from; q < to; q++) {
      const r = moved.partner[q - from] as number
      if (r < 0) continue
      at.partner[q] = at.region.start + r
      free[r] = NO_WORD
    }
    return covered
  }

  /**
   * Words that are the same but cut or written otherwise: "diag-⏎nosis", "\\nWhich", "1000" for "1,000". Their first
   * part becomes their partner. Returns how many there were.
   */
  private heal(at: At, words: ExampleWords): number {
    let healed = 0
    for (const gap of gapsOf(this.alignment(at, words))) {
      let row = 0
      for (let q = gap.from; q < gap.to; q++) {
        const wanted = itemText(this.items, at.question.start + q)
        const place = findParts(
          wanted,
          gap.row.slice(row).map((w) => rowText(words, w)),
        )
        if (place === null) continue
        at.partner[q] = gap.row[row + place.at] as number
        for (let i = 0; i < place.parts; i++) at.healed.add(gap.row[row + place.at + i] as number)
        row += place.at + place.parts
        healed++
      }
    }
    return healed
  }

  private alignment(at: At, words: ExampleWords) {
    return { partner: at.partner, words, turn: at.turn }
  }

  /** Words between that are not the question's; what only decorates is none, and a long stretch counts as LONGEST_GAP. */
  private inserted(at: At, words: ExampleWords): number {
    const used = new Set(at.partner)
    let inserted = 0
    let gap = 0
    for (let w = at.questionFrom; w < at.questionTo; w++) {
      if (used.has(w)) {
        inserted += Math.min(gap, LONGEST_GAP)
        gap = 0
      } else if (!at.healed.has(w) && !isMarkup(words, w)) gap++
    }
    return inserted
  }

  /**
   * A letter of the question that was found only as the label of an option was not found ("label B", "vitamin C").
   * Returns how many there were.
   */
  private dropLabels(at: At, words: ExampleWords): number {
    let dropped = 0
    for (let q = 1; q < at.partner.length; q++) {
      const w = at.partner[q] as number
      if (w < 0 || at.partner[q - 1] === w - 1 || labelBefore(words, at.turn, w + 1) < 0) continue
      at.partner[q] = -1
      dropped++
    }
    if (dropped > 0) widen(at)
    return dropped
  }

  /** What stands in the place of the words that were not found. */
  private differences(at: At, words: ExampleWords) {
    const replaced = new Uint32Array((at.partner.length + 31) >> 5)
    const same = new Uint32Array(replaced.length)
    const ask = askStart(this.items, at.item)
    const sums = { numbersChanged: 0, unitsChanged: 0, oppositesChanged: 0, otherPlaces: 0 }
    let told = 0
    let missing = 0
    let added = 0
    for (const gap of gapsOf(this.alignment(at, words))) {
      const change = this.change(gap, at, words)
      sums.numbersChanged += change.numbers
      sums.unitsChanged += change.units
      sums.oppositesChanged += change.opposites
      if (change.other + change.lost > 0) sums.otherPlaces++
      if (gap.to >= ask) {
        missing += change.negationsMissing
        added += change.negationsAdded
      } else if (change.negationsMissing > 0 !== change.negationsAdded > 0) told++
      for (const word of change.replaced) mark(replaced, gap.from + word)
      for (const word of change.same) mark(same, gap.from + word)
    }
    const asked = missing > 0 !== added > 0 ? 1 : 0
    return { replaced, same, ...sums, negationsChanged: told + asked, negationsAsked: asked }
  }

  private change(gap: Gap, at: At, words: ExampleWords) {
    const item: string[] = []
    for (let q = gap.from; q < gap.to; q++) item.push(itemText(this.items, at.question.start + q))
    const row = gap.row.filter((w) => !at.healed.has(w)).map((w) => rowText(words, w))
    return compare(item, row)
  }
}

/** The match reaches from the first to the last word found. */
function widen(at: At): void {
  const found = at.partner.filter((w) => w >= 0)
  at.questionFrom = Math.min(...found)
  at.questionTo = Math.max(...found) + 1
}

function mark(mask: Uint32Array, q: number): void {
  mask[q >> 5]! |= 1 << (q & 31)
}

/** Where among these words the wanted one stands whole, in parts side by side, or as another spelling of its number. */
function findParts(wanted: string, row: readonly string[]): { at: number; parts: number } | null {
  const value = /^\d/.test(wanted) ? numberValue(wanted) : null
  for (let at = 0; at < row.length; at++) {
    if (row[at] === wanted || (value !== null && numberValue(row[at] as string) === value))
      return { at, parts: 1 }
    let joined = row[at] as string
    for (
      let parts = 2;
      parts <= MOST_PARTS && at + parts <= row.length && wanted.startsWith(joined);
      parts++
    ) {
      joined += row[at + parts - 1] as string
      if (joined === wanted) return { at, parts }
    }
  }
  return null
}

/** A word is broken into this many parts at most. */
const MOST_PARTS = 3

interface At {
  item: number
  turn: TurnBounds
  question: { symbols: Uint32Array; start: number; end: number }
  region: Span
  candidate: Candidate
  questionFrom: number
  questionTo: number
  /** Row word of each question word, −1 where none; row words that are parts of healed ones. */
  partner: number[]
  healed: Set<number>
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
  let from = at.questionFrom
  let to = at.questionTo
  while (from > at.turn.from && isMarkup(words, from - 1)) from--
  while (to < at.turn.to && isMarkup(words, to)) to++
  const start = words.start[words.first + from] as number
  const end = words.end[words.first + to - 1] as number
  const firstWord = from === at.turn.from
  const lastWord = to === at.turn.to
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
