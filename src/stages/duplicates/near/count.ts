import type { RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { u32At } from '../../../text/kernels/heap.ts'
import type { Heap } from '../../../text/kernels/heap.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import { CONSTANTS } from '../../../text/kernels/layouts.ts'
import { withScratch } from '../../../text/kernels/scratch.ts'
import type { Region } from '../../../text/kernels/scratch.ts'
import type { Struct } from '../../../text/kernels/struct.ts'
import { memoryOf, numbersOf, poolOf, steps } from './round-input.ts'
import { powerOfTwo } from './views.ts'

/** Slots of the table that are counted at a time. */
const SEGMENT_SLOTS = 1 << CONSTANTS.SEGMENT_BITS
const ROOM_BYTES = 4 * CONSTANTS.ROOM
const MOST_SLOTS = 1 << 26

/**
 * A table of bytes for the counts of so many words. A count is never below the number of views with the shingle, so a
 * count of 1 proves that no other view has it; slots shared by several shingles only make an order a little less good,
 * never wrong.
 * @returns address of the locks of its segments.
 */
export function makeTable(heap: Heap, search: Struct<'Search'>, words: number): number {
  const slots = tableSlots(words, MOST_SLOTS)
  search.set({ table: heap.zeroed(slots), tableMask: slots - 1 })
  return heap.zeroed(4 * segmentsOf(slots - 1))
}

/** Slots of a table for so many words, a power of two. */
export function tableSlots(words: number, most: number): number {
  return powerOfTwo(words * 1.5, 1 << 12, most)
}

/** Bytes of scratch that counting takes in a thread. */
export function gatherBytes(search: Struct<'Search'>): number {
  const segments = segmentsOf(search.get('tableMask'))
  return (segments + 1) * ROOM_BYTES + 4 * segments + 256
}

function segmentsOf(tableMask: number): number {
  return Math.max(1, (tableMask + 1) / SEGMENT_SLOTS)
}

/** Round: counts the 3-word shingles of the views stored at [from, to), template text too, into the table of all. */
export function countShingles(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const kernels = openKernels(memory)
  const { search, from, to } = numbersOf(input, 'search', 'from', 'to')
  withScratch(memory, poolOf(input), (region) => {
    const gather = makeGather(region, input)
    for (const [start, end] of steps(from, to)) kernels.countShare(search, gather, start, end)
    kernels.countRest(search, gather)
  })
  return {}
}

function makeGather(region: Region, input: RoundInput): number {
  const { tableMask, locks } = numbersOf(input, 'tableMask', 'locks')
  const segments = segmentsOf(tableMask)
  const next = region.bytes(4 * segments)
  const gather = region.struct('Gather', { segments, next, locks })
  const rooms = Math.ceil(region.bytes((segments + 1) * ROOM_BYTES) / ROOM_BYTES) * ROOM_BYTES
  const places = u32At(region.memory, next, segments)
  for (let s = 0; s < segments; s++) places[s] = rooms + s * ROOM_BYTES
  return gather.address
}
