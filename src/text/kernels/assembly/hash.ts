/** The hashes of `text/hash.ts` and `text/shingle.ts`, value for value. */

export const BASE: u32 = 0x9e3779b1
/** The two lowest bits of a word hold flags and do not count. */
export const WORD_SHIFT: u32 = 2

// @ts-ignore: decorator
@inline
export function mix32(value: u32): u32 {
  let h = (value ^ (value >> 16)) * 0x85ebca6b
  h = (h ^ (h >> 13)) * 0xc2b2ae35
  return h ^ (h >> 16)
}

// @ts-ignore: decorator
@inline
export function u32At(array: usize, i: u32): u32 {
  return load<u32>(array + ((<usize>i) << 2))
}

// @ts-ignore: decorator
@inline
export function put32(array: usize, i: u32, value: u32): void {
  store<u32>(array + ((<usize>i) << 2), value)
}

// @ts-ignore: decorator
@inline
export function wordAt(words: usize, i: u32): u32 {
  return u32At(words, i) >> WORD_SHIFT
}

/** Smallest power of two of at least n. */
// @ts-ignore: decorator
@inline
export function powerOfTwo(n: u32): u32 {
  return n <= 1 ? 1 : 1 << (32 - <u32>clz<u32>(n - 1))
}
