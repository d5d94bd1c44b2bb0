import { NO_WORD } from './cover.ts'
import { shared } from './shared.ts'

/** Distinct word hashes, numbered from 0 in order of first appearance; read by every worker. */
export interface Vocabulary {
  size: number
  key: Uint32Array
  /** Number + 1; 0 = empty slot. */
  slot: Int32Array
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
    key: shared(Uint32Array, slots),
    slot: shared(Int32Array, slots),
    filter: shared(Uint32Array, 1 << (FILTER_BITS - 5)),
  }
  const { key, slot, filter } = vocabulary
  let number = 0
  for (const hash of distinct) {
    let place = spread(hash) & (slots - 1)
    while (slot[place] !== 0) place = (place + 1) & (slots - 1)
    key[place] = hash
    slot[place] = ++number
    const bit = hash >>> (32 - FILTER_BITS)
    filter[bit >>> 5]! |= 1 << (bit & 31)
  }
  return vocabulary
}

/** Number of a word, or NO_WORD where no item has it. */
export function wordNumber(vocabulary: Vocabulary, hash: number): number {
  const { key, slot, filter } = vocabulary
  const bit = hash >>> (32 - FILTER_BITS)
  if ((((filter[bit >>> 5] as number) >>> (bit & 31)) & 1) === 0) return NO_WORD
  const mask = slot.length - 1
  let place = spread(hash) & mask
  while (slot[place] !== 0) {
    if (key[place] === hash) return (slot[place] as number) - 1
    place = (place + 1) & mask
  }
  return NO_WORD
}

/** The slot comes from other bits than the filter's. */
function spread(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> 7
}
