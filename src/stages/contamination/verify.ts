import { Coverer, LONGEST_GAP, NO_WORD } from '../../text/cover.ts'
import type { Span } from '../../text/cover.ts'
import { CONSTANTS } from '../../text/kernels/layouts.ts'
import { askStart } from './ask.ts'
import type { Laid } from './asked-again.ts'
import { boundary, labelled } from './boundary.ts'
import { differencesOf } from './differences.ts'
import { isMarkup } from './gaps.ts'
import { heal } from './heal.ts'
import type { Healing } from './heal.ts'
import type { PackedItems } from './items.ts'
import { labelBefore } from './labels.ts'
import { OptionPresence } from './option-presence.ts'
import { OptionMatcher } from './options-match.ts'
import type { ExampleWords, TurnBounds } from './example-words.ts'
import type { OptionRegion } from './option-region.ts'
import { Restater } from './restated.ts'
import type { Candidate, Sighting } from './sighting.ts'

export type { Candidate, Sighting } from './sighting.ts'

const { AROUND } = CONSTANTS
/** Of a question this long so many words must be there as they are before synonyms count. */
const LONG_CASE = { words: 25, cover: 0.64 }

/** A stretch this long, of a question this long, may have been moved: then this share of it, one run and not much else is there. */
const LEAST_MOVED = { question: 25, words: 5, run: 3, cover: 0.55 }

/**
 * What is worth a place in the tally: shares of the question's words, and, below so many words, a boundary or options
 * as a second signal. Rough and generous: the verdict weighs words by the whole corpus, which one slice does not know.
 */
export const LEAST = { cover: 0.45, density: 0.4, words: 7, options: 2, before: 3, close: 0.6, listed: 0.9 }

/** Looks closely at a candidate: covers the question, finds the options, and notes what differs. */
export class Verifier {
  readonly cover: Coverer
  readonly options: OptionMatcher
  /** First word of the region of the last look; `cover.partner` counts from here. */
  regionStart = 0
  /** The row word each word of the question was found at in the last look, edits and moved stretches included; −1 where not. */
  partner: readonly number[] = []
  private readonly items: PackedItems
  readonly presence: OptionPresence
  private readonly restater: Restater
  /** Covers what the first look did not find. */
  private readonly moved: Coverer
  /** What the question was covered for last: a look that follows the glance need not do it again. */
  private glanced: Candidate | null = null

  constructor(items: PackedItems) {
    this.items = items
    this.cover = new Coverer(items.vocabulary.size)
    this.moved = new Coverer(items.vocabulary.size)
    this.options = new OptionMatcher(items)
    this.presence = new OptionPresence(items)
    this.restater = new Restater(items, this.options, this.presence)
  }

  /** Covers the question alone; most candidates end here. Of a short one all options may be there instead. */
  glance(candidate: Candidate, words: ExampleWords, turn: TurnBounds): boolean {
    const { question, region } = this.around(candidate, words, turn)
    this.coverQuestion(question, region, turn.from + candidate.first)
    this.glanced = candidate
    return this.isCovered(question) || this.restater.may(candidate, words, turn)
  }

  private isCovered(question: Span): boolean {
    const { covered, inserted } = this.cover
    const length = question.end - question.start
    return covered >= LEAST.cover * length && covered >= LEAST.density * Math.max(length, covered + inserted)
  }

  /** The whole look: question, options, and what differs. Null where there is too little to be worth a place in the tally. */
  look(candidate: Candidate, words: ExampleWords, turn: TurnBounds): Sighting | null {
    const { item } = candidate
    const { question, region } = this.around(candidate, words, turn)
    this.regionStart = region.start
    if (this.glanced !== candidate) this.coverQuestion(question, region, turn.from + candidate.first)
    this.glanced = null
    if (!this.isCovered(question)) {
      const seen = this.restater.look(candidate, words, turn)
      if (seen !== null) this.partner = seen.partner
      return seen?.sighting ?? null
    }
    const first = turn.from + candidate.first
    const last = turn.from + candidate.last
    const hit = this.cover.covered > 0
    const questionFrom = hit ? region.start + this.cover.regionStart : first
    const questionTo = hit ? region.start + this.cover.regionEnd : first
    const listWords = optionWords(this.items, item)
    const list = {
      symbols: words.symbols,
      start: Math.max(turn.from, Math.min(questionFrom, first) - listWords - 8),
      end: Math.min(turn.to, Math.max(questionTo, last) + 2 * listWords + 40),
      listFrom: questionTo,
      close: this.cover.covered >= LEAST.close * (question.end - question.start),
    }
    const partner = (this.partner = this.partnersFrom(region.start, question.end - question.start))
    // Written out: a spread here would cost as much as a third of the look.
    const at = {
      item,
      turn,
      question,
      region,
      candidate,
      list,
      questionFrom,
      questionTo,
      partner,
      healed: new Set<number>(),
      words,
      inOrder: this.cover.inOrder,
      options: this.options,
    }
    return this.sighting(at, words)
  }

  /** The row word (of the example) each question word was found at. */
  private partnersFrom(start: number, length: number): number[] {
    const partner: number[] = []
    for (let q = 0; q < length; q++) {
      const p = this.cover.partner[q] as number
      partner.push(p < 0 ? -1 : start + p)
    }
    return partner
  }

  /** Covers the question; one of a single word stands before its options, which are what seeds were found of. */
  private coverQuestion(question: Span, region: Span, before: number): void {
    const { cover } = this
    cover.cover(question, region)
    if (question.end - question.start > 1) return
    for (let r = Math.min(before, region.end - 1); r >= region.start; r--) {
      if (region.symbols[r] !== question.symbols[question.start]) continue
      cover.partner[0] = r - region.start
      cover.regionStart = r - region.start
      cover.regionEnd = r - region.start + 1
      cover.covered = 1
      cover.longestRun = 1
      return
    }
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
    const reach = length + optionWords(this.items, candidate.item) + AROUND
    const region = {
      symbols: words.symbols,
      start: Math.max(turn.from, turn.from + candidate.first - reach),
      end: Math.min(turn.to, turn.from + candidate.last + length + AROUND),
    }
    return { question, region }
  }

  private sighting(at: At, words: ExampleWords): Sighting | null {
    const { cover, options } = this
    const moved = this.findMoved(at)
    const dropped = this.dropLabels(at, words)
    const bounds = boundary(words, at)
    // Most looks end here, at a short stock phrase: options and what differs are the dearer part of the look.
    const mayList = bounds !== 0 || this.presence.most(at.item, at.list, words, at.turn) >= LEAST.options
    const short = at.partner.length < LEAST.words && bounds === 0
    if (short && !mayList) return null
    // Without a second signal the question's own words must be enough.
    let inQuestion = mayList ? null : cover.covered + heal(this.items, at) + moved - dropped
    if (inQuestion !== null && inQuestion < LEAST.words) return null
    options.match(at.item, at.list, words, at.turn)
    if (options.found < LEAST.options) this.listedBefore(at, words)
    const second = bounds !== 0 || options.found >= LEAST.options
    if (!second && short) return null
    const found = (inQuestion ??= cover.covered + heal(this.items, at) + moved - dropped)
    if (!second && found < LEAST.words) return null
    const { same, ...differences } = differencesOf(this.items, at)
    const length = at.partner.length
    // What is said in other words is found, though it is an edit; two long cases that share little else are two cases.
    const alike = length < LONG_CASE.words || found >= LONG_CASE.cover * length
    const mask = alike ? same : new Uint32Array(same.length)
    for (let q = 0; q < at.partner.length; q++)
      if ((at.partner[q] as number) >= 0) mask[q >> 5]! |= 1 << (q & 31)
    const topic = this.restater.beside(at, found)
    const questionHit = cover.covered > 0
    const optionsHit = options.found > 0
    return {
      item: at.item,
      turn: at.turn.number,
      from: Math.min(
        questionHit ? at.questionFrom : 0x7fffffff,
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
      boundary: bounds,
      options: options.total,
      optionsFound: options.found,
      optionMask: options.mask,
      reordered: options.reordered,
      relabelled: options.relabelled,
      otherOptions: labelled(words, at),
      optionsEdited: options.edited,
      optionsAltered: options.altered,
      optionsNegated: options.negated,
      topic: topic.mask,
      topicChanged: topic.changed,
      restated: false,
      first: at.candidate.first,
      last: at.candidate.last,
    }
  }

  /** All options may be listed in a sentence in front of the question: "Out of these, those and others: which …?" */
  private listedBefore(at: At, words: ExampleWords): void {
    const { options } = this
    const { item, turn, list } = at
    const before = { ...list, end: Math.min(list.end, at.questionFrom), listFrom: list.start }
    if (options.total < LEAST.before || before.end - before.start < options.total) return
    if (this.presence.most(item, before, words, turn) < options.total) return
    options.match(item, before, words, turn)
    if (options.found === options.total && options.sideBySide()) return
    options.match(item, list, words, turn)
  }

  /**
   * A stretch of the question of which nothing was found may stand elsewhere, in short pieces: a sentence that was
   * moved and edited. Looks for it among the words that are left; returns how many of its words were found.
   */
  private findMoved(at: At): number {
    if (at.partner.length < LEAST_MOVED.question) return 0
    const free = at.region.symbols.slice(at.region.start, at.region.end)
    for (const w of at.partner) if (w >= 0) free[w - at.region.start] = NO_WORD
    const ask = askStart(this.items, at.item)
    let moved = 0
    let from = 0
    for (let q = 0; q <= at.partner.length; q++) {
      const missing = q < at.partner.length && (at.partner[q] as number) < 0
      if (missing && (q !== ask || from === q)) continue
      if (q - from >= LEAST_MOVED.words) moved += this.placeMoved(at, free, [from, q])
      from = missing ? q : q + 1
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
}

/** Words of all that an item has beside its question. */
export function optionWords({ itemField, fieldWord }: PackedItems, item: number): number {
  const first = (itemField[item] as number) + 1
  return (fieldWord[itemField[item + 1] as number] as number) - (fieldWord[first] as number)
}

/** The match reaches from the first to the last word found. */
function widen(at: At): void {
  const found = at.partner.filter((w) => w >= 0)
  at.questionFrom = Math.min(...found)
  at.questionTo = Math.max(...found) + 1
}

interface At extends Laid, Healing {
  question: { symbols: Uint32Array; start: number; end: number }
  candidate: Candidate
  /** Where the options are looked for. */
  list: OptionRegion
  /** Row word of each question word, −1 where none; row words that are parts of healed ones. */
  partner: number[]
  healed: Set<number>
}
