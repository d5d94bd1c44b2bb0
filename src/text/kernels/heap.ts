import type { SharedMemory } from '../../core/shared-memory.ts'
import { MOST_PAGES, PAGE_BYTES, makeMemory } from './kernels.ts'

const ALIGNMENT = 64

/** Room for a table of 32-bit values at an address, in whatever thread. */
export function u32At(memory: SharedMemory, address: number, length: number): Uint32Array {
  return new Uint32Array(memory.buffer, address, length)
}

export function u8At(memory: SharedMemory, address: number, length: number): Uint8Array {
  return new Uint8Array(memory.buffer, address, length)
}

/**
 * Hands out regions of one memory, one behind the other; what was handed out last is given back first. Pages nobody has
 * written to take no room. Only the thread that made it hands out regions.
 */
export class Heap {
  /** Bytes a memory can hold. */
  static readonly MOST_BYTES = MOST_PAGES * PAGE_BYTES - PAGE_BYTES
  #memory: SharedMemory | null = null
  /** Where the first region begins: address 0 stays unused. */
  readonly bottom = ALIGNMENT
  #top = ALIGNMENT
  #pages = 1
  /** The highest `#top` there was. */
  #highest = ALIGNMENT

  get memory(): SharedMemory {
    return (this.#memory ??= makeMemory(1))
  }

  /** Address of so many bytes; what they hold is not defined. @throws RangeError beyond `MOST_BYTES`. */
  allocate(bytes: number): number {
    const address = this.#top
    this.reach(address + bytes)
    this.#top = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT
    this.#highest = Math.max(this.#highest, this.#top)
    return address
  }

  u32(length: number): Uint32Array {
    return u32At(this.memory, this.allocate(4 * length), length)
  }

  /** The same, all zero: what was never handed out before is so already. */
  zeroed(bytes: number): number {
    const touched = this.#highest
    const address = this.allocate(bytes)
    const dirty = Math.min(bytes, touched - address)
    if (dirty > 0) u8At(this.memory, address, dirty).fill(0)
    return address
  }

  mark(): number {
    return this.#top
  }

  /** Gives back everything handed out since the mark. */
  release(mark: number): void {
    this.#top = mark
  }

  /** Sees to it that the memory holds `bytes` bytes. */
  private reach(bytes: number): void {
    if (bytes > Heap.MOST_BYTES)
      throw new RangeError(`${bytes} bytes do not fit a memory of 32-bit addresses`)
    const pages = Math.ceil(bytes / PAGE_BYTES)
    if (pages <= this.#pages) return
    this.memory.grow(pages - this.#pages)
    this.#pages = pages
  }
}
