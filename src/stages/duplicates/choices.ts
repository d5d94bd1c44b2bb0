import { Hash128 } from '../../text/hash.ts'
import { MOST_OPTIONS } from '../../text/kernels/turn-memory.ts'
import type { Normaliser } from '../../text/normalise.ts'
import { findObject } from './choice-objects.ts'
import { LABELS } from './label-kinds.ts'
import type { LabelKind } from './label-kinds.ts'

const encoder = new TextEncoder()
const NEWLINE = 10
const RETURN = 13
/** The word before a label, as in "Option A:". */
const OPTION = encoder.encode('option ')

/** A multiple-choice question found in a text: byte ranges of the stem and of each option, in order. */
export interface Choices {
  stemEnd: number
  options: { start: number; end: number }[]
  /** What an answer names an option by. */
  labels: LabelKind
}

/** A way to list options. */
interface Layout {
  labels: readonly Uint8Array[]
  kind: LabelKind
  /** At the start of a line; there, or in brackets behind a space; there, or bare behind a space. */
  where: 'line' | 'bracket' | 'inline'
  /** Labels it takes: what seldom lists options must do so at length. */
  least: number
  /** Nothing may stand behind the last option: numbers and bullets list other things too. */
  closes: boolean
  bullet?: true
  /** Only in brackets or before one, and what stands before the first must ask: sentences hold such lists. */
  asks?: true
}

const many = (of: (i: number) => string, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => encoder.encode(of(i)))
const LETTERS = many((i) => String.fromCharCode(65 + i), MOST_OPTIONS)
const SMALL_LETTERS = many((i) => String.fromCharCode(97 + i), MOST_OPTIONS)
const NUMBERS = many((i) => String(i + 1), MOST_OPTIONS)
const ROMAN = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x']
const roman = (of: (text: string) => string): Uint8Array[] =>
  many((i) => of(ROMAN[i] as string), ROMAN.length)
const NUMBERED = { where: 'line', least: 2, closes: true } as const
const BULLETED = { ...NUMBERED, kind: LABELS.other, least: 3, bullet: true } as const
const ASKED = { where: 'inline', closes: true, asks: true } as const
const bullets = (bullet: string): Uint8Array[] => many(() => bullet, MOST_OPTIONS)

/** The first that makes a question of a text counts. */
const LAYOUTS: readonly Layout[] = [
  { labels: LETTERS, kind: LABELS.upper, where: 'bracket', least: 2, closes: false },
  {
    ...{ labels: SMALL_LETTERS, kind: LABELS.lower },
    ...{ where: 'bracket', least: 2, closes: false },
  },
  { labels: LETTERS, kind: LABELS.upper, where: 'inline', least: 3, closes: false },
  { ...NUMBERED, labels: NUMBERS, kind: LABELS.digits },
  { ...NUMBERED, labels: roman((text) => text), kind: LABELS.other },
  { ...NUMBERED, labels: roman((text) => text.toUpperCase()), kind: LABELS.other },
  ...['-', '*', '•'].map((bullet) => ({ ...BULLETED, labels: bullets(bullet) })),
  { ...ASKED, labels: LETTERS, kind: LABELS.upper, least: 2 },
  { ...ASKED, labels: SMALL_LETTERS, kind: LABELS.lower, least: 2 },
  { ...ASKED, labels: NUMBERS, kind: LABELS.digits, least: 3 },
]

export interface Range {
  start: number
  end: number
}

/**
 * Finds options labelled from A, a, 1 or i on, or with bullets, each at the start of a line ("A. …", "**A)** …",
 * "[A] …", "A - …", "Option A: …") or inline ("(A) … (B) …", "A. … B. … C. …"); behind what asks also "A) … B) …" and
 * "1) … 2) … 3) …", and as an object (`{"A": "…", "B": "…"}`). Null where there are too few, where one is empty, or nothing
 * stands before them. `assembly/choices.ts` does the same to ASCII; of the last three it tells where they may stand.
 */
export function findChoices(bytes: Uint8Array, start: number, end: number): Choices | null {
  for (const layout of LAYOUTS) {
    const found = choicesIn(bytes, { start, end }, layout)
    if (found !== null) return found
  }
  const object = findObject(bytes, start, end)
  if (object === null || !asks(bytes, { start, end: object.stemEnd }, { start: object.end, end })) return null
  const behind = closing(bytes, object.end, end)
  return behind === GOES_ON ? null : object
}

function choicesIn(bytes: Uint8Array, range: Range, layout: Layout): Choices | null {
  const { start, end } = range
  const labels: { at: number; text: number }[] = []
  for (let i = start; i < end; i++) {
    const wanted = layout.labels[labels.length]
    if (wanted === undefined) break
    // Every byte of a prompt comes by here, once for each layout.
    if (bytes[i] !== wanted[0]) continue
    const label = labelAt(bytes, [i, wanted], range, layout)
    if (label !== null) labels.push(label)
  }
  const [first, last] = [labels[0], labels.at(-1)]
  if (first === undefined || last === undefined || labels.length < layout.least) return null
  const lastEnd = lastOptionEnd(bytes, last.text, end)
  const behind = layout.closes ? closing(bytes, lastEnd, end) : CLOSES
  if (behind === GOES_ON) return null
  const options = labels.map((label, i) => option(bytes, label.text, labels[i + 1]?.at ?? lastEnd))
  const stem = trimmed(bytes, start, first.at)
  if (layout.asks === true && !asks(bytes, stem, { start: lastEnd, end })) return null
  if (stem.end === stem.start || options.some((range) => range.start === range.end)) return null
  return { stemEnd: stem.end, options, labels: behind === ASKS_LETTER ? LABELS.upper : layout.kind }
}

/** What stands behind options that must close the question. */
const [GOES_ON, CLOSES, ASKS_LETTER] = [0, 1, 2]
const LONGEST_INSTRUCTION = 160
/** How a line begins that says how to answer; `assembly/choices.ts` has the same. */
const INSTRUCTIONS = [
  'answer:',
  'answer w',
  'answer o',
  'answer b',
  'reply wi',
  'select o',
  'choose o',
  'choose t',
].map((text) => encoder.encode(text))
const LETTER = 'letter'

/** Nothing, or one line that says how to answer: by a letter, where the options have none ("Answer with the letter only"). */
function closing(bytes: Uint8Array, from: number, to: number): number {
  const { start, end } = trimmed(bytes, from, to)
  if (start === end) return CLOSES
  if (end - start > LONGEST_INSTRUCTION) return GOES_ON
  const small = (byte: number): number => (byte >= 65 && byte <= 90 ? byte | 0x20 : byte)
  const line = bytes.subarray(start, end).map(small)
  if (line.includes(NEWLINE) || !INSTRUCTIONS.some((words) => words.every((byte, i) => line[i] === byte)))
    return GOES_ON
  return Buffer.from(line).includes(LETTER) ? ASKS_LETTER : CLOSES
}

const QUESTION_MARKS = ['?', '？', '؟', '\u037e']
const LONGEST_INTRODUCTION = 32

/** Does the stem end in a question or an introduction, or say the line behind the options how to answer? */
function asks(bytes: Uint8Array, stem: Range, behind: Range): boolean {
  const rest = trimmed(bytes, behind.start, behind.end)
  if (rest.end > rest.start) return closing(bytes, behind.start, behind.end) !== GOES_ON
  const { start, end } = trimmed(bytes, stem.start, stem.end)
  const small = Buffer.from(bytes.subarray(Math.max(start, end - LONGEST_INTRODUCTION), end))
    .toString()
    .toLowerCase()
  return (
    QUESTION_MARKS.some((mark) => small.endsWith(mark)) ||
    INTRODUCTIONS.some((words) => small.endsWith(words))
  )
}

/** The label that is written from i on, or null: where it begins, and where its option does. */
function labelAt(
  bytes: Uint8Array,
  [i, wanted]: readonly [number, Uint8Array],
  { start, end }: Range,
  layout: Layout,
): { at: number; text: number } | null {
  const to = i + wanted.length
  if (to > end || !wanted.every((byte, k) => bytes[i + k] === byte)) return null
  if (layout.bullet === true) {
    const at = lineStart(bytes, i, start, isBlank)
    return at < 0 || to >= end || !isBlank(bytes[to] as number) ? null : { at, text: to }
  }
  const opening = i > start ? bytes[i - 1] : 0
  const closing = opening === 0x28 ? 0x29 : opening === 0x5b ? 0x5d : 0
  const mark = markEnd(bytes, to, end, closing)
  if (mark < 0 || (layout.asks === true && !isBracket(bytes[to] as number))) return null
  const after = skipEmphasis(bytes, mark, end)
  const begin = closing === 0 ? i : i - 1
  const line = lineStart(bytes, withoutOption(bytes, begin, start), start, isBeforeLabel)
  const dashed = closing === 0 && bytes[mark - 1] === 0x2d
  if (after < end && !isSpace(bytes[after] as number)) {
    // "A.x": a capital at the beginning of a line needs no space behind its mark; nor does any label before a wide one.
    const needsSpace = line < 0 || layout.kind !== LABELS.upper || dashed
    if (needsSpace && (bytes[mark - 1] as number) < 0x80) return null
  }
  if (line >= 0) return { at: line, text: after }
  if (dashed || layout.where === 'line' || (closing === 0 && layout.where === 'bracket')) return null
  let at = begin
  while (at > start && bytes[at - 1] === 0x2a) at--
  return at > start && isSpace(bytes[at - 1] as number) ? { at, text: after } : null
}

/** Where the mark behind a label ends: the closing bracket, ")", ".", ":", a wide one, or " -"; −1: there is none. */
function markEnd(bytes: Uint8Array, to: number, end: number, closing: number): number {
  const at = skipEmphasis(bytes, to, end)
  if (at >= end) return -1
  const mark = bytes[at] as number
  if (closing !== 0) return mark === closing ? at + 1 : -1
  if (mark === 0x29 || mark === 0x2e || mark === 0x3a) return at + 1
  if (mark >= 0x80) return at + 3 <= end && isWideMark(bytes, at) ? at + 3 : -1
  return at === to && mark === 0x20 && at + 1 < end && bytes[at + 1] === 0x2d ? at + 2 : -1
}

const WIDE_MARKS = ['、', '．', '）', '：'].map((mark) => encoder.encode(mark))

function isWideMark(bytes: Uint8Array, at: number): boolean {
  return WIDE_MARKS.some((mark) => mark.every((byte, k) => bytes[at + k] === byte))
}

function skipEmphasis(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && (bytes[at] === 0x2a || bytes[at] === 0x5f)) at++
  return at
}

/** Where the word "Option" before a label begins. */
function withoutOption(bytes: Uint8Array, at: number, start: number): number {
  if (at - OPTION.length < start) return at
  return OPTION.every((byte, i) => ((bytes[at - OPTION.length + i] as number) | 0x20) === byte)
    ? at - OPTION.length
    : at
}

/** Start of the line on which only what `may` stand before a label does, or −1. */
function lineStart(bytes: Uint8Array, at: number, start: number, may: (c: number) => boolean): number {
  let p = at
  while (p > start) {
    const c = bytes[p - 1] as number
    if (c === NEWLINE || c === RETURN) return p
    if (!may(c)) return -1
    p--
  }
  return p
}

function isBracket(c: number): boolean {
  return c === 0x29 || c === 0x5d
}

function isBlank(c: number): boolean {
  return c === 0x20 || c === 9
}

/** Spaces, bullets and emphasis may stand before a label. */
function isBeforeLabel(c: number): boolean {
  return isBlank(c) || c === 0x2a || c === 0x2d || c === 0x5f
}

function lastOptionEnd(bytes: Uint8Array, from: number, end: number): number {
  const newline = bytes.subarray(from, end).indexOf(NEWLINE)
  return newline < 0 ? end : from + newline
}

export function isSpace(c: number): boolean {
  return c === 0x20 || (c >= 9 && c <= 13)
}

function trimmed(bytes: Uint8Array, from: number, to: number): Range {
  let start = from
  let end = to
  while (start < end && isSpace(bytes[start] as number)) start++
  while (end > start && isSpace(bytes[end - 1] as number)) end--
  return { start, end }
}

/** The text of an option without emphasis around it and what parts it from the next. */
function option(bytes: Uint8Array, from: number, to: number): Range {
  let start = from
  let end = to
  const space = (c: number): boolean => isSpace(c) || c === 0x2a
  while (start < end && space(bytes[start] as number)) start++
  while (
    end > start &&
    (space(bytes[end - 1] as number) || bytes[end - 1] === 0x2c || bytes[end - 1] === 0x3b)
  )
    end--
  return { start, end }
}

/** Words that introduce a list of options and belong neither to the stem nor to an option. */
const INTRODUCTIONS = ['answer choices:', 'answer options:', 'choices:', 'options:']
const INTRODUCTION_BYTES = INTRODUCTIONS.map((text) => encoder.encode(text))

/** Length of a normalised stem without the words that introduce the options. */
export function stemLength(bytes: Uint8Array, length: number): number {
  for (const words of INTRODUCTION_BYTES) {
    const from = length - words.length
    if (from < 0 || !words.every((byte, i) => bytes[from + i] === byte)) continue
    let end = from
    while (end > 0 && bytes[end - 1] === 0x20) end--
    return end
  }
  return length
}

/** Length without one trailing full stop (and the space it may leave). */
export function withoutFullStop(bytes: Uint8Array, length: number): number {
  if (length === 0 || bytes[length - 1] !== 0x2e) return length
  return length > 1 && bytes[length - 2] === 0x20 ? length - 2 : length - 1
}

const hasher = new Hash128()
const four = new Uint32Array(4)

/** 64-bit hash of each option's normalised text, two words each. */
export function optionHashes(bytes: Uint8Array, choices: Choices, normaliser: Normaliser): Uint32Array {
  const hashes = new Uint32Array(choices.options.length * 2)
  choices.options.forEach(({ start, end }, i) => {
    const option = normaliser.normalise(bytes, start, end)
    hasher.reset().update(option.bytes, 0, withoutFullStop(option.bytes, option.length)).finish(four, 0)
    hashes.set(four.subarray(0, 2), 2 * i)
  })
  return hashes
}
