import { buildGramFilter } from '../../text/gram-filter.ts'
import type { GramFilter } from '../../text/gram-filter.ts'
import { MatchingBlocks } from '../../text/matching-blocks.ts'
import { buildNgramTable, findGram } from '../../text/ngram-table.ts'
import type { NgramTable, Texts } from '../../text/ngram-table.ts'
import { shared } from '../../text/shared.ts'
import { SWISS, boundOf, mayReach } from './swiss-bound.ts'
import type { SwissBound } from './swiss-bound.ts'
import { SwissTurn } from './swiss-turn.ts'
import type { ConfirmBits } from './swiss-turn.ts'

/** Benchmark prompts as symbols (token ids, or word hashes for the mended rule). */
export interface SwissIndex {
  texts: Texts
  /** Items by length, the shortest first; below that item i is `byLength[i]`. */
  byLength: Int32Array
  /** 8-grams: an item is a candidate when it shares one. */
  grams: NgramTable
  /** Bits of the 5-grams: most of a text is passed over by a look at them. */
  filter: GramFilter
  /** Other bits of the same: few 5-grams that stand in no item seem to by both. */
  confirm: ConfirmBits
  /** The 5-grams of each item: every block that counts is made of shared ones. */
  bound: SwissBound
  /** Grams lost at the end of each text, on both sides (1 in the published rule, whose slice is `[i:-(n-i)]`). */
  dropLast: number
}

export function buildSwissIndex(texts: Texts, dropLast: number): SwissIndex {
  const byLength = orderByLength(texts)
  const ordered = reordered(texts, byLength)
  const grams = buildNgramTable(ordered, SWISS.gram, dropLast)
  const filter = buildGramFilter(texts, SWISS.block)
  const bound = boundOf(ordered)
  return { texts, byLength, grams, filter, confirm: confirmBits(bound), bound, dropLast }
}

function orderByLength({ start }: Texts): Int32Array {
  const length = (item: number) => (start[item + 1] as number) - (start[item] as number)
  const order = shared(Int32Array, start.length - 1)
  order.set(Int32Array.from(order, (_, item) => item).sort((a, b) => length(a) - length(b) || a - b))
  return order
}

function reordered({ start, symbols }: Texts, order: Int32Array): Texts {
  const out = { start: shared(Int32Array, start.length), symbols: new Uint32Array(symbols.length) }
  order.forEach((item, i) => {
    const text = symbols.subarray(start[item], start[item + 1])
    out.symbols.set(text, out.start[i])
    out.start[i + 1] = (out.start[i] as number) + text.length
  })
  return out
}

function confirmBits({ start, hash }: SwissBound): ConfirmBits {
  let size = 15
  while (1 << size < 8 * hash.length && size < 30) size++
  const shift = 32 - size
  const bits = shared(Int32Array, 1 << (size - 5))
  for (let item = 0; item < start.length - 1; item++) {
    for (let at = start[item] as number; at + SWISS.block <= (start[item + 1] as number); at++) {
      const h = hash[at] as number
      const bit = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> shift
      bits[bit >>> 5]! |= 1 << (bit & 31)
    }
  }
  return { bits, shift }
}

/** So many 5-grams in a row hold an 8-gram. */
const PARTS_OF_GRAM = SWISS.gram - SWISS.block + 1

/**
 * Finds every item whose matching blocks (of 5 symbols and more) cover at least half of it. The published script
 * runs difflib on every item that shares an 8-gram. Here two upper bounds reject nearly all of them before, without
 * changing the answer: all blocks together are no longer than what the text has of 5-grams of any item, which long items
 * need more of, and in the item they lie where the text holds its 5-grams (`mayReach`).
 */
export class SwissMatcher {
  private readonly blocks = new MatchingBlocks()
  private readonly turn: SwissTurn
  /** Per item: the turn it was last met in. */
  private readonly seen: Int32Array
  private readonly met: number[] = []
  private epoch = 0
  private readonly index: SwissIndex

  constructor(index: SwissIndex) {
    this.index = index
    this.seen = new Int32Array(index.byLength.length)
    this.turn = new SwissTurn(index.filter, index.confirm)
  }

  /** Calls `found` for each item that matches, items ascending. */
  match(text: Uint32Array, found: (item: number, matched: number, length: number) => void): void {
    if (!this.meetItems(text)) return
    const { texts, byLength, bound } = this.index
    const items = this.met
      .filter((item) => mayReach(bound, item, this.turn))
      .map((item) => byLength[item] as number)
    for (const item of items.sort((a, b) => a - b)) {
      const symbols = texts.symbols.subarray(texts.start[item], texts.start[item + 1])
      const matched = this.blocks.matched(text, symbols, SWISS.block)
      if (matched / symbols.length >= SWISS.ratio) found(item, matched, symbols.length)
    }
  }

  /** Meets the items that share an 8-gram and are not too long; returns whether there are any. */
  private meetItems(text: Uint32Array): boolean {
    const { met, index, turn } = this
    this.epoch++
    met.length = 0
    if (turn.take(text, PARTS_OF_GRAM) === 0) return false
    const { runs } = turn
    const limit = this.itemsUpTo(turn.covered / SWISS.ratio)
    for (let end = SWISS.gram - 1; end + index.dropLast < text.length; end++) {
      if ((runs[end] as number) < PARTS_OF_GRAM) continue
      const gram = findGram(index.grams, text, end - SWISS.gram + 1)
      if (gram >= 0) this.meetItemsOf(gram, limit)
    }
    return met.length > 0
  }

  private meetItemsOf(gram: number, limit: number): void {
    const { met, seen, epoch } = this
    const { postingStart, postings } = this.index.grams
    const last = postingStart[gram + 1] as number
    for (let p = postingStart[gram] as number; p < last; p++) {
      const item = postings[p] as number
      if (item >= limit) return
      if (seen[item] === epoch) continue
      seen[item] = epoch
      met.push(item)
    }
  }

  /** How many items have at most so many symbols. */
  private itemsUpTo(length: number): number {
    const { start } = this.index.bound
    let low = 0
    let high = start.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((start[middle + 1] as number) - (start[middle] as number) <= length) low = middle + 1
      else high = middle
    }
    return low
  }
}
