import { isUtf8 } from 'node:buffer'
import { hasLongDigits, withExactIntegers } from './exact-integers.ts'
import type { LineBlock } from './jsonl-lines.ts'

/** A non-blank line: bytes [start, end) of its block, without the line break. */
export interface Line {
  start: number
  end: number
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The rows of a block. Blank lines (space, tab, CR) are no rows; a byte order mark at the file's start is skipped. */
export function* rowsOf(block: LineBlock): Generator<Line> {
  const { bytes } = block
  // The same bytes as a buffer: its search is many times faster than that of a typed array.
  const searched = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const mark = block.offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  let start = mark ? 3 : 0
  while (start < bytes.length) {
    const found = searched.indexOf(10, start)
    const end = found < 0 ? bytes.length : found
    // A first line of nothing but the mark is not blank: it counts as a row, and is not JSON.
    if (!isBlank(bytes, start, end) || (mark && start === 3)) yield { start, end }
    start = end + 1
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    if (byte !== 32 && byte !== 9 && byte !== 13) return false
  }
  return true
}

/** The object on a line, or the reason why there is none. */
export type ParsedLine = Record<string, unknown> | 'invalid-json' | 'nested-too-deeply'

/** Lists and objects inside each other, the row itself among them. */
const MAX_LEVELS = 200

/** What else was seen of a line that is a row. */
export interface LineNotes {
  /** An object has two members of one name: parsers keep the last. */
  repeatedName: boolean
}

/**
 * Reads a line. Ill-formed UTF-8 arrives as U+FFFD; integers that a double would round arrive as bigint, so that
 * different values stay different.
 */
export function parseLine(bytes: Uint8Array, { start, end }: Line, notes?: LineNotes): ParsedLine {
  try {
    const text = decoder.decode(bytes.subarray(start, end))
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'invalid-json'
    const members = countMembers(value, MAX_LEVELS)
    if (members === Infinity) return 'nested-too-deeply'
    if (notes !== undefined) notes.repeatedName = countNames(bytes, start, end) > members
    const exact = hasLongDigits(bytes, start, end) ? withExactIntegers(text, value) : value
    return exact as Record<string, unknown>
  } catch {
    return 'invalid-json'
  }
}

/** Members of a value's objects, those inside it too; infinite where they lie deeper than so many levels. */
function countMembers(value: object, levels: number): number {
  if (levels === 0) return Infinity
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value as unknown[])
      if (typeof item === 'object' && item !== null) members += countMembers(item, levels - 1)
    return members
  }
  for (const name in value) {
    members++
    const member = (value as Record<string, unknown>)[name]
    if (typeof member === 'object' && member !== null) members += countMembers(member, levels - 1)
  }
  return members
}

/** Names as they are written on a line that is JSON: colons outside of strings. */
function countNames(bytes: Uint8Array, start: number, end: number): number {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
  let names = 0
  for (let at = 0; at < line.length; at++) {
    const byte = line[at]
    if (byte === COLON) names++
    else if (byte === QUOTE) at = closingQuote(line, at)
  }
  return names
}

const COLON = 0x3a
const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Bytes of a string looked at one by one: many strings are shorter than a search is worth. */
const NEAR = 24

/** Where the string that starts at a quote ends. */
function closingQuote(line: Buffer, start: number): number {
  let at = start + 1
  for (const far = at + NEAR; at < far; at++) {
    if (line[at] === QUOTE) return at
    if (line[at] === BACKSLASH) at++
  }
  for (;;) {
    const quote = line.indexOf(QUOTE, at)
    let first = quote
    while (first > at && line[first - 1] === BACKSLASH) first--
    if (quote < 0 || (quote - first) % 2 === 0) return quote < 0 ? line.length : quote
    at = quote + 1
  }
}

/** Whether a line's bytes are ill-formed; `sound` says that none of the block's are, as in nearly all blocks. */
export function damageOf(block: LineBlock, sound: boolean): (line: Line) => boolean {
  if (sound) return () => false
  return (line) => !isUtf8(block.bytes.subarray(line.start, line.end))
}
