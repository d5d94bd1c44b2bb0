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

/** Least share of an item's shingles that makes it worth a look: with every fifth word changed a third is left. */
const LEAST_LEAD = 0.1

/** Words of one turn, from the batch's word `from` on. */
interface TurnWords {
  words: Uint32Array
  from: number
  there: ReadonlySet<number>
}

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
    const words = hash.subarray(from, to)
    let there: ReadonlySet<number> | null = null
    for (const item of this.#touched) {
      const share = this.#seen[item]! / this.#index.shingles[item]!
      if (share >= LEAST_LEAD) {
        const match = this.#judge(item, { words, from, there: (there ??= new Set(words)) })
        if (match !== null) matches.push({ ...match, turn: number })
      }
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
  #judge(item: number, turn: TurnWords): Omit<Match, 'turn'> | null {
    const { start, symbols, shingles } = this.#index
    const own = shingles[item]!
    const containment = this.#seen[item]! / own
    const contained = containment >= this.#least.containment
    const enough = own >= FEWEST_SHINGLES
    // So few shingles are a phrase, unless the whole item stands there and tells something.
    const least = contained && enough ? 0 : enough ? this.#least.aligned : 1
    if (least > 0 && !this.#tells(item, turn.there, least)) return null
    const words = symbols.subarray(start[item], start[item + 1])
    const low = Math.max(0, this.#first[item]! - turn.from - words.length)
    const high = Math.min(turn.words.length, this.#last[item]! - turn.from + SHINGLE + words.length)
    this.#lcs.prepare(words)
    const aligned = this.#lcs.length(turn.words.subarray(low, high)) / words.length
    if (aligned < least) return null
    if (least > 0 && turn.words.length > high - low) {
      const stretch = new Set(turn.words.subarray(low, high))
      if (!this.#tells(item, stretch, least)) return null
    }
    return { item, containment, aligned, near: !contained }
  }

  /** Whether enough of the item's words, and of what they tell, stand among these. */
  #tells(item: number, there: ReadonlySet<number>, least: number): boolean {
    const { start, symbols, weight } = this.#index
    let [words, found, all] = [0, 0, 0]
    for (let at = start[item]!; at < start[item + 1]!; at++) {
      all += weight[at]!
      if (!there.has(symbols[at]!)) continue
      found += weight[at]!
      words++
    }
    const { share, weight: much, ofLittle, atAll } = LEAST_TELLING
    if (words < least * (start[item + 1]! - start[item]!)) return false
    return all >= atAll && found >= Math.max(share * all, Math.min(much, ofLittle * all))
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
