/**
 * Memory of a WebAssembly module that all threads work on. It survives structured clone, and every copy is the same
 * memory; `buffer` must be asked for again once it has grown.
 */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer
  /** Grows by so many pages of 64 KB. @throws RangeError when the system has no room for them. */
  grow(pages: number): number
}
