import { NO_WORD } from './cover.ts'
import { shared } from './shared.ts'

/** Distinct word hashes, numbered from 0 in order of first appearance; read by every worker. */
export interface Vocabulary {
  size: number
  /** Open addressing in pairs: the hash, and its number + 1 (0 = empty). */
  cells: Uint32Array
  /** Bit set in front of the slots: a word of no item costs one load. */
  filter: Uint32Array
}

const FILTER_BITS = 20

export function buildVocabulary(hashes: Uint32Array): Vocabulary {
  const distinct = new Set(hashes)
  let slots = 1024
  while (slots < distinct.size * 3) slots *= 2
  const vocabulary: Vocabulary = {
    size: distinct.size,
    cells: shared(Uint32Array, 2 * slots),
    filter: shared(Uint32Array, 1 << (FILTER_BITS - 5)),
  }
  const { cells, filter } = vocabulary
  let number = 0
  for (const hash of distinct) {
    const mask = cells.length - 2
    let cell = spread(hash) & mask
    while (cells[cell + 1] !== 0) cell = (cell + 2) & mask
    cells[cell] = hash
    cells[cell + 1] = ++number
    const bit = hash >>> (32 - FILTER_BITS)
    filter[bit >>> 5]! |= 1 << (bit & 31)
  }
  return vocabulary
}

/** Number of a word, or NO_WORD where no item has it. */
export function wordNumber(vocabulary: Vocabulary, hash: number): number {
  const { cells, filter } = vocabulary
  const bit = hash >>> (32 - FILTER_BITS)
  if ((((filter[bit >>> 5] as number) >>> (bit & 31)) & 1) === 0) return NO_WORD
  const mask = cells.length - 2
  let cell = spread(hash) & mask
  while (cells[cell + 1] !== 0) {
    if (cells[cell] === hash) return (cells[cell + 1] as number) - 1
    cell = (cell + 2) & mask
  }
  return NO_WORD
}

/** The slot comes from other bits than the filter's. */
function spread(hash: number): number {
  return (Math.imul(hash, 0x9e3779b1) >>> 7) << 1
}
