import { NO_WORD } from './cover.ts'
import { shared } from './shared.ts'

/** Distinct word hashes, numbered from 0 in order of first appearance; read by every worker. */
export interface Vocabulary {
  size: number
  /** Open addressing in pairs: the hash, and its number + 1 (0 = empty). */
  cells: Uint32Array
}

export function buildVocabulary(hashes: Uint32Array): Vocabulary {
  const distinct = new Set(hashes)
  let slots = 1024
  while (slots < distinct.size * 2) slots *= 2
  const vocabulary: Vocabulary = {
    size: distinct.size,
    cells: shared(Uint32Array, 2 * slots),
  }
  const { cells } = vocabulary
  let number = 0
  for (const hash of distinct) {
    const mask = cells.length - 2
    let cell = spread(hash) & mask
    while (cells[cell + 1] !== 0) cell = (cell + 2) & mask
    cells[cell] = hash
    cells[cell + 1] = ++number
  }
  return vocabulary
}

/** Number of a word, or NO_WORD where no item has it. */
export function wordNumber(vocabulary: Vocabulary, hash: number): number {
  const { cells } = vocabulary
  const mask = cells.length - 2
  let cell = spread(hash) & mask
  while (cells[cell + 1] !== 0) {
    if (cells[cell] === hash) return (cells[cell + 1] as number) - 1
    cell = (cell + 2) & mask
  }
  return NO_WORD
}

function spread(hash: number): number {
  return (Math.imul(hash, 0x9e3779b1) >>> 7) << 1
}
