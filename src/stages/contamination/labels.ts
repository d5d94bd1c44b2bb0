import type { ExampleWords, TurnBounds } from './example-words.ts'

const DOT = 46
const CLOSE = 41
const COLON = 58
const HYPHEN = 45
const SPACE = 32
const LINE = 10
const TAB = 9
const BRACKET = 93
const BAR = 124
/** Farther than this from its option a letter is no label. */
const LONGEST_GAP = 12

/**
 * Number of the label (A or 1 = 0, …, J = 9) in front of word w: "A.", "(a)", "A)", "A:", "[A]", "A -", "**A.**",
 * "A：", {"A": "…"}; −1 where none.
 */
export function labelBefore(words: ExampleWords, turn: TurnBounds, w: number): number {
  if (w <= turn.from || w >= turn.to) return -1
  const { bytes } = words
  const begin = words.start[words.first + w - 1] as number
  const end = words.end[words.first + w - 1] as number
  const roman = romanNumber(bytes, begin, end)
  if (roman >= 0) return separates(bytes, [begin, end], words.start[words.first + w] as number) ? roman : -1
  if (isKeycap(bytes, begin, end)) return (bytes[begin] as number) - 49
  const at = labelLetter(bytes, begin, end)
  if (at < 0) return -1
  const byte = bytes[at] as number
  const letter = byte | 32
  const number = letter >= 97 && letter <= 106 ? letter - 97 : byte >= 49 && byte <= 57 ? byte - 49 : -1
  return number >= 0 && separates(bytes, [begin, end], words.start[words.first + w] as number) ? number : -1
}

const SMALL_I = 105
const SMALL_V = 118

/** Number of a label of Roman numerals from ii = 1 to viii = 7; i is also the ninth letter, and left to be one. */
function romanNumber(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length > 4) return -1
  let ones = 0
  while (ones < length && ((bytes[start + ones] as number) | 32) === SMALL_I) ones++
  if (ones === length) return ones === 2 || ones === 3 ? ones - 1 : -1
  if (((bytes[start + ones] as number) | 32) !== SMALL_V) return -1
  // iv stands alone; behind v up to three ones may follow.
  if (ones === 1) return length === 2 ? 3 : -1
  if (ones > 1) return -1
  for (let i = start + 1; i < end; i++) if (((bytes[i] as number) | 32) !== SMALL_I) return -1
  return 3 + length
}

const NINTH = 8

/** "i." in front of the first option is one, not the ninth letter. */
export function isRomanOne(label: number, option: number): boolean {
  return label === NINTH && option === 0
}

/** A letter or digit alone at the beginning of a line, with nothing but a space behind it: "a barium swallow". */
export function bareLabelBefore(words: ExampleWords, turn: TurnBounds, w: number): boolean {
  if (w <= turn.from + 1 || w >= turn.to) return false
  const { bytes } = words
  const start = words.start[words.first + w - 1] as number
  const end = words.end[words.first + w - 1] as number
  if (end - start !== 1 || (words.start[words.first + w] as number) !== end + 1) return false
  let at = start - 1
  while (at >= turn.byteFrom && (bytes[at] === SPACE || bytes[at] === TAB)) at--
  return at >= turn.byteFrom && bytes[at] === LINE
}

/** Fewer labels in a row may be letters that stand there by chance. */
const LEAST_SERIES = 3
/** Words between two labels of a series. */
const LONGEST_IN_SERIES = 40

/**
 * Labels with nothing but spaces around them, as a table leaves them behind: "… which tumour A Adenoma B Lipoma C …".
 * The first stands right behind the question, the others follow one after the other; fewer than `LEAST_SERIES` are none.
 *
 * @param from, to words of the turn's example: the first behind the question, and where the search ends.
 * @returns number of the label (A or 1 = 0) by its word.
 */
export function bareSeries(words: ExampleWords, from: number, to: number): ReadonlyMap<number, number> {
  const labels = new Map<number, number>()
  const first = from < to ? (words.bytes[words.start[words.first + from] as number] as number) : 0
  if ((first | 32) !== SMALL_A && first !== ONE) return labels
  let end = from
  for (let w = from; w < to && w <= end; w++) {
    if (!isBare(words, w, first + labels.size)) continue
    labels.set(w, labels.size)
    end = w + LONGEST_IN_SERIES
  }
  return labels.size < LEAST_SERIES ? new Map<number, number>() : labels
}

const SMALL_A = 97
const ONE = 49

/** Is this word the one sign, with spaces around it? */
function isBare({ bytes, start, end, first }: ExampleWords, w: number, sign: number): boolean {
  const at = start[first + w] as number
  return (
    (end[first + w] as number) === at + 1 &&
    bytes[at] === sign &&
    bytes[at - 1] === SPACE &&
    bytes[at + 1] === SPACE
  )
}

/** A digit on a key, 1️⃣: it needs nothing behind it to be a label. */
function isKeycap(bytes: Uint8Array, start: number, end: number): boolean {
  const digit = bytes[start] as number
  if (end - start < 4 || digit < 49 || digit > 57) return false
  return bytes[end - 3] === 0xe2 && bytes[end - 2] === 0x83 && bytes[end - 1] === 0xa3
}

/** The word's one byte; of "\nA" in escaped text the second. */
function labelLetter(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 1) return start
  return end - start === 2 && escapedBreak(bytes, start) ? start + 1 : -1
}

/** A full stop, bracket, colon, bar, tab, dash between spaces, or a sign beyond ASCII: what is set behind a label. */
function separates(bytes: Uint8Array, [begin, from]: [number, number], to: number): boolean {
  if (to - from > LONGEST_GAP) return false
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number
    if (byte === DOT || byte === CLOSE || byte === COLON || byte === BRACKET) return true
    // A letter that ends one line is no label of what begins the next: "vitamin A⏎- vitamin B".
    if (byte === LINE) return false
    if (byte === BAR || byte === TAB) return beginsCell(bytes, begin)
    if (byte >= 0xc0) return true
    if (byte === HYPHEN && bytes[i + 1] === SPACE) return true
  }
  return false
}

/** Is the label all that its cell of a table holds? The last letter of another cell is none. */
function beginsCell(bytes: Uint8Array, begin: number): boolean {
  let at = begin - 1
  while (at >= 0 && (bytes[at] === SPACE || bytes[at] === STAR)) at--
  const byte = bytes[at]
  return byte === undefined || byte === BAR || byte === TAB || byte === LINE
}

const STAR = 42
const BACKSLASH = 92

/** Does the word at this byte begin with the n, r or t of an escape (\n)? */
export function escapedBreak(bytes: Uint8Array, start: number): boolean {
  const byte = bytes[start]
  return start > 0 && bytes[start - 1] === BACKSLASH && (byte === 110 || byte === 114 || byte === 116)
}
