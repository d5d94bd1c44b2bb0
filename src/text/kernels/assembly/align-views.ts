import { WORD_SHIFT, u32At } from './hash'
import { LcsScratch, lcsLength, prepareLcs } from './lcs'
import { Search } from './search'

/** Prepares view v to be aligned with others. */
export function prepareView(s: Search, w: LcsScratch, v: u32): void {
  prepareLcs(w, s.words + ((<usize>u32At(s.start, v)) << 2), u32At(s.length, v), WORD_SHIFT)
}

/** Aligned words of the prepared view and view x. */
export function alignView(s: Search, w: LcsScratch, x: u32): u32 {
  return lcsLength(w, s.words + ((<usize>u32At(s.start, x)) << 2), u32At(s.length, x), WORD_SHIFT)
}
