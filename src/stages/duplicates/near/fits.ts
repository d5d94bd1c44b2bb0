import { Heap } from '../../../text/kernels/heap.ts'
import { mostEntries } from './index-round.ts'

/** Bytes the exact search takes for each view beside its words and entries, and for each entry on its way to a posting. */
const VIEW_BYTES = 200
const ENTRY_BYTES = 8 + 4 + 8
/** The table of counts, chunks begun and not filled, scratch of a few threads. */
const FIXED_BYTES = 512 << 20
/** A word, its count, a bit. */
const WORD_BYTES = 4 + 1 + 1 / 8

/** Whether the exact search has addresses enough for views of so many words each. */
export function fitsJoin(wordCount: Uint32Array): boolean {
  let [words, entries] = [0, 0]
  for (const count of wordCount) {
    words += count
    entries += mostEntries(count)
  }
  const views = VIEW_BYTES * wordCount.length + ENTRY_BYTES * entries
  return FIXED_BYTES + WORD_BYTES * words + views <= Heap.MOST_BYTES
}
