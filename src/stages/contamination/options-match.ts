import type { Span } from '../../text/cover.ts'
import { FIELD } from './items.ts'
import type { PackedItems } from './items.ts'

/** A turn inside an example: words [from, to), bytes [byteFrom, byteTo). What lies outside is another text. */
export interface TurnBounds {
  number: number
  from: number
  to: number
  byteFrom: number
  byteTo: number
}

/** Words of one example with their bytes: what the matchers read. Word w is bytes [start[w], end[w]). */
export interface ExampleWords {
  symbols: Uint32Array
  start: Int32Array
  end: Int32Array
  kind: Uint8Array
  bytes: Uint8Array
  /** Number of `symbols[0]` in `start`, `end` and `kind`. */
  first: number
}

/** An option of this many words or more need not stand apart (on its own line, after a label) to count. */
const FREE_STANDING = 3
/** Options of this many words or more may be edited: this share of their words, in order, is enough. */
const FUZZY_WORDS = 4
const FUZZY_RATIO = 0.7

/**
 * Finds an item's options in a region, in any order and under any label, each region word used once, the longest
 * option first.
 */
export class OptionMatcher {
  /** Options of the item, and how many were found. Valid until the next call, like all below. */
  total = 0
  found = 0
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
  private turn: TurnBounds = { number: 0, from: 0, to: 0, byteFrom: 0, byteTo: 0 }

  constructor(items: PackedItems) {
    this.items = items
  }

  match(item: number, region: Span, words: ExampleWords, turn: TurnBounds): void {
    this.turn = turn
    const { itemField, fieldKind } = this.items
    const first = (itemField[item] as number) + 1
    let end = first
    while (end < (itemField[item + 1] as number) && fieldKind[end] === FIELD.option) end++
    this.reset(end - first, region.end - region.start)
    const order = Array.from({ length: this.total }, (_, j) => j).sort(
      (a, b) => this.words(first + b) - this.words(first + a) || a - b,
    )
    for (const j of order) this.place(j, first + j, region, words)
    this.compareOrder(words)
  }

  private reset(total: number, regionLength: number): void {
    if (this.used.length < regionLength) this.used = new Uint8Array(2 * regionLength)
    this.used.fill(0, 0, regionLength)
    this.total = total
    this.found = 0
    this.mask = 0
    this.regionStart = 0x7fffffff
    this.regionEnd = 0
    this.at = new Array<number>(total).fill(-1)
    this.length = new Array<number>(total).fill(0)
  }

  private words(field: number): number {
    return (this.items.fieldWord[field + 1] as number) - (this.items.fieldWord[field] as number)
  }

  private place(j: number, field: number, region: Span, words: ExampleWords): void {
    const option = {
      symbols: this.items.word,
      start: this.items.fieldWord[field] as number,
      end: this.items.fieldWord[field + 1] as number,
    }
    const count = option.end - option.start
    if (count === 0) return
    for (let r = region.start; r + count <= region.end; r++) {
      if (!this.equalAt(option, region, r)) continue
      if (count < FREE_STANDING && !standsApart(words, this.turn, r, r + count)) continue
      return this.claim(j, r, count, region)
    }
    if (count < FUZZY_WORDS) return
    for (let r = region.start; r < region.end; r++) {
      const length = this.fuzzyAt(option, region, r)
      if (length > 0) return this.claim(j, r, length, region)
    }
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

  private equalAt(option: Span, region: Span, r: number): boolean {
    for (let i = 0; i < option.end - option.start; i++) {
      if (option.symbols[option.start + i] !== region.symbols[r + i]) return false
      if (this.used[r + i - region.start] === 1) return false
    }
    return true
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
      const label = labelBefore(words, this.turn, at)
      if (label >= 0 && label !== j) this.relabelled = true
    }
  }
}

/** The option stands on its own: after a line break or a label, and before a line break, a label or punctuation. */
function standsApart(words: ExampleWords, turn: TurnBounds, from: number, to: number): boolean {
  const start = words.start[words.first + from] as number
  const end = words.end[words.first + to - 1] as number
  const begins = lineBefore(words.bytes, turn.byteFrom, start) || labelBefore(words, turn, from) >= 0
  return begins && endsHere(words.bytes, end, turn.byteTo)
}

function lineBefore(bytes: Uint8Array, from: number, at: number): boolean {
  let i = at - 1
  while (i >= from && isPadding(bytes[i] as number)) i--
  return i < from || bytes[i] === 10 || bytes[i] === 13
}

/** Space, tab, and the marks lists and emphasis are written with: * - " ( */
function isPadding(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 42 || byte === 45 || byte === 34 || byte === 40
}

function endsHere(bytes: Uint8Array, end: number, to: number): boolean {
  let at = end
  while (at < to && bytes[at] === 32) at++
  if (at >= to) return true
  const next = bytes[at]
  if (next === 10 || next === 13) return true
  if (at > end && (next === 40 || isLabelAt(bytes, at))) return true
  return next === 46 || next === 44 || next === 59 || next === 42 || next === 41
}

/** "B." or "B)" at this byte. */
function isLabelAt(bytes: Uint8Array, at: number): boolean {
  const letter = (bytes[at] as number) | 32
  const after = bytes[at + 1]
  return letter >= 97 && letter <= 106 && (after === 46 || after === 41)
}

/** Number of the label (A or 1 = 0, …, J = 9) in front of word w: "A.", "(a)", "A)", "A:"; −1 where none. */
export function labelBefore(words: ExampleWords, turn: TurnBounds, w: number): number {
  if (w <= turn.from) return -1
  const at = words.start[words.first + w - 1] as number
  const end = words.end[words.first + w - 1] as number
  if (end - at !== 1) return -1
  const byte = words.bytes[at] as number
  const letter = byte | 32
  const number = letter >= 97 && letter <= 106 ? letter - 97 : byte >= 49 && byte <= 57 ? byte - 49 : -1
  const after = words.bytes[end]
  return after === 46 || after === 41 || after === 58 ? number : -1
}
