import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { sortPairLists, sortPairs } from '../../../text/sort.ts'
import type { SizeOrder } from './order.ts'
import { array, sharedArray } from './views.ts'

/** What a view does with a shingle: others may find it there, and it looks for others there. */
export const FOUND = 1
export const LOOKS = 2
const ROLE_BITS = 2

/** Hash ranges the entries are sorted in, each by itself. A power of two; changes no result. */
const PARTS = 16
const PART_BITS = Math.log2(PARTS)
/** Values of a list of entries that is handed on as it is. */
const CHUNK = 1 << 14

/** (shingle, view, role) entries of a round, kept apart by hash range: a hash and a value behind each other. */
export class PostingEntries {
  readonly #full: Uint32Array[][] = Array.from({ length: PARTS }, () => [])
  readonly #open = Array.from({ length: PARTS }, () => new Uint32Array(CHUNK))
  readonly #used = new Uint32Array(PARTS)

  add(hash: number, view: number, role: number): void {
    const part = hash >>> (32 - PART_BITS)
    const chunk = this.#open[part] as Uint32Array
    const at = this.#used[part] as number
    chunk[at] = hash
    chunk[at + 1] = (view << ROLE_BITS) | role
    this.#used[part] = at + 2
    if (at + 2 === CHUNK) this.#next(part)
  }

  #next(part: number): void {
    this.#full[part]?.push(this.#open[part] as Uint32Array)
    this.#open[part] = new Uint32Array(CHUNK)
    this.#used[part] = 0
  }

  /** Fields `<hash range>.<chunk>`. */
  take(): Tally {
    const fields: [string, Uint32Array][] = []
    for (let part = 0; part < PARTS; part++) {
      const rest = (this.#open[part] as Uint32Array).slice(0, this.#used[part])
      ;[...(this.#full[part] ?? []), rest].forEach((chunk, i) => fields.push([`${part}.${i}`, chunk]))
    }
    return Object.fromEntries(fields)
  }
}

/** Inputs of `sortPostings`, one per hash range, from the answers of a round over views. */
export function* postingInputs(answers: readonly Tally[], order: SizeOrder): Generator<Tally> {
  const lists: Uint32Array[][] = Array.from({ length: PARTS }, () => [])
  for (const answer of answers) {
    for (const [name, value] of Object.entries(answer)) lists[parseInt(name, 10)]?.push(value as Uint32Array)
  }
  for (const list of lists) {
    const fields = list.map((chunk, i) => [`entries${i}`, chunk] as const)
    yield { lists: list.length, rankOf: order.rankOf, low: order.low, ...Object.fromEntries(fields) }
  }
}

/**
 * Round: sorts the entries of one hash range. Views are ranks from here on (`SizeOrder`). Answers, in shared memory,
 * `posted`: for one shingle after another the ranks that can be found there, ascending, the first marked by the top
 * bit; and `looks` with `places`, by rank: who looks for smaller partners, in the postings before which place. Only
 * looks with something to find are left.
 */
export function sortPostings(input: Tally): Tally {
  const lists = Array.from({ length: input['lists'] as number }, (_, i) => array(input, `entries${i}`))
  const { keys, values } = sortPairLists(lists, PART_BITS)
  const groups = new Groups(array(input, 'rankOf'), array(input, 'low'))
  const n = keys.length
  for (let from = 0; from < n;) {
    const hash = keys[from]
    let roles = values[from] as number
    let to = from + 1
    for (; to < n && keys[to] === hash; to++) roles |= values[to] as number
    // Where nobody looks, or nobody is to be found, nothing comes of it.
    if (to - from > 1 && (roles & (FOUND | LOOKS)) === (FOUND | LOOKS)) groups.add(values, from, to)
    from = to
  }
  return groups.take()
}

/** Mark of the first posting of a shingle. */
const FIRST = 0x80000000

/** Most entries sorted by insertion. */
const FEW = 24

class Groups {
  readonly #rankOf: Uint32Array
  readonly #low: Uint32Array
  readonly #posted = new Growable32(1 << 16)
  readonly #looks = new Growable32(1 << 16)
  readonly #places = new Growable32(1 << 16)
  #group = new Uint32Array(1024)

  constructor(rankOf: Uint32Array, low: Uint32Array) {
    this.#rankOf = rankOf
    this.#low = low
  }

  /** Adds the entries of one shingle. */
  add(values: Uint32Array, from: number, to: number): void {
    const n = this.#byRank(values, from, to)
    const [posted, start, looks] = [this.#posted, this.#posted.length, this.#looks.length]
    let [last, used] = [-1, start]
    for (let i = 0; i < n; i++) {
      const entry = this.#group[i] as number
      const rank = entry >>> ROLE_BITS
      if ((entry & LOOKS) !== 0 && last >= (this.#low[rank] as number)) {
        this.#looks.push(rank)
        this.#places.push(posted.length)
        used = posted.length
      }
      if ((entry & FOUND) === 0) continue
      posted.push(posted.length === start ? (rank | FIRST) >>> 0 : rank)
      last = rank
    }
    // What nobody finds need not be kept.
    posted.length = this.#looks.length === looks ? start : used
  }

  /** Fills `#group` with the entries, rank instead of view, ascending; returns how many. */
  #byRank(values: Uint32Array, from: number, to: number): number {
    const n = to - from
    if (this.#group.length < n) this.#group = new Uint32Array(2 * n)
    const [group, rankOf] = [this.#group, this.#rankOf]
    for (let i = 0; i < n; i++) {
      const value = values[from + i] as number
      const entry = (((rankOf[value >>> ROLE_BITS] as number) << ROLE_BITS) | (value & (FOUND | LOOKS))) >>> 0
      group[i] = entry
    }
    if (n > FEW) group.subarray(0, n).sort()
    else insertionSort(group, n)
    return n
  }

  take(): Tally {
    const byRank = sortPairs(this.#looks.trimmed(), this.#places.trimmed())
    return {
      posted: shared(this.#posted.trimmed()),
      looks: shared(byRank.keys),
      places: shared(byRank.values),
    }
  }
}

function insertionSort(values: Uint32Array, n: number): void {
  for (let i = 1; i < n; i++) {
    const value = values[i] as number
    let at = i
    for (; at > 0 && (values[at - 1] as number) > value; at--) values[at] = values[at - 1] as number
    values[at] = value
  }
}

function shared(values: Uint32Array): Uint32Array {
  const copy = sharedArray(values.length)
  copy.set(values)
  return copy
}

/** A tally a worker reads candidates from; the answers of `sortPostings` lie in shared memory. */
export function candidatesTally(answers: readonly Tally[], order: SizeOrder): Tally {
  const fields = answers.flatMap((answer, part) =>
    ['posted', 'looks', 'places'].map((name) => [`${name}${part}`, array(answer, name)] as const),
  )
  return { parts: answers.length, viewOf: order.viewOf, low: order.low, ...Object.fromEntries(fields) }
}

interface CandidatePart {
  posted: Uint32Array
  looks: Uint32Array
  places: Uint32Array
  next: number
}

/** The candidates of one rank after another: smaller views, large enough, that share a shingle it looks for. */
export class Candidates {
  /** Ranks found by the last `read`, each once; `length` of them. */
  readonly ranks = new Growable32()
  readonly #low: Uint32Array
  readonly #parts: CandidatePart[]
  readonly #seen: Uint8Array

  /** Ranks are read from `from` on. */
  constructor(input: Tally, from: number) {
    this.#low = array(input, 'low')
    this.#seen = new Uint8Array(this.#low.length)
    this.#parts = Array.from({ length: input['parts'] as number }, (_, part) => {
      const [posted, looks, places] = ['posted', 'looks', 'places'].map((name) =>
        array(input, `${name}${part}`),
      ) as [Uint32Array, Uint32Array, Uint32Array]
      return { posted, looks, places, next: firstAtLeast(looks, from) }
    })
  }

  /** Whether the last `read` found a rank. */
  has(rank: number): boolean {
    return this.#seen[rank] === 1
  }

  read(rank: number): void {
    const { ranks } = this
    for (let i = 0; i < ranks.length; i++) this.#seen[ranks.values[i] as number] = 0
    ranks.length = 0
    const least = this.#low[rank] as number
    for (const part of this.#parts) {
      for (; part.looks[part.next] === rank; part.next++)
        this.#walk(part.posted, part.places[part.next] as number, least)
    }
  }

  #walk(posted: Uint32Array, place: number, least: number): void {
    const [ranks, seen] = [this.ranks, this.#seen]
    for (let at = place - 1; ; at--) {
      const entry = posted[at] as number
      const x = entry & 0x7fffffff
      if (x < least) return
      if (seen[x] === 0) {
        seen[x] = 1
        ranks.push(x)
      }
      if (entry >= FIRST) return
    }
  }
}

function firstAtLeast(sorted: Uint32Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
