import type { PackedItems } from './items.ts'
import type { ExampleWords, TurnBounds } from './example-words.ts'
import { escapedBreak, labelBefore } from './labels.ts'
import { Normaliser } from '../../text/normalise.ts'

/** Words [from, to) of a question that were not found, and the row's words that stand in their place. */
export interface Gap {
  from: number
  to: number
  row: number[]
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

/**
 * Every place where question and row differ; the row's side ends with its sentence, line, or list of options. A row
 * word belongs to one place: that between two neighbours first, then that behind the word before it.
 */
export function gapsOf(at: Alignment): Gap[] {
  const { partner } = at
  const found = new Set(partner)
  const used = new Set(partner)
  const gaps: Gap[] = []
  const loose: Gap[] = []
  let from = 0
  for (let q = 0; q <= partner.length; q++) {
    if (q < partner.length && (partner[q] as number) < 0) continue
    const gap: Gap = { from, to: q, row: [] }
    gaps.push(gap)
    if (isBetween(at, found, [from, q])) gap.row = between(at, [from, q])
    else loose.push(gap)
    for (const w of gap.row) used.add(w)
    from = q + 1
  }
  for (const gap of loose) {
    gap.row = beside(at, used, gap)
    for (const w of gap.row) used.add(w)
  }
  return gaps.filter((gap) => gap.to > gap.from || gap.row.length > 0)
}

/** Row words beside which question words [from, to) should be, −1 where none. */
function neighbours({ partner }: Alignment, [from, to]: [number, number]): [left: number, right: number] {
  return [from > 0 ? (partner[from - 1] as number) : -1, to < partner.length ? (partner[to] as number) : -1]
}

/** Both neighbours stand in the question's order, and no other part of it was moved in between. */
function isBetween(at: Alignment, used: ReadonlySet<number>, [from, to]: [number, number]): boolean {
  const [left, right] = neighbours(at, [from, to])
  if (left < 0 || right <= left) return false
  for (let w = left + 1; w < right; w++) if (used.has(w)) return false
  return true
}

/** Row words where question words [from, to) should be: those between its neighbours. */
function between(at: Alignment, [from, to]: [number, number]): number[] {
  const [left, right] = neighbours(at, [from, to])
  const row = range(left + 1, right).filter((w) => !isMarkup(at.words, w))
  return row.length <= LONGEST_EDIT + 2 * (to - from) ? row : []
}

/** Row words beside the one neighbour there is. */
function beside(at: Alignment, used: ReadonlySet<number>, { from, to }: Gap): number[] {
  const [left, right] = neighbours(at, [from, to])
  const missing = to - from
  if (left >= 0) return onwards(at, used, left, missing + AROUND)
  return right >= 0 && missing > 0 ? backwards(at, used, right, missing + 2) : []
}

function onwards(
  { words, turn }: Alignment,
  used: ReadonlySet<number>,
  left: number,
  most: number,
): number[] {
  const row: number[] = []
  for (let w = left + 1; w < turn.to && row.length < most && !used.has(w); w++) {
    if (breaksBetween(words, w - 1, w) || labelBefore(words, turn, w + 1) >= 0) break
    if (!isMarkup(words, w)) row.push(w)
  }
  return row
}

function backwards(
  { words, turn }: Alignment,
  used: ReadonlySet<number>,
  right: number,
  most: number,
): number[] {
  const row: number[] = []
  for (let w = right - 1; w >= turn.from && row.length < most && !used.has(w); w--) {
    if (breaksBetween(words, w, w + 1)) break
    if (!isMarkup(words, w)) row.unshift(w)
  }
  return row
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
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

const LESS = 60
const GREATER = 62
const SLASH = 47
const BACKSLASH = 92
const DOLLAR = 36
const TILDE = 126
const CARET = 94
const AMPERSAND = 38
const HASH = 35
/** A tag is not longer than this many bytes. */
const LONGEST_TAG = 80

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
  if (before === BACKSLASH && isLetter(byte)) return true
  if (before === AMPERSAND || (before === HASH && bytes[start - 2] === AMPERSAND)) return bytes[end] === 59
  return inTag(bytes, start)
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

/** A word of the row, normalised; the letter of an escaped line break in front of it ("\nWhich") set aside. */
export function rowText(words: ExampleWords, w: number): string {
  const start = words.start[words.first + w] as number
  const end = words.end[words.first + w] as number
  return text(words.bytes, escapedBreak(words.bytes, start) && end - start > 1 ? start + 1 : start, end)
}

/** A word of an item, normalised. */
export function itemText(items: PackedItems, w: number): string {
  return text(items.bytes, items.wordStart[w] as number, items.wordEnd[w] as number)
}

function text(bytes: Uint8Array, start: number, end: number): string {
  const normal = normaliser.normalise(bytes, start, end)
  return decoder.decode(normal.bytes.subarray(0, normal.length))
}
