/** Hash kernels over byte ranges. Not for defence against forged collisions: what matters is verified on bytes. */

/** Mixes a 32-bit value so that every input bit reaches every output bit (the finaliser of MurmurHash3). */
export function mix32(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** 32-bit hash of bytes [start, end), as an unsigned number. */
export function hash32(bytes: Uint8Array, start: number, end: number, seed = 0): number {
  let h = seed | 0
  for (let i = start; i < end; i++) {
    h = Math.imul(((h << 5) | (h >>> 27)) ^ (bytes[i] as number), 0x9e3779b1)
  }
  return mix32(h ^ (end - start))
}

/** One piece of eight bytes into the hash of a word: two 32-bit words, little-endian. */
function wordStep(h: number, low: number, high: number): number {
  const a = Math.imul(h ^ low, 0x9e3779b1)
  return Math.imul(a ^ (a >>> 15) ^ high, 0x85ebca6b)
}

/**
 * Hash of a word's normalised bytes [start, end), as an unsigned number: eight bytes at a time, because words are short.
 * `assembly/words.ts` does the same for words of ASCII.
 */
export function wordHash(bytes: Uint8Array, start: number, end: number): number {
  let h = end - start
  for (let at = start; at < end; at += 8) {
    let [low, high] = [0, 0]
    for (let i = Math.min(end, at + 8) - 1; i >= at + 4; i--) high = (high << 8) | (bytes[i] as number)
    for (let i = Math.min(end, at + 4) - 1; i >= at; i--) low = (low << 8) | (bytes[i] as number)
    h = wordStep(h, low, high)
  }
  return mix32(h)
}

/** Combines hashes in order, e.g. of the words of a shingle. */
export function combine32(state: number, value: number): number {
  return mix32(Math.imul(state, 0x9e3779b1) + value)
}

const C1 = 0x239b961b
const C2 = 0xab0e9789
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93

/** A 128-bit hash built from pieces: MurmurHash3_x86_128 over the concatenation of everything updated. */
export class Hash128 {
  #a = 0
  #b = 0
  #c = 0
  #d = 0
  #length = 0
  #held = 0
  readonly #tail = new Uint8Array(16)

  reset(seed = 0): this {
    this.#a = this.#b = this.#c = this.#d = seed | 0
    this.#length = this.#held = 0
    return this
  }

  update(bytes: Uint8Array, start: number, end: number): this {
    this.#length = (this.#length + (end - start)) | 0
    let at = start
    while (this.#held > 0 && at < end) this.#hold(bytes[at++] as number)
    const blocks = (end - at) >> 4
    this.#blocks(bytes, at, blocks)
    at += blocks << 4
    while (at < end) this.#hold(bytes[at++] as number)
    return this
  }

  /** Four bytes, little-endian: lengths, roles, hashes. */
  update32(value: number): this {
    this.#length = (this.#length + 4) | 0
    this.#hold(value & 255)
    this.#hold((value >>> 8) & 255)
    this.#hold((value >>> 16) & 255)
    this.#hold(value >>> 24)
    return this
  }

  #hold(byte: number): void {
    this.#tail[this.#held++] = byte
    if (this.#held < 16) return
    this.#held = 0
    this.#blocks(this.#tail, 0, 1)
  }

  #blocks(bytes: Uint8Array, start: number, blocks: number): void {
    if (blocks === 0) return
    // One load of four bytes, wherever they begin, instead of four of one.
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, blocks << 4)
    let a = this.#a
    let b = this.#b
    let c = this.#c
    let d = this.#d
    for (let i = 0, end = blocks << 4; i < end; i += 16) {
      a ^= lane(view.getInt32(i, true), C1, 15, C2)
      a = (Math.imul(((a << 19) | (a >>> 13)) + b, 5) + 0x561ccd1b) | 0
      b ^= lane(view.getInt32(i + 4, true), C2, 16, C3)
      b = (Math.imul(((b << 17) | (b >>> 15)) + c, 5) + 0x0bcaa747) | 0
      c ^= lane(view.getInt32(i + 8, true), C3, 17, C4)
      c = (Math.imul(((c << 15) | (c >>> 17)) + d, 5) + 0x96cd1c35) | 0
      d ^= lane(view.getInt32(i + 12, true), C4, 18, C1)
      d = (Math.imul(((d << 13) | (d >>> 19)) + a, 5) + 0x32ac3b17) | 0
    }
    this.#a = a
    this.#b = b
    this.#c = c
    this.#d = d
  }

  /** Writes four 32-bit words and leaves the hash to be reset. */
  finish(out: Uint32Array, offset: number): void {
    this.#tail.fill(0, this.#held)
    const tail = this.#tail
    let a = this.#a ^ lane(read32(tail, 0), C1, 15, C2) ^ this.#length
    let b = this.#b ^ lane(read32(tail, 4), C2, 16, C3) ^ this.#length
    let c = this.#c ^ lane(read32(tail, 8), C3, 17, C4) ^ this.#length
    let d = this.#d ^ lane(read32(tail, 12), C4, 18, C1) ^ this.#length
    a = (a + b + c + d) | 0
    b = (b + a) | 0
    c = (c + a) | 0
    d = (d + a) | 0
    a = mix32(a)
    b = mix32(b)
    c = mix32(c)
    d = mix32(d)
    a = (a + b + c + d) | 0
    out[offset] = a
    out[offset + 1] = b + a
    out[offset + 2] = c + a
    out[offset + 3] = d + a
  }
}

function read32(bytes: Uint8Array, i: number): number {
  return (
    (bytes[i] as number) |
    ((bytes[i + 1] as number) << 8) |
    ((bytes[i + 2] as number) << 16) |
    ((bytes[i + 3] as number) << 24)
  )
}

function lane(value: number, before: number, turn: number, after: number): number {
  const k = Math.imul(value, before)
  return Math.imul((k << turn) | (k >>> (32 - turn)), after)
}

const shared = new Hash128()

/** 128-bit hash (MurmurHash3_x86_128) of bytes [start, end), written as four words at `out[offset…]`. */
export function hash128(
  ...[bytes, start, end, out, offset, seed]: [
    bytes: Uint8Array,
    start: number,
    end: number,
    out: Uint32Array,
    offset: number,
    seed?: number,
  ]
): void {
  shared
    .reset(seed ?? 0)
    .update(bytes, start, end)
    .finish(out, offset)
}
