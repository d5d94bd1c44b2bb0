import type { ReduceContext, RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { u32At } from '../../../text/kernels/heap.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import { CONSTANTS } from '../../../text/kernels/layouts.ts'
import { scratchPool, withScratch } from '../../../text/kernels/scratch.ts'
import { Struct } from '../../../text/kernels/struct.ts'
import type { Rows } from '../rows.ts'
import { memoryOf, numbersOf, poolOf, steps } from './round-input.ts'
import type { Search } from './search.ts'
import type { Template } from './template-runs.ts'
import { array, rangesByWords, sharedArray, summed } from './views.ts'

const VIEW_PARTS = 16
/** Lists of 32 bits a template in the scratch of a thread. */
const LISTS = 5

/**
 * The templates with the number of conversations they stand in. They are listed as whole stretches of template text, and
 * where another template follows or a word more is shared, the stretch is longer: those conversations count too.
 */
export async function countConversations(
  templates: readonly Template[],
  { heap, struct, views }: Search,
  { rows: { wordStart }, context }: { rows: Pick<Rows, 'wordStart'>; context: ReduceContext },
): Promise<Template[]> {
  const mark = heap.mark()
  const pool = { ...scratchPool(heap, context.threads, listedBytes(templates.length)) }
  // All inputs hold the same lists: what is not shared goes to the thread that is told first.
  const [first, words] = [sharedArray(templates.length), sharedArray(templates.length)]
  templates.forEach(({ row, start, words: n }, i) => {
    first[i] = (wordStart[row] as number) + start
    words[i] = n
  })
  const shared = { memory: heap.memory, search: struct.address, pool, first, words }
  const inputs = rangesByWords(views, VIEW_PARTS).map((range) => ({ ...shared, ...range }))
  const counts = await summed(context.round('listed', inputs), 'counts')
  heap.release(mark)
  return templates.map((template, i) => ({ ...template, views: Math.max(template.views, counts[i] ?? 0) }))
}

function listedBytes(templates: number): number {
  return CONSTANTS.LISTED_SLOTS + LISTS * (4 * templates + 8) + Struct.bytes('ListedScratch') + 64
}

/** Round: in how many of the views stored at [from, to) each template stands. */
export function countListed(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const kernels = openKernels(memory)
  const { search, from, to } = numbersOf(input, 'search', 'from', 'to')
  const [first, words] = [array(input, 'first'), array(input, 'words')]
  return withScratch(memory, poolOf(input), (region) => {
    const list = (values?: Uint32Array): number => {
      const address = region.bytes(4 * first.length)
      if (values !== undefined) u32At(memory, address, first.length).set(values)
      return address
    }
    const counts = list()
    const scratch = region.struct('ListedScratch', {
      ...{ templates: first.length, first: list(first), words: list(words) },
      ...{ slots: region.bytes(CONSTANTS.LISTED_SLOTS), before: list(), last: list(), counts },
    }).address
    kernels.openListed(search, scratch)
    for (const [start, end] of steps(from, to)) kernels.countListed(search, scratch, start, end)
    return { counts: u32At(memory, counts, first.length).slice() }
  })
}
