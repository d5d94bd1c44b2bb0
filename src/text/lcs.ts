/**
 * Length of the longest common subsequence, bit-parallel over 32 words of `a` at a time: O(|a|·|b| / 32), and memory that
 * grows with |a| + |b| alone. `assembly/lcs.ts` does the same where the views of a search lie.
 */
export class LcsKernel {
  /** Open addressing: words of `a`, and their numbers plus 1. */
  #keys = new Uint32Array(1024)
  #ids = new Uint32Array(1024)
  /** Number of each word of `a`; of those words of `b` that `a` has. */
  #first = new Uint32Array(512)
  #second = new Uint32Array(512)
  /** What each word of `b` carries from one block of `a` into the next. */
  #carry = new Uint8Array(512)
  /** Per number: the places of the word in the block. */
  #masks = new Int32Array(512)
  #length = 0

  /** Numbers the words of `a`. */
  prepare(a: Uint32Array): void {
    this.#makeRoom(a.length)
    const [keys, ids, first] = [this.#keys, this.#ids, this.#first]
    ids.fill(0)
    this.#length = a.length
    let distinct = 0
    for (let i = 0; i < a.length; i++) {
      const slot = this.#slot(a[i] as number)
      if (ids[slot] === 0) {
        keys[slot] = a[i] as number
        ids[slot] = ++distinct
      }
      first[i] = (ids[slot] as number) - 1
    }
    this.#masks.fill(0, 0, distinct)
  }

  #makeRoom(n: number): void {
    if (this.#first.length >= n && this.#keys.length >= 2 * n) return
    let slots = this.#keys.length
    while (slots < 2 * n) slots *= 2
    this.#keys = new Uint32Array(slots)
    this.#ids = new Uint32Array(slots)
    this.#first = new Uint32Array(slots / 2)
    this.#masks = new Int32Array(slots / 2)
  }

  #slot(word: number): number {
    const [keys, ids] = [this.#keys, this.#ids]
    const last = keys.length - 1
    let slot = (word ^ (word >>> 13)) & last
    while (ids[slot] !== 0 && keys[slot] !== word) slot = (slot + 1) & last
    return slot
  }

  /** Length of the longest common subsequence of the prepared sequence and `b`. */
  length(b: Uint32Array): number {
    if (this.#second.length < b.length) {
      this.#second = new Uint32Array(2 * b.length)
      this.#carry = new Uint8Array(2 * b.length)
    }
    let kept = 0
    for (let j = 0; j < b.length; j++) {
      const id = this.#ids[this.#slot(b[j] as number)] as number
      // Words `a` lacks align with nothing.
      if (id > 0) this.#second[kept++] = id - 1
    }
    this.#carry.fill(0, 0, kept)
    let aligned = 0
    for (let from = 0; from < this.#length; from += 32) aligned += this.#alignBlock(from, kept)
    return aligned
  }

  #alignBlock(from: number, kept: number): number {
    const [first, second, carry, masks] = [this.#first, this.#second, this.#carry, this.#masks]
    const to = Math.min(this.#length, from + 32)
    for (let i = from; i < to; i++) masks[first[i] as number]! |= 1 << (i - from)
    let vector = -1
    for (let j = 0; j < kept; j++) {
      const mask = masks[second[j] as number] as number
      const sum = (vector >>> 0) + ((vector & mask) >>> 0) + (carry[j] as number)
      carry[j] = sum > 0xffffffff ? 1 : 0
      vector = sum | 0 | (vector & ~mask)
    }
    for (let i = from; i < to; i++) masks[first[i] as number] = 0
    // Bits beyond the last word never match, so they stay one.
    return popcount(~vector)
  }
}

export function popcount(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
