import type { ExampleWords, TurnBounds } from './example-words.ts'
import type { OptionRegion } from './options-match.ts'

/** A region of a turn without the words that only typeset it. */
export interface PlainRegion {
  region: OptionRegion
  words: ExampleWords
  turn: TurnBounds
  /** Per word: the word of the example it is. */
  place: Int32Array
}

const DOLLAR = 36
const CARET = 94
const HYPHEN = 45
const BACKSLASH = 92
/** LaTeX commands that say how to set what they hold. */
const SETTING: ReadonlySet<string> = new Set(
  'mathrm mathbf mathit mathsf mathnormal text textit textbf textrm textsf emph ce operatorname boldsymbol bm left right'.split(
    ' ',
  ),
)
const LONGEST_SETTING = 12

/**
 * The same region without the dollar signs, carets and commands of formulae: of "$\mathrm{Na}^+$" two words are left, as
 * of "Na+". Null where it has none of them.
 */
export function withoutSetting(
  region: OptionRegion,
  words: ExampleWords,
  turn: TurnBounds,
): PlainRegion | null {
  const { start, end, first } = words
  // A label stands in front of the region's first word.
  const from = Math.max(turn.from, region.start - 1)
  const kept: number[] = []
  for (let w = from; w < region.end; w++) if (!isSetting(words, w)) kept.push(w)
  if (kept.length === region.end - from) return null
  const place = Int32Array.from(kept)
  const at = (w: number): number => {
    const number = kept.findIndex((other) => other >= w)
    return number < 0 ? kept.length : number
  }
  const symbols = Uint32Array.from(kept, (w) => words.symbols[w] as number)
  return {
    region: { ...region, symbols, start: at(region.start), end: kept.length, listFrom: at(region.listFrom) },
    words: {
      ...{ symbols, bytes: words.bytes, first: 0 },
      start: place.map((w) => start[first + w] as number),
      end: place.map((w) => end[first + w] as number),
      kind: Uint8Array.from(kept, (w) => words.kind[first + w] as number),
    },
    turn: { ...turn, from: 0, to: kept.length },
    place,
  }
}

function isSetting({ bytes, start, end, first }: ExampleWords, w: number): boolean {
  const from = start[first + w] as number
  const to = end[first + w] as number
  const byte = bytes[from]
  if (byte === DOLLAR || byte === CARET) return true
  // Behind a formula a hyphen before a number looks like a sign: "$\beta$-2".
  if (byte === HYPHEN && bytes[from - 1] === DOLLAR) return true
  if (from === 0 || bytes[from - 1] !== BACKSLASH || to - from > LONGEST_SETTING) return false
  return SETTING.has(String.fromCharCode(...bytes.subarray(from, to)))
}
