import type { Tally, TypedArray } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { LcsKernel, popcount } from '../../../text/lcs.ts'
import { WORD_SHIFT } from '../rows.ts'
import { DistinctShingles, setBit } from './frequency.ts'
import { SIGNATURE } from './join.ts'
import { PostingEntries, directoryShift, firstPosting, postingsOf } from './postings.ts'
import type { Postings } from './postings.ts'
import { ShingleReader, array, hasBit, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/** Words of the shorter shingles, and how many of a view's rarest are looked at. */
export const RARE_WORDS = 3
const RARE_KEPT = 40
/** How many of those a view looks for in others: the rarest that do not overlap, because overlapping ones say the same. */
const RARE_PROBES = 16
/** A shingle in more views than this says nothing; the exact join does not skip it. */
const RARE_MOST = 200

/** How a candidate was found: by its own rare shingles, or only by the exact join. */
export const BY_RARE = 1
const BY_JOIN = 2

/**
 * Round: the rarest short shingles of each view that some other view has too. Those it looks for in other views get a
 * bit of `selected` at their first word. Also writes the word signatures.
 */
export function indexRare(input: Tally): Tally {
  const views = viewsOf(input)
  const signature = array(input, 'signature')
  const selected = array(input, 'selected')
  const distinct = new DistinctShingles(
    new ShingleReader(views, RARE_WORDS),
    input['table'] as TypedArray as Uint8Array,
  )
  const entries = new PostingEntries()
  const order = new Uint32Array(RARE_KEPT)
  for (let v = input['from'] as number; v < (input['to'] as number); v++) {
    signWords(views, signature, v)
    distinct.read(v)
    const n = rarestOf(distinct, order)
    for (let i = 0; i < n; i++) {
      entries.add(distinct.hashes[order[i] as number] as number, v)
    }
    select(distinct, order.subarray(0, n), (word) => {
      setBit(selected, (views.start[v] as number) + word)
    })
  }
  return entries.take()
}

/** Puts the places of the rarest shingles others have too into `order`, rarest first; returns how many. */
function rarestOf(distinct: DistinctShingles, order: Uint32Array): number {
  const { counts, hashes } = distinct
  const bound = distinct.rarest(RARE_KEPT, 2)
  let n = 0
  for (let i = 0; i < distinct.size; i++) {
    const [count, hash] = [counts[i] as number, hashes[i] as number]
    if (count === 1 || count > RARE_MOST || count > bound.count) continue
    if (count === bound.count && hash > bound.hash) continue
    let at = n++
    for (; at > 0; at--) {
      const other = order[at - 1] as number
      const otherCount = counts[other] as number
      if (otherCount < count || (otherCount === count && (hashes[other] as number) < hash)) break
      order[at] = other
    }
    order[at] = i
  }
  return n
}

/** Calls `use` with the first words of the rarest shingles that do not overlap. */
function select(distinct: DistinctShingles, order: Uint32Array, use: (word: number) => void): void {
  const chosen: number[] = []
  for (const i of order) {
    const word = distinct.positions[i] as number
    if (chosen.some((other) => Math.abs(other - word) < RARE_WORDS)) continue
    chosen.push(word)
    use(word)
    if (chosen.length === RARE_PROBES) return
  }
}

function signWords(views: Views, signature: Uint32Array, v: number): void {
  const start = views.start[v] as number
  const end = start + (views.length[v] as number)
  for (let i = start; i < end; i++) {
    const bit = ((views.words[i] as number) >>> 20) & 511
    const at = v * SIGNATURE + (bit >>> 5)
    signature[at] = (signature[at] as number) | (1 << (bit & 31))
  }
}

/**
 * Round: pairs of views that share rare short shingles and align well enough. `given` are pairs another path
 * proposed, (x, v) with v in [from, to), sorted by v: they are measured too.
 */
export function alignViews(input: Tally): Tally {
  return new Alignment(input).run()
}

class Alignment {
  readonly #input: Tally
  readonly #views: Views
  readonly #signature: Uint32Array
  readonly #postings: Postings
  readonly #ratio: number
  readonly #selected: Uint32Array
  readonly #reader: ShingleReader
  readonly #seen: Uint8Array
  readonly #touched = new Growable32()
  readonly #kernel = new LcsKernel()
  readonly #pairs = new Growable32()
  #candidates = 0
  #verified = 0

  constructor(input: Tally) {
    this.#input = input
    this.#views = viewsOf(input)
    this.#signature = array(input, 'signature')
    this.#postings = postingsOf(input)
    this.#ratio = input['ratio'] as number
    this.#selected = array(input, 'selected')
    this.#reader = new ShingleReader(this.#views, RARE_WORDS)
    this.#seen = new Uint8Array(this.#views.count)
  }

  run(): Tally {
    const given = array(this.#input, 'given')
    let next = 0
    for (let v = this.#input['from'] as number; v < (this.#input['to'] as number); v++) {
      this.#gather(v)
      for (; next < given.length && given[next + 1] === v; next += 2) this.#add(given[next] as number)
      this.#align(v)
    }
    return { pairs: this.#pairs.take(), candidates: this.#candidates, verified: this.#verified }
  }

  /** Views before this one that share a selected shingle and are not too short or too long. */
  #gather(v: number): void {
    const { hashes, views } = this.#postings
    const shift = directoryShift(this.#postings.directory)
    const [start, length] = [this.#views.start[v] as number, this.#views.length[v] as number]
    const n = this.#reader.read(v)
    const { values, positions } = this.#reader
    for (let i = 0; i < n; i++) {
      if (!hasBit(this.#selected, start + (positions[i] as number))) continue
      const hash = values[i] as number
      for (
        let at = firstPosting(this.#postings, shift, hash);
        at < hashes.length && hashes[at] === hash;
        at++
      ) {
        const x = views[at] as number
        if (x >= v) break
        if (this.#seen[x] !== 0) continue
        if (leastAligned(length, this.#views.length[x] as number, this.#ratio) < 0) continue
        this.#seen[x] = BY_RARE
        this.#touched.push(x)
      }
    }
  }

  /** A pair of the join, unless the shingles found it too. */
  #add(x: number): void {
    if (this.#seen[x] !== 0) return
    this.#seen[x] = BY_JOIN
    this.#touched.push(x)
  }

  #align(v: number): void {
    const touched = this.#touched
    const length = this.#views.length[v] as number
    let prepared = false
    for (let i = 0; i < touched.length; i++) {
      const x = touched.values[i] as number
      const how = this.#seen[x] as number
      this.#seen[x] = 0
      this.#candidates++
      const least = leastAligned(length, this.#views.length[x] as number, this.#ratio)
      if (least < 0 || !this.#plausible(x, v, least)) continue
      if (!prepared) this.#kernel.prepare(this.#words(v))
      prepared = true
      this.#verified++
      const aligned = this.#kernel.length(this.#words(x))
      if (aligned >= least) this.#pairs.append([x, v, aligned, how])
    }
    touched.length = 0
  }

  #words(v: number): Uint32Array {
    const start = this.#views.start[v] as number
    return this.#views.words.subarray(start, start + (this.#views.length[v] as number)).map(hashOnly)
  }

  /** Whether enough words can be shared: a word whose signature bit the other view lacks is not. */
  #plausible(x: number, v: number, least: number): boolean {
    const [a, b] = [x * SIGNATURE, v * SIGNATURE]
    const roomX = (this.#views.length[x] as number) - least
    const roomV = (this.#views.length[v] as number) - least
    let [missingX, missingV] = [0, 0]
    for (let i = 0; i < SIGNATURE; i++) {
      const [p, q] = [this.#signature[a + i] as number, this.#signature[b + i] as number]
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
