import type { Span } from '../../text/cover.ts'
import { compare } from './compare.ts'
import { breaksBetween, gapsOf, itemText, rowText } from './gaps.ts'
import { labelBefore } from './labels.ts'
import type { Alignment, Gap } from './gaps.ts'
import type { PackedItems } from './items.ts'

/** A question as it lies on a row. */
export interface Laid extends Alignment {
  item: number
  question: { start: number }
  /** The stretch of the row it may lie in. */
  region: Span
  questionFrom: number
  questionTo: number
  /** Row words that are parts of found ones. */
  healed: ReadonlySet<number>
  /** The parts of the question stand in its order. */
  inOrder: boolean
  /** Tells which row words are parts of the item's options. */
  options: { holds(w: number): boolean }
}

/** A last sentence of so many words, of which less than half was found, is looked for in other words… */
const ASKED = { least: 4, most: 40, found: 0.5 }
/** …among sentences up to so many times as long; this share of its words must be said. */
const SENTENCE = { longest: 2, said: 0.6 }

/**
 * The gaps of a question. Where sentences were moved and what is asked, from word `ask` on, was lost, the sentence of
 * the row that says most of it in other words stands in its place.
 */
export function gapsAround(items: PackedItems, laid: Laid, ask: number): Gap[] {
  const asked = laid.partner.slice(ask)
  const found = asked.filter((w) => w >= 0).length
  const gaps = found === 0 && ask > 0 ? withStandIn(gapsOf(laid), laid, ask) : gapsOf(laid)
  if (laid.inOrder || ask === 0 || asked.length < ASKED.least || asked.length > ASKED.most) return gaps
  if (found >= ASKED.found * asked.length) return gaps
  const texts = asked.map((_, i) => itemText(items, laid.question.start + ask + i))
  const row = saying(items, texts, laid)
  if (row === null) return gaps
  const told = gaps.filter((gap) => gap.from < ask).map((gap) => ({ ...gap, to: Math.min(gap.to, ask) }))
  return [...told, { from: ask, to: laid.partner.length, row, aside: [] }]
}

/** Where nothing of what is asked was found, the sentence behind the case, which is all found, stands in its place. */
function withStandIn(gaps: Gap[], { partner, words, turn, options }: Laid, ask: number): Gap[] {
  const gap = gaps.at(-1)
  if (gap?.from !== ask || gap.row.length > 0) return gaps
  const first = (partner[ask - 1] as number) + 1
  let end = first
  while (end < Math.min(turn.to, first + ASKED.most)) {
    if (options.holds(end) || labelBefore(words, turn, end + 1) >= 0) break
    if (end > first && breaksBetween(words, end - 1, end)) break
    end++
  }
  if (end === first) return gaps
  const row = Array.from({ length: end - first }, (_, i) => first + i)
  return [...gaps.slice(0, -1), { ...gap, row, standsIn: true }]
}

/** The sentence of the row that says most of these words, if it says enough of them. */
function saying(items: PackedItems, texts: readonly string[], { words, region }: Laid): number[] | null {
  let best: number[] | null = null
  let most = SENTENCE.said * texts.length - 1e-9
  let from = region.start
  for (let w = region.start + 1; w <= region.end; w++) {
    if (w < region.end && !breaksBetween(words, w - 1, w)) continue
    const length = w - from
    if (length >= ASKED.least && length <= SENTENCE.longest * texts.length) {
      const row = Array.from({ length }, (_, i) => from + i)
      const said = compare(
        texts,
        row.map((word) => rowText(items, words, word)),
      ).same.length
      if (said > most) {
        most = said
        best = row
      }
    }
    from = w
  }
  return best
}
