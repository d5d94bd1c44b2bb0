import { gramRuns } from '../../text/gram-filter.ts'
import { pairCheck, pairHash, seedCell } from './seeds.ts'
import type { SeedIndex } from './seeds.ts'

/** What all methods know of an example before they look closer. Valid until the next call. */
export interface Links {
  /** Seeds in the order of the words: where their items stand in the index, and the word of the example they start at. */
  place: Int32Array
  at: Int32Array
  /** Turn t has the seeds [turnSeed[t], turnSeed[t + 1]). */
  turnSeed: Int32Array
  /** Per word: how many grams of `PART` words in a row, up to the one that ends there, may stand in some item. */
  parts: Int32Array
  /** Longest such row of each turn. */
  longest: Int32Array
}

/**
 * Looks up every pair of neighbouring words and every gram of `PART`, turn by turn; all methods work on the answer.
 * Each step runs over a whole turn without a branch that depends on what the tables say: then the loads of many words
 * are under way at once, where a wrong guess would wait for each of them.
 */
export class Linker {
  readonly links: Links
  private readonly index: SeedIndex
  private hash = new Int32Array(0)
  private seeds = 0

  constructor(index: SeedIndex) {
    this.index = index
    const none = new Int32Array(0)
    this.links = { place: none, at: none, parts: none, turnSeed: none, longest: none }
  }

  link(symbols: Uint32Array, turns: number, turnFrom: Int32Array): Links {
    const { links } = this
    this.reserve(turnFrom[turns] as number, turns)
    this.seeds = 0
    for (let turn = 0; turn < turns; turn++) {
      const from = turnFrom[turn] as number
      const to = turnFrom[turn + 1] as number
      this.resolve(symbols, this.filtered(symbols, from, to))
      links.turnSeed[turn + 1] = this.seeds
      links.longest[turn] = this.parts(symbols, from, to)
    }
    return links
  }

  private reserve(words: number, turns: number): void {
    const { links } = this
    if (links.place.length <= words) {
      const size = 2 * Math.max(words, 2048)
      links.place = new Int32Array(size)
      links.at = new Int32Array(size)
      links.parts = new Int32Array(size)
      this.hash = new Int32Array(size)
    }
    if (links.longest.length < turns) {
      links.turnSeed = new Int32Array(2 * turns + 1)
      links.longest = new Int32Array(2 * turns)
    }
  }

  private parts(symbols: Uint32Array, from: number, to: number): number {
    const { parts } = this.links
    return gramRuns(this.index.parts, symbols.subarray(from, to), to - from, parts.subarray(from, to))
  }

  /** Writes the pairs of a turn that may be seeds behind the seeds there are; returns where they end. */
  private filtered(symbols: Uint32Array, from: number, to: number): number {
    const { hash, links } = this
    const { at } = links
    const { filter, filterShift } = this.index
    let end = this.seeds
    let before = symbols[from] as number
    for (let w = from + 1; w < to; w++) {
      const word = symbols[w] as number
      const h = pairHash(before, word)
      const bit = h >>> filterShift
      at[end] = w - 1
      hash[end] = h
      end += ((filter[bit >>> 5] as number) >>> (bit & 31)) & 1
      before = word
    }
    return end
  }

  /** Keeps those that are seeds, and says where their items stand. */
  private resolve(symbols: Uint32Array, end: number): void {
    const { hash, links } = this
    const { place, at } = links
    const { cells } = this.index
    const mask = cells.length - 2
    // A first look brings the cells near, all at once.
    for (let i = this.seeds; i < end; i++) place[i] = cells[((hash[i] as number) << 1) & mask] as number
    let seeds = this.seeds
    for (let i = seeds; i < end; i++) {
      const w = at[i] as number
      const confirm = pairCheck(symbols[w] as number, symbols[w + 1] as number)
      const found = cells[seedCell(cells, hash[i] as number, confirm) + 1] as number
      place[seeds] = found
      at[seeds] = w
      seeds += found === 0 ? 0 : 1
    }
    this.seeds = seeds
  }
}
