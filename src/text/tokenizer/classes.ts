import { CATEGORY, FLAG, FLAGS, categorySet } from '../unicode/properties.ts'

/** Classes of code points as bits, so that a run of several classes is one test. 0 is everything else. */
export const UPPER = 1 // Lu, Lt
export const LOWER = 2 // Ll
export const CASELESS = 4 // Lm, Lo
export const MARK = 8
export const NUMBER = 16
export const SPACE = 32 // \s without CR and LF
export const NEWLINE = 64 // CR, LF
export const LETTER = UPPER | LOWER | CASELESS

/**
 * Class of every code point, at the Unicode version of the shared tables, which is that of the official binding (a
 * test compares all code points). Flat, because real text touches only a few of its pages.
 */
export const CLASS: Uint8Array = classify()

function classify(): Uint8Array {
  const ofCategory = new Uint8Array(categorySet().length)
  const kinds: [number, string[]][] = [
    [UPPER, ['Lu', 'Lt']],
    [LOWER, ['Ll']],
    [CASELESS, ['Lm', 'Lo']],
    [MARK, ['M']],
    [NUMBER, ['N']],
  ]
  for (const [bit, names] of kinds)
    categorySet(...names).forEach((member, c) => (ofCategory[c]! |= member * bit))
  const table = new Uint8Array(0x110000)
  for (let cp = 0; cp < table.length; cp++) {
    table[cp] = (FLAGS[cp]! & FLAG.whiteSpace) !== 0 ? SPACE : ofCategory[CATEGORY[cp]!]!
  }
  table[0x0a] = table[0x0d] = NEWLINE
  return table
}

/**
 * Class of the code point at `at` and its width: `class | width << 8`. Bytes that are not UTF-8 (or cut off by `end`)
 * give a negative answer: the caller repairs the text as WHATWG decoding does and starts again.
 */
export function classAt(bytes: Uint8Array, at: number, end: number): number {
  const a = bytes[at]!
  if (a < 0x80) return CLASS[a]! | 0x100
  if (a < 0xe0) {
    const b = at + 1 < end ? bytes[at + 1]! ^ 0x80 : 0xff
    if (a < 0xc2 || b > 0x3f) return -1
    return CLASS[((a & 0x1f) << 6) | b]! | 0x200
  }
  if (a < 0xf0) {
    if (at + 2 >= end) return -1
    const b = bytes[at + 1]! ^ 0x80
    const c = bytes[at + 2]! ^ 0x80
    const point = ((a & 0xf) << 12) | (b << 6) | c
    if (b > 0x3f || c > 0x3f || point < 0x800 || (point >= 0xd800 && point < 0xe000)) return -1
    return CLASS[point]! | 0x300
  }
  return classOfFour(bytes, at, end)
}

function classOfFour(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 >= end || bytes[at]! > 0xf4) return -1
  const b = bytes[at + 1]! ^ 0x80
  const c = bytes[at + 2]! ^ 0x80
  const d = bytes[at + 3]! ^ 0x80
  const point = ((bytes[at]! & 7) << 18) | (b << 12) | (c << 6) | d
  if (b > 0x3f || c > 0x3f || d > 0x3f || point < 0x10000 || point > 0x10ffff) return -1
  return CLASS[point]! | 0x400
}
