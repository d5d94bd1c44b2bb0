import { powerOfTwo, put32, u32At } from './hash'

/** Scratch for one sequence of words against others, sized for the longest; arrays of u32 unless said otherwise. */
@unmanaged
export class LcsScratch {
  /** Open addressing: words of the first sequence and their numbers plus 1. */
  keys: usize
  ids: usize
  slots: u32
  /** Number of each word of the first sequence; of those words of the second that the first has. */
  first: usize
  second: usize
  /** u8: what each word of the second sequence carries from one block of the first into the next. */
  carry: usize
  /** u64 per number: the places of a word in the block. */
  masks: usize
  length: u32
}

/** Numbers the `n` words of the first sequence; the `shift` lowest bits of a word do not count. */
export function prepareLcs(w: LcsScratch, words: usize, n: u32, shift: u32): void {
  const slots = powerOfTwo(2 * n)
  memory.fill(w.ids, 0, slots << 2)
  let distinct: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    const word = u32At(words, i) >> shift
    const slot = slotOf(w, word, slots)
    let id = u32At(w.ids, slot)
    if (id == 0) {
      id = ++distinct
      put32(w.keys, slot, word)
      put32(w.ids, slot, id)
      store<u64>(w.masks + ((<usize>(id - 1)) << 3), 0)
    }
    put32(w.first, i, id - 1)
  }
  w.slots = slots
  w.length = n
}

// @ts-ignore: decorator
@inline
function slotOf(w: LcsScratch, word: u32, slots: u32): u32 {
  let slot = (word ^ (word >> 13)) & (slots - 1)
  while (u32At(w.ids, slot) != 0 && u32At(w.keys, slot) != word) slot = (slot + 1) & (slots - 1)
  return slot
}

/**
 * Length of the longest common subsequence of the prepared sequence and another of `m` words, bit-parallel over 64 words of
 * the first at a time: O(|a|·|b| / 64), and memory that grows with |a| + |b| alone.
 */
export function lcsLength(w: LcsScratch, words: usize, m: u32, shift: u32): u32 {
  let kept: u32 = 0
  for (let j: u32 = 0; j < m; j++) {
    const id = u32At(w.ids, slotOf(w, u32At(words, j) >> shift, w.slots))
    put32(w.second, kept, id - 1)
    // Words the first sequence lacks align with nothing.
    kept += u32(id != 0)
  }
  memory.fill(w.carry, 0, kept)
  let aligned: u32 = 0
  for (let from: u32 = 0; from < w.length; from += 64) aligned += alignBlock(w, from, min(from + 64, w.length), kept)
  return aligned
}

function alignBlock(w: LcsScratch, from: u32, to: u32, kept: u32): u32 {
  for (let i = from; i < to; i++) {
    const mask = w.masks + ((<usize>u32At(w.first, i)) << 3)
    store<u64>(mask, load<u64>(mask) | ((<u64>1) << (i - from)))
  }
  let vector: u64 = u64.MAX_VALUE
  for (let j: u32 = 0; j < kept; j++) {
    const mask = load<u64>(w.masks + ((<usize>u32At(w.second, j)) << 3))
    const matches = vector & mask
    const sum = vector + matches
    const whole = sum + <u64>load<u8>(w.carry + <usize>j)
    store<u8>(w.carry + <usize>j, <u8>(u32(sum < vector) | u32(whole < sum)))
    vector = whole | (vector & ~mask)
  }
  for (let i = from; i < to; i++) store<u64>(w.masks + ((<usize>u32At(w.first, i)) << 3), 0)
  // Bits beyond the last word never match, so they stay one.
  return <u32>popcnt<u64>(~vector)
}
