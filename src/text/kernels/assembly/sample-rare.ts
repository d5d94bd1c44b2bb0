import { put32, u32At } from './hash'
import { IndexScratch } from './index-scratch'

/** How many of a view's 3-word shingles others can find it by. */
const RARE_KEPT: u32 = 40
/** Of so many the best are chosen at once. */
const ROOM: u32 = 4 * RARE_KEPT
/** Bits of a shingle's number, which decides between equal ones; those beyond are never in a sample. */
const NUMBER_BITS: u32 = 24
const NUMBERS: u32 = 1 << NUMBER_BITS

/**
 * A sample of the shingles of a view that stand at most `limit` times, the same shingles first in every view that has
 * them; their numbers go into `values`, the best first. Returns how many. One that stands n times has one chance in n: the
 * rarest alone would not do, because in a group of near copies what only two of them share is rare, and much of what
 * seems to stand twice stands once and shares its slot of the table of counts.
 */
export function sampleRare(w: IndexScratch, distinct: u32, limit: u32): u32 {
  let n: u32 = 0
  // What is no better than this is worse than `RARE_KEPT` others.
  let most: u64 = u64.MAX_VALUE
  const end = min(distinct, NUMBERS)
  for (let d: u32 = 0; d < end; d++) {
    const count = u32At(w.count, d)
    // Counts have 8 bits and hashes 32: with the number behind them they fill the 64.
    const key = ((<u64>count * <u64>u32At(w.hash, d)) << NUMBER_BITS) | <u64>d
    // Written before it is known whether it counts: which do is as good as random, and a wrong guess costs more.
    putKey(w, n, key)
    n += u32(count <= limit) & u32(u32At(w.first, d) != -1) & u32(key < most)
    if (n < ROOM) continue
    most = choose(w, n)
    n = RARE_KEPT
  }
  if (n > RARE_KEPT) {
    choose(w, n)
    n = RARE_KEPT
  }
  sort(w, n)
  for (let i: u32 = 0; i < n; i++) put32(w.values, i, <u32>keyAt(w, i) & (NUMBERS - 1))
  return n
}

/** Moves the `RARE_KEPT` least of n keys, which are all different, to the front; returns the largest of them. */
function choose(w: IndexScratch, n: u32): u64 {
  let low: u32 = 0
  let high = n - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    const pivot = middleOf(keyAt(w, low), keyAt(w, middle), keyAt(w, high))
    if (pivot == keyAt(w, low)) swap(w, low, high)
    else if (pivot == keyAt(w, middle)) swap(w, middle, high)
    // What is less than the pivot goes to the front, without a branch.
    let next = low
    for (let i = low; i < high; i++) {
      const key = keyAt(w, i)
      putKey(w, i, keyAt(w, next))
      putKey(w, next, key)
      next += u32(key < pivot)
    }
    swap(w, next, high)
    if (next == RARE_KEPT || next == RARE_KEPT - 1) break
    if (next > RARE_KEPT) high = next - 1
    else low = next + 1
  }
  let most: u64 = 0
  for (let i: u32 = 0; i < RARE_KEPT; i++) most = max(most, keyAt(w, i))
  return most
}

// @ts-ignore: decorator
@inline
function swap(w: IndexScratch, i: u32, j: u32): void {
  const key = keyAt(w, i)
  putKey(w, i, keyAt(w, j))
  putKey(w, j, key)
}

// @ts-ignore: decorator
@inline
function middleOf(a: u64, b: u64, c: u64): u64 {
  return max(min(a, b), min(max(a, b), c))
}

/** Ascending; few. */
function sort(w: IndexScratch, n: u32): void {
  for (let i: u32 = 1; i < n; i++) {
    const key = keyAt(w, i)
    let at = i
    for (; at > 0 && keyAt(w, at - 1) > key; at--) putKey(w, at, keyAt(w, at - 1))
    putKey(w, at, key)
  }
}

// @ts-ignore: decorator
@inline
function keyAt(w: IndexScratch, i: u32): u64 {
  return load<u64>(w.keys + ((<usize>i) << 3))
}

// @ts-ignore: decorator
@inline
function putKey(w: IndexScratch, i: u32, key: u64): void {
  store<u64>(w.keys + ((<usize>i) << 3), key)
}
