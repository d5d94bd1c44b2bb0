import { WORD_KIND } from '../../core/batch.ts'
import { wordNumber } from '../../text/vocabulary.ts'
import type { ExampleWords, TurnBounds } from './example-words.ts'
import { wordHashes } from './items.ts'
import type { PackedItems } from './items.ts'
import type { OptionRegion } from './option-region.ts'

/** A region of a turn without the words that only typeset it, and with raised and lowered signs as signs on the line. */
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
 * of "Na+" and "Na⁺". Null where it has none of them.
 */
export function withoutSetting(
  items: PackedItems,
  region: OptionRegion,
  words: ExampleWords,
  turn: TurnBounds,
): PlainRegion | null {
  const { start, end, first } = words
  // A label stands in front of the region's first word.
  const from = Math.max(turn.from, region.start - 1)
  const kept: number[] = []
  const symbols: number[] = []
  let plain = true
  for (let w = from; w < region.end; w++) {
    const line = isSetting(words, w) ? NONE : onLine(items, words, w)
    if (line !== null) plain = false
    for (const symbol of line ?? [words.symbols[w] as number]) {
      kept.push(w)
      symbols.push(symbol)
    }
  }
  if (plain) return null
  const place = Int32Array.from(kept)
  const at = (w: number): number => {
    const number = kept.findIndex((other) => other >= w)
    return number < 0 ? kept.length : number
  }
  const numbers = Uint32Array.from(symbols)
  const bounds = { start: at(region.start), end: kept.length, listFrom: at(region.listFrom) }
  return {
    region: { ...region, ...bounds, symbols: numbers },
    words: {
      ...{ symbols: numbers, bytes: words.bytes, first: 0 },
      start: place.map((w) => start[first + w] as number),
      end: place.map((w) => end[first + w] as number),
      kind: Uint8Array.from(kept, (w) => words.kind[first + w] as number),
    },
    turn: { ...turn, from: 0, to: kept.length },
    place,
  }
}

const NONE: readonly number[] = []
const decoder = new TextDecoder()

/** Figures and signs above and below the line. */
const RAISED = /[\u00b2\u00b3\u00b9\u2070-\u208e]/

/** Numbers of the words that a raised or lowered sign is when it is written on the line ("²⁺": 2 +); null for others. */
export function onLine(items: PackedItems, words: ExampleWords, w: number): readonly number[] | null {
  const { bytes, start, end, first, kind } = words
  if (kind[first + w] !== WORD_KIND.symbol) return null
  const from = start[first + w] as number
  if ((bytes[from] as number) < 0x80) return null
  const text = decoder.decode(bytes.subarray(from, end[first + w]))
  if (!RAISED.test(text)) return null
  // Assigned characters keep their decomposition for ever: every version of the runtime has the same for these.
  const line = text.normalize('NFKC')
  return Array.from(wordHashes(line), (hash) => wordNumber(items.vocabulary, hash))
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
