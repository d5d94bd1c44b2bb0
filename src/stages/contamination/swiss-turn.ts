import { Heap } from '../../text/kernels/heap.ts'
import { openKernels } from '../../text/kernels/kernels.ts'
import type { Kernels } from '../../text/kernels/kernels.ts'
import { Struct } from '../../text/kernels/struct.ts'
import type { GramFilter } from '../../text/gram-filter.ts'
import type { Presence } from './swiss-bound.ts'

/** Symbols there is room for at first. */
const ROOM = 1 << 12
/** Bits per gram of a turn in which its hashes are noted. */
const BITS = 16
const LEAST_BITS = 13

/** A second set of bits of the same grams, by another mix of their hash. */
export interface ConfirmBits {
  bits: Int32Array
  shift: number
}

/** One turn in the memory of the kernels, held against the 5-grams of the items. */
export class SwissTurn implements Presence {
  /** Per symbol: how many 5-grams in a row, up to the one that ends there, may stand in some item. */
  runs: Uint32Array = new Uint32Array(0)
  /** How many symbols these 5-grams cover. */
  covered = 0
  readonly #heap = new Heap()
  readonly #kernels: Kernels
  readonly #turn: Struct<'GramTurn'>
  /** Fields of it that are written for every turn. */
  readonly #length: Uint32Array
  readonly #presentShift: Uint32Array
  readonly #mark: number
  #room = 0
  #symbols: Uint32Array = new Uint32Array(0)
  #present: Uint32Array = new Uint32Array(0)
  #shift = 32 - LEAST_BITS

  constructor(filter: GramFilter, confirm: ConfirmBits) {
    const heap = this.#heap
    const copy = (values: Uint32Array | Int32Array) => {
      const place = heap.u32(values.length)
      place.set(values)
      return place.byteOffset
    }
    this.#turn = Struct.in('GramTurn', heap, {
      ...{ n: filter.n, filter: copy(filter.bits), filterShift: filter.shift },
      ...{ confirm: copy(confirm.bits), confirmShift: confirm.shift },
    })
    this.#length = this.#turn.value('length')
    this.#presentShift = this.#turn.value('presentShift')
    this.#mark = heap.mark()
    this.#kernels = openKernels(heap.memory)
    this.#reserve(ROOM)
  }

  #reserve(room: number): void {
    const heap = this.#heap
    heap.release(this.#mark)
    this.#room = room
    this.#symbols = heap.u32(room)
    this.runs = heap.u32(room)
    this.#present = heap.u32(1 << (bitsFor(room) - 5))
    this.#turn.set({
      ...{ symbols: this.#symbols.byteOffset, runs: this.runs.byteOffset },
      present: this.#present.byteOffset,
    })
  }

  /** Takes a turn; returns the longest row of 5-grams that may stand in some item, 0 where there are not `least` in a row. */
  take(text: Uint32Array, least: number): number {
    if (text.length > this.#room) this.#reserve(2 * text.length)
    this.#symbols.set(text)
    this.#shift = 32 - bitsFor(text.length)
    this.#length[0] = text.length
    this.#presentShift[0] = this.#shift
    const longest = this.#kernels.holdTurn(this.#turn.address, least)
    this.covered = longest === 0 ? 0 : this.#turn.get('covered')
    return longest
  }

  has(hash: number): boolean {
    const bit = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> this.#shift
    return (((this.#present[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1
  }
}

function bitsFor(symbols: number): number {
  let bits = LEAST_BITS
  while (1 << bits < BITS * symbols && bits < 30) bits++
  return bits
}
