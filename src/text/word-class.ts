/** What each code point does to words: the rules `words.ts` cuts by. */
import { HANGUL, MINUS, STAND_INS } from './unicode/equivalence.ts'
import { CATEGORY, FLAG, FLAGS, SCRIPT, SCRIPTS, categorySet } from './unicode/properties.ts'

export const SEPARATOR = 0
/** Runs of letters make a word. */
export const LETTER = 1
/** Decimal digits; runs make a number, with points and commas between digits. */
export const DIGIT = 2
/** ½, Ⅳ, ①: a number by itself. */
export const NUMERAL = 3
/** Super- and subscripts: a run is a symbol of its own, so 10⁻³ is not 10-3. */
export const RAISED = 4
/** Ideographs and kana: a word each. */
export const IDEOGRAPH = 5
/** Signs with a meaning of their own: a word each. */
export const SYMBOL = 6
/** Invisible: as if it were not there. */
export const IGNORABLE = 7
/** Inside a number when digits stand on both sides. */
export const POINT = 8
/** Inside a word when letters stand on both sides. */
export const APOSTROPHE = 9
/** A sign before a number, else a separator. */
export const DASH = 10
/** U+2212: a symbol before a digit, else a dash. */
export const MINUS_SIGN = 11
/** Combining marks belong to what stands before them. */
export const MARK = 12
/** A separator after which a dash is no sign: "(3)-5". */
export const CLOSING = 13
/** A symbol after which a dash is no sign: "5%-10%". */
export const UNIT_SYMBOL = 14
/** A byte that starts a sequence of several; only in `ASCII_CLASS`. */
export const NOT_ASCII = 15

const LETTERS = categorySet('L')
const MARKS = categorySet('M')
const DIGITS = categorySet('Nd')
const NUMBERS = categorySet('N')
const SYMBOLS = categorySet('Sm', 'Sc')
const CLOSINGS = categorySet('Pe')
const IDEOGRAPHIC = new Set(['Han', 'Hiragana', 'Katakana'].map((name) => SCRIPTS.indexOf(name as never)))

const ASCII_SYMBOLS = '+<=>/^~$'
const UNIT_SYMBOLS = [0x25, 0xb0, 0x2030, 0x2031, 0x2032, 0x2033, 0x2034, 0x2103, 0x2109]
const OTHER_SYMBOLS = [0x2640, 0x2642]
/** Prolonged sound marks are shared by both kana and belong to neither script. */
const KANA_MARKS = [0x30fc, 0xff70]

/** One of the classes above per code point. */
export const CLASS: Uint8Array = classes()

/** The same by byte: bytes above 0x7f are `NOT_ASCII`. */
export const ASCII_CLASS: Uint8Array = new Uint8Array(256).fill(NOT_ASCII)
ASCII_CLASS.set(CLASS.subarray(0, 128))

/** Every thread builds it when it starts: outside the basic plane, where no rule names a code point, runs are filled. */
function classes(): Uint8Array {
  const table = new Uint8Array(0x110000)
  for (let cp = 0; cp < 0x10000; cp++) table[cp] = classOf(cp)
  for (let cp = 0x10000; cp < 0x110000; cp++) {
    table[cp] = hasPropertiesOf(cp, cp - 1) ? (table[cp - 1] as number) : classOf(cp)
  }
  return table
}

function hasPropertiesOf(cp: number, other: number): boolean {
  return CATEGORY[cp] === CATEGORY[other] && SCRIPT[cp] === SCRIPT[other] && FLAGS[cp] === FLAGS[other]
}

function classOf(cp: number): number {
  if (((FLAGS[cp] as number) & FLAG.defaultIgnorable) !== 0) return IGNORABLE
  const standIn = STAND_INS.get(cp) ?? cp
  if (standIn < 0x80) return asciiClass(standIn)
  if (isRaised(cp)) return RAISED
  if (UNIT_SYMBOLS.includes(cp)) return UNIT_SYMBOL
  if (OTHER_SYMBOLS.includes(cp) || (cp >= 0x2190 && cp <= 0x21ff)) return SYMBOL
  if (cp === MINUS) return MINUS_SIGN
  if (cp === 0xb7 || cp === 0x387) return POINT
  return byCategory(cp)
}

function asciiClass(c: number): number {
  if ((c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a)) return LETTER
  if (c >= 0x30 && c <= 0x39) return DIGIT
  const character = String.fromCharCode(c)
  if (ASCII_SYMBOLS.includes(character)) return SYMBOL
  if (character === '%') return UNIT_SYMBOL
  if (character === '.' || character === ',') return POINT
  if (character === "'") return APOSTROPHE
  if (character === '-') return DASH
  return character === ')' || character === ']' || character === '}' ? CLOSING : SEPARATOR
}

function byCategory(cp: number): number {
  const category = CATEGORY[cp] as number
  if (MARKS[category] === 1) return MARK
  if (IDEOGRAPHIC.has(SCRIPT[cp] as number) || KANA_MARKS.includes(cp)) {
    return LETTERS[category] === 1 || NUMBERS[category] === 1 ? IDEOGRAPH : SEPARATOR
  }
  // Trailing jamo continue a syllable; they are letters by category and stay so.
  if (cp >= HANGUL.lead && cp < HANGUL.lead + 256) return LETTER
  if (LETTERS[category] === 1) return LETTER
  if (DIGITS[category] === 1) return DIGIT
  if (NUMBERS[category] === 1) return NUMERAL
  if (SYMBOLS[category] === 1) return SYMBOL
  return CLOSINGS[category] === 1 ? CLOSING : SEPARATOR
}

function isRaised(cp: number): boolean {
  return cp === 0xb2 || cp === 0xb3 || cp === 0xb9 || (cp >= 0x2070 && cp <= 0x209c)
}
