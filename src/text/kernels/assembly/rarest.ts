import { put32, u32At } from './hash'
import { IndexScratch } from './index-scratch'

/** How many of a view's rarest 3-word shingles others can find it by. */
const RARE_KEPT: u32 = 40

/**
 * Leaves the `RARE_KEPT` rarest of those that stand at most `limit` times, rarest first and equally rare ones by hash, first
 * in `values`; returns how many.
 */
export function rarest(w: IndexScratch, distinct: u32, limit: u32): u32 {
  const ofCount = w.rareOfCount
  memory.fill(ofCount, 0, (limit + 2) * 4)
  for (let d: u32 = 0; d < distinct; d++) {
    const count = min(u32At(w.count, d), limit + 1)
    put32(ofCount, count, u32At(ofCount, count) + u32(u32At(w.first, d) != -1))
  }
  let most: u32 = 2
  let sum: u32 = 0
  for (; most <= limit; most++) {
    const count = u32At(ofCount, most)
    put32(ofCount, most, sum)
    sum += count
    if (sum >= RARE_KEPT) break
  }
  most = min(most, limit)
  for (let d: u32 = 0; d < distinct; d++) {
    const count = u32At(w.count, d)
    if (count > most || u32At(w.first, d) == -1) continue
    const at = u32At(ofCount, count)
    put32(ofCount, count, at + 1)
    put32(w.values, at, d)
  }
  sortTies(w, sum)
  return min(sum, RARE_KEPT)
}

/**
 * Puts the first `RARE_KEPT` in order; `values` are sorted by count, and equal counts go by hash. What comes behind these
 * is passed over: of a long text very many stand in two views.
 */
function sortTies(w: IndexScratch, n: u32): void {
  for (let i: u32 = 1; i < n; i++) {
    const d = u32At(w.values, i)
    const count = u32At(w.count, d)
    const hash = u32At(w.hash, d)
    let at = i
    if (i >= RARE_KEPT) {
      at = RARE_KEPT - 1
      const last = u32At(w.values, at)
      if (u32At(w.count, last) != count || u32At(w.hash, last) <= hash) continue
    }
    while (at > 0) {
      const before = u32At(w.values, at - 1)
      if (u32At(w.count, before) != count || u32At(w.hash, before) <= hash) break
      put32(w.values, at, before)
      at--
    }
    put32(w.values, at, d)
  }
}
