import type { Tally } from '../../../core/tally.ts'
import { DistinctShingles } from './distinct.ts'
import type { ShingleList } from './distinct.ts'
import { COUNTED_WORDS } from './frequency.ts'
import { JOIN_WORDS, SIGNATURE, prefixLength, sign } from './join.ts'
import { FOUND, LOOKS, PostingEntries } from './postings.ts'
import { RARE_MOST, RareShingles, signWords } from './rare.ts'
import { ShingleReader, array, bytes, storedViews, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/** What the fields of the entries of the two searches begin with. */
export const JOIN_ENTRIES = 'join'
export const RARE_ENTRIES = 'rare'

/** Arrays a round over views fills: one value, or one signature, per view. */
export interface IndexArrays {
  /** Distinct 5-word shingles, and how many of those another view may have. */
  size: Uint32Array
  common: Uint32Array
  /** Bits of the shingles, and of the words. */
  signature: Uint32Array
  wordSignature: Uint32Array
}

/**
 * Round: reads the views stored at [from, to) once for both searches. `counts` has those of 3-word runs; a 5-word shingle
 * is taken to be as common as the rarest 3 words in it, which is never too little and the same wherever it stands.
 */
export function indexViews(input: Tally): Tally {
  const work = new Indexer(input)
  for (const v of storedViews(input, work.views)) work.add(v)
  return work.take()
}

class Indexer {
  readonly views: Views
  readonly #runCounts: Uint8Array
  readonly #tau: number
  readonly #arrays: IndexArrays
  readonly #long: ShingleReader
  readonly #short: ShingleReader
  readonly #distinct = new DistinctShingles()
  readonly #rare = new RareShingles()
  readonly #join = new PostingEntries()
  readonly #rares = new PostingEntries()
  /** Counts of the shingles of a list, and room for one. */
  #counts = new Uint8Array(1024)
  #list = { values: new Uint32Array(1024), positions: new Uint32Array(1024) }

  constructor(input: Tally) {
    this.views = viewsOf(input)
    this.#runCounts = bytes(input, 'counts')
    this.#tau = input['tau'] as number
    this.#arrays = {
      size: array(input, 'size'),
      common: array(input, 'common'),
      signature: array(input, 'signature'),
      wordSignature: array(input, 'wordSignature'),
    }
    this.#long = new ShingleReader(this.views, JOIN_WORDS)
    this.#short = new ShingleReader(this.views, COUNTED_WORDS)
  }

  take(): Tally {
    return { ...this.#join.take(JOIN_ENTRIES), ...this.#rares.take(RARE_ENTRIES) }
  }

  add(v: number): void {
    this.#makeRoom(this.views.length[v] as number)
    signWords(this.views, this.#arrays.wordSignature, v)
    this.#addLong(v)
    this.#addShort(v)
  }

  #makeRoom(length: number): void {
    if (this.#counts.length > length) return
    this.#counts = new Uint8Array(2 * length)
    this.#list = { values: new Uint32Array(2 * length), positions: new Uint32Array(2 * length) }
  }

  /**
   * The part of the view that the join must hold. With the shingles rarest first, a view x can only reach Jaccard τ with
   * a view at least as large if one of its first |x| − ⌈2τ/(1+τ)·|x|⌉ + 1 shingles is shared, and with a smaller one if
   * one of its first |x| − ⌈τ·|x|⌉ + 1 is. Shingles no other view has are left out.
   */
  #addLong(v: number): void {
    const distinct = this.#distinct
    distinct.take(this.#longList(v))
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
      this.#join.add(hash, v, both ? FOUND | LOOKS : LOOKS)
    }
  }

  #longList(v: number): ShingleList {
    const n = this.#long.read(v)
    const { values, positions } = this.#long
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

  /** The rarest short shingles that some other view has too, and those of them it looks for in other views. */
  #addShort(v: number): void {
    this.#distinct.take(this.#shortList(v))
    this.#rare.add(this.#distinct, v, this.#rares)
  }

  /** Only those that can be chosen. */
  #shortList(v: number): ShingleList {
    const read = this.#short.read(v)
    const { values, positions } = this.#short
    const [runs, list] = [this.#runCounts, this.#list]
    const counts = this.#counts
    const start = this.views.start[v] as number
    let n = 0
    for (let i = 0; i < read; i++) {
      const at = positions[i] as number
      const count = runs[start + at] as number
      list.values[n] = values[i] as number
      list.positions[n] = at
      counts[n] = count
      // Kept by going on, without a branch nobody can predict.
      n += count >= 2 && count <= RARE_MOST ? 1 : 0
    }
    return { values: list.values, counts, positions: list.positions, n }
  }
}

/** Signature arrays and the like for so many views. */
export function indexArrays(count: number, make: (length: number) => Uint32Array): IndexArrays {
  return {
    size: make(count),
    common: make(count),
    signature: make(count * SIGNATURE),
    wordSignature: make(count * SIGNATURE),
  }
}
