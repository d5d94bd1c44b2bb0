import type { RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { u32At } from '../../../text/kernels/heap.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import type { Kernels } from '../../../text/kernels/kernels.ts'
import { CONSTANTS } from '../../../text/kernels/layouts.ts'
import { withScratch } from '../../../text/kernels/scratch.ts'
import type { Region } from '../../../text/kernels/scratch.ts'
import type { Struct } from '../../../text/kernels/struct.ts'
import { memoryOf, numbersOf, poolOf, steps } from './round-input.ts'
import { isDoubtful } from './edits.ts'
import { templateRuns } from './template-runs.ts'
import { array, viewsOf } from './views.ts'

/** Slots of the coarse count; words whose slots are worked out before the table of counts is looked at. */
export const { COARSE_SLOTS, LOOK_UP_WORDS } = CONSTANTS
const FOLDED_BYTES = CONSTANTS.FOLDED_BITS / 8

/** Bytes of scratch that looking for templates takes in a thread. */
export function templateBytes(longest: number): number {
  return 4 * LOOK_UP_WORDS + 9 * (longest + 16) + 4 * COARSE_SLOTS + FOLDED_BYTES + 1024
}

/** Bytes the count of runs in views takes in a thread: two values a slot. */
export function inViewsBytes(longest: number, slots: number): number {
  return templateBytes(longest) + 8 * slots
}

/** What looking for templates works with; `search` is the address of the views. */
export interface TemplateTools {
  kernels: Kernels
  region: Region
  search: number
  scratch: Struct<'TemplateScratch'>
}

/** @param least how common every 3 words of a run must be; only for the first two searches. */
export function templateTools(
  region: Region,
  { search, longest, least = 0 }: { search: number; longest: number; least?: number | undefined },
): TemplateTools {
  const words = longest + 16
  const lists = {
    places: region.bytes(4 * words),
    hashes: region.bytes(4 * words),
    marks: region.bytes(words),
  }
  const scratch = region.struct('TemplateScratch', { ...lists, least })
  return { kernels: openKernels(region.memory), region, search, scratch }
}

interface Range {
  from: number
  to: number
}

/**
 * Looks up the counts of every 3 words in the views stored at [from, to), then counts, by the low bits of their hashes, the
 * runs that may be template text. No run stands in more views than its coarse slot counts, so only the runs of full slots
 * can be.
 */
export function coarseRuns(tools: TemplateTools, { from, to }: Range): Uint32Array {
  const { kernels, region, search, scratch } = tools
  const [slots, coarse] = [region.bytes(4 * LOOK_UP_WORDS), region.bytes(4 * COARSE_SLOTS)]
  const counted = u32At(region.memory, coarse, COARSE_SLOTS).fill(0)
  scratch.set({ coarse })
  for (const [start, end] of steps(from, to)) {
    kernels.lookUpCounts(search, slots, start, end)
    kernels.countCoarse(search, scratch.address, start, end)
  }
  return counted.slice()
}

/** What the second count is told: `numberOf` is the address of the numbers of the full coarse slots, each of `each` slots. */
export interface FullSlots {
  full: number
  each: number
  numberOf: number
}

/**
 * Counts in how many of the views stored at [from, to) the runs of each slot stand. Runs that share a slot count together:
 * at most a little text too much is masked, the same text every time.
 */
export function runsInViews(
  tools: TemplateTools,
  { full, each, numberOf }: FullSlots,
  { from, to }: Range,
): Uint32Array {
  const { kernels, region, search, scratch } = tools
  const lists = () => region.bytes(4 * full * each)
  const [last, inViews] = [lists(), lists()]
  u32At(region.memory, last, full * each).fill(0)
  const counted = u32At(region.memory, inViews, full * each).fill(0)
  scratch.set({ last, inViews, each, numberOf })
  for (const [start, end] of steps(from, to)) kernels.countInViews(search, scratch.address, start, end)
  return counted.slice()
}

/** Marks the template words of the views stored at [from, to); returns how many. `bits` is an address. */
export function maskRuns(
  tools: TemplateTools,
  { bits, slots }: { bits: number; slots: number },
  { from, to }: Range,
): number {
  const { kernels, region, search, scratch } = tools
  scratch.set({ bits, slots, folded: region.bytes(FOLDED_BYTES) })
  kernels.foldBits(scratch.address)
  for (const [start, end] of steps(from, to)) kernels.maskTemplates(search, scratch.address, start, end)
  return scratch.get('marked')
}

/** Round: `coarseRuns`. */
export function countCoarse(input: RoundInput): Tally {
  return withTemplates(input, (tools) => ({ coarse: coarseRuns(tools, numbersOf(input, 'from', 'to')) }))
}

/** Round: `runsInViews`. */
export function countTemplates(input: RoundInput): Tally {
  const full = numbersOf(input, 'full', 'each', 'numberOf')
  return withTemplates(input, (tools) => ({
    inViews: runsInViews(tools, full, numbersOf(input, 'from', 'to')),
  }))
}

/** Round: `maskRuns`, and the template runs of these views; of those that may be near copies only which they are. */
export function maskTemplates(input: RoundInput): Tally {
  const range = numbersOf(input, 'from', 'to')
  const views = viewsOf(input)
  const order = { keys: array(input, 'keys'), ids: array(input, 'ids') }
  return withTemplates(input, (tools) => {
    const masked = maskRuns(tools, numbersOf(input, 'bits', 'slots'), range)
    const all = views.stored.subarray(range.from, range.to)
    const doubtful = all.filter((v) => isDoubtful(views, v))
    const apart = new Set(doubtful)
    const sure = apart.size === 0 ? all : all.filter((v) => !apart.has(v))
    return { masked, doubtful, runs: templateRuns(views, sure, { rowOf: array(input, 'rowOf'), order }) }
  })
}

function withTemplates(input: RoundInput, work: (tools: TemplateTools) => Tally): Tally {
  const given = { ...numbersOf(input, 'search', 'longest'), least: input['least'] as number | undefined }
  return withScratch(memoryOf(input), poolOf(input), (region) => work(templateTools(region, given)))
}
