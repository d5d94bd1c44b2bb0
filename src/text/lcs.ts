/** Alignment of word sequences: longest common subsequence, its length fast, its places on demand. */

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

/** A stretch where two sequences differ: a[aStart, aEnd) stands against b[bStart, bEnd). */
export interface Difference {
  aStart: number
  aEnd: number
  bStart: number
  bEnd: number
}

const FEW_EDITS = 64

/**
 * The stretches where two sequences differ, by the greedy O((|a|+|b|)·D) algorithm.
 * @returns null when more than `maxEdits` insertions and deletions are needed.
 */
export function differences(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  maxEdits: number,
): Difference[] | null {
  // Room for so many edits at first; most sequences need few of those allowed.
  let room = Math.min(maxEdits, FEW_EDITS)
  let reach = new Int32Array(2 * room + 3)
  let offset = room + 1
  const trail: Int32Array[] = []
  for (let d = 0; d <= maxEdits; d++) {
    if (d > room) {
      const larger = Math.min(maxEdits, 2 * room)
      const wider = new Int32Array(2 * larger + 3)
      wider.set(reach, larger - room)
      ;[reach, room, offset] = [wider, larger, larger + 1]
    }
    for (let k = -d; k <= d; k += 2) {
      const down =
        k === -d || (k !== d && (reach[offset + k - 1] as number) < (reach[offset + k + 1] as number))
      let x = down ? (reach[offset + k + 1] as number) : (reach[offset + k - 1] as number) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      reach[offset + k] = x
      if (x >= a.length && x - k >= b.length) return trace(k, trail, d)
    }
    trail.push(reach.slice(offset - d, offset + d + 1))
  }
  return null
}

/** Walks back from the last diagonal; `trail[d]` holds how far each diagonal reached after d edits. */
function trace(diagonal: number, trail: readonly Int32Array[], edits: number): Difference[] {
  const found: Difference[] = []
  let k = diagonal
  for (let d = edits; d > 0; d--) {
    const before = trail[d - 1] as Int32Array
    const at = (k: number): number => before[k + d - 1] ?? -1
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1))
    const from = down ? k + 1 : k - 1
    const fromX = at(from)
    const edit = down
      ? { aStart: fromX, aEnd: fromX, bStart: fromX - from, bEnd: fromX - from + 1 }
      : { aStart: fromX, aEnd: fromX + 1, bStart: fromX - from, bEnd: fromX - from }
    const next = found.at(-1)
    if (next !== undefined && next.aStart === edit.aEnd && next.bStart === edit.bEnd) {
      next.aStart = edit.aStart
      next.bStart = edit.bStart
    } else found.push(edit)
    k = from
  }
  return found.reverse()
}
