import { CASELESS, LETTER, LOWER, MARK, NEWLINE, NUMBER, SPACE, UPPER, classAt } from './classes.ts'

/**
 * The pre-tokenizers of byte-level BPE, by hand: where the piece that starts at `at` ends. Each family is one split
 * pattern with its variations; the comments quote the alternatives in the order the regular expression tries them.
 */
export interface SplitRule {
  family: 'gpt2' | 'cl100k' | 'o200k'
  /** Most digits in one piece: 1, 3, or 0 for any number. */
  digits: number
  /** o200k family: contractions hang on the word they follow. */
  contractions: boolean
}

/** End of the piece at `at` (at < end), or -1 where the bytes are not UTF-8. */
export type NextPiece = (bytes: Uint8Array, at: number, end: number) => number

const APOSTROPHE = 0x27
const BLANK = 0x20
const SLASH = 0x2f
const UPPER_RUN = UPPER | CASELESS | MARK
const LOWER_RUN = LOWER | CASELESS | MARK
const NOT_SYMBOL = LETTER | NUMBER | SPACE | NEWLINE

export function makeSplitter(rule: SplitRule): NextPiece {
  if (rule.family === 'gpt2') return nextGpt2
  const digits = rule.digits
  if (rule.family === 'cl100k') return (bytes, at, end) => nextCl100k(bytes, at, end, digits)
  return rule.contractions
    ? (bytes, at, end) => nextO200k(bytes, at, end, digits)
    : (bytes, at, end) => nextTekken(bytes, at, end, digits)
}

/** `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+` */
function nextGpt2(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!
  if (first === APOSTROPHE) {
    const short = contraction(bytes, at, end, false)
    if (short > at) return short
  }
  const from = first === BLANK && at + 1 < end ? at + 1 : at
  const head = classAt(bytes, from, end)
  if (head < 0) return -1
  const bits = head & 0xff
  if ((bits & (SPACE | NEWLINE)) !== 0) return spaces(bytes, at, end, false)
  const next = from + (head >> 8)
  if ((bits & LETTER) !== 0) return run(bytes, next, end, LETTER)
  if ((bits & NUMBER) !== 0) return run(bytes, next, end, NUMBER)
  return runOfSymbols(bytes, next, end)
}

/**
 * `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
 */
function nextCl100k(bytes: Uint8Array, at: number, end: number, digits: number): number {
  const head = classAt(bytes, at, end)
  if (head < 0) return -1
  const bits = head & 0xff
  const next = at + (head >> 8)
  if ((bits & LETTER) !== 0) return run(bytes, next, end, LETTER)
  if ((bits & NUMBER) !== 0) return runOfDigits(bytes, next, end, digits)
  if ((bits & NEWLINE) !== 0) return spaces(bytes, at, end, true)
  if (bytes[at] === APOSTROPHE) {
    const short = contraction(bytes, at, end, true)
    if (short > at) return short
  }
  const after = next < end ? classAt(bytes, next, end) : SPACE
  if (after < 0) return -1
  if ((after & LETTER) !== 0) return run(bytes, next + (after >> 8), end, LETTER)
  return symbolsOrSpaces(bytes, at, end, false)
}

/**
 * `P?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+C?|P?[\p{Lu}…]+[\p{Ll}…]*C?|\p{N}{1,3}|
 * ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+` with P = `[^\r\n\p{L}\p{N}]`, C = `(?i:'s|'t|'re|'ve|'m|'ll|'d)`
 */
function nextO200k(bytes: Uint8Array, at: number, end: number, digits: number): number {
  const word = casedWord(bytes, at, end)
  if (word === -1) return -1
  if (word > at) return bytes[word] === APOSTROPHE ? contraction(bytes, word, end, true) : word
  return numberOrRest(bytes, at, end, digits)
}

/** The same without C. */
function nextTekken(bytes: Uint8Array, at: number, end: number, digits: number): number {
  const word = casedWord(bytes, at, end)
  return word === at ? numberOrRest(bytes, at, end, digits) : word
}

function numberOrRest(bytes: Uint8Array, at: number, end: number, digits: number): number {
  const head = classAt(bytes, at, end)
  if (head < 0) return -1
  if ((head & NUMBER) !== 0) return runOfDigits(bytes, at + (head >> 8), end, digits)
  if ((head & NEWLINE) !== 0) return spaces(bytes, at, end, true)
  return symbolsOrSpaces(bytes, at, end, true)
}

/** End of a word of the o200k family, `at` when there is none here, -1 for bytes that are not UTF-8. */
function casedWord(bytes: Uint8Array, at: number, end: number): number {
  const head = classAt(bytes, at, end)
  if (head < 0) return -1
  if ((head & (NUMBER | NEWLINE)) !== 0) return at
  if ((head & LETTER) !== 0) return lettersFrom(bytes, at, end, true)
  const next = at + (head >> 8)
  const prefixed = next < end ? lettersFrom(bytes, next, end, (head & MARK) === 0) : next
  if (prefixed === -1 || prefixed > next) return prefixed
  // A mark may also be the word's first letter; the pattern tries that before it gives up a lower-case ending.
  return (head & MARK) !== 0 ? lettersFrom(bytes, at, end, false) : at
}

/**
 * `[U]*[l]+`, and where that fails and `upperToo`, `[U]+[l]*`; U and l share the caseless letters and marks, so the
 * first form backtracks to the last of those. Answers `at` when neither matches.
 */
function lettersFrom(bytes: Uint8Array, at: number, end: number, upperToo: boolean): number {
  let q = at
  let shared = at
  while (q < end) {
    const next = classAt(bytes, q, end)
    if (next < 0) return -1
    if ((next & UPPER_RUN) === 0) {
      if ((next & LOWER) !== 0) return run(bytes, q + (next >> 8), end, LOWER_RUN)
      break
    }
    q += next >> 8
    if ((next & (CASELESS | MARK)) !== 0) shared = q
  }
  return shared > at || !upperToo ? shared : q
}

/** `'s|'t|'re|'ve|'m|'ll|'d` at the apostrophe `at`: its end, or `at` where there is none. */
function contraction(bytes: Uint8Array, at: number, end: number, anyCase: boolean): number {
  if (at + 1 >= end) return at
  const fold = anyCase ? 0x20 : 0
  const a = bytes[at + 1]! | fold
  // s, t, m, d
  if (a === 0x73 || a === 0x74 || a === 0x6d || a === 0x64) return at + 2
  if (at + 2 >= end) return at
  // U+017F, the long s, folds to s
  if (anyCase && bytes[at + 1] === 0xc5 && bytes[at + 2] === 0xbf) return at + 3
  const b = bytes[at + 2]! | fold
  // re, ve, ll
  if (((a === 0x72 || a === 0x76) && b === 0x65) || (a === 0x6c && b === 0x6c)) return at + 3
  return at
}

function run(bytes: Uint8Array, from: number, end: number, bits: number): number {
  let q = from
  while (q < end) {
    const next = classAt(bytes, q, end)
    if (next < 0) return -1
    if ((next & bits) === 0) break
    q += next >> 8
  }
  return q
}

function runOfSymbols(bytes: Uint8Array, from: number, end: number): number {
  let q = from
  while (q < end) {
    const next = classAt(bytes, q, end)
    if (next < 0) return -1
    if ((next & NOT_SYMBOL) !== 0) break
    q += next >> 8
  }
  return q
}

function runOfDigits(bytes: Uint8Array, from: number, end: number, most: number): number {
  let q = from
  for (let n = 1; n !== most && q < end; n++) {
    const next = classAt(bytes, q, end)
    if (next < 0) return -1
    if ((next & NUMBER) === 0) break
    q += next >> 8
  }
  return q
}

/** ` ?[^\s\p{L}\p{N}]+[\r\n]*` (with `/` in the o200k family), else white space. */
function symbolsOrSpaces(bytes: Uint8Array, at: number, end: number, slash: boolean): number {
  const from = bytes[at] === BLANK ? at + 1 : at
  const q = runOfSymbols(bytes, from, end)
  if (q === -1) return -1
  if (q === from) return spaces(bytes, at, end, true)
  let tail = q
  while (tail < end && isNewline(bytes[tail]!, slash)) tail++
  return tail
}

function isNewline(byte: number, slash: boolean): boolean {
  return byte === 0x0a || byte === 0x0d || (slash && byte === SLASH)
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+`, or without the first alternative. */
function spaces(bytes: Uint8Array, at: number, end: number, newlines: boolean): number {
  let q = at
  let last = at
  let newline = at
  while (q < end) {
    const next = classAt(bytes, q, end)
    if (next < 0) return -1
    if ((next & (SPACE | NEWLINE)) === 0) break
    last = q
    q += next >> 8
    if ((next & NEWLINE) !== 0) newline = q
  }
  if (newlines && newline > at) return newline
  return q === end || last === at ? q : last
}
