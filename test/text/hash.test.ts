import { describe, expect, it } from 'vitest'
import { Hash128, combine32, hash128, hash32, mix32, wordHash } from '../../src/text/hash.ts'
import { randomBytes, randomOf } from '../support/random.ts'

const M = 0xffffffffn

/** MurmurHash3_x86_128 written over BigInt, straight from its definition. */
function reference128(bytes: Uint8Array, seed: number): number[] {
  const c = [0x239b961bn, 0xab0e9789n, 0x38b34ae5n, 0xa1e38b93n]
  const add = [0x561ccd1bn, 0x0bcaa747n, 0x96cd1c35n, 0x32ac3b17n]
  const rotate = (x: bigint, r: bigint): bigint => ((x << r) | (x >> (32n - r))) & M
  const h = Array.from({ length: 4 }, () => BigInt(seed >>> 0))
  const mixed = (k: bigint, i: number): bigint =>
    (rotate((k * (c[i] as bigint)) & M, BigInt(15 + i)) * (c[(i + 1) % 4] as bigint)) & M
  const word = (at: number): bigint => {
    let value = 0n
    for (let j = 0; j < 4; j++) value |= BigInt(bytes[at + j] ?? 0) << BigInt(8 * j)
    return value
  }
  const full = bytes.length - (bytes.length % 16)
  for (let at = 0; at < full; at += 16) {
    for (let i = 0; i < 4; i++) {
      let x = (h[i] as bigint) ^ mixed(word(at + 4 * i), i)
      x = (rotate(x, BigInt(19 - 2 * i)) + (h[(i + 1) % 4] as bigint)) & M
      h[i] = (x * 5n + (add[i] as bigint)) & M
    }
  }
  for (let i = 0; i < 4; i++) h[i] = (h[i] as bigint) ^ mixed(word(full + 4 * i), i) ^ BigInt(bytes.length)
  const sum = (): void => {
    for (let i = 1; i < 4; i++) h[0] = ((h[0] as bigint) + (h[i] as bigint)) & M
    for (let i = 1; i < 4; i++) h[i] = ((h[i] as bigint) + (h[0] as bigint)) & M
  }
  sum()
  for (let i = 0; i < 4; i++) {
    let x = h[i] as bigint
    x = ((x ^ (x >> 16n)) * 0x85ebca6bn) & M
    x = ((x ^ (x >> 13n)) * 0xc2b2ae35n) & M
    h[i] = x ^ (x >> 16n)
  }
  sum()
  return h.map(Number)
}

describe('hash128', () => {
  it('equals the reference for every length and seed', () => {
    const random = randomOf(1)
    const out = new Uint32Array(6)
    for (let length = 0; length < 200; length++) {
      const bytes = randomBytes(random, length + 3)
      const seed = Math.floor(random() * 2 ** 32)
      hash128(bytes, 3, bytes.length, out, 2, seed)
      expect([...out.subarray(2)]).toEqual(reference128(bytes.subarray(3), seed))
    }
  })

  it('does not depend on how the bytes are cut into updates', () => {
    const random = randomOf(2)
    const hasher = new Hash128()
    const [whole, pieces] = [new Uint32Array(4), new Uint32Array(4)]
    for (let round = 0; round < 200; round++) {
      const bytes = randomBytes(random, Math.floor(random() * 100))
      hash128(bytes, 0, bytes.length, whole, 0)
      hasher.reset()
      for (let at = 0; at < bytes.length;) {
        const next = Math.min(bytes.length, at + Math.floor(random() * 40))
        hasher.update(bytes, at, next)
        at = next
      }
      hasher.finish(pieces, 0)
      expect(pieces).toEqual(whole)
    }
  })

  it('takes a 32-bit value as its four bytes', () => {
    const [a, b] = [new Uint32Array(4), new Uint32Array(4)]
    new Hash128().reset().update32(0x04030201).finish(a, 0)
    hash128(Uint8Array.of(1, 2, 3, 4), 0, 4, b, 0)
    expect(a).toEqual(b)
  })
})

describe.each([
  { name: 'hash32', hash: hash32 },
  { name: 'wordHash', hash: wordHash },
])('$name', ({ hash }) => {
  it('flips about half of the output bits when one input bit flips', () => {
    const random = randomOf(4)
    const flips = new Float64Array(32)
    const rounds = 4000
    for (let round = 0; round < rounds; round++) {
      const bytes = randomBytes(random, 1 + (round % 24))
      const before = hash(bytes, 0, bytes.length)
      bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8)
      const changed = before ^ hash(bytes, 0, bytes.length)
      for (let bit = 0; bit < 32; bit++) flips[bit]! += (changed >>> bit) & 1
    }
    for (const count of flips) expect(Math.abs(count / rounds - 0.5)).toBeLessThan(0.05)
  })

  it('collides no more often than chance on 400,000 short words', () => {
    const seen = new Set<number>()
    const bytes = new Uint8Array(6)
    const n = 400_000
    for (let i = 0; i < n; i++) {
      let rest = i
      for (let j = 0; j < 6; j++) {
        bytes[j] = 97 + (rest % 26)
        rest = Math.floor(rest / 26)
      }
      seen.add(hash(bytes, 0, 6))
    }
    // n² / 2³³ ≈ 18.6 pairs are expected; five standard deviations above.
    expect(n - seen.size).toBeLessThan(41)
  })

  it('combine32 depends on the order', () => {
    expect(combine32(combine32(0, 1), 2)).not.toBe(combine32(combine32(0, 2), 1))
    expect(mix32(1)).not.toBe(mix32(2))
  })
})
