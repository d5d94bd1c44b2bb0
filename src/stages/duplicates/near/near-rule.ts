import { CONSTANTS } from '../../../text/kernels/layouts.ts'

/** Words of a shingle in the exact join. */
export const JOIN_WORDS = 5

/** Edits between two views that are looked for at most. */
export const MAX_EDITS = 4000

/** Views shorter than `SHORT_WORDS` have a rule of their own; still shorter ones only count when they are equal. */
export const { SHORT_WORDS, SHORTEST_WORDS } = CONSTANTS

/**
 * Least number of aligned words for two views to be near each other, or −1 when their lengths forbid it. Views of
 * SHORTEST_WORDS to SHORT_WORDS − 1 words may differ in one word put in, left out or replaced.
 */
export function leastAligned(x: number, y: number, ratio: number): number {
  const [shorter, longer] = x < y ? [x, y] : [y, x]
  if (shorter < SHORTEST_WORDS) return -1
  const least = shorter < SHORT_WORDS ? longer - 1 : Math.ceil(longer * ratio - 1e-9)
  return least <= shorter ? least : -1
}
