import type { RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import { LAYOUTS } from '../../../text/kernels/layouts.ts'
import { withScratch } from '../../../text/kernels/scratch.ts'
import type { Region } from '../../../text/kernels/scratch.ts'
import { Struct } from '../../../text/kernels/struct.ts'
import { EMITTER_BYTES, withEmitter } from './chunks.ts'
import { memoryOf, numbersOf, poolOf, steps } from './round-input.ts'
import { powerOfTwo } from './views.ts'

const INDEX = LAYOUTS.IndexScratch
const COUNTS = 258

/** Most entries a view of so many words makes: half of its shingles and two for the join, and the rare ones. */
export function mostEntries(words: number): number {
  return words < 3 ? 0 : Math.min(words - 2, (words >> 1) + 3) + Math.min(words - 2, 40)
}

/** Bytes of scratch that indexing takes in a thread, for views of at most so many words. */
export function indexBytes(longest: number): number {
  const words = longest + 8
  const lists = INDEX.reduce((sum, name) => sum + bytesOf(name, words) + 8, 0)
  return lists + EMITTER_BYTES + Struct.bytes('IndexScratch') + 64
}

/**
 * Round: the shingles by which views stored at [from, to) are found and look for others, by hash; sizes and signatures of
 * the views.
 */
export function indexViews(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const kernels = openKernels(memory)
  const { search, tau, longest, entries } = numbersOf(input, 'search', 'tau', 'longest', 'entries')
  const { from, to } = numbersOf(input, 'from', 'to')
  withScratch(memory, poolOf(input), (region) => {
    const scratch = indexScratch(region, longest + 8)
    withEmitter({ kernels, region, pool: entries }, (emitter) => {
      for (const [start, end] of steps(from, to))
        kernels.indexViews(search, scratch, emitter, tau, start, end)
    })
  })
  return {}
}

/** Address of scratch for views of at most so many words, 8 less. */
export function indexScratch(region: Region, words: number): number {
  const lists = Object.fromEntries(INDEX.map((name) => [name, region.bytes(bytesOf(name, words))]))
  return region.struct('IndexScratch', lists).address
}

function bytesOf(name: (typeof INDEX)[number], words: number): number {
  if (name === 'table5' || name === 'table3') return 4 * powerOfTwo(2 * words, 64, 2 ** 31)
  if (name === 'ofCount') return 4 * COUNTS
  return (name === 'keys' ? 8 : 4) * words
}
