import { labelled } from './boundary.ts'
import { compare } from './compare.ts'
import type { ExampleWords, TurnBounds } from './example-words.ts'
import { breaksLine, isMarkup, itemText, rowText } from './gaps.ts'
import { FIELD } from './items.ts'
import type { PackedItems } from './items.ts'
import { labelBefore } from './labels.ts'
import type { OptionPresence } from './option-presence.ts'
import type { OptionRegion } from './option-region.ts'
import type { OptionMatcher } from './options-match.ts'
import type { Candidate, Sighting } from './sighting.ts'

/** A question of more words is told by its own words: it is not looked for in others. */
const LONGEST_QUESTION = 20
/** Fewer options say little of the question they belong to. */
const LEAST_LISTED = 3
/** Words beside a list of options, beyond the question's own length and half as many more, in which it may be asked. */
const BESIDE = 8
/** So many words on the line before the list are all of the question. */
const ASKED_WORDS = 4

/** Of a question of which this share stands there as it is nothing is looked for in other words. */
const LEAST_AS_IT_IS = 0.9
/** Words of other text between the seeds of an item and its options. */
const APART = 8

/** What of a short question is asked again in other words beside the list of all its options. */
export interface Restated {
  /** Bit q: the row says question word q, or another word for it. */
  mask: Uint32Array
  /** A negation, number, unit or opposite makes it another question. */
  changed: boolean
  /** The row word each of them was found at, −1 where another word says it or none does. */
  partner: number[]
}

/** Words of an item's options where their list may stand without the question, or with it in other words, else 0. */
export function listWords(items: PackedItems, item: number): number {
  const { itemField, fieldWord } = items
  const question = itemField[item] as number
  const first = fieldWord[question + 1] as number
  const options = optionCount(items, item)
  return options < LEAST_LISTED ? 0 : (fieldWord[question + 1 + options] as number) - first
}

/** How far behind its first words a list of the options may reach, labels included. */
export function listReach(items: PackedItems, item: number): number {
  return 2 * listWords(items, item) + BESIDE
}

/** The question of an item and where its options were looked for. */
interface Place {
  item: number
  question: { start: number; end: number }
  words: ExampleWords
  turn: TurnBounds
}

/** Finds lists of all options of an item, and short questions that are asked in other words beside them. */
export class Restater {
  private readonly items: PackedItems
  /** What was found last, by this class or whoever shares it. */
  private readonly options: OptionMatcher
  private readonly presence: OptionPresence

  constructor(items: PackedItems, options: OptionMatcher, presence: OptionPresence) {
    this.items = items
    this.options = options
    this.presence = presence
  }

  /** May all options stand around these seeds? */
  may(candidate: Candidate, words: ExampleWords, turn: TurnBounds): boolean {
    const list = listWords(this.items, candidate.item)
    if (list === 0) return false
    const most = this.presence.most(candidate.item, this.region(candidate, words, turn), words, turn)
    return most === optionCount(this.items, candidate.item)
  }

  /** The sighting of an item by the list of all its options, and the row word each word of its question was found at. */
  look(
    candidate: Candidate,
    words: ExampleWords,
    turn: TurnBounds,
  ): { sighting: Sighting; partner: number[] } | null {
    const { items, options } = this
    const { item } = candidate
    if (listWords(items, item) === 0) return null
    options.match(item, this.region(candidate, words, turn), words, turn)
    if (options.found < options.total) return null
    const question = questionOf(items, item)
    const length = question.end - question.start
    const { mask, changed, partner } =
      length > LONGEST_QUESTION ? unsaid(length) : this.restate({ item, question, words, turn })
    const found = partner.filter((w) => w >= 0)
    const questionFrom = Math.min(options.regionStart, ...found)
    const questionTo = Math.max(questionFrom, ...found.map((w) => w + 1))
    const sighting: Sighting = {
      ...{ item, turn: turn.number, first: candidate.first, last: candidate.last },
      from: Math.min(questionFrom, options.regionStart),
      to: Math.max(questionTo, options.regionEnd),
      ...{ questionFrom, questionTo, questionWords: length, covered: found.length, longestRun: 0 },
      ...{ inOrder: false, mask, inserted: 0, replaced: new Uint32Array(mask.length) },
      ...{ numbersChanged: 0, unitsChanged: 0, oppositesChanged: 0, negationsChanged: 0, negationsAsked: 0 },
      ...{ otherPlaces: 0, boundary: 0, options: options.total, optionsFound: options.found },
      ...{ optionMask: options.mask, reordered: options.reordered, relabelled: options.relabelled },
      otherOptions: labelled(words, { turn, questionFrom, questionTo }),
      ...{ optionsEdited: options.edited, optionsAltered: options.altered, optionsNegated: options.negated },
      ...{ topic: mask, topicChanged: changed, restated: true },
    }
    return { sighting, partner }
  }

  /** What is asked beside the options found last, where all were and less of the question stands there as it is. */
  beside(place: Place, found: number): Omit<Restated, 'partner'> {
    const { question, item } = place
    const length = question.end - question.start
    const { options } = this
    const all = options.found === options.total && options.total >= LEAST_LISTED
    const short = length <= LONGEST_QUESTION
    if (!all || !short || found >= LEAST_AS_IT_IS * length || listWords(this.items, item) === 0)
      return unsaid(length)
    return this.restate(place)
  }

  private region(
    { item, first, last }: Candidate,
    { symbols }: ExampleWords,
    turn: TurnBounds,
  ): OptionRegion {
    const reach = listReach(this.items, item) + APART
    const start = Math.max(turn.from, turn.from + first - reach)
    const end = Math.min(turn.to, turn.from + last + reach)
    return { symbols, start, end, listFrom: start, close: false }
  }

  /** Looks for the question's words, in whatever order, in front of the options found last, else behind them. */
  private restate({ question, words, turn }: Place): Restated {
    const { items, options } = this
    const length = question.end - question.start
    const at = { words, turn, options, most: length + (length >> 1) + BESIDE }
    const before = wordsBefore(at)
    const row = before.length >= ASKED_WORDS ? before : [...before, ...wordsBehind(at)]
    const texts: string[] = []
    for (let i = question.start; i < question.end; i++) texts.push(itemText(items, i))
    const rowTexts = row.map((w) => rowText(items, words, w))
    const change = compare(texts, rowTexts)
    const mask = new Uint32Array((length + 31) >> 5)
    for (const q of change.same) mask[q >> 5]! |= 1 << (q & 31)
    const negated = change.negationsMissing > 0 !== change.negationsAdded > 0
    return {
      mask,
      changed: negated || change.numbers + change.units + change.opposites > 0,
      partner: texts.map((text) => row[rowTexts.indexOf(text)] ?? -1),
    }
  }
}

/** Nothing of a question of so many words is said. */
function unsaid(length: number): Restated {
  return {
    mask: new Uint32Array((length + 31) >> 5),
    changed: false,
    partner: new Array<number>(length).fill(-1),
  }
}

function optionCount({ itemField, fieldKind }: PackedItems, item: number): number {
  const first = (itemField[item] as number) + 1
  let end = first
  while (end < (itemField[item + 1] as number) && fieldKind[end] === FIELD.option) end++
  return end - first
}

function questionOf({ itemField, fieldWord }: PackedItems, item: number): { start: number; end: number } {
  const field = itemField[item] as number
  return { start: fieldWord[field] as number, end: fieldWord[field + 1] as number }
}

interface Beside {
  words: ExampleWords
  turn: TurnBounds
  options: OptionMatcher
  most: number
}

/** Words in front of the list; from so many on they end with their line. */
function wordsBefore({ words, turn, options, most }: Beside): number[] {
  const row: number[] = []
  for (let w = options.regionStart - 1; w >= turn.from && row.length < most; w--) {
    if (row.length >= ASKED_WORDS && breaksLine(words, w)) break
    if (!isMarkup(words, w) && labelBefore(words, turn, w + 1) < 0) row.unshift(w)
  }
  return row
}

function wordsBehind({ words, turn, options, most }: Beside): number[] {
  const row: number[] = []
  for (let w = options.regionEnd; w < turn.to && row.length < most; w++) {
    if (row.length >= ASKED_WORDS && breaksLine(words, w - 1)) break
    if (!isMarkup(words, w)) row.push(w)
  }
  return row
}
