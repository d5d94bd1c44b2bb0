import { put32, u32At } from './hash'

/** Entries are kept apart in so many parts. */
export const PARTS: u32 = 64

/** Chunks of entries of 8 bytes, taken by all threads; see `near/chunks.ts`. */
@unmanaged
export class ChunkPool {
  /** Where they begin, bytes of each, how many there may be (one more is there for what does not fit). */
  base: usize
  chunkBytes: u32
  most: u32
  /** u32 per chunk: the part it is of, entries in it. */
  part: usize
  used: usize
  /** u32: chunks taken so far. */
  next: usize
}

/** The open chunk of each part: u32 address of the next entry, u32 end, u32 number of the chunk, plus 1. */
@unmanaged
export class Emitter {
  pool: ChunkPool
  next: usize
  end: usize
  chunk: usize
  /** 1 once there was no room left. */
  full: u32
}

// @ts-ignore: decorator
@inline
export function emit(e: Emitter, part: u32, key: u32, value: u32): void {
  const place = part << 2
  let at = load<u32>(e.next + <usize>place)
  if (at == load<u32>(e.end + <usize>place)) at = openChunk(e, place)
  store<u32>(at, value)
  store<u32>(at + 4, key)
  store<u32>(e.next + <usize>place, at + 8)
}

function openChunk(e: Emitter, place: u32): u32 {
  closeChunk(e, place)
  const pool = e.pool
  let chunk = atomic.add<u32>(pool.next, 1)
  // Without room the last chunk is written again and again, and nobody reads it.
  if (chunk >= pool.most) {
    e.full = 1
    chunk = pool.most
  }
  put32(pool.part, chunk, place >> 2)
  const begin = <u32>pool.base + chunk * pool.chunkBytes
  store<u32>(e.chunk + <usize>place, chunk + 1)
  store<u32>(e.end + <usize>place, begin + pool.chunkBytes)
  return begin
}

function closeChunk(e: Emitter, place: u32): void {
  const chunk = load<u32>(e.chunk + <usize>place)
  if (chunk == 0) return
  const begin = <u32>e.pool.base + (chunk - 1) * e.pool.chunkBytes
  put32(e.pool.used, chunk - 1, (load<u32>(e.next + <usize>place) - begin) >> 3)
}

export function openEmitter(e: Emitter): void {
  e.full = 0
  memory.fill(e.next, 0, PARTS << 2)
  memory.fill(e.end, 0, PARTS << 2)
  memory.fill(e.chunk, 0, PARTS << 2)
}

/** Ends all open chunks. @returns 1 when there was not room for all. */
export function closeEmitter(e: Emitter): u32 {
  for (let part: u32 = 0; part < PARTS; part++) closeChunk(e, part << 2)
  return e.full
}

/** A list of chunks: u32 address and u32 number of entries of each. */
// @ts-ignore: decorator
@inline
export function chunkAt(list: usize, c: u32): usize {
  return <usize>u32At(list, 2 * c)
}

// @ts-ignore: decorator
@inline
export function chunkLength(list: usize, c: u32): u32 {
  return u32At(list, 2 * c + 1)
}
