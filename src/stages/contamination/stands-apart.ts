import type { Span } from '../../text/cover.ts'
import type { ExampleWords, TurnBounds } from './example-words.ts'
import { bareLabelBefore, escapedBreak, labelBefore } from './labels.ts'

/** Whether a word of the region may begin with an escaped line break. */
export function mayEscape({ bytes, start, end, first }: ExampleWords, region: Span): boolean {
  if (region.end <= region.start) return false
  const to = end[first + region.end - 1] as number
  for (let i = Math.max(0, (start[first + region.start] as number) - 1); i < to; i++)
    if (bytes[i] === BACKSLASH) return true
  return false
}

/** The option stands on its own: after a line break, a label, or (in a sentence) a comma, and before such again. */
export function standsApart(
  words: ExampleWords,
  turn: TurnBounds,
  [from, to]: [number, number],
  inline: boolean,
): boolean {
  const start = words.start[words.first + from] as number
  const end = words.end[words.first + to - 1] as number
  const labelled = labelBefore(words, turn, from) >= 0 || (inline && bareLabelBefore(words, turn, from))
  const begins = labelled || opens(words.bytes, [turn.byteFrom, start], inline)
  return begins && ends(words.bytes, [end, turn.byteTo], inline)
}

/** The same for an option behind a label of a series with nothing but spaces around them. */
export function standsInSeries(
  words: ExampleWords,
  turn: TurnBounds,
  [from, to]: [number, number],
  series: ReadonlyMap<number, number>,
): boolean {
  if (!series.has(from - 1)) return false
  return series.has(to) || ends(words.bytes, [words.end[words.first + to - 1] as number, turn.byteTo], true)
}

/** Signs an option is set behind, bytes: line breaks, and what quotes, cells, tags and lists begin with. */
const OPENING = bytesOf('\n\r\t|[>"')
/** In a sentence that lists them. */
const OPENING_INLINE = bytesOf('\n\r\t|[>",;:?.(')
const CLOSING = bytesOf('\n\r\t.,;:?!)*"\'|]<}\\/$')
const PADDING = bytesOf(" \t*-'(`_{+$")

function bytesOf(signs: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of new TextEncoder().encode(signs)) table[byte] = 1
  return table
}

function opens(bytes: Uint8Array, [from, at]: [number, number], inline: boolean): boolean {
  const opening = inline ? OPENING_INLINE : OPENING
  if (escapedBreak(bytes, at)) return true
  for (let i = at - 1; i >= from; i--) {
    const byte = bytes[i] as number
    if (opening[byte] === 1) return true
    if (byte === BRACE && isCommand(bytes, i)) return true
    if (inline && byte === SLASH && bytes[i - 1] === SPACE && bytes[i + 1] === SPACE) return true
    // Bullets, dashes and quotes beyond ASCII; an escaped line break.
    if (byte >= 0x80 || PADDING[byte] === 1) continue
    if (escapedBreak(bytes, i) || isCommand(bytes, i + 1)) return true
    return inline && leads(bytes, from, i + 1)
  }
  return true
}

const BRACE = 123
const SLASH = 47
const SPACE = 32
const BACKSLASH = 92

/** A LaTeX command ends before this byte: \\textit{…}, \\item … */
function isCommand(bytes: Uint8Array, end: number): boolean {
  let i = end - 1
  while (i >= 0 && isAlphanumeric(bytes[i] as number)) i--
  return i >= 0 && i < end - 1 && bytes[i] === BACKSLASH
}

/** Words before an option in a sentence: "… , a sleep study or …", "Is it …", "They are …", "either …". */
const LEADS: ReadonlySet<string> = new Set('or and it are either between among vs versus'.split(' '))
const LONGEST_LEAD = 8
/** Which lengths they have: most words are none by their length. */
const LEAD_LENGTHS: ReadonlySet<number> = new Set([...LEADS].map((word) => word.length))

/** Does the word that ends at this byte lead an option? */
function leads(bytes: Uint8Array, from: number, at: number): boolean {
  let i = at
  while (i > from && at - i < LONGEST_LEAD && isAlphanumeric(bytes[i - 1] as number)) i--
  if (!LEAD_LENGTHS.has(at - i)) return false
  const word = smallLetters(bytes, i, at)
  return (
    LEADS.has(word) ||
    (word === 'of' && /\b(?:out|one|which|any) $/.test(smallLetters(bytes, i - LONGEST_LEAD, i)))
  )
}

function smallLetters(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(Math.max(0, from), to).map((byte) => byte | 32))
}

function ends(bytes: Uint8Array, [end, to]: [number, number], inline: boolean): boolean {
  let at = end
  while (at < to && bytes[at] === 32) at++
  if (at >= to) return true
  const next = bytes[at] as number
  if (CLOSING[next] === 1 || (next >= 0xe2 && at === end)) return true
  if (at > end && (next === 40 || next === 91 || isLabelAt(bytes, at))) return true
  return inline && at > end && startsWithOr(bytes, at)
}

function startsWithOr(bytes: Uint8Array, at: number): boolean {
  const word = String.fromCharCode(...bytes.subarray(at, at + LONGEST_LEAD)).toLowerCase()
  return /^(?:or|and|vs\.?|versus) /.test(word)
}

/** "B.", "B)", "12.", "Q3)" at this byte: the label of what comes next. */
function isLabelAt(bytes: Uint8Array, at: number): boolean {
  let end = at
  while (end < bytes.length && end - at < LONGEST_LABEL && isAlphanumeric(bytes[end] as number)) end++
  if (end === at) return false
  if (bytes[end] === 41) return true
  return bytes[end] === 46 && (end - at === 1 || isDigit(bytes[at] as number))
}

const LONGEST_LABEL = 3

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

function isAlphanumeric(byte: number): boolean {
  return isDigit(byte) || ((byte | 32) >= 97 && (byte | 32) <= 122)
}
