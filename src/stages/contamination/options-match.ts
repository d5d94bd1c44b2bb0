import { WORD_KIND } from '../../core/batch.ts'
import type { Span } from '../../text/cover.ts'
import { compare } from './compare.ts'
import type { ExampleWords, TurnBounds } from './example-words.ts'
import { breaksLine, isMarkup, itemText, rowText } from './gaps.ts'
import { isFunctionWord } from '../../text/lexicon.ts'
import { FIELD } from './items.ts'
import { bareSeries, escapedBreak, isRomanOne, labelBefore } from './labels.ts'
import type { OptionRegion } from './option-region.ts'
import type { PackedItems } from './items.ts'
import { withoutSetting } from './plain-region.ts'
import type { PlainRegion } from './plain-region.ts'
import { mayEscape, standsApart, standsInSeries } from './stands-apart.ts'
import { sameSaying, sayings } from './synonyms.ts'
import type { Saying } from './synonyms.ts'

/** An option of this many words or more need not stand apart (on its own line, after a label) to count. */
const FREE_STANDING = 3
/** Options of this many words or more may be edited: this share of their words, in order, is enough. */
export const FUZZY_WORDS = 4
export const FUZZY_RATIO = 0.7
/** More of its content words replaced than this share, and it is another option. */
const MOST_REPLACED = 0.4
/** Below FUZZY_WORDS, down to this many, an option is compared word by word to see whether one of them was altered. */
const LEAST_ALTERED = 2

/** A sentence that lists options has so many words beside them: "either", "or", "We choose between". */
const BETWEEN = 8

/**
 * Finds an item's options in a region, in any order and under any label, each region word used once, the longest
 * option first.
 */
export class OptionMatcher {
  /** Options of the item, and how many were found. Valid until the next call, like all below. */
  total = 0
  found = 0
  /** Found options that were edited; options seen with another number, unit or opposite, or negated, not among the found. */
  edited = 0
  altered = 0
  negated = 0
  /** Bit j: option j was found (the first 31). */
  mask = 0
  /** Found options stand in another order than the item's. */
  reordered = false
  /** A found option carries another label than the item's own order gives it. */
  relabelled = false
  /** First and one past the last word used. */
  regionStart = 0
  regionEnd = 0
  /** Per option: its first word in the region, and its length there; −1 where not found. */
  at: number[] = []
  length: number[] = []

  private readonly items: PackedItems
  private used = new Uint8Array(1024)
  private listFrom = 0
  private close = false
  /** Whether a word of the region may begin with an escaped line break. */
  private escapes = false
  private labelled: number[] | null = null
  /** Labels of the region that nothing but spaces surrounds; null until they are asked for. */
  private series: ReadonlyMap<number, number> | null = null
  private turn: TurnBounds = { number: 0, from: 0, to: 0, byteFrom: 0, byteTo: 0 }

  constructor(items: PackedItems) {
    this.items = items
  }

  match(item: number, region: OptionRegion, words: ExampleWords, turn: TurnBounds): void {
    this.matchIn(item, region, words, turn)
    if (this.found === this.total) return
    const plain = withoutSetting(this.items, region, words, turn)
    if (plain === null) return
    const { found } = this
    this.matchIn(item, plain.region, plain.words, plain.turn)
    if (this.found > found) this.placeBack(plain)
    else this.matchIn(item, region, words, turn)
  }

  /** Where the options stand in the example, typesetting included. */
  private placeBack({ place }: PlainRegion): void {
    const end = (w: number): number => (place[w - 1] as number) + 1
    this.at.forEach((at, j) => {
      if (at < 0) return
      this.at[j] = place[at] as number
      this.length[j] = end(at + (this.length[j] as number)) - (place[at] as number)
    })
    this.regionStart = place[this.regionStart] as number
    this.regionEnd = end(this.regionEnd)
  }

  private matchIn(item: number, region: OptionRegion, words: ExampleWords, turn: TurnBounds): void {
    this.turn = turn
    this.listFrom = region.listFrom
    const { itemField, fieldKind } = this.items
    const first = (itemField[item] as number) + 1
    let end = first
    while (end < (itemField[item + 1] as number) && fieldKind[end] === FIELD.option) end++
    this.reset(end - first, region.end - region.start)
    this.escapes = mayEscape(words, region)
    this.labelled = null
    this.series = null
    const order = Array.from({ length: this.total }, (_, j) => j).sort(
      (a, b) => this.words(first + b) - this.words(first + a) || a - b,
    )
    for (const j of order) this.placeWhole(j, first + j, region, words)
    const rest = () => order.filter((j) => (this.at[j] as number) < 0)
    this.close = region.close || this.found > 0
    for (const j of rest()) this.placeEdited(j, first + j, region, words)
    // What is left over and like an option, but for what decides, is an altered one.
    if (this.close) for (const j of rest()) this.noteAltered(first + j, region, words)
    this.compareOrder(words)
  }

  private reset(total: number, regionLength: number): void {
    if (this.used.length < regionLength) this.used = new Uint8Array(2 * regionLength)
    this.used.fill(0, 0, regionLength)
    this.total = total
    this.found = 0
    this.edited = 0
    this.altered = 0
    this.negated = 0
    this.mask = 0
    this.regionStart = 0x7fffffff
    this.regionEnd = 0
    this.at = new Array<number>(total).fill(-1)
    this.length = new Array<number>(total).fill(0)
  }

  /** Do the options found stand side by side, with little between them? */
  sideBySide(): boolean {
    const words = this.length.reduce((sum, length) => sum + length, 0)
    return this.regionEnd - this.regionStart <= 2 * words + BETWEEN
  }

  /** Is this word of the example part of a found option? */
  holds(w: number): boolean {
    return this.at.some((at, j) => at >= 0 && w >= at && w < at + (this.length[j] as number))
  }

  private words(field: number): number {
    return (this.items.fieldWord[field + 1] as number) - (this.items.fieldWord[field] as number)
  }

  private option(field: number): Span {
    const { word, fieldWord } = this.items
    return { symbols: word, start: fieldWord[field] as number, end: fieldWord[field + 1] as number }
  }

  private placeWhole(j: number, field: number, region: Span, words: ExampleWords): void {
    const option = this.option(field)
    const count = option.end - option.start
    if (count === 0) return
    // Options are listed behind the question; in front of it one of them may be named as the answer.
    const behind = Math.min(region.end, Math.max(region.start, this.listFrom))
    const listed = this.wholeAt(option, region, [behind, region.end], words)
    const r = listed >= 0 ? listed : this.wholeAt(option, region, [region.start, behind], words)
    if (r >= 0) this.claim(j, r, count, region)
  }

  /** Where the option stands that begins at one of these words of the region; −1 where it does not. */
  private wholeAt(option: Span, region: Span, [from, to]: [number, number], words: ExampleWords): number {
    const count = option.end - option.start
    const head = option.symbols[option.start]
    for (let r = from; r < to && r + count <= region.end; r++) {
      if (region.symbols[r] !== head && !this.escapes) continue
      if (!this.equalAt(option, region, r, words)) continue
      if (count >= FREE_STANDING || this.isApart([r, r + count], region, words)) return r
    }
    return -1
  }

  private isApart(at: [number, number], region: Span, words: ExampleWords): boolean {
    if (standsApart(words, this.turn, at, at[0] >= this.listFrom)) return true
    if (at[0] <= this.listFrom) return false
    this.series ??= bareSeries(words, Math.max(region.start, this.listFrom), region.end)
    return standsInSeries(words, this.turn, at, this.series)
  }

  /** An option with edits; a short one only behind a label, and each of its words in another spelling or form. */
  private placeEdited(j: number, field: number, region: Span, words: ExampleWords): void {
    const option = this.option(field)
    const count = option.end - option.start
    if (count === 0) return
    if (count < FUZZY_WORDS) {
      if (!this.close) return
      const r = this.respelledAt(option, region, words)
      if (r < 0) return
      this.edited++
      return this.claim(j, r, count, region)
    }
    for (let r = Math.max(region.start, this.listFrom); r < region.end; r++) {
      const length = this.fuzzyAt(option, region, r)
      if (length === 0 || this.editOf(option, region, [r, length], words) !== 'edited') continue
      this.edited++
      return this.claim(j, r, length, region)
    }
  }

  /** An option whose number, unit, side or negation was changed is another option. */
  private noteAltered(field: number, region: Span, words: ExampleWords): void {
    const option = this.option(field)
    if (option.end - option.start < LEAST_ALTERED) return
    for (let r = Math.max(region.start, this.listFrom); r < region.end; r++) {
      const length = this.lengthAt(option, region, r, words)
      if (length === 0 || this.crossesLabel(r, length, words)) continue
      const kind = this.editOf(option, region, [r, length], words)
      if (kind !== 'altered' && kind !== 'negated') continue
      this[kind]++
      return
    }
  }

  /** Does a label stand among these words? Then they are the end of one option and the beginning of the next. */
  private crossesLabel(r: number, length: number, words: ExampleWords): boolean {
    for (let w = r + 1; w <= r + length; w++) if (labelBefore(words, this.turn, w) >= 0) return true
    return false
  }

  /** Length of the words at r if they are like the option and not used yet, else 0. */
  private lengthAt(option: Span, region: Span, r: number, words: ExampleWords): number {
    if (option.end - option.start >= FUZZY_WORDS) return this.fuzzyAt(option, region, r)
    const length = this.sameLengthAt(option, region, r)
    return length > 0 && standsApart(words, this.turn, [r, r + length], true) ? length : 0
  }

  private respelledAt(option: Span, region: Span, words: ExampleWords): number {
    const count = option.end - option.start
    const labelled = (this.labelled ??= this.labelledWords(region, words))
    if (labelled.length === 0) return -1
    let wanted: Saying[] | null = null
    const [head, next] = letters(this.items.bytes, this.items.wordStart[option.start] as number)
    for (const r of labelled) {
      if (r + count > region.end || this.used[r - region.start] === 1) continue
      const [first, second] = letters(words.bytes, words.start[words.first + r] as number)
      // A sign may stand for a word: ↑ for increased.
      const alike = first === head || second === next || words.kind[words.first + r] === WORD_KIND.symbol
      if (!alike || !standsApart(words, this.turn, [r, r + count], true)) continue
      const row: string[] = []
      for (let w = r; w < r + count; w++) row.push(rowText(this.items, words, w))
      const seen = sayings(row)
      wanted ??= sayings(this.texts(option))
      if (seen.length !== wanted.length) continue
      if (seen.every((saying, i) => sameSaying(wanted?.[i] as Saying, saying))) return r
    }
    return -1
  }

  /** Words behind a label, from where options may be listed. */
  private labelledWords(region: Span, words: ExampleWords): number[] {
    const labelled: number[] = []
    for (let r = Math.max(region.start, this.listFrom); r < region.end; r++) {
      if (labelBefore(words, this.turn, r) >= 0) labelled.push(r)
    }
    return labelled
  }

  private texts(option: Span): string[] {
    const texts: string[] = []
    for (let i = option.start; i < option.end; i++) texts.push(itemText(this.items, i))
    return texts
  }

  /** What was done to an option; one that begins with its second word may have the contrary of the first in front. */
  private editOf(option: Span, region: Span, [r, length]: [number, number], words: ExampleWords) {
    const kind = this.editAt(option, region, [r, length], words)
    const head = r - 1
    const begun = region.symbols[r] === option.symbols[option.start]
    if (begun || head < Math.max(region.start, this.listFrom) || this.used[head - region.start] === 1)
      return kind
    if (breaksLine(words, head) || labelBefore(words, this.turn, r) >= 0) return kind
    const headed = this.editAt(option, region, [head, length + 1], words)
    return headed === 'altered' || headed === 'negated' ? headed : kind
  }

  private editAt(option: Span, region: Span, [r, length]: [number, number], words: ExampleWords) {
    const row: number[] = []
    for (let w = r; w < r + length; w++) if (!isMarkup(words, w)) row.push(w)
    const missing: string[] = []
    let content = 0
    for (let i = option.start; i < option.end; i++) {
      const text = itemText(this.items, i)
      if (!isFunctionWord(text)) content++
      const at = row.findIndex((w) => region.symbols[w] === option.symbols[i])
      if (at >= 0) row.splice(at, 1)
      else missing.push(text)
    }
    const change = compare(
      missing,
      row.map((w) => rowText(this.items, words, w)),
    )
    const negated = change.negationsMissing > 0 !== change.negationsAdded > 0
    if (change.numbers + change.units + change.opposites > 0) return 'altered'
    if (negated) return 'negated'
    return change.replaced.length > MOST_REPLACED * content ? 'other' : 'edited'
  }

  /** As many words as a short option has, standing apart, all but one of them the option's. */
  private sameLengthAt(option: Span, region: Span, r: number): number {
    const count = option.end - option.start
    if (r + count > region.end) return 0
    let equal = 0
    for (let i = 0; i < count; i++) {
      if (this.used[r + i - region.start] === 1) return 0
      if (option.symbols[option.start + i] === region.symbols[r + i]) equal++
    }
    return equal === count - 1 ? count : 0
  }

  private claim(j: number, r: number, length: number, region: Span): void {
    this.used.fill(1, r - region.start, r - region.start + length)
    this.at[j] = r
    this.length[j] = length
    this.found++
    if (j < 31) this.mask |= 1 << j
    this.regionStart = Math.min(this.regionStart, r)
    this.regionEnd = Math.max(this.regionEnd, r + length)
  }

  private equalAt(option: Span, region: Span, r: number, words: ExampleWords): boolean {
    for (let i = 0; i < option.end - option.start; i++) {
      const same = option.symbols[option.start + i] === region.symbols[r + i]
      if (!same && !(i === 0 && this.equalEscaped(option.start, r, words))) return false
      if (this.used[r + i - region.start] === 1) return false
    }
    return true
  }

  /** The option's first word behind an escaped line break ("\\nBarium"). */
  private equalEscaped(word: number, r: number, words: ExampleWords): boolean {
    if (!escapedBreak(words.bytes, words.start[words.first + r] as number)) return false
    return rowText(this.items, words, r) === itemText(this.items, word)
  }

  /** Length of the window at r whose longest common subsequence with the option is long enough, else 0. */
  private fuzzyAt(option: Span, region: Span, r: number): number {
    const count = option.end - option.start
    const head = region.symbols[r]
    if (head !== option.symbols[option.start] && head !== option.symbols[option.start + 1]) return 0
    const end = Math.min(region.end, r + count + 2)
    let row = new Uint8Array(count + 1)
    let lastUseful = r
    let best = 0
    for (let x = r; x < end; x++) {
      if (this.used[x - region.start] === 1) break
      const next = new Uint8Array(count + 1)
      for (let i = 1; i <= count; i++) {
        next[i] =
          region.symbols[x] === option.symbols[option.start + i - 1]
            ? (row[i - 1] as number) + 1
            : Math.max(row[i] as number, next[i - 1] as number)
      }
      row = next
      if ((row[count] as number) > best) {
        best = row[count] as number
        lastUseful = x
      }
    }
    return best >= FUZZY_RATIO * count ? lastUseful + 1 - r : 0
  }

  private compareOrder(words: ExampleWords): void {
    this.reordered = false
    this.relabelled = false
    let previous = -1
    for (let j = 0; j < this.total; j++) {
      const at = this.at[j] as number
      if (at < 0) continue
      if (at < previous) this.reordered = true
      previous = at
      const label = this.series?.get(at - 1) ?? labelBefore(words, this.turn, at)
      if (label >= 0 && label !== j && !isRomanOne(label, j)) this.relabelled = true
    }
  }
}

/** The first two letters of a word, small: a slip seldom touches both. */
function letters(bytes: Uint8Array, start: number): [number, number] {
  return [(bytes[start] as number) | 32, (bytes[start + 1] as number) | 32]
}
