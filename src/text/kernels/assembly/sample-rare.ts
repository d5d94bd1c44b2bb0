import { put32, u32At } from './hash'
import { IndexScratch } from './index-scratch'

/** How many of a view's 3-word shingles others can find it by. */
const RARE_KEPT: u32 = 40

/**
 * A sample of the shingles of a view that stand at most `limit` times, the same shingles first in every view that has
 * them; their numbers go into `values`, the best first. Returns how many. One that stands n times has one chance in n: the
 * rarest alone would not do, because in a group of near copies what only two of them share is rare, and much of what
 * seems to stand twice stands once and shares its slot of the table of counts.
 */
export function sampleRare(w: IndexScratch, distinct: u32, limit: u32): u32 {
  let n: u32 = 0
  for (let d: u32 = 0; d < distinct; d++) {
    const count = u32At(w.count, d)
    if (count > limit || u32At(w.first, d) == -1) continue
    const key = <u64>count * <u64>u32At(w.hash, d)
    if (n < RARE_KEPT) n++
    else if (key >= keyAt(w, n - 1)) continue
    insert(w, n - 1, key, d)
  }
  return n
}

/** Puts a key among the first `last`, which are in order; the one at `last` is dropped. */
function insert(w: IndexScratch, last: u32, key: u64, d: u32): void {
  let at = last
  for (; at > 0 && keyAt(w, at - 1) > key; at--) {
    store<u64>(w.keys + ((<usize>at) << 3), keyAt(w, at - 1))
    put32(w.values, at, u32At(w.values, at - 1))
  }
  store<u64>(w.keys + ((<usize>at) << 3), key)
  put32(w.values, at, d)
}

// @ts-ignore: decorator
@inline
function keyAt(w: IndexScratch, i: u32): u64 {
  return load<u64>(w.keys + ((<usize>i) << 3))
}
