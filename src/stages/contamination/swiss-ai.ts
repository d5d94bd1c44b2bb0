import { MatchingBlocks } from '../../text/matching-blocks.ts'
import { buildNgramTable, findGram } from '../../text/ngram-table.ts'
import type { NgramTable, Texts } from '../../text/ngram-table.ts'

/** Constants of the published rule: an 8-gram in common, blocks of 5 symbols and more, half of the item. */
export const SWISS = { gram: 8, block: 5, ratio: 0.5 } as const

/** Benchmark prompts as symbols (token ids, or word hashes for the mended rule). */
export interface SwissIndex {
  texts: Texts
  /** 8-grams: an item is a candidate when it shares one. */
  grams: NgramTable
  /** 5-grams: every block that counts is covered by shared ones, which bounds the ratio from above. */
  parts: NgramTable
  /** Grams lost at the end of each text, on both sides (1 in the published rule, whose slice is `[i:-(n-i)]`). */
  dropLast: number
}

export function buildSwissIndex(texts: Texts, dropLast: number): SwissIndex {
  return {
    texts,
    grams: buildNgramTable(texts, SWISS.gram, dropLast),
    parts: buildNgramTable(texts, SWISS.block),
    dropLast,
  }
}

/**
 * Finds every item whose matching blocks (of 5 symbols and more) cover at least half of it. The published script
 * runs difflib on every item that shares an 8-gram; here an upper bound from shared 5-grams rejects nearly all
 * of them first, without changing the answer.
 */
export class SwissMatcher {
  private readonly blocks = new MatchingBlocks()
  private readonly seenItem: Int32Array
  private readonly seenPart: Int32Array
  private epoch = 0
  private readonly index: SwissIndex

  constructor(index: SwissIndex) {
    this.index = index
    this.seenItem = new Int32Array(index.texts.start.length)
    this.seenPart = new Int32Array(index.parts.grams)
  }

  /** Calls `found` for each item that matches, items ascending. */
  match(text: Uint32Array, found: (item: number, matched: number, length: number) => void): void {
    const candidates = this.candidates(text)
    if (candidates.length === 0) return
    this.markParts(text)
    const { start, symbols } = this.index.texts
    for (const item of candidates.sort((a, b) => a - b)) {
      const from = start[item] as number
      const end = start[item + 1] as number
      if (!this.possible(from, end)) continue
      const matched = this.blocks.matched(text, symbols.subarray(from, end), SWISS.block)
      if (matched / (end - from) >= SWISS.ratio) found(item, matched, end - from)
    }
  }

  private candidates(text: Uint32Array): number[] {
    const { grams, dropLast } = this.index
    const items: number[] = []
    this.epoch++
    for (let at = 0; at + SWISS.gram + dropLast <= text.length; at++) {
      const gram = findGram(grams, text, at)
      if (gram < 0) continue
      const end = grams.postingStart[gram + 1] as number
      for (let p = grams.postingStart[gram] as number; p < end; p++) {
        const item = grams.postings[p] as number
        if (this.seenItem[item] === this.epoch) continue
        this.seenItem[item] = this.epoch
        items.push(item)
      }
    }
    return items
  }

  private markParts(text: Uint32Array): void {
    for (let at = 0; at + SWISS.block <= text.length; at++) {
      const part = findGram(this.index.parts, text, at)
      if (part >= 0) this.seenPart[part] = this.epoch
    }
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
