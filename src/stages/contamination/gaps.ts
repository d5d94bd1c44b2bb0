import type { PackedItems } from './items.ts'
import type { ExampleWords, TurnBounds } from './example-words.ts'
import { escapedBreak, labelBefore } from './labels.ts'
import { NO_WORD } from '../../text/cover.ts'
import { Normaliser } from '../../text/normalise.ts'

/** Words [from, to) of a question that were not found, and the row's words that stand in their place. */
export interface Gap {
  from: number
  to: number
  row: number[]
  /** Row words of whole sentences, or of a remark in brackets, that were put in besides. */
  aside: readonly number[]
  /** A sentence stands in the place of one that was all lost. */
  standsIn?: boolean
}

/** The question's words as they lie on the row: `partner[q]` is the row word (of the example) of question word q, or −1. */
export interface Alignment {
  partner: readonly number[]
  words: ExampleWords
  turn: TurnBounds
}

/** A longer stretch of other words between two found ones is another text, not an edit. */
const LONGEST_EDIT = 12
/** Words looked at before the first and behind the last found word, beyond those that are missing there. */
const AROUND = 6

/** Which row words belong to something already; marks of earlier calls have another number and need not be cleared. */
class Marks {
  private marks = new Int32Array(1024)
  private epoch = 0

  start(words: number): void {
    if (this.marks.length < words) this.marks = new Int32Array(2 * words)
    this.epoch++
  }

  add(w: number): void {
    this.marks[w] = this.epoch
  }

  has(w: number): boolean {
    return this.marks[w] === this.epoch
  }
}

const found = new Marks()
const used = new Marks()

/**
 * Every place where question and row differ; the row's side ends with its sentence, line, or list of options. A row
 * word belongs to one place: that between two neighbours first, then that behind the word before it.
 */
export function gapsOf(at: Alignment): Gap[] {
  const { partner } = at
  found.start(at.turn.to)
  used.start(at.turn.to)
  for (const w of partner) {
    if (w < 0) continue
    found.add(w)
    used.add(w)
  }
  const gaps: Gap[] = []
  const loose: Gap[] = []
  let from = 0
  for (let q = 0; q <= partner.length; q++) {
    if (q < partner.length && (partner[q] as number) < 0) continue
    if (isBetween(at, from, q)) {
      const row = between(at, from, q)
      if (q > from) gaps.push({ from, to: q, row, aside: NONE })
      else if (row.length > 0) gaps.push({ from, to: q, ...parted(at, q, row) })
      for (const w of row) used.add(w)
    } else {
      const gap: Gap = { from, to: q, row: [], aside: NONE }
      gaps.push(gap)
      loose.push(gap)
    }
    from = q + 1
  }
  for (const gap of loose) {
    gap.row = beside(at, gap)
    for (const w of gap.row) used.add(w)
  }
  return gaps.filter(({ from, to, row, aside }) => to > from || row.length + aside.length > 0)
}

/** The row words beside which question words [from, to) should be, −1 where none. */
function leftOf({ partner }: Alignment, from: number): number {
  return from > 0 ? (partner[from - 1] as number) : -1
}

function rightOf({ partner }: Alignment, to: number): number {
  return to < partner.length ? (partner[to] as number) : -1
}

/** Both neighbours stand in the question's order, and no other part of it was moved in between. */
function isBetween(at: Alignment, from: number, to: number): boolean {
  const left = leftOf(at, from)
  const right = rightOf(at, to)
  if (left < 0 || right <= left) return false
  for (let w = left + 1; w < right; w++) if (found.has(w)) return false
  return true
}

/**
 * Parts the row words put in before question word q into whole sentences, or a remark in brackets, and the others. The former
 * may tell something more; what the question says stands as it was.
 */
function parted(at: Alignment, q: number, row: readonly number[]): Pick<Gap, 'row' | 'aside'> {
  const { words } = at
  const [left, right] = [leftOf(at, q), rightOf(at, q)]
  if (right - left >= 3 && holdsByte(words, left, OPENING) && holdsByte(words, right - 1, CLOSING))
    return { row: NONE, aside: [...row] }
  let first = left
  while (first < right && !breaksBetween(words, first, first + 1)) first++
  let last = right - 1
  while (last > first && !breaksBetween(words, last, last + 1)) last--
  if (last < first + 2) return { row: [...row], aside: NONE }
  const isApart = (w: number): boolean => w > first && w <= last
  return { row: row.filter((w) => !isApart(w)), aside: row.filter(isApart) }
}

const OPENING = 40
const CLOSING = 41

/** Does this sign stand between word w and the next? */
function holdsByte({ bytes, start, end, first }: ExampleWords, w: number, sign: number): boolean {
  const to = start[first + w + 1] as number
  for (let at = end[first + w] as number; at < to; at++) if (bytes[at] === sign) return true
  return false
}

const NONE: number[] = []

/** Row words where question words [from, to) should be: those between its neighbours. */
function between(at: Alignment, from: number, to: number): number[] {
  const left = leftOf(at, from)
  const right = rightOf(at, to)
  if (right === left + 1) return NONE
  const row: number[] = []
  for (let w = left + 1; w < right; w++) if (!isMarkup(at.words, w)) row.push(w)
  return row.length <= LONGEST_EDIT + 2 * (to - from) ? row : NONE
}

/** Row words beside the one neighbour there is. */
function beside(at: Alignment, { from, to }: Gap): number[] {
  const left = leftOf(at, from)
  const right = rightOf(at, to)
  const missing = to - from
  if (left >= 0) return onwards(at, left, missing + AROUND)
  return right >= 0 && missing > 0 ? backwards(at, right, missing + 2) : []
}

function onwards({ words, turn }: Alignment, left: number, most: number): number[] {
  const row: number[] = []
  for (let w = left + 1; w < turn.to && row.length < most && !used.has(w); w++) {
    if (breaksBetween(words, w - 1, w) || labelBefore(words, turn, w + 1) >= 0) break
    if (!isMarkup(words, w)) row.push(w)
  }
  return row
}

function backwards({ words, turn }: Alignment, right: number, most: number): number[] {
  const row: number[] = []
  for (let w = right - 1; w >= turn.from && row.length < most && !used.has(w); w--) {
    if (breaksBetween(words, w, w + 1)) break
    if (!isMarkup(words, w)) row.unshift(w)
  }
  return row
}

/** Does a line of text, or a sentence, end between word a and word b? */
export function breaksBetween(words: ExampleWords, a: number, b: number): boolean {
  const { bytes } = words
  let lines = 0
  for (let i = words.end[words.first + a] as number; i < (words.start[words.first + b] as number); i++) {
    const byte = bytes[i]
    if (byte === 46 || byte === 63 || byte === 33 || byte === 58) return true
    if (byte === 10) lines++
  }
  return lines > 1
}

/** Does a line end between word w and the next? */
export function breaksLine({ bytes, start, end, first }: ExampleWords, w: number): boolean {
  for (let i = end[first + w] as number; i < (start[first + w + 1] as number); i++)
    if (bytes[i] === 10) return true
  return false
}

const LESS = 60
const GREATER = 62
const SLASH = 47
const BACKSLASH = 92
const DOLLAR = 36
const TILDE = 126
const CARET = 94
const AMPERSAND = 38
const HASH = 35
const SEMICOLON = 59
/** An entity has at most so many letters and digits. */
const LONGEST_ENTITY = 8
/** A tag is not longer than this many bytes. */
const LONGEST_TAG = 80

/** LaTeX commands that say something: letters, arrows and relations. */
const SAID: ReadonlySet<string> = new Set(
  'alpha beta gamma delta kappa lambda mu omega uparrow downarrow leq geq'.split(' '),
)
const LONGEST_SAID = 9

function isSaid(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start <= LONGEST_SAID && SAID.has(String.fromCharCode(...bytes.subarray(start, end)).toLowerCase())
  )
}

/**
 * Is this word decoration: a part of an HTML tag (<b>, </p>, <br/>), an entity (&nbsp;), a LaTeX command (\textbf) or
 * a sign it writes with ($, ^, ~)?
 */
export function isMarkup(words: ExampleWords, w: number): boolean {
  const { bytes } = words
  const start = words.start[words.first + w] as number
  const end = words.end[words.first + w] as number
  const before = start > 0 ? (bytes[start - 1] as number) : 0
  const byte = bytes[start] as number
  if (byte === DOLLAR || byte === CARET || byte === TILDE) return true
  if (before === BACKSLASH && isLetter(byte)) return !isSaid(bytes, start, end)
  return inEntity(bytes, start, end) || inTag(bytes, start)
}

/** Between "&" and ";" with nothing but letters and digits, and "#" in front of them: &nbsp; &#39; &#x27; */
function inEntity(bytes: Uint8Array, start: number, end: number): boolean {
  let from = start
  while (from > 0 && end - from <= LONGEST_ENTITY && isLetterOrDigit(bytes[from - 1] as number)) from--
  if (from > 0 && bytes[from - 1] === HASH) from--
  if (from === 0 || bytes[from - 1] !== AMPERSAND) return false
  let to = end
  while (to < bytes.length && to - from <= LONGEST_ENTITY && isLetterOrDigit(bytes[to] as number)) to++
  return bytes[to] === SEMICOLON
}

function isLetterOrDigit(byte: number): boolean {
  return isLetter(byte) || (byte >= 48 && byte <= 57)
}

/** Between "<" with a letter or "/" behind it and the next ">". */
function inTag(bytes: Uint8Array, at: number): boolean {
  let open = at
  while (open >= 0 && at - open < LONGEST_TAG && bytes[open] !== LESS) {
    if (bytes[open] === GREATER && open < at) return false
    open--
  }
  if (open < 0 || bytes[open] !== LESS) return false
  const next = bytes[open + 1] ?? 0
  if (!isLetter(next) && next !== SLASH) return false
  for (let i = at; i < bytes.length && i - open < LONGEST_TAG; i++) {
    if (bytes[i] === GREATER) return true
    if (bytes[i] === LESS && i > open) return false
  }
  return false
}

function isLetter(byte: number): boolean {
  return (byte | 32) >= 97 && (byte | 32) <= 122
}

const normaliser = new Normaliser()
const decoder = new TextDecoder()

/** Normalised texts of the words of each vocabulary, as far as they were asked for. */
const known = new WeakMap<PackedItems, (string | undefined)[]>()

/** A word of the row, normalised; the letter of an escaped line break in front of it ("\nWhich") set aside. */
export function rowText(items: PackedItems, words: ExampleWords, w: number): string {
  const start = words.start[words.first + w] as number
  const end = words.end[words.first + w] as number
  if (escapedBreak(words.bytes, start) && end - start > 1) return text(words.bytes, start + 1, end)
  const number = words.symbols[w] as number
  const same = number === NO_WORD ? -1 : (items.vocabularyWord[number] as number)
  return same < 0 ? text(words.bytes, start, end) : itemText(items, same)
}

/** A word of an item, normalised. */
export function itemText(items: PackedItems, w: number): string {
  let texts = known.get(items)
  if (texts === undefined) known.set(items, (texts = []))
  const number = items.word[w] as number
  return (texts[number] ??= text(items.bytes, items.wordStart[w] as number, items.wordEnd[w] as number))
}

function text(bytes: Uint8Array, start: number, end: number): string {
  const normal = normaliser.normalise(bytes, start, end)
  return decoder.decode(normal.bytes.subarray(0, normal.length))
}
