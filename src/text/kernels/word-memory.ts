import type { WordView } from '../../core/batch.ts'
import { ASCII_CLASS } from '../word-class.ts'
import { Heap, u8At } from './heap.ts'
import { openKernels } from './kernels.ts'
import type { Kernels } from './kernels.ts'
import { Struct } from './struct.ts'

/** Bytes the kernel may read behind the text. */
const BEHIND = 64
const LEAST_ROOM = 1 << 16

/** A text in the memory of the kernels, and the words found in it. */
export class WordMemory {
  /** Words found so far. */
  count = 0
  /** The turn the last scan stopped in. */
  turn = 0
  #heap: Heap | null = null
  #kernels: Kernels | null = null
  /** Bytes of text there is room for, and as many words. */
  #room = 0
  #scan: Struct<'WordScan'> | null = null
  #text = 0
  /** What lies behind this mark belongs to one text. */
  #behind = 0
  #turnWord: Uint32Array = new Uint32Array(1)
  #bytes: Uint8Array = new Uint8Array(0)
  /** Offset of the text's first byte in the batch. */
  #offset = 0
  #start: Int32Array = new Int32Array(0)
  #end: Int32Array = new Int32Array(0)
  #hash: Uint32Array = new Uint32Array(0)
  #kind: Uint8Array = new Uint8Array(0)
  #small: Uint8Array = new Uint8Array(0)

  /** Takes the text of some turns, cut at `textStart`; words of the one before are gone. */
  place(bytes: Uint8Array, textStart: Int32Array, turns: number): void {
    this.#heap ??= new Heap()
    const offset = textStart[0] ?? 0
    const text = bytes.subarray(offset, textStart[turns] ?? offset)
    if (this.#room < text.length || this.#room === 0) this.#makeRoom(this.#heap, text.length)
    u8At(this.#heap.memory, this.#text, text.length).set(text)
    this.#bytes = text
    this.#offset = offset
    this.count = 0
    this.#placeTurns(this.#heap, textStart, turns)
  }

  #placeTurns(heap: Heap, textStart: Int32Array, turns: number): void {
    heap.release(this.#behind)
    const [starts, words] = [heap.u32(turns + 1), heap.u32(turns + 1)]
    for (let turn = 0; turn <= turns; turn++) starts[turn] = (textStart[turn] ?? 0) - this.#offset
    words[0] = 0
    this.#turnWord = words
    this.#scan!.set({ textStart: starts.byteOffset, turnWord: words.byteOffset, count: 0, turn: 0 })
  }

  /** A text has at most as many words as bytes; pages without words take no memory. */
  #makeRoom(heap: Heap, bytes: number): void {
    let room = LEAST_ROOM
    while (room < bytes) room *= 2
    this.#room = room
    heap.release(heap.bottom)
    const classes = heap.allocate(256)
    this.#text = heap.allocate(room + BEHIND)
    const [start, end, hash] = [heap.allocate(4 * room), heap.allocate(4 * room), heap.allocate(4 * room)]
    const [kind, small] = [heap.allocate(room), heap.allocate(room)]
    const { buffer } = heap.memory
    this.#start = new Int32Array(buffer, start, room)
    this.#end = new Int32Array(buffer, end, room)
    this.#hash = new Uint32Array(buffer, hash, room)
    this.#kind = new Uint8Array(buffer, kind, room)
    this.#small = new Uint8Array(buffer, small, room)
    this.#scan = Struct.in('WordScan', heap, { classes, start, end, hash, kind, small })
    this.#behind = heap.mark()
    u8At(heap.memory, classes, 256).set(ASCII_CLASS)
    this.#kernels = openKernels(heap.memory)
  }

  /**
   * Finds words from byte `at` of the batch, in turn `from`, to the end of the turn before `to`; returns where the caller
   * must look by itself, and sets `turn` to the turn that is in; to `to` where there is nothing left.
   */
  scan(at: number, from: number, to: number): number {
    const [scan, kernels, offset] = [this.#scan!, this.#kernels!, this.#offset]
    scan.set({ count: this.count })
    const stopped = kernels.scanTurns(scan.address, this.#text, at - offset, from, to)
    const found = scan.get('count')
    if (offset !== 0) this.#shift(this.count, found)
    this.count = found
    this.turn = scan.get('turn')
    return stopped + offset
  }

  #shift(from: number, to: number): void {
    for (let w = from; w < to; w++) {
      this.#start[w]! += this.#offset
      this.#end[w]! += this.#offset
    }
  }

  put(start: number, end: number, hash: number, kind: number): void {
    const n = this.count++
    this.#start[n] = start
    this.#end[n] = end
    this.#hash[n] = hash
    this.#kind[n] = kind
    // The words the kernel leaves alone: a sign, a number, or one with a letter beyond ASCII somewhere in it.
    const first = this.#bytes[start - this.#offset] as number
    this.#small[n] = first >= 0x61 && first <= 0x7a ? 1 : 0
  }

  /** The words, as views that are valid until the next text. */
  words(): WordView {
    const n = this.count
    return {
      turnWord: Int32Array.from(this.#turnWord),
      start: this.#start.subarray(0, n),
      end: this.#end.subarray(0, n),
      hash: this.#hash.subarray(0, n),
      kind: this.#kind.subarray(0, n),
      small: this.#small.subarray(0, n),
    }
  }
}
