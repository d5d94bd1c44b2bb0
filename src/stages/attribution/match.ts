import type { Batch } from '../../core/batch.ts'
import { ROLE_CODE } from '../../core/example.ts'
import { LcsKernel } from '../../text/lcs.ts'
import { findGram } from '../../text/ngram-table.ts'
import { FEWEST_SHINGLES, LONGEST_SHORT, MOST_ITEMS, SHINGLE, wholeKey } from './upstream.ts'
import type { UpstreamIndex } from './upstream.ts'

/** An item found in a row. */
export interface Match {
  item: number
  /** Index of the turn within the example. */
  turn: number
  /** Share of the item's own shingles that stand in the turn. */
  containment: number
  /** Share of the item's words that stand in the turn in their order. */
  aligned: number
  /** Found by its aligned words alone: reworded in places. */
  near: boolean
}

/** When a turn holds an item: the least containment, or, for a reworded one, the least aligned words. */
export interface Thresholds {
  containment: number
  aligned: number
}

const QUESTION_ROLES: ReadonlySet<number> = new Set([ROLE_CODE.user, ROLE_CODE.document, ROLE_CODE.unknown])

/**
 * What a reworded item must have in the turn of its words, each weighed by how much it tells: this share of them, and
 * this much in all, or where the whole item tells little, nearly all of it, and where it tells next to nothing it is
 * not looked for. "Which of the following is true of" is most of many questions, and tells of none.
 */
const LEAST_TELLING = { share: 0.65, weight: 24, ofLittle: 0.85, atAll: 16 } as const

/** Finds upstream items in the question turns of a row. */
export class Matcher {
  readonly #index: UpstreamIndex
  readonly #least: Thresholds
  readonly #lcs = new LcsKernel()
  /** Per item: own shingles seen in the current turn, and the first and last place of one. */
  readonly #seen: Int32Array
  readonly #first: Int32Array
  readonly #last: Int32Array
  /** Per gram: number of the turn that saw it last. */
  readonly #lastTurn: Int32Array
  #turnNumber = 0
  #touched: number[] = []

  constructor(index: UpstreamIndex, least: Thresholds) {
    this.#index = index
    this.#least = least
    this.#seen = new Int32Array(index.shingles.length)
    this.#first = new Int32Array(index.shingles.length)
    this.#last = new Int32Array(index.shingles.length)
    this.#lastTurn = new Int32Array(index.table.grams)
  }

  /** Items of one example, each once, most words aligned first; ties go to the earlier item. */
  find(batch: Batch, example: number): Match[] {
    const best = new Map<number, Match>()
    const first = batch.turnStart[example]!
    for (let turn = first; turn < batch.turnStart[example + 1]!; turn++) {
      if (!QUESTION_ROLES.has(batch.role[turn]!)) continue
      for (const match of this.#inTurn(batch, turn, turn - first)) {
        const before = best.get(match.item)
        if (before === undefined || order(match, before) < 0) best.set(match.item, match)
      }
    }
    return [...best.values()].sort(order)
  }

  #inTurn(batch: Batch, turn: number, number: number): Match[] {
    const { turnWord, hash } = batch.words()
    const [from, to] = [turnWord[turn]!, turnWord[turn + 1]!]
    const matches = to - from <= LONGEST_SHORT ? this.#whole(hash, from, to, number) : []
    this.#count(hash, from, to)
    for (const item of this.#touched) {
      const match = this.#judge(item, hash.subarray(from, to), from)
      if (match !== null) matches.push({ ...match, turn: number })
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
        this.#last[item] = at
        if (this.#seen[item]!++ > 0) continue
        this.#touched.push(item)
        this.#first[item] = at
      }
    }
  }

  /** A shared shingle is a lead; the words in their order, near the shared ones, are the proof. */
  #judge(item: number, turn: Uint32Array, from: number): Omit<Match, 'turn'> | null {
    const { start, symbols, shingles } = this.#index
    const words = symbols.subarray(start[item], start[item + 1])
    const low = Math.max(0, this.#first[item]! - from - words.length)
    const high = Math.min(turn.length, this.#last[item]! - from + SHINGLE + words.length)
    this.#lcs.prepare(words)
    const aligned = this.#lcs.length(turn.subarray(low, high)) / words.length
    const own = shingles[item]!
    const containment = this.#seen[item]! / own
    const contained = containment >= this.#least.containment
    const enough = own >= FEWEST_SHINGLES
    if (contained && enough) return { item, containment, aligned, near: false }
    // So few shingles are a phrase, unless the whole item stands there and tells something.
    if (aligned < (enough ? this.#least.aligned : 1) || !this.#tells(item, turn.subarray(low, high)))
      return null
    if (contained) return { item, containment, aligned, near: false }
    return { item, containment, aligned, near: true }
  }

  /** Whether enough of the item's telling words stand anywhere in the stretch. */
  #tells(item: number, stretch: Uint32Array): boolean {
    const { start, symbols, weight } = this.#index
    const there = new Set(stretch)
    let [found, all] = [0, 0]
    for (let at = start[item]!; at < start[item + 1]!; at++) {
      all += weight[at]!
      if (there.has(symbols[at]!)) found += weight[at]!
    }
    const { share, weight: least, ofLittle, atAll } = LEAST_TELLING
    return all >= atAll && found >= Math.max(share * all, Math.min(least, ofLittle * all))
  }

  #whole(hash: Uint32Array, from: number, to: number, turn: number): Match[] {
    const { shortKey, shortItem } = this.#index
    if (from === to) return []
    const key = wholeKey(hash, from, to)
    const matches: Match[] = []
    for (let at = lowerBound(shortKey, key); shortKey[at] === key; at++) {
      matches.push({ item: shortItem[at]!, turn, containment: 1, aligned: 1, near: false })
    }
    return matches
  }
}

function order(a: Match, b: Match): number {
  return (
    Number(a.near) - Number(b.near) ||
    b.aligned - a.aligned ||
    b.containment - a.containment ||
    a.item - b.item
  )
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
