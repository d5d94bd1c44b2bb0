import { hashBytes } from './vocabulary.ts'

const ENTRIES = 1 << 13
const BYTES = 1 << 20
const IDS = 1 << 18
/** Longer pieces are merged every time: they hardly ever repeat and would push everything else out. */
export const LONGEST = 256

/**
 * Exact cache of longer pieces: bytes compared, fixed size. It empties itself when any of its arrays is full, so text
 * of ever-new words costs time and no memory.
 */
export class LongWords {
  readonly ids = new Uint32Array(IDS)
  /** Per slot: hash, first byte, length (0 = empty), first id, count. */
  readonly #slots = new Int32Array(ENTRIES * 2 * 5)
  readonly #bytes = new Uint8Array(BYTES)
  #entries = 0
  #bytesUsed = 0
  #idsUsed = 0
  /** Where the last `find` found its answer. */
  place = 0

  /** Number of tokens of the piece, its ids from `place` on in `ids`; 0 when it is not cached. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(bytes, from, to)
    for (let at = start(hash); this.#slots[at + 2] !== 0; at = follow(at)) {
      if (this.#slots[at] === hash && this.#same(at, bytes, from, to)) {
        this.place = this.#slots[at + 3]!
        return this.#slots[at + 4]!
      }
    }
    return 0
  }

  /** Keeps a piece that `find` did not find; `ids` gives its first `count` ids. */
  add(piece: Uint8Array, ids: Uint32Array, count: number): void {
    if (this.#entries >= ENTRIES || this.#bytesUsed + piece.length > BYTES || this.#idsUsed + count > IDS) {
      this.#slots.fill(0)
      this.#entries = this.#bytesUsed = this.#idsUsed = 0
    }
    const hash = hashBytes(piece, 0, piece.length)
    let at = start(hash)
    while (this.#slots[at + 2] !== 0) at = follow(at)
    this.#slots.set([hash, this.#bytesUsed, piece.length, this.#idsUsed, count], at)
    this.#bytes.set(piece, this.#bytesUsed)
    for (let i = 0; i < count; i++) this.ids[this.#idsUsed + i] = ids[i]!
    this.#entries++
    this.#bytesUsed += piece.length
    this.#idsUsed += count
  }

  #same(at: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#slots[at + 2] !== to - from) return false
    let kept = this.#slots[at + 1]!
    for (let i = from; i < to; i++) if (bytes[i] !== this.#bytes[kept++]) return false
    return true
  }
}

function start(hash: number): number {
  return (hash & (2 * ENTRIES - 1)) * 5
}

function follow(at: number): number {
  return at + 5 === ENTRIES * 10 ? 0 : at + 5
}
