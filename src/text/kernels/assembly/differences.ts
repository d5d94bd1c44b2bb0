import { put32, u32At } from './hash'

/** Two sequences, and what the search for their differences remembers; arrays of u32. */
@unmanaged
export class DiffScratch {
  a: usize
  aLength: u32
  b: usize
  bLength: u32
  /** How far into `a` each diagonal reached: one more than twice as many values as edits are allowed, and two more. */
  reach: usize
  /** The same after 0, 1, 2 … edits, of every second diagonal: 1, 2, 3 … values. */
  trail: usize
  /** Four values a stretch: [start, end) of `a` and of `b`. They are written from `outEnd` backwards. */
  outEnd: usize
}

/**
 * Finds the stretches where two sequences differ, by the greedy O((|a|+|b|)·D) algorithm.
 * @returns how many there are; −1 when more than `most` insertions and deletions are needed.
 */
export function findDifferences(w: DiffScratch, most: u32): i32 {
  const n = <i32>w.aLength
  const m = <i32>w.bLength
  const middle = w.reach + ((<usize>(most + 1)) << 2)
  store<u32>(middle + 4, 0)
  let trail = w.trail
  for (let d: i32 = 0; d <= <i32>most; d++) {
    for (let k = -d; k <= d; k += 2) {
      const right = reachOf(middle, k - 1)
      const below = reachOf(middle, k + 1)
      const down = k == -d || (k != d && right < below)
      let x = down ? below : right + 1
      while (x < n && x - k < m && u32At(w.a, x) == u32At(w.b, x - k)) x++
      store<i32>(middle + ((<usize>k) << 2), x)
      if (x >= n && x - k >= m) return walkBack(w, k, d)
      store<i32>(trail, x)
      trail += 4
    }
  }
  return -1
}

// @ts-ignore: decorator
@inline
function reachOf(middle: usize, k: i32): i32 {
  return load<i32>(middle + ((<usize>k) << 2))
}

/** How far diagonal k reached after d edits. */
// @ts-ignore: decorator
@inline
function trailAt(w: DiffScratch, d: i32, k: i32): i32 {
  return load<i32>(w.trail + ((<usize>((d * (d + 1)) / 2 + (k + d) / 2)) << 2))
}

/** Walks back from the last diagonal; edits that touch are one stretch. */
function walkBack(w: DiffScratch, diagonal: i32, edits: i32): i32 {
  let k = diagonal
  let found: i32 = 0
  let out = w.outEnd
  for (let d = edits; d > 0; d--) {
    const down = k == -d || (k != d && trailAt(w, d - 1, k - 1) < trailAt(w, d - 1, k + 1))
    const from = down ? k + 1 : k - 1
    const x = trailAt(w, d - 1, from)
    const y = x - from
    const aEnd = down ? x : x + 1
    const bEnd = down ? y + 1 : y
    if (found == 0 || load<i32>(out) != aEnd || load<i32>(out + 8) != bEnd) {
      out -= 16
      found++
      put32(out, 1, aEnd)
      put32(out, 3, bEnd)
    }
    put32(out, 0, x)
    put32(out, 2, y)
    k = from
  }
  return found
}
