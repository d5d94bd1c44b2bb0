import type { ExampleWords, TurnBounds } from './example-words.ts'
import { isMarkup } from './gaps.ts'
import { escapedBreak, isRomanOne, labelBefore } from './labels.ts'

/** What a match fills: its turn, lines, sentences. Bits of a mask. */
export const BOUNDARY = { turn: 1, line: 2, sentence: 4 } as const

/** How far behind the match a list of options may begin. */
const LIST_REACH = 160

/** Words [questionFrom, questionTo) of a turn. */
interface Place {
  turn: TurnBounds
  questionFrom: number
  questionTo: number
}

/** Labels in a row (A, B, C …) after the question began: how many options the row itself lists. */
export function labelled(words: ExampleWords, at: Place): number {
  let next = 0
  const end = Math.min(at.turn.to, at.questionTo + LIST_REACH)
  for (let w = at.questionFrom + 1; w < end && next < 12; w++) {
    const label = labelBefore(words, at.turn, w)
    if (label === next || isRomanOne(label, next)) next++
  }
  return next
}

/** Does the match fill the turn, or begin and end where a line, a cell, or a sentence does? */
export function boundary(words: ExampleWords, at: Place): number {
  const { turn } = at
  if (at.questionTo <= at.questionFrom) return 0
  let from = at.questionFrom
  let to = at.questionTo
  while (from > turn.from && isMarkup(words, from - 1) && !parted(words, turn, from, LINE)) from--
  while (to < turn.to && isMarkup(words, to) && !parted(words, turn, to, LINE)) to++
  const firstWord = from === turn.from
  const lastWord = to === turn.to
  const lineStart = parted(words, turn, from, LINE) || isLed(words, turn, from)
  const lineEnd = parted(words, turn, to, LINE) || isFollowedByNote(words, turn, to)
  const sentenceStart = lineStart || parted(words, turn, from, SENTENCE)
  const sentenceEnd = lineEnd || parted(words, turn, to, SENTENCE)
  return (
    (firstWord && lastWord ? BOUNDARY.turn : 0) |
    (lineStart && lineEnd ? BOUNDARY.line : 0) |
    (sentenceStart && sentenceEnd ? BOUNDARY.sentence : 0)
  )
}

/** What parts lines and cells, and what parts sentences and quotations besides. */
const LINE = signs('\n\r|\t')
const SENTENCE = signs('\n\r|\t.:?!"“”«»。．：？！…؟।')
const CLAUSE = signs('\n\r|\t.:?!"“”«»。．：？！…؟।,;()[')
/** What stands between a question and what leads to it on its line: "7.", "Q7:", "Question 3)". */
const LEAD = signs('.:)]：．）')
const MOST_LEADING = 2
const LONGEST_LEAD = 24
/** A note behind a question: "(2 marks)". */
const NOTE = signs('([')
const MOST_NOTED = 3

function signs(text: string): ReadonlySet<number> {
  return new Set(Array.from(text, (sign) => sign.codePointAt(0) as number))
}

/** Does a line or sentence begin with word w of the turn? */
export function beginsSentence(words: ExampleWords, turn: TurnBounds, w: number): boolean {
  return parted(words, turn, w, SENTENCE)
}

/** Does a line, a sentence or a part of it end before word w? */
export function endsClause(words: ExampleWords, turn: TurnBounds, w: number): boolean {
  return parted(words, turn, w, CLAUSE)
}

/** Is one of these signs between word w of the turn and the word before it? Nothing is before the first and behind the last. */
function parted(words: ExampleWords, turn: TurnBounds, w: number, wanted: ReadonlySet<number>): boolean {
  if (w === turn.from || w === turn.to) return true
  const { bytes } = words
  const to = words.start[words.first + w] as number
  if (wanted.has(10) && escapedBreak(bytes, to)) return true
  for (let i = words.end[words.first + w - 1] as number; i < to; i++) {
    const byte = bytes[i] as number
    if (byte < 0x80 ? wanted.has(byte) : (byte & 0xc0) !== 0x80 && wanted.has(codePoint(bytes, i)))
      return true
  }
  return false
}

/** The code point that begins at this byte, which is not ASCII. */
function codePoint(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number
  const next = (i: number): number => (bytes[at + i] ?? 0) & 0x3f
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | next(1)
  if (lead < 0xf0) return ((lead & 0x0f) << 12) | (next(1) << 6) | next(2)
  return ((lead & 0x07) << 18) | (next(1) << 12) | (next(2) << 6) | next(3)
}

/** A number, or a word or two with a colon, between the beginning of the line and word w. */
function isLed(words: ExampleWords, turn: TurnBounds, w: number): boolean {
  if (!parted(words, turn, w, LEAD)) return false
  for (let lead = w - 1; lead >= turn.from && lead >= w - MOST_LEADING; lead--) {
    const bytes = (words.end[words.first + w - 1] as number) - (words.start[words.first + lead] as number)
    if (bytes > LONGEST_LEAD) return false
    if (parted(words, turn, lead, LINE)) return true
    if (parted(words, turn, lead, SENTENCE)) return false
  }
  return false
}

/** A word or a few in brackets between word w − 1 and the end of the line. */
function isFollowedByNote(words: ExampleWords, turn: TurnBounds, w: number): boolean {
  if (!parted(words, turn, w, NOTE)) return false
  for (let next = w + 1; next <= turn.to && next <= w + MOST_NOTED; next++)
    if (parted(words, turn, next, LINE)) return true
  return false
}
