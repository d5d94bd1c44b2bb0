/** Integers of fewer digits are all exact as a double. */
const SAFE_DIGITS = 15
/** Making a bigint takes longer than in proportion to its digits: one of more is read as any parser reads it. */
const MAX_DIGITS = 4096
const LONG_INTEGER = /^-?[0-9]{16,}$/

/** Whether a line holds digits that could be an integer no double holds; most lines do not, and this is cheap to see. */
export function hasLongDigits(bytes: Uint8Array, start: number, end: number): boolean {
  // A longer run covers one of these places, wherever it begins.
  for (let at = start + SAFE_DIGITS; at < end; at += SAFE_DIGITS + 1) {
    if (!isDigit(bytes[at])) continue
    let from = at
    let to = at + 1
    while (from > start && isDigit(bytes[from - 1])) from--
    while (to < end && isDigit(bytes[to])) to++
    if (to - from > SAFE_DIGITS) return true
  }
  return false
}

/**
 * The value of a JSON text with every integer exact: those a double would round come as bigint.
 * @param value what `JSON.parse` makes of the text.
 */
export function withExactIntegers(text: string, value: unknown): unknown {
  // Digits travel as strings that begin like no string of the text.
  const seen = JSON.stringify(value)
  let mark = 'integer:'
  while (seen.includes(mark)) mark = `${mark.slice(0, -1)}-:`
  const marked = markIntegers(text, mark)
  if (marked === text) return value
  return JSON.parse(marked, (_, member: unknown) =>
    typeof member === 'string' && member.startsWith(mark) ? BigInt(member.slice(mark.length)) : member,
  )
}

/** The text with integers that a double would round written as strings behind a mark. */
function markIntegers(text: string, mark: string): string {
  let marked = ''
  let from = 0
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at)
    if (code === 0x22) {
      at = stringEnd(text, at)
      continue
    }
    const end = numberEnd(text, at)
    if (end - at > SAFE_DIGITS && isRounded(text.slice(at, end))) {
      marked += `${text.slice(from, at)}"${mark}${text.slice(at, end)}"`
      from = end
    }
    at = Math.max(end, at + 1)
  }
  return marked + text.slice(from)
}

function isRounded(token: string): boolean {
  return token.length <= MAX_DIGITS && LONG_INTEGER.test(token) && !Number.isSafeInteger(Number(token))
}

/** Behind the quote that ends the string that starts here. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    let slashes = 0
    while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return quote + 1
    at = quote
  }
}

/** Behind the last sign of the number that starts here. */
function numberEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && '+-.0123456789Ee'.includes(text.charAt(at))) at++
  return at
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
