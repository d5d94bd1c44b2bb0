import { shared } from './shared.ts'
import type { Texts } from './ngram-table.ts'

/**
 * Bits of all n-grams of some texts, small enough to stay close to the processor: what is not in them stands in none
 * of the texts. About one gram in nine that does not stand in them seems to.
 */
export interface GramFilter {
  n: number
  bits: Uint32Array
  /** The bit of a gram is the top bits of its hash. */
  shift: number
}

/** A polynomial in this base, so that the hash of the next gram follows from the last one's. */
const BASE = 0x9e3779b1
const FINAL = 0x85ebca6b

export function buildGramFilter(texts: Texts, n: number): GramFilter {
  const { start, symbols } = texts
  let size = 15
  while (1 << size < 4 * symbols.length && size < 30) size++
  const shift = 32 - size
  const bits = shared(Uint32Array, 1 << (size - 5))
  for (let text = 0; text < start.length - 1; text++) {
    for (let at = start[text] as number; at + n <= (start[text + 1] as number); at++) {
      const bit = bitOf(gramHash(symbols, at, n), shift)
      bits[bit >>> 5]! |= 1 << (bit & 31)
    }
  }
  return { n, bits, shift }
}

/** The hash of the gram at symbols [at, at + n). */
export function gramHash(symbols: Uint32Array, at: number, n: number): number {
  let h = 0
  for (let i = at; i < at + n; i++) h = (Math.imul(h, BASE) + (symbols[i] as number)) | 0
  return h
}

function bitOf(hash: number, shift: number): number {
  return Math.imul(hash ^ (hash >>> 15), FINAL) >>> shift
}

/** May the gram at symbols [at, at + n) stand in the texts? */
export function mayHold(filter: GramFilter, symbols: Uint32Array, at: number): boolean {
  const bit = bitOf(gramHash(symbols, at, filter.n), filter.shift)
  return (((filter.bits[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1
}

/**
 * For each symbol of [0, length): how many grams in a row, up to the one that ends there, may stand in the texts. A
 * longer gram of m symbols can only end where m − n + 1 do.
 * @returns the longest of these rows.
 */
export function gramRuns(filter: GramFilter, symbols: Uint32Array, length: number, run: Int32Array): number {
  const { n, bits, shift } = filter
  let power = 1
  for (let i = 0; i < n; i++) power = Math.imul(power, BASE)
  let h = 0
  for (let i = 0; i < n - 1 && i < length; i++) {
    h = (Math.imul(h, BASE) + (symbols[i] as number)) | 0
    run[i] = 0
  }
  let row = 0
  let longest = 0
  for (let i = n - 1; i < length; i++) {
    const left = i < n ? 0 : Math.imul(power, symbols[i - n] as number)
    h = (Math.imul(h, BASE) + (symbols[i] as number) - left) | 0
    const bit = bitOf(h, shift)
    // No branch waits for the load: all bits of `row + 1`, or none.
    row = (row + 1) & -(((bits[bit >>> 5] as number) >>> (bit & 31)) & 1)
    longest = Math.max(longest, row)
    run[i] = row
  }
  return longest
}
