import { findMerge } from './vocabulary.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Words up to this many bytes are merged by looking for the smallest rank again; longer ones with a heap. */
const SHORT = 48
const NONE = 0x7fffffff

/**
 * Byte-pair merges of one word: always the pair of lowest rank, the leftmost of equals. O(n log n) in the word's
 * length. One instance a worker: it owns scratch space.
 */
export class Merger {
  readonly #vocabulary: Vocabulary
  /** Token positions of the last word, [0, count). */
  symbols = new Int32Array(SHORT + 1)
  readonly #ranks = new Int32Array(SHORT + 1)
  readonly #heap = new Heap()

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
  }

  /** Leaves the tokens in `symbols` and answers how many there are. */
  merge(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from
    if (length > this.symbols.length) this.symbols = new Int32Array(2 * length)
    else if (this.symbols.length > 1 << 20 && length < 1 << 16) this.symbols = new Int32Array(1 << 16)
    for (let i = 0; i < length; i++) this.symbols[i] = this.#vocabulary.byteToken[bytes[from + i]!]!
    return length <= SHORT ? this.#mergeShort(length) : this.#mergeLong(length)
  }

  #mergeShort(length: number): number {
    const { merges } = this.#vocabulary
    const symbols = this.symbols
    const ranks = this.#ranks
    let count = length
    for (let i = 0; i + 1 < count; i++) ranks[i] = rankOf(merges, symbols[i]!, symbols[i + 1]!)
    for (;;) {
      let best = NONE
      let at = -1
      for (let i = 0; i + 1 < count; i++) {
        if (ranks[i]! < best) {
          best = ranks[i]!
          at = i
        }
      }
      if (at < 0) return count
      symbols[at] = merges[findMerge(merges, symbols[at]!, symbols[at + 1]!) + 3]!
      count--
      symbols.copyWithin(at + 1, at + 2, count + 1)
      ranks.copyWithin(at + 1, at + 2, count)
      if (at > 0) ranks[at - 1] = rankOf(merges, symbols[at - 1]!, symbols[at]!)
      if (at + 1 < count) ranks[at] = rankOf(merges, symbols[at]!, symbols[at + 1]!)
    }
  }

  #mergeLong(length: number): number {
    const { merges } = this.#vocabulary
    const symbols = this.symbols
    const next = new Int32Array(length + 1)
    const previous = new Int32Array(length + 1)
    const heap = this.#heap
    heap.clear()
    for (let i = 0; i < length; i++) {
      next[i] = i + 1
      previous[i] = i - 1
      if (i + 1 < length) heap.offer(rankOf(merges, symbols[i]!, symbols[i + 1]!), i)
    }
    while (heap.size > 0) {
      const rank = heap.topRank
      const at = heap.topPosition
      heap.pop()
      const right = next[at]!
      if (symbols[at]! < 0 || right >= length) continue
      const found = findMerge(merges, symbols[at]!, symbols[right]!)
      // The pair that was queued is gone: one of its sides has been merged since.
      if (found < 0 || merges[found + 2] !== rank) continue
      symbols[at] = merges[found + 3]!
      symbols[right] = -1
      const after = next[right]!
      next[at] = after
      previous[after] = at
      if (previous[at]! >= 0) heap.offer(rankOf(merges, symbols[previous[at]!]!, symbols[at]!), previous[at]!)
      if (after < length) heap.offer(rankOf(merges, symbols[at]!, symbols[after]!), at)
    }
    let count = 0
    for (let i = 0; i < length; i = next[i]!) symbols[count++] = symbols[i]!
    return count
  }
}

function rankOf(merges: Int32Array, left: number, right: number): number {
  const at = findMerge(merges, left, right)
  return at < 0 ? NONE : merges[at + 2]!
}

/** A binary heap of (rank, position), smallest first, packed into one double: rank * 2^31 + position. */
class Heap {
  size = 0
  #keys = new Float64Array(1024)

  get topRank(): number {
    return Math.floor(this.#keys[0]! / 0x80000000)
  }

  get topPosition(): number {
    return this.#keys[0]! % 0x80000000
  }

  clear(): void {
    this.size = 0
    if (this.#keys.length > 1 << 18) this.#keys = new Float64Array(1024)
  }

  offer(rank: number, position: number): void {
    if (rank === NONE) return
    if (this.size === this.#keys.length) {
      const grown = new Float64Array(2 * this.size)
      grown.set(this.#keys)
      this.#keys = grown
    }
    const key = rank * 0x80000000 + position
    let child = this.size++
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (this.#keys[parent]! <= key) break
      this.#keys[child] = this.#keys[parent]!
      child = parent
    }
    this.#keys[child] = key
  }

  pop(): void {
    const keys = this.#keys
    const size = --this.size
    const key = keys[size]!
    let parent = 0
    for (;;) {
      let child = 2 * parent + 1
      if (child >= size) break
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child++
      if (keys[child]! >= key) break
      keys[parent] = keys[child]!
      parent = child
    }
    keys[parent] = key
  }
}
