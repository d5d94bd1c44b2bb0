/** Alignment of word sequences: longest common subsequence, its length fast, its places on demand. */

/** Length of the longest common subsequence, bit-parallel over 32 words of `a` at a time: O(|a|·|b| / 32). */
export class LcsKernel {
  readonly #positions = new Map<number, number>()
  #masks = new Uint32Array(1024)
  #vector = new Uint32Array(64)
  #blocks = 0

  /** Prepares the masks of `a`: bit i of word w's mask is set where a[i] = w. */
  prepare(a: Uint32Array): void {
    const blocks = (a.length + 31) >>> 5
    this.#blocks = blocks
    this.#positions.clear()
    if (this.#vector.length < blocks) this.#vector = new Uint32Array(blocks * 2)
    for (let i = 0; i < a.length; i++) {
      const word = a[i] as number
      let at = this.#positions.get(word)
      if (at === undefined) {
        at = this.#positions.size * blocks
        this.#positions.set(word, at)
        if (this.#masks.length < at + blocks) this.#grow(at + blocks)
        this.#masks.fill(0, at, at + blocks)
      }
      const block = at + (i >>> 5)
      this.#masks[block] = (this.#masks[block] as number) | (1 << (i & 31))
    }
  }

  /** Length of the longest common subsequence of the prepared sequence and `b`. */
  length(b: Uint32Array): number {
    const blocks = this.#blocks
    const v = this.#vector
    v.fill(0xffffffff, 0, blocks)
    for (let j = 0; j < b.length; j++) {
      const at = this.#positions.get(b[j] as number)
      if (at === undefined) continue
      let carry = 0
      for (let k = 0; k < blocks; k++) {
        const old = v[k] as number
        const u = old & (this.#masks[at + k] as number)
        // old + u + carry, with the carry out of 32 bits.
        const sum = old + (u >>> 0) + carry
        carry = sum > 0xffffffff ? 1 : 0
        v[k] = sum | 0 | (old & ~u)
      }
    }
    let zeros = 0
    for (let k = 0; k < blocks; k++) zeros += 32 - popcount(v[k] as number)
    // Bits beyond the last word never match, so they stay one.
    return zeros
  }

  #grow(size: number): void {
    const larger = new Uint32Array(size * 2)
    larger.set(this.#masks)
    this.#masks = larger
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
