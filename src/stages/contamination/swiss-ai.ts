import { MatchingBlocks } from '../../text/matching-blocks.ts'
import { buildNgramTable, findGram } from '../../text/ngram-table.ts'
import type { NgramTable, Texts } from '../../text/ngram-table.ts'
import { shared } from '../../text/shared.ts'

/** Constants of the published rule: an 8-gram in common, blocks of 5 symbols and more, half of the item. */
export const SWISS = { gram: 8, block: 5, ratio: 0.5 } as const

/** Grams of more items than this are stock phrases: they make candidates of everything and prove nothing. */
const STOCK = 32

/** Benchmark prompts as symbols (token ids, or word hashes for the mended rule). */
export interface SwissIndex {
  texts: Texts
  /** 8-grams: an item is a candidate when it shares one. */
  grams: NgramTable
  /** 5-grams: every block that counts is covered by shared ones, which bounds the ratio from above. */
  parts: NgramTable
  /** Items of each 5-gram that is no stock phrase, once for each place it has in them. */
  rareStart: Int32Array
  rareItems: Int32Array
  /** Symbols of each item that shared stock 5-grams could cover. */
  stockCover: Int32Array
  /** Items that stock phrases alone could bring to the ratio. */
  stockItems: Int32Array
  /** Grams lost at the end of each text, on both sides (1 in the published rule, whose slice is `[i:-(n-i)]`). */
  dropLast: number
}

export function buildSwissIndex(texts: Texts, dropLast: number): SwissIndex {
  const grams = buildNgramTable(texts, SWISS.gram, dropLast)
  const parts = buildNgramTable(texts, SWISS.block)
  return { texts, grams, parts, ...rareParts(texts, parts), dropLast }
}

function rareParts(texts: Texts, parts: NgramTable) {
  const { start } = texts
  const items = start.length - 1
  const isRare = (part: number) =>
    (parts.postingStart[part + 1] as number) - (parts.postingStart[part] as number) <= STOCK
  const rareStart = shared(Int32Array, parts.grams + 1)
  const stockCover = shared(Int32Array, items)
  for (let item = 0; item < items; item++) {
    let coveredEnd = start[item] as number
    for (let at = start[item] as number; at < (start[item + 1] as number); at++) {
      const part = parts.gramAt[at] as number
      if (part < 0) continue
      if (isRare(part)) rareStart[part + 1]!++
      else {
        stockCover[item]! += at + SWISS.block - Math.max(coveredEnd, at)
        coveredEnd = at + SWISS.block
      }
    }
  }
  for (let part = 0; part < parts.grams; part++) rareStart[part + 1]! += rareStart[part] as number
  const rareItems = shared(Int32Array, rareStart[parts.grams] as number)
  const next = rareStart.slice()
  const stock: number[] = []
  for (let item = 0; item < items; item++) {
    const length = (start[item + 1] as number) - (start[item] as number)
    if (length > 0 && (stockCover[item] as number) / length >= SWISS.ratio) stock.push(item)
    for (let at = start[item] as number; at < (start[item + 1] as number); at++) {
      const part = parts.gramAt[at] as number
      if (part >= 0 && isRare(part)) rareItems[next[part]!++] = item
    }
  }
  return { rareStart, rareItems, stockCover, stockItems: Int32Array.from(stock) }
}

/**
 * Finds every item whose matching blocks (of 5 symbols and more) cover at least half of it. The published script
 * runs difflib on every item that shares an 8-gram. Here upper bounds from shared 5-grams, first a count, then an
 * exact cover, reject nearly all of them before, without changing the answer.
 */
export class SwissMatcher {
  private readonly blocks = new MatchingBlocks()
  private readonly seenGram: Int32Array
  private readonly seenPart: Int32Array
  /** Per item: the turn it was last counted in, and places of rare 5-grams found. */
  private readonly counted: Int32Array
  private readonly places: Int32Array
  private epoch = 0
  private readonly index: SwissIndex

  constructor(index: SwissIndex) {
    this.index = index
    this.seenGram = new Int32Array(index.grams.grams)
    this.seenPart = new Int32Array(index.parts.grams)
    this.counted = new Int32Array(index.texts.start.length)
    this.places = new Int32Array(index.texts.start.length)
  }

  /**
   * Calls `found` for each item that matches, items ascending. `run`, where the caller has it, says for each symbol
   * how many in a row up to it could belong to one item: shorter runs than a gram need not be looked up.
   */
  match(
    text: Uint32Array,
    run: Int32Array | null,
    found: (item: number, matched: number, length: number) => void,
  ): void {
    this.epoch++
    if (!this.markGrams(text, run)) return
    const { start, symbols } = this.index.texts
    for (const item of this.candidates(text, run)) {
      const from = start[item] as number
      const end = start[item + 1] as number
      if (!this.possible(from, end) || !this.sharesGram(from, end)) continue
      const matched = this.blocks.matched(text, symbols.subarray(from, end), SWISS.block)
      if (matched / (end - from) >= SWISS.ratio) found(item, matched, end - from)
    }
  }

  private markGrams(text: Uint32Array, run: Int32Array | null): boolean {
    const { grams, dropLast } = this.index
    let any = false
    for (let at = 0; at + SWISS.gram + dropLast <= text.length; at++) {
      if (run !== null && (run[at + SWISS.gram - 1] as number) < SWISS.gram) continue
      const gram = findGram(grams, text, at)
      if (gram < 0) continue
      this.seenGram[gram] = this.epoch
      any = true
    }
    return any
  }

  /** Items whose rare 5-grams in the text, with all the stock phrases they have, could reach the ratio. */
  private candidates(text: Uint32Array, run: Int32Array | null): number[] {
    const { parts, rareStart, rareItems, stockItems } = this.index
    const { counted, places, epoch } = this
    const touched: number[] = []
    for (const item of stockItems) {
      counted[item] = epoch
      places[item] = 0
      touched.push(item)
    }
    for (let at = 0; at + SWISS.block <= text.length; at++) {
      if (run !== null && (run[at + SWISS.block - 1] as number) < SWISS.block) continue
      const part = findGram(parts, text, at)
      if (part < 0 || this.seenPart[part] === epoch) continue
      this.seenPart[part] = epoch
      const end = rareStart[part + 1] as number
      for (let p = rareStart[part] as number; p < end; p++) {
        const item = rareItems[p] as number
        if (counted[item] !== epoch) {
          counted[item] = epoch
          places[item] = 0
          touched.push(item)
        }
        places[item]!++
      }
    }
    return touched.filter((item) => this.mayReach(item)).sort((a, b) => a - b)
  }

  private mayReach(item: number): boolean {
    const { texts, stockCover } = this.index
    const length = (texts.start[item + 1] as number) - (texts.start[item] as number)
    return (
      (SWISS.block * (this.places[item] as number) + (stockCover[item] as number)) / length >= SWISS.ratio
    )
  }

  private sharesGram(from: number, end: number): boolean {
    const { gramAt } = this.index.grams
    for (let at = from; at < end; at++) {
      const gram = gramAt[at] as number
      if (gram >= 0 && this.seenGram[gram] === this.epoch) return true
    }
    return false
  }

  /** Symbols of the item under shared 5-grams: at least half of it, or no alignment can reach the ratio. */
  private possible(from: number, end: number): boolean {
    const { gramAt } = this.index.parts
    let covered = 0
    let coveredEnd = from
    for (let at = from; at < end; at++) {
      const part = gramAt[at] as number
      if (part < 0 || this.seenPart[part] !== this.epoch) continue
      covered += at + SWISS.block - Math.max(coveredEnd, at)
      coveredEnd = at + SWISS.block
    }
    return covered / (end - from) >= SWISS.ratio
  }
}
