import { mix32 } from './hash.ts'

const BASE = 0x9e3779b1

/** BASE to the power of n, modulo 2³². */
function power(n: number): number {
  let result = 1
  for (let i = 0; i < n; i++) result = Math.imul(result, BASE)
  return result
}

/**
 * Writes the hash of every run of `k` words of words[start, end) and returns how many there are. A shingle's hash is
 * a polynomial of its word hashes, rolled along and mixed; the two lowest bits of a word hash do not count.
 */
export function shingles(
  words: Uint32Array,
  range: { start: number; end: number },
  k: number,
  out: Uint32Array,
): number {
  const { start, end } = range
  if (end - start < k) return 0
  const leaving = power(k)
  let h = 0
  for (let i = start; i < start + k; i++) h = (Math.imul(h, BASE) + ((words[i] as number) >>> 2)) | 0
  let n = 0
  out[n++] = mix32(h)
  for (let i = start + k; i < end; i++) {
    h =
      (Math.imul(h, BASE) +
        ((words[i] as number) >>> 2) -
        Math.imul(leaving, (words[i - k] as number) >>> 2)) |
      0
    out[n++] = mix32(h)
  }
  return n
}

/** Scratch space for the shingles of one view. */
export function roomFor(scratch: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return scratch.length >= length ? scratch : new Uint32Array(length * 2)
}
