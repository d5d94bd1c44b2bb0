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

/**
 * Reads a line. Ill-formed UTF-8 arrives as U+FFFD; integers that a double would round arrive as bigint, so that
 * different values stay different.
 */
export function parseLine(bytes: Uint8Array, { start, end }: Line): ParsedLine {
  try {
    const text = decoder.decode(bytes.subarray(start, end))
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'invalid-json'
    if (isDeeper(value, MAX_LEVELS)) return 'nested-too-deeply'
    const exact = hasLongDigits(bytes, start, end) ? withExactIntegers(text, value) : value
    return exact as Record<string, unknown>
  } catch {
    return 'invalid-json'
  }
}

function isDeeper(value: object, levels: number): boolean {
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const item of value as unknown[])
      if (typeof item === 'object' && item !== null && isDeeper(item, levels - 1)) return true
    return false
  }
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name]
    if (typeof member === 'object' && member !== null && isDeeper(member, levels - 1)) return true
  }
  return false
}

/** Whether a line's bytes are ill-formed; `sound` says that none of the block's are, as in nearly all blocks. */
export function damageOf(block: LineBlock, sound: boolean): (line: Line) => boolean {
  if (sound) return () => false
  return (line) => !isUtf8(block.bytes.subarray(line.start, line.end))
}
