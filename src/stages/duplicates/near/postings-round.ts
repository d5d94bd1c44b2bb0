import type { RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { u32At } from '../../../text/kernels/heap.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import type { Kernels } from '../../../text/kernels/kernels.ts'
import { withScratch } from '../../../text/kernels/scratch.ts'
import type { Region } from '../../../text/kernels/scratch.ts'
import { EMITTER_BYTES, withEmitter } from './chunks.ts'
import { memoryOf, numbersOf, poolOf } from './round-input.ts'

const DIGIT_BYTES = 3 * 512 * 4

/** Bytes of scratch that sorting takes in a thread, for at most so many entries in so many chunks. */
export function sortBytes(entries: number, chunks: number): number {
  return 16 * entries + 8 * chunks + DIGIT_BYTES + EMITTER_BYTES + 64
}

/**
 * Round: sorts the entries of one hash range and posts them: for one shingle after another the views that have it, and
 * the places where views may find others, by ranges of views.
 */
export function postEntries(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const kernels = openKernels(memory)
  const { search, entries: n, base, places } = numbersOf(input, 'search', 'entries', 'base', 'places')
  withScratch(memory, poolOf(input), (region) => {
    const spare = region.bytes(8 * n)
    const sorted = withSorted(input, region, kernels, spare)
    withEmitter({ kernels, region, pool: places }, (emitter) => {
      kernels.postEntries(search, emitter, sorted, n, spare, base)
    })
  })
  return {}
}

/** The entries of the input's chunks, sorted by hash: their address. */
export function withSorted(input: RoundInput, region: Region, kernels: Kernels, spare?: number): number {
  const chunks = input['chunks'] as Uint32Array
  const { entries } = numbersOf(input, 'entries')
  const list = region.bytes(4 * chunks.length)
  u32At(region.memory, list, chunks.length).set(chunks)
  const [a, ofDigit] = [region.bytes(8 * entries), region.bytes(DIGIT_BYTES)]
  kernels.sortEntries(list, chunks.length / 2, a, spare ?? region.bytes(8 * entries), ofDigit)
  return a
}
