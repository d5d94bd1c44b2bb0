import type { Tally } from '../../../core/tally.ts'
import { DistinctShingles } from './distinct.ts'
import type { ShingleList } from './distinct.ts'
import { JOIN_WORDS, SIGNATURE, prefixLength, sign } from './join.ts'
import { FOUND, LOOKS, PostingEntries } from './postings.ts'
import { ShingleReader, array, bytes, storedViews, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/** Arrays the round fills: one value, or one signature, per view. */
export interface JoinArrays {
  /** Distinct 5-word shingles, and how many of those another view may have. */
  size: Uint32Array
  common: Uint32Array
  signature: Uint32Array
}

/** Arrays for so many views. */
export function joinArrays(count: number, make: (length: number) => Uint32Array): JoinArrays {
  return { size: make(count), common: make(count), signature: make(count * SIGNATURE) }
}

/**
 * Round: the part of each view stored at [from, to) that the join must hold. `counts` has those of 3-word runs; a 5-word
 * shingle is taken to be as common as the rarest 3 words in it, which is never too little and the same wherever it stands.
 */
export function indexJoin(input: Tally): Tally {
  const work = new JoinIndex(input)
  for (const v of storedViews(input, work.views)) work.add(v)
  return work.take()
}

class JoinIndex {
  readonly views: Views
  readonly #runCounts: Uint8Array
  readonly #tau: number
  readonly #arrays: JoinArrays
  readonly #reader: ShingleReader
  readonly #distinct = new DistinctShingles()
  readonly #entries = new PostingEntries()
  /** Counts of the shingles of a view. */
  #counts = new Uint8Array(1024)

  constructor(input: Tally) {
    this.views = viewsOf(input)
    this.#runCounts = bytes(input, 'counts')
    this.#tau = input['tau'] as number
    this.#arrays = {
      size: array(input, 'size'),
      common: array(input, 'common'),
      signature: array(input, 'signature'),
    }
    this.#reader = new ShingleReader(this.views, JOIN_WORDS)
  }

  take(): Tally {
    return this.#entries.take()
  }

  /**
   * With the shingles rarest first, a view x can only reach Jaccard τ with
   * a view at least as large if one of its first |x| − ⌈2τ/(1+τ)·|x|⌉ + 1 shingles is shared, and with a smaller one if
   * one of its first |x| − ⌈τ·|x|⌉ + 1 is. Shingles no other view has are left out.
   */
  add(v: number): void {
    const distinct = this.#distinct
    distinct.take(this.#shingles(v))
    const { size, counts, hashes } = distinct
    this.#arrays.size[v] = size
    this.#arrays.common[v] = size - (distinct.ofCount[1] as number)
    sign(this.#arrays.signature, v, distinct)
    const tau = this.#tau
    const found = distinct.rarest(prefixLength(size, (2 * tau) / (1 + tau)))
    const looks = distinct.rarest(prefixLength(size, tau))
    for (let i = 0; i < size; i++) {
      const count = counts[i] as number
      if (count === 1 || count > looks.count) continue
      const hash = hashes[i] as number
      if (count === looks.count && hash > looks.hash) continue
      const both = count < found.count || (count === found.count && hash <= found.hash)
      this.#entries.add(hash, v, both ? FOUND | LOOKS : LOOKS)
    }
  }

  #shingles(v: number): ShingleList {
    const n = this.#reader.read(v)
    const { values, positions } = this.#reader
    if (this.#counts.length < n) this.#counts = new Uint8Array(2 * n)
    const [runs, counts] = [this.#runCounts, this.#counts]
    const start = this.views.start[v] as number
    for (let i = 0; i < n; i++) {
      const at = start + (positions[i] as number)
      const [a, b, c] = [runs[at] as number, runs[at + 1] as number, runs[at + 2] as number]
      const least = a < b ? a : b
      counts[i] = least < c ? least : c
    }
    return { values, counts, positions, n }
  }
}
