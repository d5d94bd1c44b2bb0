import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { popcount } from '../../../text/lcs.ts'
import type { DistinctShingles } from './distinct.ts'
import { Candidates } from './postings.ts'
import { ShingleReader, array, viewsOf } from './views.ts'

/** Words of a shingle in the exact join. */
export const JOIN_WORDS = 5
/** 32-bit words of a signature: a bit per shingle, modulo 512. */
export const SIGNATURE = 16

/** Writes the signature of a view: a bit for every shingle. */
export function sign(signature: Uint32Array, v: number, distinct: DistinctShingles): void {
  const { hashes, size } = distinct
  for (let i = 0; i < size; i++) {
    const bit = ((hashes[i] as number) >>> 20) & 511
    const at = v * SIGNATURE + (bit >>> 5)
    signature[at] = (signature[at] as number) | (1 << (bit & 31))
  }
}

/** Shingles of a view that must hold a shared one when at least `part` of them are shared. */
export function prefixLength(size: number, part: number): number {
  // A hair below, so that a rounding error never makes the prefix shorter than it must be. And one more: two runs of
  // words with one hash may count as one shingle, but stand at different places of the order.
  return size === 0 ? 0 : Math.min(size, size - Math.ceil(size * part - 1e-9) + 2)
}

/** Least number of shared shingles for Jaccard τ. */
export function leastShared(tau: number, x: number, y: number): number {
  return Math.ceil((tau / (1 + tau)) * (x + y) - 1e-9)
}

/** Round: every pair of views with Jaccard ≥ τ whose larger view has a rank in [from, to). */
export function joinViews(input: Tally): Tally {
  return new Join(input).run()
}

class Join {
  readonly #from: number
  readonly #to: number
  readonly #viewOf: Uint32Array
  readonly #size: Uint32Array
  readonly #common: Uint32Array
  readonly #signature: Uint32Array
  readonly #found: Candidates
  readonly #tau: number
  readonly #reader: ShingleReader
  readonly #other: ShingleReader
  readonly #set = new ShingleSet()
  readonly #pairs = new Growable32()
  #candidates = 0
  #verified = 0

  constructor(input: Tally) {
    const views = viewsOf(input)
    this.#from = input['from'] as number
    this.#to = input['to'] as number
    this.#viewOf = array(input, 'viewOf')
    this.#size = array(input, 'size')
    this.#common = array(input, 'common')
    this.#signature = array(input, 'signature')
    this.#found = new Candidates(input, this.#from)
    this.#tau = input['tau'] as number
    this.#reader = new ShingleReader(views, JOIN_WORDS)
    this.#other = new ShingleReader(views, JOIN_WORDS)
  }

  run(): Tally {
    for (let rank = this.#from; rank < this.#to; rank++) {
      this.#found.read(rank)
      this.#verify(this.#viewOf[rank] as number)
    }
    return { pairs: this.#pairs.take(), candidates: this.#candidates, verified: this.#verified }
  }

  #verify(v: number): void {
    const { ranks } = this.#found
    const own = this.#size[v] as number
    let prepared = false
    for (let i = 0; i < ranks.length; i++) {
      const x = this.#viewOf[ranks.values[i] as number] as number
      this.#candidates++
      const size = this.#size[x] as number
      const least = leastShared(this.#tau, size, own)
      // Shingles nobody else has are not shared.
      if (least > (this.#common[x] as number) || least > (this.#common[v] as number)) continue
      if (!this.#plausible(x, v, size - least)) continue
      if (!prepared) this.#prepare(v)
      prepared = true
      this.#verified++
      const shared = this.#set.shared(this.#other, x, [size, size - least])
      if (shared >= least) this.#pairs.append([x, v, shared])
    }
  }

  #prepare(v: number): void {
    const n = this.#reader.read(v)
    this.#set.fill(this.#reader.values, n)
  }

  /** Whether at most `allowed` shingles of x certainly are not in v: bits of its signature that v's lacks. */
  #plausible(x: number, v: number, allowed: number): boolean {
    const signature = this.#signature
    const [a, b] = [x * SIGNATURE, v * SIGNATURE]
    let missing = 0
    for (let i = 0; i < SIGNATURE; i++) {
      missing += popcount((signature[a + i] as number) & ~(signature[b + i] as number))
      if (missing > allowed) return false
    }
    return true
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
