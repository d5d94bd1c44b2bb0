import type { Tally, TypedArray } from '../../../core/tally.ts'
import { ShingleReader, viewsOf } from './views.ts'

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

/** Distinct shingles of one view after another, rarest first: by count, then by hash. */
export class RareFirst {
  /** Sorted hashes and their counts; `size` of them. */
  hashes = new Uint32Array(1024)
  counts = new Uint8Array(1024)
  size = 0
  readonly #reader: ShingleReader
  readonly #table: Uint8Array
  readonly #buckets = new Uint32Array(257)

  constructor(reader: ShingleReader, table: Uint8Array) {
    this.#reader = reader
    this.#table = table
  }

  read(v: number): void {
    const n = this.#reader.read(v)
    const values = this.#reader.values.subarray(0, n)
    // Hashes are spread evenly, so the order within one count is the numeric one.
    values.sort()
    let distinct = 0
    for (let i = 0; i < n; i++)
      if (i === 0 || values[i] !== values[i - 1]) values[distinct++] = values[i] as number
    this.#byCount(values, distinct)
  }

  /** A stable counting sort by the table's count. */
  #byCount(values: Uint32Array, n: number): void {
    if (this.hashes.length < n) {
      this.hashes = new Uint32Array(n * 2)
      this.counts = new Uint8Array(n * 2)
    }
    const buckets = this.#buckets.fill(0)
    const mask = this.#table.length - 1
    for (let i = 0; i < n; i++) {
      const count = this.#table[(values[i] as number) & mask] as number
      buckets[count + 1] = (buckets[count + 1] as number) + 1
    }
    for (let c = 1; c < 257; c++) buckets[c] = (buckets[c] as number) + (buckets[c - 1] as number)
    for (let i = 0; i < n; i++) {
      const count = this.#table[(values[i] as number) & mask] as number
      const at = buckets[count] as number
      buckets[count] = at + 1
      this.hashes[at] = values[i] as number
      this.counts[at] = count
    }
    this.size = n
  }
}
