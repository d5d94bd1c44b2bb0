import type { RoundInput } from '../../../../core/stage.ts'
import type { Tally } from '../../../../core/tally.ts'
import { u32At, u8At } from '../../../../text/kernels/heap.ts'
import { openKernels } from '../../../../text/kernels/kernels.ts'
import type { Kernels } from '../../../../text/kernels/kernels.ts'
import { CONSTANTS } from '../../../../text/kernels/layouts.ts'
import { withScratch } from '../../../../text/kernels/scratch.ts'
import type { Region } from '../../../../text/kernels/scratch.ts'
import { EMITTER_BYTES, withEmitter } from '../chunks.ts'
import { indexBytes, indexScratch } from '../index-round.ts'
import { memoryOf, numbersOf, poolOf, steps } from '../round-input.ts'
import {
  coarseRuns,
  inViewsBytes,
  maskRuns,
  runsInViews,
  templateBytes,
  templateTools,
} from '../template-rounds.ts'
import type { TemplateTools } from '../template-rounds.ts'
import { templateRuns } from '../template-runs.ts'
import { array } from '../views.ts'

/** Most words and rows of a slice, and words of its longest row. */
export interface LargestSlice {
  words: number
  rows: number
  longest: number
}

/** Bytes of scratch one slice takes in a thread; `slots` are those of the second count of template runs. */
export function sliceBytes({ words, rows, longest }: LargestSlice, slots: number): number {
  const views = 5.125 * words + 26 * rows + 1024
  const work = Math.max(inViewsBytes(longest, slots), templateBytes(longest) + indexBytes(longest))
  return Math.ceil(views + work + EMITTER_BYTES + 1024)
}

/** The rows of one slice that are views, as a search of its own; the tables are those of all slices. */
interface SliceSearch {
  kernels: Kernels
  region: Region
  /** Address of the `Search`. */
  search: number
  count: number
  longest: number
  start: Uint32Array
  length: Uint32Array
  masked: Uint32Array
  template: Uint32Array
  /** Number of each view: 0, 1, 2 …. */
  stored: Uint32Array
  /** Row of each view. */
  rowOf: Uint32Array
  words: Uint32Array
}

/** Round: counts the 3-word shingles of a slice into the table of all. */
export function countSlice(input: RoundInput): Tally {
  return withSlice(input, ({ kernels, search, count }) => {
    for (const [from, to] of steps(0, count)) kernels.countShared(search, from, to)
    return {}
  })
}

/** Round: `coarseRuns` of a slice. */
export function coarseSlice(input: RoundInput): Tally {
  return withSlice(input, (slice) => ({
    coarse: coarseRuns(tools(slice, input['least'] as number), whole(slice)),
  }))
}

/** Round: `runsInViews` of a slice. */
export function templatesSlice(input: RoundInput): Tally {
  return withSlice(input, (slice) => {
    lookUp(slice)
    const full = numbersOf(input, 'full', 'each', 'numberOf')
    return { inViews: runsInViews(tools(slice, input['least'] as number), full, whole(slice)) }
  })
}

/**
 * Round: masks the template text of a slice and writes the keys of bands [bandFrom, bandTo) of its views. The template
 * runs are told with the first bands.
 */
export function signSlice(input: RoundInput): Tally {
  const { entries, bandFrom, bandTo } = numbersOf(input, 'entries', 'bandFrom', 'bandTo')
  return withSlice(input, (slice) => {
    const { kernels, region, search, count, rowOf, longest } = slice
    const template = tools(slice, input['least'] as number)
    coarseRuns(template, whole(slice))
    const masked = maskRuns(template, numbersOf(input, 'bits', 'slots'), whole(slice))
    const scratch = region.struct('MinhashScratch', {
      ...{ index: indexScratch(region, longest + 8), bandFrom, bandTo, rows: rowOf.byteOffset },
    })
    withEmitter({ kernels, region, pool: entries }, (emitter) => {
      for (const [from, to] of steps(0, count)) kernels.signViews(search, scratch.address, emitter, from, to)
    })
    if (bandFrom > 0) return { masked }
    const order = { keys: array(input, 'all.keys'), ids: array(input, 'all.ids') }
    return { masked, runs: templateRuns(slice, slice.stored, { rowOf, order }) }
  })
}

function tools({ region, search, longest }: SliceSearch, least: number): TemplateTools {
  return templateTools(region, { search, longest, least })
}

function whole({ count }: SliceSearch): { from: number; to: number } {
  return { from: 0, to: count }
}

/** Looks up how common every 3 words are. */
function lookUp({ kernels, region, search, count }: SliceSearch): void {
  const slots = region.bytes(4 * CONSTANTS.LOOK_UP_WORDS)
  for (const [from, to] of steps(0, count)) kernels.lookUpCounts(search, slots, from, to)
}

function withSlice(input: RoundInput, work: (slice: SliceSearch) => Tally): Tally {
  const memory = memoryOf(input)
  return withScratch(memory, poolOf(input), (region) => work(makeSlice(input, region)))
}

function makeSlice(input: RoundInput, region: Region): SliceSearch {
  const { memory } = region
  const given = input['given'] as Uint8Array
  const [counts, text] = [array(input, 'wordCount'), array(input, 'words')]
  const list = (length: number): Uint32Array => u32At(memory, region.bytes(4 * length), length)
  const words = list(text.length)
  words.set(text)
  const [start, length, rowOf] = [list(counts.length), list(counts.length), list(counts.length)]
  const [first, all] = [input['atRow'] as number, counts.length]
  let [count, word] = [0, 0]
  for (let i = 0; i < all; i++) {
    if (given[first + i] === 1) {
      start[count] = word
      length[count] = counts[i] as number
      rowOf[count++] = first + i
    }
    word += counts[i] as number
  }
  const [masked, stored] = [list(count).fill(0), list(count)]
  for (let v = 0; v < count; v++) stored[v] = v
  const template = list(Math.ceil(text.length / 32) + 1).fill(0)
  const known = region.bytes(text.length)
  u8At(memory, known, text.length).fill(0)
  const mayHoldTemplate = region.bytes(count)
  // The count of runs per view is not known here: all are looked at.
  u8At(memory, mayHoldTemplate, count).fill(1)
  const { table, tableMask, smallBits, smallMask, longest } = numbersOf(
    ...([input, 'table', 'tableMask', 'smallBits', 'smallMask', 'longest'] as const),
  )
  const at = (array: { byteOffset: number }): number => array.byteOffset
  const search = region.struct('Search', {
    ...{ words: at(words), counts: known, start: at(start), length: at(length), masked: at(masked) },
    ...{ template: at(template), stored: at(stored), views: count, mayHoldTemplate },
    ...{ table, tableMask, smallBits, smallMask },
  })
  const lists = { start, length, masked, template, stored, rowOf, words }
  return { kernels: openKernels(memory), region, search: search.address, count, longest, ...lists }
}
