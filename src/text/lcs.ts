import { Heap } from './kernels/heap.ts'
import { openKernels } from './kernels/kernels.ts'
import type { Kernels } from './kernels/kernels.ts'
import { Struct } from './kernels/struct.ts'
import type { StructValues } from './kernels/struct.ts'

type Allocate = (bytes: number) => number

/** Words there is room for at first. */
const ROOM = 1 << 10

/** Where `assembly/lcs.ts` works on sequences of at most `longest` words. */
export function lcsFields(longest: number, allocate: Allocate): StructValues<'LcsScratch'> {
  return { ...firstFields(longest, allocate), ...secondFields(longest, allocate) }
}

function firstFields(longest: number, allocate: Allocate): StructValues<'LcsScratch'> {
  let slots = 64
  while (slots < 2 * longest) slots *= 2
  return {
    ...{ keys: allocate(4 * slots), ids: allocate(4 * slots) },
    ...{ first: allocate(4 * longest), masks: allocate(8 * longest) },
  }
}

/** The kernel writes one place ahead. */
function secondFields(longest: number, allocate: Allocate): StructValues<'LcsScratch'> {
  return { second: allocate(4 * longest + 4), carry: allocate(longest) }
}

/** Length of the longest common subsequence of two sequences of words, O(|a|·|b| / 64), in memory that grows with |a| + |b|. */
export class LcsKernel {
  #opened: Opened | null = null
  #firstRoom = -1
  #secondRoom = -1
  /** What lies behind this mark is of the second sequence. */
  #mark = 0
  /** The sequence that is handed over. */
  #words: Uint32Array = new Uint32Array(0)

  /** Numbers the words of `a`. */
  prepare(a: Uint32Array): void {
    const { heap, kernels, scratch, bottom } = (this.#opened ??= open())
    if (this.#firstRoom < a.length) {
      this.#firstRoom = Math.max(ROOM, 2 * a.length)
      heap.release(bottom)
      scratch.set(firstFields(this.#firstRoom, (bytes) => heap.allocate(bytes)))
      this.#mark = heap.mark()
      this.#secondRoom = -1
    }
    kernels.prepareLcs(scratch.address, this.#handOver(a), a.length, 0)
  }

  /** Length of the longest common subsequence of the prepared sequence (nothing, before there is one) and `b`. */
  length(b: Uint32Array): number {
    if (this.#firstRoom < 0) return 0
    const { kernels, scratch } = this.#opened as Opened
    const words = this.#handOver(b)
    return kernels.lcsLength(scratch.address, words, b.length, 0)
  }

  /** Address of the words. */
  #handOver(words: Uint32Array): number {
    const { heap, scratch } = this.#opened as Opened
    if (this.#secondRoom < words.length) {
      this.#secondRoom = Math.max(ROOM, 2 * words.length)
      heap.release(this.#mark)
      scratch.set(secondFields(this.#secondRoom, (bytes) => heap.allocate(bytes)))
      this.#words = heap.u32(this.#secondRoom)
    }
    this.#words.set(words)
    return this.#words.byteOffset
  }
}

interface Opened {
  heap: Heap
  kernels: Kernels
  scratch: Struct<'LcsScratch'>
  bottom: number
}

function open(): Opened {
  const heap = new Heap()
  const kernels = openKernels(heap.memory)
  const scratch = Struct.in('LcsScratch', heap, {})
  return { heap, kernels, scratch, bottom: heap.mark() }
}
