import { buildGramFilter, gramRuns } from '../../text/gram-filter.ts'
import type { GramFilter } from '../../text/gram-filter.ts'
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
  /** Bits of the 5-grams: most of a text is passed over by a look at them. */
  filter: GramFilter
  /** Items each 5-gram is counted for, once for each place it has in them. */
  countedStart: Int32Array
  countedItems: Int32Array
  /** Symbols of each item under 5-grams that are not counted for it. */
  stockCover: Int32Array
  /** Grams lost at the end of each text, on both sides (1 in the published rule, whose slice is `[i:-(n-i)]`). */
  dropLast: number
}

export function buildSwissIndex(texts: Texts, dropLast: number): SwissIndex {
  const grams = buildNgramTable(texts, SWISS.gram, dropLast)
  const parts = buildNgramTable(texts, SWISS.block)
  const filter = buildGramFilter(texts, SWISS.block)
  return { texts, grams, parts, filter, ...countedParts(texts, parts), dropLast }
}

/** Which 5-grams are counted item by item, and what the others, too common for that, could cover of each item. */
function countedParts(texts: Texts, parts: NgramTable) {
  const { start } = texts
  const items = start.length - 1
  const isRare = (part: number) =>
    (parts.postingStart[part + 1] as number) - (parts.postingStart[part] as number) <= STOCK
  const stockCover = shared(Int32Array, items)
  for (let item = 0; item < items; item++) {
    const end = start[item + 1] as number
    let coveredEnd = start[item] as number
    for (let at = coveredEnd; at < end; at++) {
      const part = parts.gramAt[at] as number
      if (part < 0 || isRare(part)) continue
      stockCover[item]! += at + SWISS.block - Math.max(coveredEnd, at)
      coveredEnd = at + SWISS.block
    }
    // Stock phrases alone could bring this item to the ratio: of the few like it every 5-gram is counted.
    if ((stockCover[item] as number) / (end - (start[item] as number)) >= SWISS.ratio) stockCover[item] = -1
  }
  const counts = (part: number, item: number) =>
    part >= 0 && ((stockCover[item] as number) < 0 || isRare(part))
  const countedStart = shared(Int32Array, parts.grams + 1)
  eachPlace(texts, parts, (part, item) => counts(part, item) && countedStart[part + 1]!++)
  for (let part = 0; part < parts.grams; part++) countedStart[part + 1]! += countedStart[part] as number
  const countedItems = shared(Int32Array, countedStart[parts.grams] as number)
  const next = countedStart.slice()
  eachPlace(texts, parts, (part, item) => {
    if (counts(part, item)) countedItems[next[part]!++] = item
  })
  for (let item = 0; item < items; item++) stockCover[item] = Math.max(0, stockCover[item] as number)
  return { countedStart, countedItems, stockCover }
}

function eachPlace(texts: Texts, parts: NgramTable, visit: (part: number, item: number) => void): void {
  for (let item = 0; item < texts.start.length - 1; item++) {
    for (let at = texts.start[item] as number; at < (texts.start[item + 1] as number); at++) {
      visit(parts.gramAt[at] as number, item)
    }
  }
}

/** So many 5-grams in a row hold an 8-gram. */
const PARTS_OF_GRAM = SWISS.gram - SWISS.block + 1

/**
 * Finds every item whose matching blocks (of 5 symbols and more) cover at least half of it. The published script
 * runs difflib on every item that shares an 8-gram. Here upper bounds from shared 5-grams, first a count, then an
 * exact cover, reject nearly all of them before, without changing the answer.
 */
export class SwissMatcher {
  private readonly blocks = new MatchingBlocks()
  private readonly seenGram: Int32Array
  private readonly seenPart: Int32Array
  /** Per item: the turn it was last counted in, and places of its 5-grams found. */
  private readonly counted: Int32Array
  private readonly places: Int32Array
  private readonly touched: number[] = []
  private run = new Int32Array(4096)
  private epoch = 0
  /** The grams of the turn are none of them in more items than `STOCK`. */
  private rare = true
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
   * how many 5-grams in a row up to it may stand in some item (`gramRuns`).
   */
  match(
    text: Uint32Array,
    run: Int32Array | null,
    found: (item: number, matched: number, length: number) => void,
  ): void {
    const parts = run ?? this.runs(text)
    if (parts === null) return
    this.epoch++
    this.touched.length = 0
    if (!this.markGrams(text, parts)) return
    this.markParts(text, parts)
    const { start, symbols } = this.index.texts
    for (const item of this.candidates()) {
      const from = start[item] as number
      const end = start[item + 1] as number
      if (!this.possible(from, end) || !this.sharesGram(from, end)) continue
      const matched = this.blocks.matched(text, symbols.subarray(from, end), SWISS.block)
      if (matched / (end - from) >= SWISS.ratio) found(item, matched, end - from)
    }
  }

  /** Null where no 8-gram can be. */
  private runs(text: Uint32Array): Int32Array | null {
    if (this.run.length < text.length) this.run = new Int32Array(2 * text.length)
    return gramRuns(this.index.filter, text, text.length, this.run) < PARTS_OF_GRAM ? null : this.run
  }

  private markGrams(text: Uint32Array, run: Int32Array): boolean {
    const { grams, dropLast } = this.index
    const { postingStart } = grams
    this.rare = true
    let any = false
    for (let end = SWISS.gram - 1; end + dropLast < text.length; end++) {
      if ((run[end] as number) < PARTS_OF_GRAM) continue
      const gram = findGram(grams, text, end - SWISS.gram + 1)
      if (gram < 0 || this.seenGram[gram] === this.epoch) continue
      this.seenGram[gram] = this.epoch
      any = true
      const items = (postingStart[gram + 1] as number) - (postingStart[gram] as number)
      if (items > STOCK) this.rare = false
      else if (this.rare)
        for (let p = 0; p < items; p++)
          this.touch(grams.postings[(postingStart[gram] as number) + p] as number)
    }
    return any
  }

  private touch(item: number): void {
    if (this.counted[item] === this.epoch) return
    this.counted[item] = this.epoch
    this.places[item] = 0
    this.touched.push(item)
  }

  /** Marks the 5-grams of the text and counts how many each item has. */
  private markParts(text: Uint32Array, run: Int32Array): void {
    const { parts, countedStart, countedItems } = this.index
    const { places, epoch, seenPart } = this
    for (let end = SWISS.block - 1; end < text.length; end++) {
      if (run[end] === 0) continue
      const part = findGram(parts, text, end - SWISS.block + 1)
      if (part < 0 || seenPart[part] === epoch) continue
      seenPart[part] = epoch
      if (this.rare) continue
      const last = countedStart[part + 1] as number
      for (let p = countedStart[part] as number; p < last; p++) {
        const item = countedItems[p] as number
        this.touch(item)
        places[item]!++
      }
    }
  }

  /** Items of the grams found; where stock phrases are among these, items whose 5-grams could reach the ratio. */
  private candidates(): number[] {
    const items = this.rare ? this.touched : this.touched.filter((item) => this.mayReach(item))
    return items.sort((a, b) => a - b)
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
