import { CATEGORY, CATEGORIES, isWhiteSpace } from '../../../src/text/unicode/properties.ts'
import {
  GPT2_PATTERN,
  LLAMA3_PATTERN,
  O200K_PATTERN,
  QWEN2_PATTERN,
  TEKKEN_PATTERN,
} from '../../../src/text/tokenizer/patterns.ts'

/**
 * The split patterns run as what they are, regular expressions, with every class spelt out as ranges of the pinned
 * Unicode version and the contractions written in every case: slow, and obviously right.
 */
export function referenceSplit(pattern: string): (text: string) => string[] {
  const spelt = pattern
    .replaceAll("(?i:'s|'t|'re|'ve|'m|'ll|'d)", "(?:'[sSſ]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])")
    .replaceAll(/\\p\{(\w+)\}/g, (_, name: string) => rangesOf(name))
    .replaceAll('\\s', rangesOf('space'))
    // Outside brackets a class needs its own.
    .replaceAll(
      /(\[(?:[^\]\\]|\\.)*\])|((?:\\u\{[0-9a-f]+\}(?:-\\u\{[0-9a-f]+\})?)+)/g,
      (_, inside, outside: string) => (inside === undefined ? `[${outside}]` : String(inside)),
    )
    .replaceAll('\\S', `[^${rangesOf('space')}]`)
  const regex = new RegExp(spelt, 'gu')
  return (text) => text.match(regex) ?? []
}

const known = new Map<string, string>()

function rangesOf(name: string): string {
  let ranges = known.get(name)
  if (ranges === undefined) known.set(name, (ranges = spellOut(name)))
  return ranges
}

function spellOut(name: string): string {
  const member = (cp: number) =>
    name === 'space' ? isWhiteSpace(cp) : CATEGORIES[CATEGORY[cp]!]!.startsWith(name)
  let ranges = ''
  for (let cp = 0; cp < 0x110000; cp++) {
    if (!member(cp)) continue
    const from = cp
    while (cp + 1 < 0x110000 && member(cp + 1)) cp++
    ranges += `\\u{${from.toString(16)}}-\\u{${cp.toString(16)}}`
  }
  return ranges
}

export const REFERENCE_PATTERNS = {
  GPT2_PATTERN,
  LLAMA3_PATTERN,
  QWEN2_PATTERN,
  O200K_PATTERN,
  TEKKEN_PATTERN,
}
