import { BASE, put32, u32At } from './hash'

const FILTER_MIX: u32 = 0x85ebca6b
const CONFIRM_MIX: u32 = 0xc2b2ae35

// @ts-ignore: decorator
@inline
function hasBit(bits: usize, bit: u32): u32 {
  return (u32At(bits, bit >> 5) >> (bit & 31)) & 1
}

// @ts-ignore: decorator
@inline
function filterBit(h: u32, shift: u32): u32 {
  return ((h ^ (h >> 15)) * FILTER_MIX) >> shift
}

/**
 * The longest row of grams of n that have their bit, and per symbol the row up to the gram that ends there; 0, and nothing
 * of the symbols, where there are not `least` in a row.
 */
export function longRuns(
  symbols: usize,
  length: u32,
  n: u32,
  least: u32,
  bits: usize,
  shift: u32,
  runs: usize,
): u32 {
  if (!mayHoldRow(symbols, length, n, least, bits, shift)) return 0
  return gramRuns(symbols, length, n, bits, shift, runs)
}

/** One gram in `least` is looked at, and those beside it where it has its bit: a row of so many has one of these. */
function mayHoldRow(symbols: usize, length: u32, n: u32, least: u32, bits: usize, shift: u32): bool {
  if (length < n + least - 1) return false
  const last = length - n
  for (let at = least - 1; at <= last; at += least) {
    if (!hasGram(symbols, at, n, bits, shift)) continue
    let from = at
    while (at - from < least - 1 && hasGram(symbols, from - 1, n, bits, shift)) from--
    let to = at
    while (to - from < least - 1 && to < last && hasGram(symbols, to + 1, n, bits, shift)) to++
    if (to - from == least - 1) return true
  }
  return false
}

// @ts-ignore: decorator
@inline
function hasGram(symbols: usize, at: u32, n: u32, bits: usize, shift: u32): u32 {
  return hasBit(bits, filterBit(hashOf(symbols, at, n), shift))
}

/** Per symbol: how many grams in a row, up to the one that ends there, have their bit; returns the longest row. */
function gramRuns(symbols: usize, length: u32, n: u32, bits: usize, shift: u32, runs: usize): u32 {
  let power: u32 = 1
  for (let i: u32 = 0; i < n; i++) power *= BASE
  let h: u32 = 0
  const lead = min(n - 1, length)
  for (let i: u32 = 0; i < lead; i++) {
    h = h * BASE + u32At(symbols, i)
    put32(runs, i, 0)
  }
  let left: u32 = 0
  let row: u32 = 0
  let longest: u32 = 0
  for (let i = lead; i < length; i++) {
    h = h * BASE + u32At(symbols, i) - power * left
    left = u32At(symbols, i - lead)
    // No branch waits for the load: all bits of `row + 1`, or none.
    row = (row + 1) & (0 - hasBit(bits, filterBit(h, shift)))
    longest = max(longest, row)
    put32(runs, i, row)
  }
  return longest
}

/** A turn that is held against the 5-grams of some texts; arrays of u32. */
@unmanaged
export class GramTurn {
  symbols: usize
  length: u32
  n: u32
  /** Two sets of bits of all grams, by the top bits of two mixes of their hash. */
  filter: usize
  filterShift: u32
  confirm: usize
  confirmShift: u32
  /** Per symbol: how many grams in a row up to the one that ends there have both bits. */
  runs: usize
  /** Bits of the hashes of these grams, all zero before. */
  present: usize
  presentShift: u32
  /** Symbols under them. */
  covered: u32
}

/** Looks at the grams of a turn, by the hash and bits of `text/gram-filter.ts`; returns the longest row of those that may stand in some text, 0 where it is below `least`. */
export function holdTurn(t: GramTurn, least: u32): u32 {
  const n = t.n
  if (longRuns(t.symbols, t.length, n, least, t.filter, t.filterShift, t.runs) == 0) return 0
  memory.fill(t.present, 0, <usize>1 << (32 - t.presentShift - 3))
  let row: u32 = 0
  let longest: u32 = 0
  let covered: u32 = 0
  let done: u32 = 0
  for (let end = n; end <= t.length; end++) {
    const seen = u32At(t.runs, end - 1) != 0
    const h = seen ? hashOf(t.symbols, end - n, n) : 0
    if (seen && hasBit(t.confirm, ((h ^ (h >> 13)) * CONFIRM_MIX) >> t.confirmShift)) {
      const bit = filterBit(h, t.presentShift)
      put32(t.present, bit >> 5, u32At(t.present, bit >> 5) | (1 << (bit & 31)))
      covered += end - max(done, end - n)
      done = end
      longest = max(longest, ++row)
    } else row = 0
    put32(t.runs, end - 1, row)
  }
  t.covered = covered
  return longest < least ? 0 : longest
}

// @ts-ignore: decorator
@inline
function hashOf(symbols: usize, at: u32, n: u32): u32 {
  let h: u32 = 0
  for (let i: u32 = 0; i < n; i++) h = h * BASE + u32At(symbols, at + i)
  return h
}
