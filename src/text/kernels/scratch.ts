import type { SharedMemory } from '../../core/shared-memory.ts'
import { u8At } from './heap.ts'
import type { Heap } from './heap.ts'
import { Struct } from './struct.ts'
import type { StructName, StructValues } from './struct.ts'

/**
 * Scratch regions of which a thread takes one while it works: as many as threads may work at once, all alike. `taken` is
 * the address of a u32 per region.
 */
export interface ScratchPool {
  taken: number
  base: number
  bytes: number
  count: number
}

export function scratchPool(heap: Heap, count: number, least: number): ScratchPool {
  const taken = heap.u32(count).fill(0)
  const bytes = ceil8(least)
  return { taken: taken.byteOffset, base: heap.allocate(count * bytes), bytes, count }
}

/** Runs `work` with a scratch region nobody else has. */
export function withScratch<T>(memory: SharedMemory, pool: ScratchPool, work: (region: Region) => T): T {
  const taken = new Int32Array(memory.buffer, pool.taken, pool.count)
  let mine = 0
  while (mine < pool.count && Atomics.compareExchange(taken, mine, 0, 1) !== 0) mine++
  if (mine === pool.count) throw new RangeError('more threads work than there is scratch for')
  try {
    const base = pool.base + mine * pool.bytes
    return work(new Region(memory, base, base + pool.bytes))
  } finally {
    Atomics.store(taken, mine, 0)
  }
}

/** Hands out parts of a region from its beginning. */
export class Region {
  readonly memory: SharedMemory
  readonly #end: number
  #top: number

  constructor(memory: SharedMemory, base: number, end: number) {
    this.memory = memory
    this.#top = base
    this.#end = end
  }

  /** Address of so many bytes; what they hold is not defined. @throws RangeError when the region is used up. */
  bytes(count: number): number {
    const address = this.#top
    this.#top = address + ceil8(count)
    if (this.#top > this.#end) throw new RangeError(`${count} bytes more than a scratch region has`)
    return address
  }

  /** A new struct; fields not given are 0. */
  struct<Name extends StructName>(name: Name, values: StructValues<Name>): Struct<Name> {
    const address = this.bytes(Struct.bytes(name))
    u8At(this.memory, address, Struct.bytes(name)).fill(0)
    return new Struct(name, this.memory, address).set(values)
  }
}

function ceil8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
