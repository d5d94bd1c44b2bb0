import type { Batch } from '../../core/batch.ts'
import { ROLE_CODE } from '../../core/example.ts'
import { findGram } from '../../text/ngram-table.ts'
import { LONGEST_SHORT, MOST_ITEMS, SHINGLE, wholeKey } from './upstream.ts'
import type { UpstreamIndex } from './upstream.ts'

/** An item found in a row. */
export interface Match {
  item: number
  /** Index of the turn within the example. */
  turn: number
  /** Share of the item's own shingles that stand in the turn. */
  containment: number
}

const QUESTION_ROLES: ReadonlySet<number> = new Set([ROLE_CODE.user, ROLE_CODE.document, ROLE_CODE.unknown])

/** Finds upstream items in the question turns of a row. */
export class Matcher {
  readonly #index: UpstreamIndex
  readonly #containment: number
  /** Per item: own shingles seen in the current turn. */
  readonly #seen: Int32Array
  /** Per gram: number of the turn that saw it last. */
  readonly #lastTurn: Int32Array
  #turnNumber = 0
  #touched: number[] = []

  constructor(index: UpstreamIndex, containment: number) {
    this.#index = index
    this.#containment = containment
    this.#seen = new Int32Array(index.shingles.length)
    this.#lastTurn = new Int32Array(index.table.grams)
  }

  /** Items of one example at or above the containment, best first, each once; ties go to the earlier item. */
  find(batch: Batch, example: number): Match[] {
    const best = new Map<number, Match>()
    const first = batch.turnStart[example]!
    for (let turn = first; turn < batch.turnStart[example + 1]!; turn++) {
      if (!QUESTION_ROLES.has(batch.role[turn]!)) continue
      for (const match of this.#inTurn(batch, turn, turn - first)) {
        const before = best.get(match.item)
        if (before === undefined || before.containment < match.containment) best.set(match.item, match)
      }
    }
    return [...best.values()].sort((a, b) => b.containment - a.containment || a.item - b.item)
  }

  #inTurn(batch: Batch, turn: number, number: number): Match[] {
    const { turnWord, hash } = batch.words()
    const [from, to] = [turnWord[turn]!, turnWord[turn + 1]!]
    const matches = to - from <= LONGEST_SHORT ? this.#whole(hash, from, to, number) : []
    this.#count(hash, from, to)
    for (const item of this.#touched) {
      const containment = this.#seen[item]! / this.#index.shingles[item]!
      if (containment >= this.#containment) matches.push({ item, turn: number, containment })
      this.#seen[item] = 0
    }
    this.#touched = []
    return matches
  }

  #count(hash: Uint32Array, from: number, to: number): void {
    const { table, shingles } = this.#index
    this.#turnNumber++
    for (let at = from; at <= to - SHINGLE; at++) {
      const gram = findGram(table, hash, at)
      if (gram < 0 || this.#lastTurn[gram] === this.#turnNumber) continue
      this.#lastTurn[gram] = this.#turnNumber
      const [start, end] = [table.postingStart[gram]!, table.postingStart[gram + 1]!]
      if (end - start > MOST_ITEMS) continue
      for (let posting = start; posting < end; posting++) {
        const item = table.postings[posting]!
        if (shingles[item] === 0) continue
        if (this.#seen[item]!++ === 0) this.#touched.push(item)
      }
    }
  }

  #whole(hash: Uint32Array, from: number, to: number, turn: number): Match[] {
    const { shortKey, shortItem } = this.#index
    if (from === to) return []
    const key = wholeKey(hash, from, to)
    const matches: Match[] = []
    for (let at = lowerBound(shortKey, key); shortKey[at] === key; at++) {
      matches.push({ item: shortItem[at]!, turn, containment: 1 })
    }
    return matches
  }
}

function lowerBound(sorted: Float64Array, key: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}
