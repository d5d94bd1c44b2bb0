/** Most options recognised: A to J. */
export const MOST_OPTIONS = 10
const FEWEST_OPTIONS = 3
const NEWLINE = 10

/**
 * Number of lettered options (A, B, C, … in order) in a text, 0 when there are fewer than three. A letter counts
 * at the start of a line or after white space or an opening bracket, when `.`, `)`, `:` or `]` and then white space
 * (or an emphasis mark) follow.
 */
export function optionCount(bytes: Uint8Array, start: number, end: number): number {
  return Math.max(lettered(bytes, { start, end }, 65), lettered(bytes, { start, end }, 97))
}

function lettered(bytes: Uint8Array, range: { start: number; end: number }, base: number): number {
  let found = 0
  let best = 0
  for (let i = range.start; i < range.end - 1; i++) {
    const byte = bytes[i]!
    if (byte < base || byte > base + found || !isLabel(bytes, i, range)) continue
    if (byte === base + found && found < MOST_OPTIONS) found++
    else if (byte === base) found = 1
    if (found > best) best = found
  }
  return best >= FEWEST_OPTIONS ? best : 0
}

function isLabel(bytes: Uint8Array, at: number, { start, end }: { start: number; end: number }): boolean {
  const before = at === start ? NEWLINE : bytes[at - 1]!
  const opened =
    before === 32 ||
    before === 9 ||
    before === NEWLINE ||
    before === 13 ||
    before === 40 ||
    before === 91 ||
    before === 42
  if (!opened) return false
  const mark = bytes[at + 1]!
  if (mark !== 46 && mark !== 41 && mark !== 58 && mark !== 93) return false
  const after = at + 2 < end ? bytes[at + 2]! : 32
  return after === 32 || after === 9 || after === NEWLINE || after === 13 || after === 42 || after === 41
}

/** The part of an answer that is read: its beginning and its end hold what is stated. */
const HEAD_BYTES = 400
const TAIL_BYTES = 600

/**
 * "The correct answer is **B**", "Answer: (C)". The letter is a capital, so that the article "a" is none; A and I
 * before another word are the start of a sentence, unless a reason follows.
 */
const STATED =
  /(?:[Aa]nswer|ANSWER|(?:[Cc]orrect|[Bb]est|[Rr]ight) (?:option|choice)|[Cc]hoice)(?:\s+(?:is|was|would be|should be))?\s*[:=]?[\s*_`"'([{\\]*(?:option\s+)?(?:text\{)?([A-J])(?![A-Za-z'’])(?!(?<=[AI])\s+(?!because|since|as |due|for |which|is |and )[a-z])/g
const BOXED = /\\boxed\{\s*(?:\\text\{)?\s*\(?([A-J])\b/g
/** The answer starts with the letter: "B. Chronic…", "**C)** …", "(D)". */
const LEADING = /^[\s*_`"'([]*(?:[Oo]ption\s+)?([A-J])(?=[.):\]*_]|\s*$|\s*\n|\s+[-–—])/

/** Index of the letter an answer names (0 = A), or null. The last statement wins: reasoning names others before. */
export function answerLetter(bytes: Uint8Array, start: number, end: number): number | null {
  const head = decode(bytes, start, Math.min(end, start + HEAD_BYTES))
  const tail = end - start <= HEAD_BYTES ? head : decode(bytes, Math.max(start, end - TAIL_BYTES), end)
  const letter =
    last(BOXED, tail) ?? last(STATED, tail) ?? last(STATED, head) ?? LEADING.exec(head)?.[1] ?? null
  return letter === null ? null : letter.charCodeAt(0) - 65
}

function last(pattern: RegExp, text: string): string | null {
  let found: string | null = null
  for (const match of text.matchAll(pattern)) found = match[1]!
  return found
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('utf8')
}
