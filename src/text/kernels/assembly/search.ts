/**
 * Addresses of what a search for near views works on. The host writes them in this order, one u32 each
 * (`Struct` of `kernels/struct.ts`); view v is words[start[v], start[v] + length[v]).
 */
@unmanaged
export class Search {
  /** u32 per word: its hash, and flags in the lowest bits. */
  words: usize
  /** u8 per word: how common the 3 words are that begin there. */
  counts: usize
  /** u32 per view each. */
  start: usize
  length: usize
  /** Words of the view that are template text. */
  masked: usize
  /** A bit per word: template text. */
  template: usize
  /** The views in the order their words lie in memory. */
  stored: usize
  /** u32 per view: 32 bits of its content, to order by. */
  content: usize
  /** Per view `META` u32: its length; distinct 5-word shingles; how many of them another view may have. */
  meta: usize
  /** Per view 16 u32 of bits of its shingles, and behind them 16 of bits of its words. */
  signatures: usize
  /** u8 per slot, a power of two of them. */
  table: usize
  tableMask: u32
  posted: usize
  /** u32 per length, and one more: the first view that is at least so long. */
  firstOfLength: usize
  longest: u32
  views: u32
  /** u32 per view: the first view that is long enough for a pair with it. */
  low: usize
  /** Views are looked for others in ranges of 2 to the power of so many. */
  rangeBits: u32
  /** A bit per slot of words that begin with a small letter somewhere; slots, a power of two of them, less 1. */
  smallBits: usize
  smallMask: u32
  /** u8 per view: 1 where it holds a run that may be template text. */
  mayHoldTemplate: usize
}

/** What an entry says of a view and a shingle: found there by the join; looks for others; the same by rare shingles. */
export const JOIN_FOUND: u32 = 1
export const JOIN_LOOKS: u32 = 2
export const RARE_FOUND: u32 = 4
export const RARE_LOOKS: u32 = 8
export const ROLE_BITS: u32 = 4

/** Bytes of a signature. */
export const SIGNATURE: u32 = 64
/** Bytes of what is known of a view beside its signatures. */
const META: u32 = 16

// @ts-ignore: decorator
@inline
export function shingleSignature(s: Search, v: u32): usize {
  return s.signatures + <usize>(v * 2 * SIGNATURE)
}

// @ts-ignore: decorator
@inline
export function wordSignature(s: Search, v: u32): usize {
  return s.signatures + <usize>(v * 2 * SIGNATURE + SIGNATURE)
}

// @ts-ignore: decorator
@inline
export function setMeta(s: Search, v: u32, length: u32, size: u32, common: u32): void {
  const at = s.meta + <usize>(v * META)
  store<u32>(at, length)
  store<u32>(at + 4, size)
  store<u32>(at + 8, common)
}

// @ts-ignore: decorator
@inline
export function lengthOf(s: Search, v: u32): u32 {
  return load<u32>(s.meta + <usize>(v * META))
}

// @ts-ignore: decorator
@inline
export function sizeOf(s: Search, v: u32): u32 {
  return load<u32>(s.meta + <usize>(v * META) + 4)
}

// @ts-ignore: decorator
@inline
export function commonOf(s: Search, v: u32): u32 {
  return load<u32>(s.meta + <usize>(v * META) + 8)
}

// @ts-ignore: decorator
@inline
export function addBit(signature: usize, hash: u32): void {
  const bit = (hash >> 20) & 511
  const at = signature + ((bit >> 5) << 2)
  store<u32>(at, load<u32>(at) | (1 << (bit & 31)))
}

/** Bits of a that b lacks. */
// @ts-ignore: decorator
@inline
export function missingBits(a: usize, b: usize): u32 {
  let sum: u64 = 0
  for (let i: usize = 0; i < SIGNATURE; i += 8) {
    sum += popcnt<u64>(load<u64>(a + i) & ~load<u64>(b + i))
  }
  return <u32>sum
}

// @ts-ignore: decorator
@inline
export function isTemplate(template: usize, word: u32): bool {
  return ((load<u32>(template + ((word >> 5) << 2)) >> (word & 31)) & 1) == 1
}
