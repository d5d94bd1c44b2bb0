/** Views shorter than this have a rule of their own; still shorter ones only count when they are equal. */
export const SHORT_WORDS: u32 = 16
export const SHORTEST_WORDS: u32 = 8

/**
 * Least number of aligned words for two views to be near each other, or −1 when their lengths forbid it; see
 * `leastAligned` of `near/near-rule.ts`.
 */
export function leastAligned(x: u32, y: u32, ratio: f64): i32 {
  const shorter = min(x, y)
  const longer = max(x, y)
  if (shorter < SHORTEST_WORDS) return -1
  const least = shorter < SHORT_WORDS ? <i32>longer - 1 : <i32>ceil(<f64>longer * ratio - 1e-9)
  return least <= <i32>shorter ? least : -1
}
