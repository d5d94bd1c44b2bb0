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

/** A polynomial in this base, so that the hash of the next gram follows from the last one's: the kernel rolls it (`assembly/runs.ts`). */
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
