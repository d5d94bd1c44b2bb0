/** How a text ends. */
export const ENDING = { unjudged: 0, whole: 1, bare: 2, cut: 3 } as const

/** Shorter answers ("Yes", a name, a letter) say nothing by how they end. */
const SHORTEST_BYTES = 80
/** A text must itself use sentence ends for their absence at its end to mean something. */
const FEWEST_SENTENCES = 1

/** Words no sentence ends with; the commonest of English, German, French and Spanish. */
const OPEN_WORDS = new Set(
  (
    'the a an of and or but to with from by for in on at as that which is are was were be been has have had if than into ' +
    'their its his her this these those because while when whose der die das und oder mit von zu ein eine ist sind ' +
    'le la les un une et ou de des du avec el los las una con del que'
  ).split(' '),
)

const NEWLINE = 10

/**
 * Judges how a text ends: `cut` in the middle of a sentence for certain (after a comma, an opening bracket, a
 * hyphen, or a word that needs another one), `bare` without a mark at the end of its last sentence, `whole`, or
 * `unjudged`. Lists, headings, tables, formulas and code end without a mark by right.
 */
export function ending(bytes: Uint8Array, start: number, end: number): number {
  let last = end
  while (last > start && isSpace(bytes[last - 1]!)) last--
  if (last - start < SHORTEST_BYTES) return ENDING.unjudged
  const line = lineStart(bytes, start, last)
  if (!isProse(bytes, line, last) || sentences(bytes, start, last) < FEWEST_SENTENCES) return ENDING.unjudged
  const byte = bytes[last - 1]!
  if (byte === 44 || byte === 59 || byte === 40 || byte === 91 || byte === 45) return ENDING.cut
  if (byte >= 48 && byte <= 57) return ENDING.bare
  if (!isWordByte(byte)) return ENDING.whole
  return OPEN_WORDS.has(lastWord(bytes, line, last)) ? ENDING.cut : ENDING.bare
}

function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}

/** ASCII letters; other scripts have their own marks and are left alone. */
function isWordByte(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90)
}

function lineStart(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && bytes[at - 1] !== NEWLINE) at--
  return at
}

/** At least six words on the last line, which starts neither as a list item, heading, quote, table row nor code. */
function isProse(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at < end && bytes[at] === 32) at++
  const first = bytes[at]!
  if (at - start >= 4 || '-*#>|`+$\\0123456789'.includes(String.fromCharCode(first)) || first === 0xe2)
    return false
  let words = 1
  for (let i = at; i < end; i++) if (bytes[i] === 32 && bytes[i + 1] !== 32) words++
  return words >= 6
}

/** Marks that end a sentence, followed by white space. */
function sentences(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  for (let i = start; i < end - 1 && count < FEWEST_SENTENCES; i++) {
    const byte = bytes[i]!
    if ((byte === 46 || byte === 33 || byte === 63) && isSpace(bytes[i + 1]!)) count++
  }
  return count
}

function lastWord(bytes: Uint8Array, start: number, end: number): string {
  let at = end
  while (at > start && isWordByte(bytes[at - 1]!)) at--
  return Buffer.from(bytes.subarray(at, end)).toString('latin1').toLowerCase()
}
