import type { Tally, TypedArray } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { popcount } from '../../../text/lcs.ts'
import { DistinctShingles, setBit } from './frequency.ts'
import { PostingEntries, directoryShift, postingsOf } from './postings.ts'
import type { Postings } from './postings.ts'
import { ShingleReader, array, hasBit, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/** Words of a shingle in the exact join. */
export const JOIN_WORDS = 5
/** 32-bit words of a signature: a bit per shingle, modulo 512. */
export const SIGNATURE = 16

/**
 * Round: the part of each view that the index of the join must hold. With the shingles rarest first, a view x can
 * only reach Jaccard τ with a view at least as large if one of its first |x| − ⌈2τ/(1+τ)·|x|⌉ + 1 shingles is shared,
 * and with a smaller one if one of its first |x| − ⌈τ·|x|⌉ + 1 is: those get a bit of `selected` at their first word, so
 * that the join need not look at counts again. Shingles no other view has are left out. Also writes each view's number
 * of distinct shingles and its signature.
 */
export function indexPrefixes(input: Tally): Tally {
  const views = viewsOf(input)
  const size = array(input, 'size')
  const signature = array(input, 'signature')
  const selected = array(input, 'selected')
  const tau = input['tau'] as number
  const distinct = new DistinctShingles(
    new ShingleReader(views, JOIN_WORDS),
    input['table'] as TypedArray as Uint8Array,
  )
  const entries = new PostingEntries()
  for (let v = input['from'] as number; v < (input['to'] as number); v++) {
    distinct.read(v)
    size[v] = distinct.size
    sign(signature, v, distinct)
    const indexed = distinct.rarest(prefixLength(distinct.size, (2 * tau) / (1 + tau)))
    const probing = distinct.rarest(prefixLength(distinct.size, tau))
    const start = views.start[v] as number
    for (let i = 0; i < distinct.size; i++) {
      const count = distinct.counts[i] as number
      if (count === 1 || count > probing.count) continue
      const hash = distinct.hashes[i] as number
      if (count === probing.count && hash > probing.hash) continue
      setBit(selected, start + (distinct.positions[i] as number))
      if (count > indexed.count || (count === indexed.count && hash > indexed.hash)) continue
      entries.add(hash, v)
    }
  }
  return entries.take()
}

function sign(signature: Uint32Array, v: number, distinct: DistinctShingles): void {
  for (let i = 0; i < distinct.size; i++) {
    const bit = ((distinct.hashes[i] as number) >>> 20) & 511
    const at = v * SIGNATURE + (bit >>> 5)
    signature[at] = (signature[at] as number) | (1 << (bit & 31))
  }
}

/** Shingles of a view that must hold a shared one when at least `part` of them are shared. */
function prefixLength(size: number, part: number): number {
  // A hair below, so that a rounding error never makes the prefix shorter than it must be.
  return size === 0 ? 0 : size - Math.ceil(size * part - 1e-9) + 1
}

/** Least number of shared shingles for Jaccard τ. */
export function leastShared(tau: number, x: number, y: number): number {
  return Math.ceil((tau / (1 + tau)) * (x + y) - 1e-9)
}

/** Round: every pair of views with Jaccard ≥ τ whose larger view (ties: later view) lies in [from, to). */
export function joinViews(input: Tally): Tally {
  return new Join(input).run()
}

class Join {
  readonly #input: Tally
  readonly #views: Views
  readonly #size: Uint32Array
  readonly #content: Uint32Array
  readonly #signature: Uint32Array
  readonly #postings: Postings
  readonly #tau: number
  readonly #selected: Uint32Array
  readonly #reader: ShingleReader
  readonly #other: ShingleReader
  /** Shingles of the view that look for others, and where the postings of each begin. */
  #probes = new Uint32Array(256)
  #places = new Uint32Array(256)
  /** Shingles of the view, repeats included. */
  #shingles = 0
  readonly #seen: Uint8Array
  readonly #touched = new Growable32()
  readonly #set = new ShingleSet()
  readonly #pairs = new Growable32()
  #candidates = 0
  #verified = 0

  constructor(input: Tally) {
    this.#input = input
    this.#views = viewsOf(input)
    this.#size = array(input, 'size')
    this.#content = array(input, 'content')
    this.#signature = array(input, 'signature')
    this.#postings = postingsOf(input)
    this.#tau = input['tau'] as number
    this.#selected = array(input, 'selected')
    this.#reader = new ShingleReader(this.#views, JOIN_WORDS)
    this.#other = new ShingleReader(this.#views, JOIN_WORDS)
    this.#seen = new Uint8Array(this.#views.count)
  }

  run(): Tally {
    for (let v = this.#input['from'] as number; v < (this.#input['to'] as number); v++) {
      this.#shingles = this.#reader.read(v)
      this.#gather(v)
      this.#verify(v)
    }
    return { pairs: this.#pairs.take(), candidates: this.#candidates, verified: this.#verified }
  }

  /** Views that share a shingle of this view's prefix, are not larger, and not too small. */
  #gather(v: number): void {
    const { hashes, views } = this.#postings
    const own = this.#size[v] as number
    const least = this.#tau * own - 1e-9
    const n = this.#select(v)
    const shift = directoryShift(this.#postings.directory)
    // A loop of its own: the misses of the directory overlap.
    for (let i = 0; i < n; i++) {
      this.#places[i] = this.#postings.directory[(this.#probes[i] as number) >>> shift] as number
    }
    for (let i = 0; i < n; i++) {
      const hash = this.#probes[i] as number
      let at = this.#places[i] as number
      while (at < hashes.length && (hashes[at] as number) < hash) at++
      for (; at < hashes.length && hashes[at] === hash; at++) {
        const x = views[at] as number
        if (this.#seen[x] === 1) continue
        const size = this.#size[x] as number
        if (size < least || size > own || (size === own && !this.#before(x, v))) continue
        this.#seen[x] = 1
        this.#touched.push(x)
      }
    }
  }

  /** Puts the view's selected shingles into `#probes`; returns how many. */
  #select(v: number): number {
    const start = this.#views.start[v] as number
    const { values, positions } = this.#reader
    if (this.#probes.length < this.#shingles) {
      this.#probes = new Uint32Array(2 * this.#shingles)
      this.#places = new Uint32Array(2 * this.#shingles)
    }
    let n = 0
    for (let i = 0; i < this.#shingles; i++) {
      if (hasBit(this.#selected, start + (positions[i] as number))) this.#probes[n++] = values[i] as number
    }
    return n
  }

  /** Which of two views of equal size is the smaller one: by content, so that the order of rows changes nothing. */
  #before(x: number, v: number): boolean {
    const difference = (this.#content[x] as number) - (this.#content[v] as number)
    return difference < 0 || (difference === 0 && x < v)
  }

  #verify(v: number): void {
    const touched = this.#touched
    let prepared = false
    for (let i = 0; i < touched.length; i++) {
      const x = touched.values[i] as number
      this.#seen[x] = 0
      this.#candidates++
      const size = this.#size[x] as number
      const least = leastShared(this.#tau, size, this.#size[v] as number)
      if (this.#missing(x, v) > size - least) continue
      if (!prepared) this.#set.fill(this.#reader.values, this.#shingles)
      prepared = true
      this.#verified++
      const shared = this.#set.shared(this.#other, x, [size, size - least])
      if (shared >= least) this.#pairs.append([x, v, shared])
    }
    touched.length = 0
  }

  /** Shingles of x that certainly are not in v: bits of its signature that v's lacks. */
  #missing(x: number, v: number): number {
    const [a, b] = [x * SIGNATURE, v * SIGNATURE]
    let missing = 0
    for (let i = 0; i < SIGNATURE; i++) {
      missing += popcount((this.#signature[a + i] as number) & ~(this.#signature[b + i] as number))
    }
    return missing
  }
}

/** The shingles of one view as an open-addressing table, to count those another view shares. */
export class ShingleSet {
  #slots = new Uint32Array(1024)
  /** Which probe found the slot's shingle last, so that a repeated shingle counts once. 0 marks an empty slot. */
  #epochs = new Uint32Array(1024)
  #epoch = 1

  /** Holds the first `n` of `hashes`, repeats once. */
  fill(hashes: Uint32Array, n: number): void {
    let room = this.#slots.length
    while (room < n * 2) room *= 2
    if (room > this.#slots.length) {
      this.#slots = new Uint32Array(room)
      this.#epochs = new Uint32Array(room)
    }
    this.#epochs.fill(0)
    this.#epoch = 1
    const mask = this.#slots.length - 1
    for (let i = 0; i < n; i++) {
      const hash = hashes[i] as number
      let slot = hash & mask
      while (this.#epochs[slot] !== 0 && this.#slots[slot] !== hash) slot = (slot + 1) & mask
      this.#slots[slot] = hash
      this.#epochs[slot] = 1
    }
  }

  /**
   * Distinct shingles of view x, which has `size` of them, in the set; gives up (−1) once it is certain that more
   * than `allowed` are not.
   */
  shared(reader: ShingleReader, x: number, [size, allowed]: readonly [number, number]): number {
    const n = reader.read(x)
    // A repeated shingle may be missed more than once: n − size of the misses are not news.
    const stop = allowed + n - size
    const values = reader.values
    const mask = this.#slots.length - 1
    const epoch = ++this.#epoch
    let shared = 0
    let missing = 0
    for (let i = 0; i < n; i++) {
      const hash = values[i] as number
      let slot = hash & mask
      while (this.#epochs[slot] !== 0 && this.#slots[slot] !== hash) slot = (slot + 1) & mask
      if (this.#epochs[slot] === 0) {
        missing++
        if (missing > stop) return -1
      } else if (this.#epochs[slot] !== epoch) {
        this.#epochs[slot] = epoch
        shared++
      }
    }
    return shared
  }
}
