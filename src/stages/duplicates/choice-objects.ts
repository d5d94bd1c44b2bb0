import { MOST_OPTIONS } from '../../text/kernels/turn-memory.ts'
import { LABELS } from './label-kinds.ts'
import type { LabelKind } from './label-kinds.ts'

const [BACKSLASH, COLON, COMMA, OPEN, CLOSE] = [0x5c, 0x3a, 0x2c, 0x7b, 0x7d]
/** The first label of each kind. */
const FIRST: readonly [code: number, kind: LabelKind][] = [
  [0x41, LABELS.upper],
  [0x61, LABELS.lower],
  [0x31, LABELS.digits],
]

/** Options found as an object: byte ranges of the stem and of each option's text, and where the object ends. */
export interface ChoiceObject {
  stemEnd: number
  options: { start: number; end: number }[]
  labels: LabelKind
  end: number
}

/**
 * The first object of texts by label, as JSON or Python writes it: `{"A": "…", "B": "…"}`. Labels stand in their order; what is
 * escaped in a text stays as it is written. Null where there is none, one of them is empty, or nothing stands before it.
 */
export function findObject(bytes: Uint8Array, start: number, end: number): ChoiceObject | null {
  // Bounded, and the same bytes as a buffer: its search is many times faster than that of a typed array.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, end)
  for (let at = text.indexOf(OPEN, start); at >= 0; at = text.indexOf(OPEN, at + 1)) {
    const found = objectAt(bytes, at, end)
    if (found === null) continue
    let stemEnd = at
    while (stemEnd > start && isSpace(bytes[stemEnd - 1])) stemEnd--
    return stemEnd === start ? null : { ...found, stemEnd }
  }
  return null
}

function objectAt(bytes: Uint8Array, open: number, end: number): Omit<ChoiceObject, 'stemEnd'> | null {
  const label = textAt(bytes, skip(bytes, open + 1, end), end)
  const first = label === null ? undefined : FIRST.find(([code]) => bytes[label.start] === code)
  if (first === undefined) return null
  const options: { start: number; end: number }[] = []
  for (let at = open; options.length < MOST_OPTIONS;) {
    const member = memberAt(bytes, skip(bytes, at + 1, end), end)
    if (member === null || !isLabel(bytes, member.label, first, options.length)) return null
    options.push(member.text)
    at = skip(bytes, member.text.end + 1, end)
    if (bytes[at] === CLOSE && at < end)
      return options.length < 2 ? null : { options, labels: first[1], end: at + 1 }
    if (bytes[at] !== COMMA) return null
  }
  return null
}

interface Range {
  start: number
  end: number
}

function memberAt(bytes: Uint8Array, at: number, end: number): { label: Range; text: Range } | null {
  const label = textAt(bytes, at, end)
  if (label === null) return null
  const colon = skip(bytes, label.end + 1, end)
  if (bytes[colon] !== COLON) return null
  const text = textAt(bytes, skip(bytes, colon + 1, end), end)
  return text === null ? null : { label, text }
}

/** The text between quotation marks that begin at this place; null where there are none, or nothing between them. */
function textAt(bytes: Uint8Array, at: number, end: number): Range | null {
  const mark = bytes[at]
  if (at >= end || (mark !== 0x22 && mark !== 0x27)) return null
  let to = at + 1
  while (to < end && bytes[to] !== mark) to += bytes[to] === BACKSLASH ? 2 : 1
  const blank = skip(bytes, at + 1, to) >= to
  return to >= end || blank ? null : { start: at + 1, end: to }
}

function isLabel(
  bytes: Uint8Array,
  { start, end }: Range,
  [code, kind]: readonly [number, LabelKind],
  i: number,
): boolean {
  const wanted = kind === LABELS.digits ? String(i + 1) : String.fromCharCode(code + i)
  return end - start === wanted.length && [...wanted].every((c, k) => bytes[start + k] === c.charCodeAt(0))
}

function skip(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && isSpace(bytes[at])) at++
  return at
}

function isSpace(c: number | undefined): boolean {
  return c === 0x20 || (c !== undefined && c >= 9 && c <= 13)
}
