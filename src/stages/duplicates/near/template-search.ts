import type { ReduceContext, RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { scratchPool } from '../../../text/kernels/scratch.ts'
import type { Search } from './search.ts'
import { COARSE_SLOTS, inViewsBytes, templateBytes } from './template-rounds.ts'
import { templateThreshold } from './templates.ts'
import { array, powerOfTwo, ranges, sharedArray } from './views.ts'

const VIEW_PARTS = 16
const COUNTING_PARTS = 4
/** Counts of 3-word runs stop here. */
const MOST_COUNTED = 255

/** Looks up how common every 3 words are, finds the template text among what is common, and marks it in the views. */
export async function findTemplates(
  search: Search,
  context: ReduceContext,
): Promise<{ templateBits: Uint32Array; templateWords: number }> {
  const { heap, views, words, longest } = search
  const threshold = templateThreshold(views.count)
  const least = Math.min(threshold, MOST_COUNTED)
  const pool = (bytes: number): RoundInput => ({ ...scratchPool(heap, context.threads, bytes) }) as RoundInput
  const looks = overViews(search, { least, pool: pool(templateBytes(longest)) as never }, COUNTING_PARTS)
  const coarse = await summed(context.round('coarse', looks), 'coarse')
  // The table of counts is not needed any more.
  heap.release(search.mark)
  const slots = powerOfTwo(words * 64, 1 << 20, 1 << 24)
  const each = slots / COARSE_SLOTS
  const bits = heap.u32(slots / 32).fill(0)
  const mark = heap.mark()
  const numberOf = heap.u32(COARSE_SLOTS)
  const full = numberFull(coarse, threshold, numberOf)
  const counting = { least, full, each, numberOf: numberOf.byteOffset }
  const inPool = pool(inViewsBytes(longest, full * each)) as never
  const inputs = overViews(search, { ...counting, pool: inPool }, COUNTING_PARTS)
  const inViews = await summed(context.round('templates', inputs), 'inViews')
  setBits(bits, inViews, { numberOf, each, threshold })
  heap.release(mark)
  const masking = { bits: bits.byteOffset, slots, pool: pool(templateBytes(longest)) as never }
  let templateWords = 0
  for await (const answer of context.round('mask', overViews(search, masking, VIEW_PARTS)))
    templateWords += answer['masked'] as number
  // A copy outlives the memory of the search.
  const templateBits = sharedArray(bits.length)
  templateBits.set(bits)
  heap.release(search.mark)
  return { templateBits, templateWords }
}

function overViews({ heap, struct, views, longest }: Search, more: RoundInput, parts: number): RoundInput[] {
  const shared = { memory: heap.memory, search: struct.address, longest }
  return ranges(views.count, parts).map((range) => ({ ...shared, ...range, ...more }))
}

/** The sum of one field of the answers, value by value. */
async function summed(answers: AsyncIterable<Tally>, field: string): Promise<Uint32Array> {
  let sums = new Uint32Array(0)
  for await (const answer of answers) {
    const part = array(answer, field)
    if (sums.length === 0) sums = new Uint32Array(part.length)
    for (let i = 0; i < part.length; i++) sums[i] = (sums[i] as number) + (part[i] as number)
  }
  return sums
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
