import { Hash128 } from '../../text/hash.ts'
import { MOST_OPTIONS } from '../../text/kernels/turn-memory.ts'
import type { Normaliser } from '../../text/normalise.ts'

/** A multiple-choice question found in a text: byte ranges of the stem and of each option, in order. */
export interface Choices {
  stemEnd: number
  options: { start: number; end: number }[]
}

const NEWLINE = 10

/**
 * Finds options lettered from A on, each at the start of a line ("A. …", "A) …", "(A) …") or inline ("(A) … (B) …").
 * Null where there are fewer than two or nothing stands before them. `assembly/choices.ts` does the same to ASCII.
 */
export function findChoices(bytes: Uint8Array, start: number, end: number): Choices | null {
  const labels: { at: number; text: number; inline: boolean }[] = []
  for (let i = start; i < end && labels.length < MOST_OPTIONS; i++) {
    if (bytes[i] !== 65 + labels.length) continue
    const label = labelAt(bytes, i, { start, end })
    if (label !== null) labels.push(label)
  }
  const first = labels[0]
  if (first === undefined || labels.length < 2) return null
  const options = labels.map((label, i) => {
    const stop = labels[i + 1]?.at ?? lastOptionEnd(bytes, label.text, end)
    return trimmed(bytes, label.text, stop)
  })
  const stem = trimmed(bytes, start, first.at)
  if (stem.end === stem.start || options.some((option) => option.start === option.end)) return null
  return { stemEnd: stem.end, options }
}

/** The label whose letter stands at i, or null: "(B) " anywhere, "B. " and "B) " at the start of a line. */
function labelAt(
  bytes: Uint8Array,
  i: number,
  range: { start: number; end: number },
): { at: number; text: number; inline: boolean } | null {
  const after = bytes[i + 1] as number
  const open = i > range.start && bytes[i - 1] === 0x28
  const closed = after === 0x29
  const mark = closed || (!open && (after === 0x2e || after === 0x3a))
  if (i + 1 >= range.end || !mark || (open && !closed)) return null
  if (i + 2 < range.end && !isSpace(bytes[i + 2] as number)) return null
  const at = open ? i - 1 : i
  const atLine = startsLine(bytes, at, range.start)
  if (!atLine && !(open && isSpace(bytes[at - 1] as number))) return null
  return { at, text: i + 2, inline: !atLine }
}

function startsLine(bytes: Uint8Array, at: number, start: number): boolean {
  let p = at - 1
  // Spaces, bullets and emphasis may stand before a label.
  while (p >= start && (bytes[p] === 0x20 || bytes[p] === 9 || bytes[p] === 0x2a || bytes[p] === 0x2d)) p--
  return p < start || bytes[p] === NEWLINE || bytes[p] === 13
}

function lastOptionEnd(bytes: Uint8Array, from: number, end: number): number {
  const newline = bytes.subarray(from, end).indexOf(NEWLINE)
  return newline < 0 ? end : from + newline
}

function isSpace(c: number): boolean {
  return c === 0x20 || (c >= 9 && c <= 13)
}

function trimmed(bytes: Uint8Array, from: number, to: number): { start: number; end: number } {
  let start = from
  let end = to
  while (start < end && isSpace(bytes[start] as number)) start++
  while (end > start && isSpace(bytes[end - 1] as number)) end--
  return { start, end }
}

/** Words that introduce a list of options and belong neither to the stem nor to an option. */
const INTRODUCTIONS = ['answer choices:', 'answer options:', 'choices:', 'options:']
const encoder = new TextEncoder()
const INTRODUCTION_BYTES = INTRODUCTIONS.map((text) => encoder.encode(text))

/** Length of a normalised stem without the words that introduce the options. */
export function stemLength(bytes: Uint8Array, length: number): number {
  for (const words of INTRODUCTION_BYTES) {
    const from = length - words.length
    if (from < 0 || !words.every((byte, i) => bytes[from + i] === byte)) continue
    let end = from
    while (end > 0 && bytes[end - 1] === 0x20) end--
    return end
  }
  return length
}

/** Length without one trailing full stop (and the space it may leave). */
export function withoutFullStop(bytes: Uint8Array, length: number): number {
  if (length === 0 || bytes[length - 1] !== 0x2e) return length
  return length > 1 && bytes[length - 2] === 0x20 ? length - 2 : length - 1
}

const hasher = new Hash128()
const four = new Uint32Array(4)

/** 64-bit hash of each option's normalised text, two words each. */
export function optionHashes(bytes: Uint8Array, choices: Choices, normaliser: Normaliser): Uint32Array {
  const hashes = new Uint32Array(choices.options.length * 2)
  choices.options.forEach(({ start, end }, i) => {
    const option = normaliser.normalise(bytes, start, end)
    hasher.reset().update(option.bytes, 0, withoutFullStop(option.bytes, option.length)).finish(four, 0)
    hashes.set(four.subarray(0, 2), 2 * i)
  })
  return hashes
}

const STATED =
  /\b(?:[Aa]nswer|ANSWER|[Cc]hoice|CHOICE|[Oo]ption|OPTION)(?:\s+(?:is|would be|should be))?[\s:*_("'[]{0,8}([A-Z])(?![A-Za-z'])/
const LEADING = /^[\s*_#>("'[]*([A-Z])(?:[.):\]*]|\s*$)/

/**
 * Index of the option an answer names, or −1: "Answer: C", "the correct answer is (C)", or the letter in front.
 * Looked for in the first 400 bytes, then in the last 200.
 */
export function answerLetter(bytes: Uint8Array, start: number, end: number): number {
  // A character a byte: what is not ASCII is neither a letter nor a mark here.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const head = text.toString('latin1', start, Math.min(end, start + 400))
  const found = LEADING.exec(head) ?? STATED.exec(head)
  if (found !== null) return (found[1] as string).charCodeAt(0) - 65
  if (end - start <= 400) return -1
  const tail = STATED.exec(text.toString('latin1', end - 200, end))
  return tail === null ? -1 : (tail[1] as string).charCodeAt(0) - 65
}
