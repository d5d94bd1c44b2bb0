import { mix32 } from './hash'

const C1: u32 = 0x239b961b
const C2: u32 = 0xab0e9789
const C3: u32 = 0x38b34ae5
const C4: u32 = 0xa1e38b93

/** MurmurHash3_x86_128 built from pieces, as `Hash128` of `text/hash.ts`; the bytes not yet mixed in stand behind the fields. */
@unmanaged
export class Hash128 {
  a: u32
  b: u32
  c: u32
  d: u32
  length: u32
  held: u32
}

const TAIL: usize = 24

export function resetHash(h: Hash128, seed: u32): void {
  h.a = seed
  h.b = seed
  h.c = seed
  h.d = seed
  h.length = 0
  h.held = 0
}

// @ts-ignore: decorator
@inline
function lane(value: u32, before: u32, turn: u32, after: u32): u32 {
  return rotl<u32>(value * before, turn) * after
}

function mixBlocks(h: Hash128, from: usize, blocks: u32): void {
  let a = h.a
  let b = h.b
  let c = h.c
  let d = h.d
  let at = from
  for (let i: u32 = 0; i < blocks; i++) {
    a ^= lane(load<u32>(at), C1, 15, C2)
    a = (rotl<u32>(a, 19) + b) * 5 + 0x561ccd1b
    b ^= lane(load<u32>(at + 4), C2, 16, C3)
    b = (rotl<u32>(b, 17) + c) * 5 + 0x0bcaa747
    c ^= lane(load<u32>(at + 8), C3, 17, C4)
    c = (rotl<u32>(c, 15) + d) * 5 + 0x96cd1c35
    d ^= lane(load<u32>(at + 12), C4, 18, C1)
    d = (rotl<u32>(d, 13) + a) * 5 + 0x32ac3b17
    at += 16
  }
  h.a = a
  h.b = b
  h.c = c
  h.d = d
}

/** `length` bytes from `from` on into the hash. */
export function hashBytes(h: Hash128, from: usize, length: u32): void {
  h.length += length
  const tail = changetype<usize>(h) + TAIL
  let at = from
  let left = length
  if (h.held > 0) {
    const taken = min(16 - h.held, left)
    memory.copy(tail + <usize>h.held, at, <usize>taken)
    h.held += taken
    at += <usize>taken
    left -= taken
    if (h.held < 16) return
    h.held = 0
    mixBlocks(h, tail, 1)
  }
  mixBlocks(h, at, left >> 4)
  const rest = left & 15
  if (rest == 0) return
  memory.copy(tail, at + <usize>(left - rest), <usize>rest)
  h.held = rest
}

/** Four bytes, little-endian. */
export function hashWord(h: Hash128, value: u32): void {
  const tail = changetype<usize>(h) + TAIL
  if (h.held <= 12) {
    store<u32>(tail + <usize>h.held, value)
    h.length += 4
    h.held += 4
    if (h.held < 16) return
    h.held = 0
    mixBlocks(h, tail, 1)
    return
  }
  const spare = tail + 16
  store<u32>(spare, value)
  const first = 16 - h.held
  memory.copy(tail + <usize>h.held, spare, <usize>first)
  mixBlocks(h, tail, 1)
  memory.copy(tail, spare + <usize>first, <usize>(4 - first))
  h.length += 4
  h.held = 4 - first
}

/** Writes four 32-bit words; more may follow what was hashed. */
export function finishHash(h: Hash128, out: usize): void {
  const tail = changetype<usize>(h) + TAIL
  memory.fill(tail + <usize>h.held, 0, <usize>(16 - h.held))
  const length = h.length
  let a = h.a ^ lane(load<u32>(tail), C1, 15, C2) ^ length
  let b = h.b ^ lane(load<u32>(tail + 4), C2, 16, C3) ^ length
  let c = h.c ^ lane(load<u32>(tail + 8), C3, 17, C4) ^ length
  let d = h.d ^ lane(load<u32>(tail + 12), C4, 18, C1) ^ length
  a += b + c + d
  b += a
  c += a
  d += a
  a = mix32(a)
  b = mix32(b)
  c = mix32(c)
  d = mix32(d)
  a += b + c + d
  store<u32>(out, a)
  store<u32>(out + 4, b + a)
  store<u32>(out + 8, c + a)
  store<u32>(out + 12, d + a)
}
