import type { ReduceContext, RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { u32At, u8At } from '../../../text/kernels/heap.ts'
import type { Heap } from '../../../text/kernels/heap.ts'
import { scratchPool } from '../../../text/kernels/scratch.ts'
import type { Rows } from '../rows.ts'
import type { Search } from './search.ts'
import { COARSE_SLOTS, inViewsBytes, templateBytes } from './template-rounds.ts'
import type { FullSlots } from './template-rounds.ts'
import { countConversations } from './template-counts.ts'
import { unmaskCopies } from './edits.ts'
import { TemplateMerge, templateRuns } from './template-runs.ts'
import type { TemplateList } from './template-runs.ts'
import { templateThreshold } from './templates.ts'
import { array, powerOfTwo, rangesByWords, sharedArray, summed, viewsInput } from './views.ts'

const VIEW_PARTS = 16
const COUNTING_PARTS = 4
/** Counts of 3-word runs stop here. */
const MOST_COUNTED = 255

/** Where the bits of template text lie: a bit per slot of 8-word runs. */
export interface TemplateBits {
  bits: number
  slots: number
}

/** The two counts over all views. */
export interface TemplatePasses {
  /** @param least how common every 3 words of a run must be. */
  coarse(input: { least: number }): AsyncIterable<Tally>
  inViews(input: FullSlots & { least: number }): AsyncIterable<Tally>
}

/** How common every 3 words of template text are, as far as they are counted. */
export function leastCommon(views: number): number {
  return Math.min(templateThreshold(views), MOST_COUNTED)
}

/** Finds the 8-word runs that stand in enough views. The bits are the last that was handed out of the heap. */
export async function findTemplateBits(
  { heap, views, words }: { heap: Heap; views: number; words: number },
  passes: TemplatePasses,
): Promise<TemplateBits> {
  const threshold = templateThreshold(views)
  const least = leastCommon(views)
  const coarse = await summed(passes.coarse({ least }), 'coarse')
  const slots = powerOfTwo(words * 64, 1 << 20, 1 << 24)
  const each = slots / COARSE_SLOTS
  const bits = heap.u32(slots / 32).fill(0)
  const mark = heap.mark()
  const numberOf = heap.u32(COARSE_SLOTS)
  const full = numberFull(coarse, threshold, numberOf)
  const inViews = await summed(
    passes.inViews({ least, full, each, numberOf: numberOf.byteOffset }),
    'inViews',
  )
  setBits(bits, inViews, { numberOf, each, threshold })
  heap.release(mark)
  return { bits: bits.byteOffset, slots }
}

/** A copy of the bits that outlives the memory of the search. */
export function copyBits(heap: Heap, { bits, slots }: TemplateBits): Uint32Array {
  const copy = sharedArray(slots / 32)
  copy.set(u32At(heap.memory, bits, copy.length))
  return copy
}

export interface Templates {
  templateBits: Uint32Array
  templateWords: number
  templates: TemplateList
}

/** Looks up how common every 3 words are, finds the template text among what is common, and marks it in the views. */
export async function findTemplates(search: Search, rows: Rows, context: ReduceContext): Promise<Templates> {
  const { heap, views, longest } = search
  const pool = (bytes: number) => ({ pool: { ...scratchPool(heap, context.threads, bytes) } })
  const found = await findTemplateBits(
    { heap, views: views.count, words: search.words },
    {
      async *coarse(input) {
        const looks = overViews(search, { ...input, ...pool(templateBytes(longest)) }, COUNTING_PARTS)
        yield* context.round('coarse', looks)
        // The table of counts is not needed any more.
        heap.release(search.mark)
      },
      inViews: (input) => {
        const bytes = inViewsBytes(longest, input.full * input.each)
        return context.round('templates', overViews(search, { ...input, ...pool(bytes) }, COUNTING_PARTS))
      },
    },
  )
  const templates = new TemplateMerge(rows)
  const doubtful = new Growable32()
  let templateWords = 0
  const masking = { ...found, ...pool(templateBytes(longest)), ...viewsInput(views), rowOf: search.rowOf }
  const order = { keys: rows.keys, ids: rows.ids }
  for await (const answer of context.round('mask', overViews(search, { ...masking, ...order }, VIEW_PARTS))) {
    templateWords += answer['masked'] as number
    templates.add(array(answer, 'runs'))
    doubtful.append(array(answer, 'doubtful'))
  }
  if (doubtful.length > 0) {
    const bits = u32At(heap.memory, found.bits, found.slots / 32)
    const { masked, unmasked } = unmaskCopies(
      views,
      { doubtful: doubtful.take(), crowd: crowdOf(search) },
      bits,
    )
    templateWords -= unmasked
    templates.add(templateRuns(views, masked, { rowOf: search.rowOf, order: rows }))
  }
  const list = templates.list()
  const listed = await countConversations(list.listed, search, { rows, context })
  const templateBits = copyBits(heap, found)
  heap.release(search.mark)
  return { templateBits, templateWords, templates: { ...list, listed } }
}

/** Views that hold template text and are not masked. */
function crowdOf({ heap, struct, views: { stored, masked } }: Search): Uint32Array {
  const holds = u8At(heap.memory, struct.get('mayHoldTemplate'), stored.length)
  return stored.filter((v) => holds[v] !== 0 && masked[v] === 0)
}

function overViews({ heap, struct, views, longest }: Search, more: RoundInput, parts: number): RoundInput[] {
  const shared = { memory: heap.memory, search: struct.address, longest }
  return rangesByWords(views, parts).map((range) => ({ ...shared, ...range, ...more }))
}

/** Numbers the coarse slots that are full, −1 for the others; returns how many there are. */
function numberFull(coarse: Uint32Array, threshold: number, numberOf: Uint32Array): number {
  let full = 0
  for (let slot = 0; slot < COARSE_SLOTS; slot++)
    numberOf[slot] = (coarse[slot] ?? 0) >= threshold ? full++ : -1
  return full
}

/** Sets a bit for each slot whose runs stand in enough views. */
function setBits(
  bits: Uint32Array,
  inViews: Uint32Array,
  { numberOf, each, threshold }: { numberOf: Uint32Array; each: number; threshold: number },
): void {
  for (let coarse = 0; coarse < COARSE_SLOTS; coarse++) {
    const number = (numberOf[coarse] as number) | 0
    for (let i = 0; number >= 0 && i < each; i++) {
      if ((inViews[number * each + i] as number) < threshold) continue
      const slot = i * COARSE_SLOTS + coarse
      bits[slot >>> 5] = (bits[slot >>> 5] as number) | (1 << (slot & 31))
    }
  }
}
