import { sortedIndices } from '../../../text/sort.ts'
import { u32At, u8At } from '../../../text/kernels/heap.ts'
import type { Heap } from '../../../text/kernels/heap.ts'
import { Struct } from '../../../text/kernels/struct.ts'
import { keyAt } from '../rows.ts'
import type { Rows } from '../rows.ts'
import { ENTRY_PARTS } from './chunks.ts'
import { SMALL_SLOTS } from './small-words.ts'
import type { Views } from './views.ts'

/** 32-bit words of a signature, and of what is known of a view beside its signatures. */
const SIGNATURE = 16
const META = 4

/** The views of a search and what belongs to them, in the memory their words lie in. */
export interface Search {
  heap: Heap
  struct: Struct<'Search'>
  views: Views
  /** Row of each view. */
  rowOf: Uint32Array
  /** Words of all views, and of the longest. */
  words: number
  longest: number
  /** How common the 3 words are that begin at each word; 0 where fewer are left of the view. */
  counts: Uint8Array
  /** Everything the search needs from beginning to end lies before this. */
  mark: number
}

/** Makes views of the rows `given`: numbered by length, then content. */
export function makeSearch(rows: Rows, given: Uint32Array): Search {
  const { heap } = rows
  const count = given.length
  const contents = given.map((row) => rows.keys[keyAt(row, 'normalised')] as number)
  const lengths = given.map((row) => (rows.wordStart[row + 1] as number) - (rows.wordStart[row] as number))
  const byContent = sortedIndices(contents)
  const byLength = sortedIndices(byContent.map((i) => lengths[i] as number))
  const list = (): Uint32Array => heap.u32(count)
  const bitWords = Math.ceil(rows.words.length / 32) + 1
  const views: Views = {
    ...{
      count,
      words: rows.words,
      start: list(),
      length: list(),
      masked: u32At(heap.memory, heap.zeroed(4 * count), count),
    },
    ...{ content: list(), stored: list() },
    template: u32At(heap.memory, heap.zeroed(4 * bitWords), bitWords),
  }
  const rowOf = list()
  const { start, length, content, stored } = views
  for (let v = 0; v < count; v++) {
    const i = byContent[byLength[v] as number] as number
    const row = given[i] as number
    rowOf[v] = row
    start[v] = rows.wordStart[row] as number
    length[v] = lengths[i] as number
    content[v] = contents[i] as number
    stored[i] = v
  }
  const counts = u8At(heap.memory, heap.zeroed(rows.words.length), rows.words.length)
  const struct = describe(heap, views, counts)
  const words = views.length.reduce((sum, n) => sum + n, 0)
  const longest = views.length[count - 1] ?? 0
  return { heap, struct, views, rowOf, words, longest, counts, mark: heap.mark() }
}

function describe(heap: Heap, views: Views, counts: Uint8Array): Struct<'Search'> {
  const { count } = views
  const [meta, low] = [heap.u32(count * META), heap.u32(count)]
  const signatures = heap.u32(count * 2 * SIGNATURE)
  const firstOfLength = firstViews(heap, views)
  const at = (list: { byteOffset: number }): number => list.byteOffset
  return Struct.in('Search', heap, {
    ...{ words: at(views.words), counts: at(counts), start: at(views.start), length: at(views.length) },
    ...{ masked: at(views.masked), template: at(views.template), stored: at(views.stored) },
    content: at(views.content),
    ...{ meta: at(meta), signatures: at(signatures), low: at(low), rangeBits: rangeBitsOf(count) },
    ...{ firstOfLength: at(firstOfLength), longest: firstOfLength.length - 2, views: count },
    ...{ smallBits: heap.zeroed(SMALL_SLOTS / 8), smallMask: SMALL_SLOTS - 1 },
    mayHoldTemplate: heap.zeroed(count),
  })
}

/** Ranges of 2 to the power of so many views: at most `ENTRY_PARTS` of them. */
function rangeBitsOf(views: number): number {
  let bits = 0
  while (Math.ceil(views / 2 ** bits) > ENTRY_PARTS) bits++
  return bits
}

/** For every length up to the longest, and one more: the first view that is at least so long. */
function firstViews(heap: Heap, { count, length }: Views): Uint32Array {
  const longest = length[count - 1] ?? 0
  const first = heap.u32(longest + 2)
  let v = 0
  for (let n = 0; n <= longest + 1; n++) {
    while (v < count && (length[v] as number) < n) v++
    first[n] = v
  }
  return first
}
