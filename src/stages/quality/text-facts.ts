import { CATEGORY, SCRIPT, SCRIPTS, categorySet } from '../../text/unicode/properties.ts'

const LETTER = categorySet('L')
const LATIN = SCRIPTS.indexOf('Latin')
const COMMON = SCRIPTS.indexOf('Common')
const INHERITED = SCRIPTS.indexOf('Inherited')

/** What a byte is at first glance; 0 is anything else. */
const ASCII_LETTER = 1
const SPACE = 2
const BACKTICK = 3
const WIDE = 4
const CLASS = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  if ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)) CLASS[byte] = ASCII_LETTER
  else if (byte === 32 || (byte >= 9 && byte <= 13)) CLASS[byte] = SPACE
  else if (byte === 96) CLASS[byte] = BACKTICK
  else if (byte >= 0x80) CLASS[byte] = WIDE
}

const REPLACEMENT = 0xfffd

/** Counts over one or several texts, filled in one pass over their bytes. */
export class TextFacts {
  /** Letters per script, an index into `SCRIPTS`. Letters shared by scripts are not counted. */
  readonly letters = new Float64Array(SCRIPTS.length)
  /** Scripts seen since `reset`, so that resetting costs what was used. */
  private readonly seen: number[] = []
  /** Bytes that are not ASCII white space. */
  solid = 0
  /** U+FFFD in the text. */
  replacements = 0
  /** UTF-8 that was read as Latin-1 or Windows-1252 and encoded once more: `Ã©`, `â€™`. */
  doubleEncoded = 0
  /** Lines that open or close a code fence. */
  fences = 0

  reset(): void {
    for (const script of this.seen) this.letters[script] = 0
    this.seen.length = 0
    this.solid = this.replacements = this.doubleEncoded = this.fences = 0
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    let latin = 0
    let spaces = 0
    for (let i = start; i < end; i++) {
      const kind = CLASS[bytes[i]!]
      if (kind === ASCII_LETTER) latin++
      else if (kind === SPACE) spaces++
      else if (kind === WIDE) i = this.wide(bytes, i, end)
      else if (kind === BACKTICK) i = this.fence(bytes, i, start, end)
    }
    this.solid += end - start - spaces
    if (latin > 0) this.count(LATIN, latin)
  }

  /** The script most letters are of, lowest index first among equals; null without letters. */
  dominant(): number | null {
    let best: number | null = null
    for (const script of this.seen) {
      if (
        best === null ||
        this.letters[script]! > this.letters[best]! ||
        (this.letters[script] === this.letters[best] && script < best)
      )
        best = script
    }
    return best
  }

  /** Calls back for every script with letters. */
  each(visit: (script: number, letters: number) => void): void {
    for (const script of this.seen) visit(script, this.letters[script]!)
  }

  private count(script: number, letters: number): void {
    if (this.letters[script] === 0) this.seen.push(script)
    this.letters[script]! += letters
  }

  private wide(bytes: Uint8Array, at: number, end: number): number {
    const lead = bytes[at]!
    const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    if (at + size > end) return end
    const tail = ((bytes[at + 1]! & 63) << 6) | (bytes[at + 2]! & 63)
    const code =
      size === 2
        ? ((lead & 31) << 6) | (bytes[at + 1]! & 63)
        : size === 3
          ? ((lead & 15) << 12) | tail
          : ((lead & 7) << 18) | (tail << 6) | (bytes[at + 3]! & 63)
    if (code === REPLACEMENT) this.replacements++
    else if (code === 0xc3 || code === 0xe2) this.suspect(bytes, at + size, end, code)
    if (LETTER[CATEGORY[code]!] === 1) {
      const script = SCRIPT[code]!
      if (script !== COMMON && script !== INHERITED) this.count(script, 1)
    }
    return at + size - 1
  }

  /** `Ã` before U+0080–U+00BF, and `â` before `€` or U+0080, are no letters of any language in that order. */
  private suspect(bytes: Uint8Array, at: number, end: number, code: number): void {
    if (at + 1 >= end) return
    const [first, second] = [bytes[at]!, bytes[at + 1]!]
    const control = first === 0xc2 && second >= 0x80 && second <= 0xbf
    const euro = first === 0xe2 && second === 0x82 && bytes[at + 2] === 0xac
    if (code === 0xc3 ? control : euro || (control && second === 0x80)) this.doubleEncoded++
  }

  /** Three backticks at the start of a line, however far in, with no backtick after them: CommonMark's fence. */
  private fence(bytes: Uint8Array, at: number, start: number, end: number): number {
    let run = at
    while (run < end && bytes[run] === 96) run++
    if (run - at < 3) return run - 1
    let before = at - 1
    while (before >= start && (bytes[before] === 32 || bytes[before] === 9)) before--
    if (before >= start && bytes[before] !== 10) return run - 1
    let after = run
    while (after < end && bytes[after] !== 10 && bytes[after] !== 96) after++
    if (bytes[after] !== 96 || after === end) this.fences++
    return run - 1
  }
}

export function scriptName(script: number): string {
  return SCRIPTS[script] ?? 'Unknown'
}

export const LATIN_SCRIPT = LATIN
