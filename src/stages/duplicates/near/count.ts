import type { RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { u32At } from '../../../text/kernels/heap.ts'
import type { Heap } from '../../../text/kernels/heap.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import { CONSTANTS } from '../../../text/kernels/layouts.ts'
import { withScratch } from '../../../text/kernels/scratch.ts'
import type { Region } from '../../../text/kernels/scratch.ts'
import type { Struct } from '../../../text/kernels/struct.ts'
import { memoryOf, poolOf, steps } from './round-input.ts'
import { powerOfTwo } from './views.ts'

/** Slots of the table that are counted at a time. */
const SEGMENT_SLOTS = 1 << CONSTANTS.SEGMENT_BITS
/** Shingles gathered for a segment before they are counted. */
const ROOM = 1 << 15
const MOST_SLOTS = 1 << 26

/**
 * A table of bytes for the counts of so many words. A count is never below the number of views with the shingle, so a
 * count of 1 proves that no other view has it; slots shared by several shingles only make an order a little less good,
 * never wrong.
 */
export function makeTable(heap: Heap, search: Struct<'Search'>, words: number): void {
  const slots = tableSlots(words, MOST_SLOTS)
  search.set({ table: heap.zeroed(slots), tableMask: slots - 1 })
}

/** Slots of a table for so many words, a power of two. */
export function tableSlots(words: number, most: number): number {
  return powerOfTwo(words * 1.5, 1 << 12, most)
}

/** Bytes of scratch that counting takes in a thread. */
export function gatherBytes(search: Struct<'Search'>): number {
  return segmentsOf(search.get('tableMask')) * (4 * ROOM + 16) + 256
}

function segmentsOf(tableMask: number): number {
  return Math.max(1, (tableMask + 1) / SEGMENT_SLOTS)
}

/** Round: counts the 3-word shingles of all views, template text too, into every `parts`-th share of the table. */
export function countShingles(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const kernels = openKernels(memory)
  const [search, views] = [input['search'] as number, input['views'] as number]
  withScratch(memory, poolOf(input), (region) => {
    const gather = makeGather(region, input)
    for (const [from, to] of steps(0, views)) kernels.countShare(search, gather, from, to)
    kernels.countRest(search, gather)
  })
  return {}
}

/** Segments of others all write to the first place. */
function makeGather(region: Region, input: RoundInput): number {
  const [part, parts] = [input['part'] as number, input['parts'] as number]
  const segments = segmentsOf(input['tableMask'] as number)
  const [next, end, own, begin] = Array.from({ length: 4 }, () => region.bytes(4 * segments)) as [
    number,
    number,
    number,
    number,
  ]
  const gather = region.struct('Gather', { segments, next, end, own, begin })
  const room = region.bytes(4 + 4 * ROOM * segments)
  const of = (address: number): Uint32Array => u32At(region.memory, address, segments)
  let at = room + 4
  for (let s = 0; s < segments; s++) {
    const mine = Math.floor((s * parts) / segments) === part
    of(begin)[s] = mine ? at : room
    of(next)[s] = mine ? at : room
    of(own)[s] = mine ? 4 : 0
    if (mine) at += 4 * ROOM
    of(end)[s] = mine ? at : 0
  }
  return gather.address
}
