import type { RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { u32At } from '../../../text/kernels/heap.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import type { Kernels } from '../../../text/kernels/kernels.ts'
import { CONSTANTS } from '../../../text/kernels/layouts.ts'
import { withScratch } from '../../../text/kernels/scratch.ts'
import type { Region } from '../../../text/kernels/scratch.ts'
import type { Struct } from '../../../text/kernels/struct.ts'
import { memoryOf, poolOf, steps } from './round-input.ts'

/** Slots of the coarse count; words whose slots are worked out before the table of counts is looked at. */
export const { COARSE_SLOTS, LOOK_UP_WORDS } = CONSTANTS

/** Bytes of scratch that looking for templates takes in a thread. */
export function templateBytes(longest: number): number {
  return 4 * LOOK_UP_WORDS + 9 * (longest + 16) + 4 * COARSE_SLOTS + 1024
}

/** Bytes the count of runs in views takes in a thread: two values a slot. */
export function inViewsBytes(longest: number, slots: number): number {
  return templateBytes(longest) + 8 * slots
}

/**
 * Round: looks up the counts of every 3 words in the views stored at [from, to), then counts, by the low bits of their
 * hashes, the runs that may be template text. No run stands in more views than its coarse slot counts, so only the runs of
 * full slots can be.
 */
export function countCoarse(input: RoundInput): Tally {
  return withTemplates(input, ({ kernels, region, scratch }) => {
    const [slots, coarse] = [region.bytes(4 * LOOK_UP_WORDS), region.bytes(4 * COARSE_SLOTS)]
    const counted = u32At(region.memory, coarse, COARSE_SLOTS).fill(0)
    scratch.set({ coarse })
    const search = input['search'] as number
    for (const [from, to] of steps(input['from'] as number, input['to'] as number)) {
      kernels.lookUpCounts(search, slots, from, to)
      kernels.countCoarse(search, scratch.address, from, to)
    }
    return { coarse: counted.slice() }
  })
}

/**
 * Round: counts in how many of the views stored at [from, to) the runs of each slot stand. `numberOf` numbers the coarse
 * slots that are worth it, each of `each` slots. Runs that share a slot count together: at most a little text too much is
 * masked, the same text every time.
 */
export function countTemplates(input: RoundInput): Tally {
  const [full, each] = [input['full'] as number, input['each'] as number]
  return withTemplates(input, ({ kernels, region, scratch }) => {
    const lists = () => region.bytes(4 * full * each)
    const [last, inViews] = [lists(), lists()]
    u32At(region.memory, last, full * each).fill(0)
    const counted = u32At(region.memory, inViews, full * each).fill(0)
    scratch.set({ last, inViews, each, numberOf: input['numberOf'] as number })
    for (const [from, to] of steps(input['from'] as number, input['to'] as number))
      kernels.countInViews(input['search'] as number, scratch.address, from, to)
    return { inViews: counted.slice() }
  })
}

/** Round: marks the template words of the views stored at [from, to). */
export function maskTemplates(input: RoundInput): Tally {
  return withTemplates(input, ({ kernels, scratch }) => {
    scratch.set({ bits: input['bits'] as number, slots: input['slots'] as number })
    for (const [from, to] of steps(input['from'] as number, input['to'] as number))
      kernels.maskTemplates(input['search'] as number, scratch.address, from, to)
    return { masked: scratch.get('marked') }
  })
}

function withTemplates(
  input: RoundInput,
  work: (tools: { kernels: Kernels; region: Region; scratch: Struct<'TemplateScratch'> }) => Tally,
): Tally {
  const memory = memoryOf(input)
  const words = (input['longest'] as number) + 16
  return withScratch(memory, poolOf(input), (region) => {
    const lists = {
      places: region.bytes(4 * words),
      hashes: region.bytes(4 * words),
      marks: region.bytes(words),
    }
    const least = (input['least'] as number | undefined) ?? 0
    const scratch = region.struct('TemplateScratch', { ...lists, least })
    return work({ kernels: openKernels(memory), region, scratch })
  })
}
