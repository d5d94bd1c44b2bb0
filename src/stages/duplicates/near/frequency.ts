import type { Tally, TypedArray } from '../../../core/tally.ts'
import { ShingleReader, powerOfTwo, viewsOf } from './views.ts'

/**
 * Round: counts shingles in one range of slots of a shared table of bytes, stopping at 255. A count is never below
 * the number of views with the shingle, so a count of 1 proves that no other view has it; slots shared by several
 * shingles only make the order of the join a little less good, never wrong.
 */
export function countShingles(input: Tally): Tally {
  const views = viewsOf(input)
  const table = input['table'] as TypedArray as Uint8Array
  const [k, part, parts] = ['k', 'part', 'parts'].map((name) => input[name] as number) as [
    number,
    number,
    number,
  ]
  const mask = table.length - 1
  const low = Math.floor((table.length / parts) * part)
  const high = Math.floor((table.length / parts) * (part + 1))
  const reader = new ShingleReader(views, k)
  for (let v = 0; v < views.count; v++) {
    const n = reader.read(v)
    const values = reader.values
    for (let i = 0; i < n; i++) {
      const slot = (values[i] as number) & mask
      if (slot < low || slot >= high) continue
      const count = table[slot] as number
      if (count < 255) table[slot] = count + 1
    }
  }
  return {}
}

/** The distinct shingles of one view after another with their counts, and the rarest of them. */
export class DistinctShingles {
  /** The shingles in the order they first stand in the view; `size` of them. */
  hashes = new Uint32Array(1024)
  counts = new Uint8Array(1024)
  /** Where each first stands: a word of the view. */
  positions = new Uint32Array(1024)
  size = 0
  readonly #reader: ShingleReader
  readonly #table: Uint8Array
  /** Open addressing: a slot is taken when its epoch is the view's. */
  #slots = new Uint32Array(2048)
  #epochs = new Uint32Array(2048)
  #epoch = 0
  readonly #ofCount = new Uint32Array(256)
  #ties = new Uint32Array(64)

  constructor(reader: ShingleReader, table: Uint8Array) {
    this.#reader = reader
    this.#table = table
  }

  read(v: number): void {
    const n = this.#reader.read(v)
    this.#makeRoom(n)
    const { values, positions } = this.#reader
    const [slots, epochs] = [this.#slots, this.#epochs]
    const mask = slots.length - 1
    const epoch = ++this.#epoch
    let size = 0
    for (let i = 0; i < n; i++) {
      const hash = values[i] as number
      let slot = hash & mask
      while (epochs[slot] === epoch && slots[slot] !== hash) slot = (slot + 1) & mask
      if (epochs[slot] === epoch) continue
      epochs[slot] = epoch
      slots[slot] = hash
      this.hashes[size] = hash
      this.positions[size] = positions[i] as number
      size++
    }
    this.size = size
    // A loop of its own: the misses of the large table overlap.
    const inTable = this.#table.length - 1
    for (let i = 0; i < size; i++)
      this.counts[i] = this.#table[(this.hashes[i] as number) & inTable] as number
  }

  #makeRoom(n: number): void {
    if (this.hashes.length < n) {
      this.hashes = new Uint32Array(2 * n)
      this.counts = new Uint8Array(2 * n)
      this.positions = new Uint32Array(2 * n)
    }
    if (this.#slots.length < 2 * n) {
      const room = powerOfTwo(2 * n, 2048, 2 ** 31)
      this.#slots = new Uint32Array(room)
      this.#epochs = new Uint32Array(room)
      this.#epoch = 0
    }
  }

  /**
   * The bound of the `wanted` rarest shingles with a count of at least `from`, in the order (count, hash): a shingle is
   * among them when its count is smaller than `count`, or equal and its hash at most `hash`. Shingles of count 1, which
   * nobody looks for, are not ranked among each other.
   */
  rarest(wanted: number, from = 0): { count: number; hash: number } {
    const ofCount = this.#ofCount.fill(0)
    for (let i = 0; i < this.size; i++) {
      const count = this.counts[i] as number
      ofCount[count] = (ofCount[count] as number) + 1
    }
    let left = wanted
    let count = from
    while (count < 256 && (ofCount[count] as number) < left) left -= ofCount[count++] as number
    const ranked = left > 0 && count > 1 && count < 256
    return { count, hash: ranked ? this.#smallest(count, left) : -1 }
  }

  /** The hash of rank `wanted` (from 1) among the shingles of one count. */
  #smallest(count: number, wanted: number): number {
    if (this.#ties.length < this.size) this.#ties = new Uint32Array(2 * this.size)
    let n = 0
    for (let i = 0; i < this.size; i++) {
      if (this.counts[i] === count) this.#ties[n++] = this.hashes[i] as number
    }
    return this.#ties.subarray(0, n).sort()[wanted - 1] as number
  }
}

/** Sets the bit of a word in shared memory: neighbouring views share 32 bits, and another worker may have the neighbour. */
export function setBit(bits: Uint32Array, word: number): void {
  Atomics.or(bits, word >>> 5, 1 << (word & 31))
}
