import type { ReduceContext, RoundInput } from '../../../core/stage.ts'
import { u32At } from '../../../text/kernels/heap.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import { scratchPool } from '../../../text/kernels/scratch.ts'
import { Growable32 } from '../../../text/growable.ts'
import type { DuplicateOptions } from '../options.ts'
import type { Rows } from '../rows.ts'
import { ChunkPool } from './chunks.ts'
import { gatherBytes, makeTable } from './count.ts'
import { BY_RARE, BY_TEMPLATES, JOINED_FIELDS, NEAR_FIELDS, findBytes } from './find-round.ts'
import { indexBytes, mostEntries } from './index-round.ts'
import { SMALL_SLOTS } from './small-words.ts'
import { sortBytes } from './postings-round.ts'
import { makeSearch } from './search.ts'
import type { Search } from './search.ts'
import { findTemplates } from './template-search.ts'
import type { TemplateList } from './template-runs.ts'
import { templateThreshold } from './templates.ts'
import { array, rangesByWords, sharedArray, viewsInput } from './views.ts'

/** What a search for near pairs works with. */
export interface NearWork {
  context: ReduceContext
  options: DuplicateOptions
}

/** A verified near pair of views, as rows: `a` is the smaller row number. */
export interface NearPair {
  a: number
  b: number
  aligned: number
  /** Template text alone holds it together, as the search sees it where the words are in memory. */
  templates: boolean
}

/** What stays of a search when the words are no longer needed. */
export interface NearFound {
  pairs: NearPair[]
  /** In memory all threads share: a bit per slot of 8-word runs that are template text, and of words written small somewhere. */
  templateBits: Uint32Array
  lowerCaseBits: Uint32Array
  templates: TemplateList
  figures: (NearFigures | MinhashFigures) & GroupFigures
}

/** Pairs that share a near row and were not proposed by the search: how many were aligned, and how many of them are near. */
export interface GroupFigures {
  inGroups: { aligned: number; near: number }
}

/** What one search finds. */
export interface SearchFound extends Omit<NearFound, 'figures'> {
  figures: NearFigures | MinhashFigures
}

export interface NearResult extends SearchFound {
  figures: NearFigures
  /** The views, and how common every 3 words of them are; valid until its memory is given back. */
  search: Search
}

interface SearchFigures {
  views: number
  words: number
  templateThreshold: number
  templateWords: number
}

/** Of a search by MinHash: what part of the near pairs of a sample that the exact search finds it has found is found / near. */
export interface MinhashFigures extends SearchFigures {
  minhash: { bands: number; candidates: number; crowds: number; near: number }
  recall: { views: number; near: number; found: number }
}

export interface NearFigures extends SearchFigures {
  /** `candidates`: pairs of fitting size that share a shingle looked for; `verified`: those whose shingles were counted. */
  join: { candidates: number; verified: number; pairs: number; near: number }
  /** `ofJoin`: near pairs of the join the rare shingles propose by themselves: their recall is ofJoin / join.near. */
  rare: { candidates: number; aligned: number; near: number; ofJoin: number }
}

/** Parts of a round over views. They change no result. */
const VIEW_PARTS = 16
/** The same for the count of shingles, per thread: of each part a little is left that is counted less fast. */
const COUNTING_PARTS = 2
/** Bytes of a chunk of entries, and of places: there are few of these for each part of either side. */
const ENTRY_CHUNK = 1 << 15
const PLACE_CHUNK = 1 << 12

/**
 * Finds every pair of near views of the rows `given`, ascending. Candidates come from an exact set-similarity join over
 * shingles of 5 words, and from rare shingles of 3; both look at shingles that few others have.
 */
export async function findNear(rows: Rows, given: Uint32Array, work: NearWork): Promise<NearResult> {
  const { context } = work
  const search = makeSearch(rows, given)
  await countShingles(search, context)
  const { templateBits, templateWords, templates } = await findTemplates(search, rows, context)
  const posted = await postShingles(search, work)
  const found = await findPairs(search, posted, work)
  search.heap.release(posted.mark)
  const { joined, near, ...figures } = found
  const recall = compareWays(joined, near, search.views.count)
  return {
    pairs: toPairs(near, search.rowOf),
    search,
    templateBits,
    templates,
    lowerCaseBits: lowerCaseBitsOf(search),
    figures: {
      views: search.views.count,
      words: search.words,
      templateThreshold: templateThreshold(search.views.count),
      templateWords,
      join: {
        candidates: figures.joinCandidates,
        verified: figures.joinVerified,
        pairs: joined.length / JOINED_FIELDS,
        near: recall.byJoin,
      },
      rare: {
        candidates: figures.rareCandidates,
        aligned: figures.rareAligned,
        near: recall.byRare,
        ofJoin: recall.byBoth,
      },
    },
  }
}

/** A copy that outlives the memory of the search. */
function lowerCaseBitsOf({ heap, struct }: Search): Uint32Array {
  const copy = sharedArray(SMALL_SLOTS / 32)
  copy.set(u32At(heap.memory, struct.get('smallBits'), copy.length))
  return copy
}

/** Counts the 3-word shingles of all views; the template search looks them up. */
async function countShingles({ heap, struct, words, views }: Search, context: ReduceContext): Promise<void> {
  const locks = makeTable(heap, struct, words)
  const pool = { ...scratchPool(heap, context.threads, gatherBytes(struct)) }
  const shared = {
    memory: heap.memory,
    search: struct.address,
    pool,
    locks,
    tableMask: struct.get('tableMask'),
  }
  const inputs = rangesByWords(views, COUNTING_PARTS * context.threads).map((range) => ({
    ...shared,
    ...range,
  }))
  for await (const answer of context.round('count', inputs)) void answer
}

/** Where views may find others, by range of views; `mark` is what to give back once they were looked for. */
interface Posted {
  lists: Uint32Array[]
  entries: Uint32Array
  mark: number
}

/** Posts the shingles views are found by. */
async function postShingles(search: Search, { context, options }: NearWork): Promise<Posted> {
  const { heap, struct, views, longest } = search
  const { jaccard: tau, alignedRatio: ratio } = options
  const mark = heap.mark()
  const parts = rangesByWords(views, VIEW_PARTS)
  const entries = new ChunkPool(heap, {
    ...{ entries: views.length.reduce((sum, words) => sum + mostEntries(words), 0) },
    ...{ inputs: parts.length, chunkBytes: ENTRY_CHUNK },
  })
  const behind = heap.mark()
  const pool = { ...scratchPool(heap, context.threads, indexBytes(longest)) }
  const shared = { memory: heap.memory, search: struct.address, pool, tau, longest, entries: entries.address }
  for await (const answer of context.round(
    'index',
    parts.map((range) => ({ ...shared, ...range })),
  ))
    void answer
  heap.release(behind)
  openKernels(heap.memory).findLow(struct.address, tau, ratio, 0, views.count)
  const places = await sortEntries(search, entries, context)
  return { ...places.take(), mark }
}

async function sortEntries(search: Search, written: ChunkPool, context: ReduceContext): Promise<ChunkPool> {
  const { heap, struct } = search
  const { lists, entries } = written.take()
  const all = entries.reduce((sum, n) => sum + n, 0)
  struct.set({ posted: heap.allocate(4 * all) })
  const places = new ChunkPool(heap, { entries: all, inputs: lists.length, chunkBytes: PLACE_CHUNK })
  const mark = heap.mark()
  const bytes = sortBytes(Math.max(...entries), Math.max(...lists.map((list) => list.length / 2)))
  const pool = { ...scratchPool(heap, context.threads, bytes) }
  let base = 0
  const inputs = lists.map((chunks, part) => {
    const n = entries[part] as number
    const shared = { memory: heap.memory, search: struct.address, pool, places: places.address }
    const input = { ...shared, chunks, entries: n, base }
    base += n
    return input
  })
  for await (const answer of context.round('postings', inputs)) void answer
  heap.release(mark)
  return places
}

interface Found {
  joined: Uint32Array
  near: Uint32Array
  joinCandidates: number
  joinVerified: number
  rareCandidates: number
  rareAligned: number
}

async function findPairs(search: Search, posted: Posted, { context, options }: NearWork): Promise<Found> {
  const { heap, struct, views, longest } = search
  const { jaccard: tau, alignedRatio: ratio } = options
  const range = 2 ** struct.get('rangeBits')
  const size = { views: views.count, longest }
  const bytes = findBytes({
    ...{ ...size, range, places: Math.max(...posted.entries) },
    chunks: Math.max(...posted.lists.map((list) => list.length / 2)),
  })
  const pool = { ...scratchPool(heap, context.threads, bytes) }
  const shared = { memory: heap.memory, search: struct.address, pool, ...size, tau, ratio }
  const seen = viewsInput(views)
  // The longest views take the longest: they come first.
  const parts = Array.from({ length: Math.ceil(views.count / range) }, (_, part) => part).reverse()
  const inputs = parts.map((part): RoundInput => {
    const [from, to] = [part * range, Math.min(views.count, (part + 1) * range)]
    const [chunks, places] = [posted.lists[part] as Uint32Array, posted.entries[part] as number]
    return { ...shared, ...seen, from, to, chunks, places }
  })
  const lists = { joined: new Growable32(), near: new Growable32() }
  const counts = { joinCandidates: 0, joinVerified: 0, rareCandidates: 0, rareAligned: 0 }
  for await (const answer of context.round('pairs', inputs)) {
    lists.joined.append(array(answer, 'joined'))
    lists.near.append(array(answer, 'near'))
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] += answer[name] as number
  }
  return { joined: lists.joined.take(), near: lists.near.take(), ...counts }
}

function compareWays(
  join: Uint32Array,
  near: Uint32Array,
  count: number,
): { byJoin: number; byRare: number; byBoth: number } {
  const number = (x: number, v: number): number => Math.min(x, v) * count + Math.max(x, v)
  const proposed = new Set<number>()
  for (let i = 0; i < join.length; i += JOINED_FIELDS)
    proposed.add(number(join[i] as number, join[i + 1] as number))
  const figures = { byJoin: 0, byRare: 0, byBoth: 0 }
  for (let i = 0; i < near.length; i += NEAR_FIELDS) {
    const joined = proposed.has(number(near[i] as number, near[i + 1] as number))
    const rare = ((near[i + 3] as number) & BY_RARE) !== 0
    if (joined) figures.byJoin++
    if (rare) figures.byRare++
    if (joined && rare) figures.byBoth++
  }
  return figures
}

function toPairs(near: Uint32Array, rowOf: Uint32Array): NearPair[] {
  const pairs: NearPair[] = []
  for (let i = 0; i < near.length; i += NEAR_FIELDS) {
    const [x, v] = [rowOf[near[i] as number] as number, rowOf[near[i + 1] as number] as number]
    const templates = ((near[i + 3] as number) & BY_TEMPLATES) !== 0
    pairs.push({ a: Math.min(x, v), b: Math.max(x, v), aligned: near[i + 2] as number, templates })
  }
  return pairs.sort((p, q) => p.a - q.a || p.b - q.b)
}
