import type { PackedItems } from './items.ts'

/** Letters before a full stop that make it an abbreviation's more often than a sentence's: "Dr. Smith", "E. coli". */
const ABBREVIATION = 2

/**
 * The word of an item's question where its last sentence begins: what is asked, where the sentences before it tell
 * the case. Counted from the question's first word; 0 where the question is one sentence.
 */
export function askStart(items: PackedItems, item: number): number {
  const field = items.itemField[item] as number
  const first = items.fieldWord[field] as number
  const end = items.fieldWord[field + 1] as number
  for (let w = end - 1; w > first; w--) {
    if (endsSentence(items, w - 1)) return w - first
  }
  return 0
}

/** Does a sentence end between word w and the next? */
function endsSentence(items: PackedItems, w: number): boolean {
  const { bytes, wordStart, wordEnd } = items
  const end = wordEnd[w] as number
  const next = wordStart[w + 1] as number
  let stop = 0
  let space = false
  for (let at = end; at < next; at++) {
    const byte = bytes[at] as number
    if (byte === 10 || byte === 13 || (byte >= 0x80 && isFullStop(bytes, at))) return true
    if (byte === 63 || byte === 33 || byte === 46) stop = byte
    if (byte === 32 && stop !== 0) space = true
  }
  if (stop === 0 || !space) return false
  if (stop !== 46) return true
  const upper = (bytes[next] as number) >= 65 && (bytes[next] as number) <= 90
  const start = wordStart[w] as number
  if (!upper || end - start > ABBREVIATION) return upper
  // "1." counts; "55%." ends a sentence.
  if (isDigit(bytes[start]) && bytes[end] !== 46) return true
  return isUnit(bytes, start) || ASKING.has(decoder.decode(bytes.subarray(next, wordEnd[w + 1])))
}

/** What a question begins with, as it is written behind a full stop. */
const ASKING: ReadonlySet<string> = new Set('Which What Who Whom Whose When Where Why How'.split(' '))
const decoder = new TextDecoder()

/** Does a word begin at this byte that stands behind a number or a stroke: "5 g", "mg/dL"? */
function isUnit(bytes: Uint8Array, start: number): boolean {
  const before = bytes[start - 1] === 32 ? bytes[start - 2] : bytes[start - 1]
  return before === 47 || isDigit(before)
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
}

/** Full stops, question and exclamation marks that end a sentence with or without a space behind: 。．？！؟। */
const FULL_STOPS = Array.from('。．？！؟।', (sign) => new TextEncoder().encode(sign))

function isFullStop(bytes: Uint8Array, at: number): boolean {
  return FULL_STOPS.some((sign) => sign.every((byte, i) => bytes[at + i] === byte))
}
