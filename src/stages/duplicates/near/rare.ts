import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { LcsKernel, popcount } from '../../../text/lcs.ts'
import { WORD_SHIFT } from '../rows.ts'
import type { DistinctShingles } from './distinct.ts'
import { COUNTED_WORDS } from './frequency.ts'
import { SIGNATURE } from './join.ts'
import { Candidates, FOUND, LOOKS } from './postings.ts'
import type { PostingEntries } from './postings.ts'
import { array, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/** How many of a view's rarest 3-word shingles are looked at. */
const RARE_KEPT = 40
/** How many of those a view looks for in others: the rarest that do not overlap, because overlapping ones say the same. */
const RARE_PROBES = 16
/** A shingle in more views than this says nothing; the exact join does not skip it. */
export const RARE_MOST = 200

/** How a candidate was found: by its own rare shingles, or only by the exact join. */
export const BY_RARE = 1
const BY_JOIN = 2

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
export function signWords(views: Views, signature: Uint32Array, v: number): void {
  const { words } = views
  const start = views.start[v] as number
  const end = start + (views.length[v] as number)
  for (let i = start; i < end; i++) {
    const bit = ((words[i] as number) >>> 20) & 511
    const at = v * SIGNATURE + (bit >>> 5)
    signature[at] = (signature[at] as number) | (1 << (bit & 31))
  }
}

/**
 * Round: pairs of views that share rare short shingles and align well enough, by the longer view's rank in [from, to).
 * `given` are pairs another path proposed, as ranks (shorter, longer), sorted by the longer: they are measured too.
 */
export function alignViews(input: Tally): Tally {
  return new Alignment(input).run()
}

class Alignment {
  readonly #input: Tally
  readonly #views: Views
  readonly #viewOf: Uint32Array
  readonly #signature: Uint32Array
  readonly #ratio: number
  readonly #found: Candidates
  readonly #kernel = new LcsKernel()
  readonly #pairs = new Growable32()
  #candidates = 0
  #verified = 0

  constructor(input: Tally) {
    this.#input = input
    this.#views = viewsOf(input)
    this.#viewOf = array(input, 'viewOf')
    this.#signature = array(input, 'wordSignature')
    this.#ratio = input['ratio'] as number
    this.#found = new Candidates(input, input['from'] as number)
  }

  run(): Tally {
    const given = array(this.#input, 'given')
    const more = new Growable32()
    let next = 0
    for (let rank = this.#input['from'] as number; rank < (this.#input['to'] as number); rank++) {
      this.#found.read(rank)
      more.length = 0
      for (; next < given.length && given[next + 1] === rank; next += 2) {
        // A pair of the join, unless the shingles found it too.
        if (!this.#found.has(given[next] as number)) more.push(given[next] as number)
      }
      if (this.#found.ranks.length + more.length > 0) this.#align(rank, more)
    }
    return { pairs: this.#pairs.take(), candidates: this.#candidates, verified: this.#verified }
  }

  #align(rank: number, more: Growable32): void {
    const v = this.#viewOf[rank] as number
    const length = this.#views.length[v] as number
    let prepared = false
    for (const [list, how] of [
      [this.#found.ranks, BY_RARE],
      [more, BY_JOIN],
    ] as const) {
      for (let i = 0; i < list.length; i++) {
        const x = this.#viewOf[list.values[i] as number] as number
        this.#candidates++
        const least = leastAligned(length, this.#views.length[x] as number, this.#ratio)
        if (least < 0 || !this.#plausible(x, v, least)) continue
        if (!prepared) this.#kernel.prepare(this.#words(v))
        prepared = true
        this.#verified++
        const aligned = this.#kernel.length(this.#words(x))
        if (aligned >= least) this.#pairs.append([x, v, aligned, how])
      }
    }
  }

  #words(v: number): Uint32Array {
    const start = this.#views.start[v] as number
    return this.#views.words.subarray(start, start + (this.#views.length[v] as number)).map(hashOnly)
  }

  /** Whether enough words can be shared: a word whose signature bit the other view lacks is not. */
  #plausible(x: number, v: number, least: number): boolean {
    const signature = this.#signature
    const [a, b] = [x * SIGNATURE, v * SIGNATURE]
    const roomX = (this.#views.length[x] as number) - least
    const roomV = (this.#views.length[v] as number) - least
    let [missingX, missingV] = [0, 0]
    for (let i = 0; i < SIGNATURE; i++) {
      const [p, q] = [signature[a + i] as number, signature[b + i] as number]
      missingX += popcount(p & ~q)
      missingV += popcount(q & ~p)
      if (missingX > roomX || missingV > roomV) return false
    }
    return true
  }
}

function hashOnly(word: number): number {
  return word >>> WORD_SHIFT
}

/** Views shorter than this have a rule of their own; still shorter ones only count when they are equal. */
export const SHORT_WORDS = 16
export const SHORTEST_WORDS = 8

/**
 * Least number of aligned words for two views to be near each other, or −1 when their lengths forbid it. Views of
 * SHORTEST_WORDS to SHORT_WORDS − 1 words may differ in one word put in, left out or replaced.
 */
export function leastAligned(x: number, y: number, ratio: number): number {
  const [shorter, longer] = x < y ? [x, y] : [y, x]
  if (shorter < SHORTEST_WORDS) return -1
  const least = shorter < SHORT_WORDS ? longer - 1 : Math.ceil(longer * ratio - 1e-9)
  return least <= shorter ? least : -1
}
