import { powerOfTwo } from './views.ts'

/** The shingles a view holds, repeats included: the first `n` of each list. */
export interface ShingleList {
  values: Uint32Array
  /** How common each is, 0 to 255: the same wherever the shingle stands. */
  counts: Uint8Array
  /** First word of each, counted from the start of the view. */
  positions: Uint32Array
  n: number
}

/** Slots per shingle: so many that a taken one nearly always means a repeat. */
const SLOTS_PER_SHINGLE = 16

/** The distinct shingles of one view after another, and the rarest of them. */
export class DistinctShingles {
  /** The shingles in the order they first stand in the view; `size` of them. */
  hashes = new Uint32Array(1024)
  counts = new Uint8Array(1024)
  positions = new Uint32Array(1024)
  size = 0
  /** Shingles of each count. */
  readonly ofCount = new Uint32Array(256)
  /** Open addressing: a slot is taken when its epoch is the view's. */
  #slots = new Uint32Array(4096)
  #epochs = new Uint32Array(4096)
  #epoch = 0
  #ties = new Uint32Array(64)

  take(list: ShingleList): void {
    const { values, n } = list
    this.#makeRoom(n)
    const [slots, epochs, hashes, counts, positions] = [
      this.#slots,
      this.#epochs,
      this.hashes,
      this.counts,
      this.positions,
    ]
    const ofCount = this.ofCount.fill(0)
    const mask = slots.length - 1
    const epoch = ++this.#epoch
    let size = 0
    for (let i = 0; i < n; i++) {
      const hash = values[i] as number
      let slot = hash & mask
      if (epochs[slot] === epoch) {
        while (epochs[slot] === epoch && slots[slot] !== hash) slot = (slot + 1) & mask
        if (epochs[slot] === epoch) continue
      }
      epochs[slot] = epoch
      slots[slot] = hash
      const count = list.counts[i] as number
      ofCount[count] = (ofCount[count] as number) + 1
      hashes[size] = hash
      counts[size] = count
      positions[size] = list.positions[i] as number
      size++
    }
    this.size = size
  }

  #makeRoom(n: number): void {
    if (this.hashes.length < n) {
      this.hashes = new Uint32Array(2 * n)
      this.counts = new Uint8Array(2 * n)
      this.positions = new Uint32Array(2 * n)
    }
    if (this.#slots.length < SLOTS_PER_SHINGLE * n || this.#epoch === 0xffffffff) {
      const room = powerOfTwo(SLOTS_PER_SHINGLE * n, 4096, 2 ** 31)
      this.#slots = new Uint32Array(room)
      this.#epochs = new Uint32Array(room)
      this.#epoch = 0
    }
  }

  /**
   * The bound of the `wanted` rarest shingles with a count of at least `from`, in the order (count, hash): a shingle is
   * among them when its count is smaller than `count`, or equal and its hash at most `hash`. Shingles of count 1, which
   * nobody looks for, are not ranked among each other.
   */
  rarest(wanted: number, from = 0): { count: number; hash: number } {
    const { ofCount } = this
    let left = wanted
    let count = from
    while (count < 256 && (ofCount[count] as number) < left) left -= ofCount[count++] as number
    const ranked = left > 0 && count > 1 && count < 256
    return { count, hash: ranked ? this.#smallest(count, left) : -1 }
  }

  /** The hash of rank `wanted` (from 1) among the shingles of one count. */
  #smallest(count: number, wanted: number): number {
    if (this.#ties.length < this.size) this.#ties = new Uint32Array(2 * this.size)
    let n = 0
    for (let i = 0; i < this.size; i++) {
      if (this.counts[i] === count) this.#ties[n++] = this.hashes[i] as number
    }
    return this.#ties.subarray(0, n).sort()[wanted - 1] as number
  }
}
