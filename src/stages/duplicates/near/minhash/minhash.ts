import type { ReduceContext, RoundInput } from '../../../../core/stage.ts'
import type { Tally } from '../../../../core/tally.ts'
import { u32At } from '../../../../text/kernels/heap.ts'
import { scratchPool } from '../../../../text/kernels/scratch.ts'
import type { ScratchPool } from '../../../../text/kernels/scratch.ts'
import type { Rows } from '../../rows.ts'
import { ChunkPool } from '../chunks.ts'
import { tableSlots } from '../count.ts'
import type { NearWork, SearchFound } from '../near.ts'
import { sortBytes } from '../postings-round.ts'
import { SMALL_SLOTS } from '../small-words.ts'
import { copyBits, findTemplateBits, leastCommon } from '../template-search.ts'
import type { TemplateBits } from '../template-search.ts'
import { TemplateMerge } from '../template-runs.ts'
import { templateThreshold } from '../templates.ts'
import { array, sharedArray } from '../views.ts'
import { distinctNumbers } from './band-pairs.ts'
import { measureRecall } from './recall.ts'
import { sliceBytes } from './slice-rounds.ts'
import type { LargestSlice } from './slice-rounds.ts'
import { verifyPairs } from './verify.ts'

/** Bands of two hash functions each (`BAND_HASHES`): views that share s of their rare shingles meet with 1 − (1 − s²)³². */
export const BANDS = 32
/** Bytes of band keys held at a time: more are written in several passes over the words. */
const KEY_BYTES = 512 << 20
const KEY_CHUNK = 1 << 12
/** Most slots of the table of counts here: 256 MB. */
const MOST_SLOTS = 1 << 28

/**
 * Near pairs of the rows `given` of a corpus whose words do not fit in memory: candidates by MinHash (Broder 1997) and
 * banding over each view's rare shingles, read slice by slice, every one of them aligned on its words. What part of the near
 * pairs that finds is measured against the exact search on a sample.
 */
export async function findNearByMinhash(
  rows: Rows,
  given: Uint32Array,
  work: NearWork,
): Promise<SearchFound> {
  const { heap } = rows
  const mark = heap.mark()
  const slices = new SliceRounds(rows, given, work.context)
  await slices.count()
  const bits = await slices.templates()
  const { candidates, crowds, templates, templateWords } = await slices.candidates(bits)
  const [templateBits, lowerCaseBits] = [copyBits(heap, bits), slices.lowerCaseBits()]
  heap.release(mark)
  const pairs = await verifyPairs(rows, candidates, work)
  const recall = await measureRecall(rows, given, pairs, work)
  return {
    ...{ pairs, templateBits, lowerCaseBits, templates },
    figures: {
      ...{ views: given.length, words: slices.words, templateThreshold: templateThreshold(given.length) },
      templateWords,
      minhash: { bands: BANDS, candidates: candidates.length, crowds, near: pairs.length },
      recall,
    },
  }
}

interface Candidates {
  /** Pairs of rows as numbers (`pairNumber`), ascending. */
  candidates: Float64Array
  /** Buckets in which not every pair is a candidate. */
  crowds: number
  templates: SearchFound['templates']
  templateWords: number
}

/** The rounds over slices; tables lie in the rows' heap. */
class SliceRounds {
  readonly words: number
  readonly #rows: Rows
  readonly #views: number
  readonly #context: ReduceContext
  readonly #largest: LargestSlice
  readonly #shared: RoundInput
  readonly #smallBits: number
  /** Scratch of all rounds but the second count of template runs, which takes more. */
  readonly #pool: ScratchPool

  constructor(rows: Rows, given: Uint32Array, context: ReduceContext) {
    const { heap } = rows
    this.#rows = rows
    this.#views = given.length
    this.#context = context
    const wanted = new Uint8Array(new SharedArrayBuffer(rows.count))
    let longest = 0
    let words = 0
    for (const row of given) {
      wanted[row] = 1
      longest = Math.max(longest, rows.wordCount[row] as number)
      words += rows.wordCount[row] as number
    }
    this.words = words
    this.#largest = {
      words: Math.max(0, ...rows.slices.map((slice) => slice.words)),
      rows: Math.max(0, ...rows.slices.map((slice) => slice.rows)),
      longest,
    }
    const slots = tableSlots(words, MOST_SLOTS)
    const table = heap.zeroed(slots)
    this.#smallBits = heap.zeroed(SMALL_SLOTS / 8)
    this.#shared = {
      ...{ memory: heap.memory, given: wanted, longest, table, tableMask: slots - 1 },
      ...{ smallBits: this.#smallBits, smallMask: SMALL_SLOTS - 1 },
    }
    this.#pool = this.#poolFor(0)
  }

  async count(): Promise<void> {
    for await (const answer of this.#round('count-slice', {})) void answer
  }

  async templates(): Promise<TemplateBits> {
    const { heap } = this.#rows
    return findTemplateBits(
      { heap, views: this.#views, words: this.words },
      {
        coarse: (input) => this.#round('coarse-slice', { ...input }),
        inViews: (input) =>
          this.#round('templates-slice', { ...input, pool: { ...this.#poolFor(input.full * input.each) } }),
      },
    )
  }

  async candidates(bits: TemplateBits): Promise<Candidates> {
    const rows = this.#rows
    const templates = new TemplateMerge(rows)
    const masking = { ...bits, least: leastCommon(this.#views), 'all.keys': rows.keys, 'all.ids': rows.ids }
    let [numbers, crowds, templateWords] = [new Float64Array(0), 0, 0]
    const bands = Math.max(1, Math.min(BANDS, Math.floor(KEY_BYTES / (8 * this.#views + 1))))
    const mark = rows.heap.mark()
    for (let bandFrom = 0; bandFrom < BANDS; bandFrom += bands) {
      const bandTo = Math.min(BANDS, bandFrom + bands)
      const size = { inputs: rows.slices.length, chunkBytes: KEY_CHUNK }
      const written = new ChunkPool(rows.heap, { entries: this.#views * (bandTo - bandFrom), ...size })
      const input = { ...masking, bandFrom, bandTo, entries: written.address }
      for await (const answer of this.#round('sign-slice', input)) {
        if (bandFrom > 0) continue
        templateWords += answer['masked'] as number
        templates.add(array(answer, 'runs'))
      }
      for await (const answer of this.#context.round(
        'band-pairs',
        bandInputs(written, rows, this.#context),
      )) {
        crowds += answer['crowds'] as number
        const more = answer['pairs'] as Float64Array
        const both = new Float64Array(numbers.length + more.length)
        both.set(numbers)
        both.set(more, numbers.length)
        numbers = both
      }
      numbers = distinctNumbers(numbers)
      rows.heap.release(mark)
    }
    return { candidates: numbers, crowds, templates: templates.list(), templateWords }
  }

  /** A copy that outlives the tables. */
  lowerCaseBits(): Uint32Array {
    const copy = sharedArray(SMALL_SLOTS / 32)
    copy.set(u32At(this.#rows.heap.memory, this.#smallBits, copy.length))
    return copy
  }

  #round(name: string, more: RoundInput): AsyncIterable<Tally> {
    const shared = { ...this.#shared, pool: { ...this.#pool }, ...more }
    return this.#context.tallyRound(
      name,
      this.#rows.slices.map(({ row }): RoundInput => ({ ...shared, atRow: row })),
    )
  }

  /** @param slots of the second count of template runs. */
  #poolFor(slots: number): ScratchPool {
    return scratchPool(this.#rows.heap, this.#context.threads, sliceBytes(this.#largest, slots))
  }
}

function bandInputs(written: ChunkPool, rows: Rows, context: ReduceContext): RoundInput[] {
  const { lists, entries } = written.take()
  const bytes = sortBytes(Math.max(...entries), Math.max(...lists.map((list) => list.length / 2)))
  const pool = { ...scratchPool(rows.heap, context.threads, bytes) }
  const { keys, ids, wordCount } = rows
  const shared = { memory: rows.heap.memory, pool, keys, ids, wordCount, rows: rows.count }
  return lists.map((chunks, part) => ({ ...shared, chunks, entries: entries[part] as number }))
}
