import { BASE, WORD_SHIFT, mix32, put32, u32At, wordAt } from './hash'
import { Search } from './search'

/** Slots of the table that are counted at a time: few enough to stay in a processor's own cache. */
export const SEGMENT_BITS: u32 = 19

/** Slots gathered for a segment before they are counted, and bytes of them. */
export const ROOM: u32 = 1 << 15
const ROOM_BYTES: u32 = ROOM * 4

/**
 * Sleeps a moment while the lock is taken. By the host: where the engine of Node 20 has not optimised a function yet, its own
 * wait instruction writes an address of eight bytes over two locals of four, and a loop begins anew in the middle.
 */
// @ts-ignore: decorator
@external('env', 'wait')
declare function wait(lock: usize): void

/** Slots on their way to the segments of the table, gathered so that each segment is counted by itself. */
@unmanaged
export class Gather {
  segments: u32
  /** u32 per segment: where its next slot goes. The rooms lie at multiples of their size: an address alone says which is full. */
  next: usize
  /** u32 per segment, the same for all threads: 1 while one of them counts there. */
  locks: usize
}

/** Counts the 3-word shingles of the views stored at [from, to); some stay gathered. */
export function countShare(s: Search, gather: Gather, from: u32, to: u32): void {
  const mask = s.tableMask
  const next = gather.next
  for (let k = from; k < to; k++) {
    const v = u32At(s.stored, k)
    const n = u32At(s.length, v)
    if (n < 3) continue
    const words = s.words + ((<usize>u32At(s.start, v)) << 2)
    let first = wordAt(words, 0)
    let second = wordAt(words, 1)
    for (let i: u32 = 2; i < n; i++) {
      const third = wordAt(words, i)
      const slot = mix32((first * BASE + second) * BASE + third) & mask
      first = second
      second = third
      const segment = slot >> SEGMENT_BITS
      const at = u32At(next, segment)
      store<u32>(at, slot)
      put32(next, segment, at + 4)
      if (((at + 4) & (ROOM_BYTES - 1)) == 0) flush(s.table, gather, segment, at + 4 - ROOM_BYTES, at + 4)
    }
  }
}

/** Counts what is left. */
export function countRest(s: Search, gather: Gather): void {
  for (let segment: u32 = 0; segment < gather.segments; segment++) {
    const to = u32At(gather.next, segment)
    flush(s.table, gather, segment, to & ~(ROOM_BYTES - 1), to)
  }
}

/** Counts stop at 255: whatever the order, the sum is the same. */
function flush(table: usize, gather: Gather, segment: u32, from: u32, to: u32): void {
  const lock = gather.locks + ((<usize>segment) << 2)
  take(lock)
  for (let at = from; at < to; at += 4) {
    const slot = table + <usize>load<u32>(at)
    const count = <u32>load<u8>(slot)
    store<u8>(slot, count + u32(count < 255))
  }
  atomic.store<i32>(lock, 0)
  put32(gather.next, segment, from)
}

/** Waits until no other thread counts in the segment: a moment, and seldom, because there are many segments. */
function take(lock: usize): void {
  while (atomic.cmpxchg<i32>(lock, 0, 1) != 0) wait(lock)
}

/** Words whose slots are worked out before the table is looked at. */
export const LOOK_UP_WORDS: u32 = 512

/** A word begins with a small letter. */
const SMALL: u32 = 1

/**
 * Writes the count of every 3 words of the views stored at [from, to) to the place of the first; 0 where fewer are left.
 * Sets a bit for every word that begins with a small letter. `slots` has room for 512 u32.
 */
export function lookUpCounts(s: Search, slots: usize, from: u32, to: u32): void {
  for (let k = from; k < to; k++) {
    const v = u32At(s.stored, k)
    const n = u32At(s.length, v)
    const start = u32At(s.start, v)
    noteSmall(s, start, start + n)
    for (let i: u32 = 0; i + 2 < n; i += LOOK_UP_WORDS)
      lookUpBlock(s, slots, start + i, min(LOOK_UP_WORDS, n - 2 - i))
  }
}

function noteSmall(s: Search, from: u32, to: u32): void {
  const bits = s.smallBits
  const mask = s.smallMask
  for (let i = from; i < to; i++) {
    const word = u32At(s.words, i)
    const slot = (word >> WORD_SHIFT) & mask
    const at = bits + ((<usize>(slot >> 5)) << 2)
    const bit = (word & SMALL) << (slot & 31)
    // Another thread may set another bit of the same 32; soon all that will be are set.
    if ((bit & ~load<u32>(at)) != 0) atomic.or<u32>(at, bit)
  }
}

/** Two loops: then the table is waited for once, not for every word. */
function lookUpBlock(s: Search, slots: usize, start: u32, n: u32): void {
  const mask = s.tableMask
  const words = s.words + ((<usize>start) << 2)
  let first = wordAt(words, 0)
  let second = wordAt(words, 1)
  for (let i: u32 = 0; i < n; i++) {
    const third = wordAt(words, i + 2)
    put32(slots, i, mix32((first * BASE + second) * BASE + third) & mask)
    first = second
    second = third
  }
  const table = s.table
  const counts = s.counts + <usize>start
  const whole = n & ~3
  for (let i: u32 = 0; i < whole; i += 4) {
    const a = <u32>load<u8>(table + <usize>u32At(slots, i))
    const b = <u32>load<u8>(table + <usize>u32At(slots, i + 1))
    const c = <u32>load<u8>(table + <usize>u32At(slots, i + 2))
    const d = <u32>load<u8>(table + <usize>u32At(slots, i + 3))
    store<u32>(counts + <usize>i, a | (b << 8) | (c << 16) | (d << 24))
  }
  for (let i = whole; i < n; i++) store<u8>(counts + <usize>i, load<u8>(table + <usize>u32At(slots, i)))
}
