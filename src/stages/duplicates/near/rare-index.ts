import type { Tally } from '../../../core/tally.ts'
import { DistinctShingles } from './distinct.ts'
import type { ShingleList } from './distinct.ts'
import { COUNTED_WORDS } from './frequency.ts'
import { SIGNATURE } from './join.ts'
import { FOUND, LOOKS, PostingEntries } from './postings.ts'
import { ShingleReader, array, bytes, storedViews, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/** How many of a view's rarest 3-word shingles are looked at. */
const RARE_KEPT = 40
/** How many of those a view looks for in others: the rarest that do not overlap, because overlapping ones say the same. */
const RARE_PROBES = 16
/** A shingle in more views than this says nothing; the exact join does not skip it. */
const RARE_MOST = 200

/**
 * Round: the rarest 3-word shingles of each view stored at [from, to) that some other view has too, and those of them it
 * looks for in other views. Also writes the signatures of the words.
 */
export function indexRare(input: Tally): Tally {
  const views = viewsOf(input)
  const signature = array(input, 'wordSignature')
  const list = new RareList(views, bytes(input, 'counts'))
  const distinct = new DistinctShingles()
  const rare = new RareShingles()
  const entries = new PostingEntries()
  for (const v of storedViews(input, views)) {
    signWords(views, signature, v)
    distinct.take(list.read(v))
    rare.add(distinct, v, entries)
  }
  return entries.take()
}

/** The shingles of a view that can be chosen: others have them, but not too many. */
class RareList {
  readonly #views: Views
  readonly #runCounts: Uint8Array
  readonly #reader: ShingleReader
  #values = new Uint32Array(1024)
  #positions = new Uint32Array(1024)
  #counts = new Uint8Array(1024)

  constructor(views: Views, runCounts: Uint8Array) {
    this.#views = views
    this.#runCounts = runCounts
    this.#reader = new ShingleReader(views, COUNTED_WORDS)
  }

  read(v: number): ShingleList {
    const read = this.#reader.read(v)
    // One place more than there are shingles: the last one left out is written, too.
    this.#makeRoom(read + 1)
    const list = { values: this.#values, positions: this.#positions, counts: this.#counts, n: 0 }
    const { values, positions } = this.#reader
    const runs = this.#runCounts
    const start = this.#views.start[v] as number
    let n = 0
    for (let i = 0; i < read; i++) {
      const at = positions[i] as number
      const count = runs[start + at] as number
      list.values[n] = values[i] as number
      list.positions[n] = at
      list.counts[n] = count
      // Kept by going on: nobody could predict a branch.
      n += count >= 2 && count <= RARE_MOST ? 1 : 0
    }
    list.n = n
    return list
  }

  #makeRoom(n: number): void {
    if (this.#values.length >= n) return
    this.#values = new Uint32Array(2 * n)
    this.#positions = new Uint32Array(2 * n)
    this.#counts = new Uint8Array(2 * n)
  }
}

/** Chooses the short shingles of a view that others are found by. */
export class RareShingles {
  readonly #order = new Uint32Array(RARE_KEPT)
  readonly #chosen = new Uint32Array(RARE_PROBES)
  readonly #next = new Uint32Array(256)

  /**
   * Adds the rarest shingles that some other view has too; the rarest of those that do not overlap look for others.
   * `distinct` may leave out those with other counts than 2 to `RARE_MOST`.
   */
  add(distinct: DistinctShingles, v: number, entries: PostingEntries): void {
    const [order, chosen] = [this.#order, this.#chosen]
    const n = this.#rarest(distinct)
    let probes = 0
    for (let i = 0; i < n; i++) {
      const at = order[i] as number
      const word = distinct.positions[at] as number
      let looks = probes < RARE_PROBES
      for (let c = 0; c < probes && looks; c++)
        looks = Math.abs((chosen[c] as number) - word) >= COUNTED_WORDS
      if (looks) chosen[probes++] = word
      entries.add(distinct.hashes[at] as number, v, looks ? FOUND | LOOKS : FOUND)
    }
  }

  /** Puts the places of the rarest shingles others have too into `#order`, rarest first; returns how many. */
  #rarest(distinct: DistinctShingles): number {
    const { counts, hashes, size, ofCount } = distinct
    const [order, next] = [this.#order, this.#next]
    const bound = distinct.rarest(RARE_KEPT, 2)
    const most = Math.min(bound.count, RARE_MOST)
    let sum = 0
    for (let count = 2; count <= most; count++) {
      next[count] = sum
      sum += ofCount[count] as number
    }
    let n = 0
    for (let i = 0; i < size; i++) {
      const count = counts[i] as number
      if (count === 1 || count > most) continue
      if (count === bound.count && (hashes[i] as number) > bound.hash) continue
      const at = next[count] as number
      next[count] = at + 1
      order[at] = i
      n++
    }
    sortTies(order, n, distinct)
    return n
  }
}

/** Sorts by hash what has equal counts; `order` is sorted by count. */
function sortTies(order: Uint32Array, n: number, { counts, hashes }: DistinctShingles): void {
  for (let i = 1; i < n; i++) {
    const place = order[i] as number
    const [count, hash] = [counts[place] as number, hashes[place] as number]
    let at = i
    for (; at > 0; at--) {
      const before = order[at - 1] as number
      if (counts[before] !== count || (hashes[before] as number) < hash) break
      order[at] = before
    }
    order[at] = place
  }
}

/** Writes the signature of a view's words. */
function signWords(views: Views, signature: Uint32Array, v: number): void {
  const { words } = views
  const start = views.start[v] as number
  const end = start + (views.length[v] as number)
  for (let i = start; i < end; i++) {
    const bit = ((words[i] as number) >>> 20) & 511
    const at = v * SIGNATURE + (bit >>> 5)
    signature[at] = (signature[at] as number) | (1 << (bit & 31))
  }
}
