import { alignView, prepareView } from './align-views'
import { emit, Emitter, PARTS } from './entries'
import { BASE, mix32, u32At, wordAt } from './hash'
import { IndexScratch } from './index-scratch'
import { distinctShingles, findRuns, hashShingles } from './index-views'
import { LcsScratch } from './lcs'
import { leastAligned } from './near-rule'
import { sampleRare } from './sample-rare'
import { Search } from './search'

/** Hash functions of a band: views meet in a band when all of them agree. */
export const BAND_HASHES: u32 = 2
/** Counts go up to this: a shingle so common is the last choice, and no worse than a commoner one. */
const MOST_COUNTED: u32 = 255
const RESET: u32 = -1

@unmanaged
export class MinhashScratch {
  index: IndexScratch
  /** Bands [bandFrom, bandTo) are written. */
  bandFrom: u32
  bandTo: u32
  /** u32 per view: its row. */
  rows: usize
}

/**
 * Writes a key for each view and band: of the view's rarest 3-word shingles that stand elsewhere too, template text aside,
 * those with the smallest values of the band's hash functions. Two views agree in one function with the probability of
 * the Jaccard similarity of these sets (Broder 1997).
 */
export function signViews(s: Search, w: MinhashScratch, e: Emitter, from: u32, to: u32): void {
  for (let k = from; k < to; k++) {
    const v = u32At(s.stored, k)
    const n = u32At(s.length, v)
    if (n < 3) continue
    const start = u32At(s.start, v)
    const index = w.index
    hashShingles(index, s.words + ((<usize>start) << 2), n)
    const masked = u32At(s.masked, v) != 0
    if (masked) findRuns(s, index, start, n)
    const distinct = distinctShingles(index, s.counts + <usize>start, n, masked)
    const kept = sampleRare(index, distinct, MOST_COUNTED)
    if (kept == 0) continue
    for (let band = w.bandFrom; band < w.bandTo; band++) {
      const key = bandKey(index, kept, band)
      emit(e, key >> (32 - <u32>ctz<u32>(PARTS)), key, u32At(w.rows, v))
    }
  }
}

function bandKey(w: IndexScratch, kept: u32, band: u32): u32 {
  let key = band
  for (let f: u32 = 0; f < BAND_HASHES; f++) {
    const seed = mix32(band * BAND_HASHES + f + 1)
    let least: u32 = RESET
    for (let i: u32 = 0; i < kept; i++) least = min(least, mix32(u32At(w.hash, u32At(w.values, i)) ^ seed))
    key = mix32(key * BASE + least)
  }
  return key
}

/**
 * Counts the 3-word shingles of the views stored at [from, to) into the whole table, which other threads write to as well.
 */
export function countShared(s: Search, from: u32, to: u32): void {
  const mask = s.tableMask
  for (let k = from; k < to; k++) {
    const v = u32At(s.stored, k)
    const n = u32At(s.length, v)
    if (n < 3) continue
    const words = s.words + ((<usize>u32At(s.start, v)) << 2)
    let two = wordAt(words, 0) * BASE + wordAt(words, 1)
    for (let i: u32 = 2; i < n; i++) {
      const third = wordAt(words, i)
      countOne(s.table + <usize>(mix32(two * BASE + third) & mask))
      two = wordAt(words, i - 1) * BASE + third
    }
  }
}

// @ts-ignore: decorator
@inline
function countOne(slot: usize): void {
  let count = load<u8>(slot)
  while (<u32>count < MOST_COUNTED) {
    const seen = atomic.cmpxchg<u8>(slot, count, count + 1)
    if (seen == count) return
    count = seen
  }
}

/**
 * Aligned words of `n` pairs of views (u32 view, u32 view; those with one second view behind each other), into `aligned`: 0
 * where they are too few for a near pair.
 */
export function alignPairs(s: Search, w: LcsScratch, pairs: usize, n: u32, ratio: f64, aligned: usize): void {
  let prepared: u32 = -1
  for (let i: u32 = 0; i < n; i++) {
    const x = u32At(pairs, 2 * i)
    const v = u32At(pairs, 2 * i + 1)
    const out = aligned + ((<usize>i) << 2)
    const least = leastAligned(u32At(s.length, v), u32At(s.length, x), ratio)
    let found: u32 = 0
    if (least >= 0) {
      if (v != prepared) prepareView(s, w, v)
      prepared = v
      found = alignView(s, w, x)
    }
    store<u32>(out, <i32>found >= least ? found : 0)
  }
}
