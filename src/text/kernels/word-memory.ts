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
  #heap: Heap | null = null
  #kernels: Kernels | null = null
  /** Bytes of text there is room for, and as many words. */
  #room = 0
  /** Address of the struct, and its count of words. */
  #scan = 0
  #counted: Uint32Array = new Uint32Array(1)
  #text = 0
  #bytes: Uint8Array = new Uint8Array(0)
  /** Offset of the text's first byte in the batch. */
  #offset = 0
  #start: Int32Array = new Int32Array(0)
  #end: Int32Array = new Int32Array(0)
  #hash: Uint32Array = new Uint32Array(0)
  #kind: Uint8Array = new Uint8Array(0)
  #small: Uint8Array = new Uint8Array(0)

  /** Takes a text whose first byte has number `offset`; words of the one before are gone. */
  place(bytes: Uint8Array, offset: number): void {
    this.#heap ??= new Heap()
    if (this.#room < bytes.length || this.#room === 0) this.#makeRoom(this.#heap, bytes.length)
    u8At(this.#heap.memory, this.#text, bytes.length).set(bytes)
    this.#bytes = bytes
    this.#offset = offset
    this.count = 0
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
    const scan = Struct.in('WordScan', heap, { classes, start, end, hash, kind, small })
    this.#scan = scan.address
    this.#counted = scan.value('count')
    u8At(heap.memory, classes, 256).set(ASCII_CLASS)
    this.#kernels = openKernels(heap.memory)
  }

  /** Finds words from byte `from` of the batch on; returns where the caller must look by itself, or `to`. */
  scan(from: number, to: number): number {
    const [kernels, counted, offset] = [this.#kernels!, this.#counted, this.#offset]
    counted[0] = this.count
    const stopped = kernels.scanWords(this.#scan, this.#text, from - offset, to - offset)
    const found = counted[0]
    if (offset !== 0) this.#shift(this.count, found)
    this.count = found
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
  words(): Omit<WordView, 'turnWord'> {
    const n = this.count
    return {
      start: this.#start.subarray(0, n),
      end: this.#end.subarray(0, n),
      hash: this.#hash.subarray(0, n),
      kind: this.#kind.subarray(0, n),
      small: this.#small.subarray(0, n),
    }
  }
}
