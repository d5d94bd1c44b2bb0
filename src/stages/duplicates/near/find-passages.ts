import type { ReduceContext, RoundInput } from '../../../core/stage.ts'
import { Growable32 } from '../../../text/growable.ts'
import { scratchPool } from '../../../text/kernels/scratch.ts'
import { compareRows, hasKey, sameKey } from '../rows.ts'
import type { Rows } from '../rows.ts'
import type { NearResult } from './near.ts'
import { ChunkPool } from './chunks.ts'
import { PASSAGE_FIELDS, fingerprintBytes, matchBytes, unique } from './passages.ts'
import { array, ranges } from './views.ts'

/** A passage two otherwise different rows share; starts are words of their views. */
export interface Passage {
  a: number
  b: number
  startA: number
  startB: number
  words: number
}

export interface PassageResult {
  /** The longest, at most `LISTED`. */
  listed: Passage[]
  pairs: number
  rows: number
  longest: number
}

/** Passages listed in the report; all are counted. */
export const LISTED_PASSAGES = 1000
const VIEW_PARTS = 16
const CHUNK = 1 << 13

/** Finds shared passages between rows that no stronger level has listed as a pair. */
export async function findPassages(
  rows: Rows,
  near: NearResult,
  given: { context: ReduceContext; passageWords: number },
): Promise<PassageResult> {
  const { context, passageWords } = given
  const { heap, struct, views, longest } = near.search
  const mark = heap.mark()
  const parts = ranges(views.count, VIEW_PARTS)
  // Of text that repeats one word every shingle is kept.
  const size = { entries: near.search.words, inputs: parts.length, chunkBytes: CHUNK }
  const entries = new ChunkPool(heap, size)
  const shared = { memory: heap.memory, search: struct.address, longest, passageWords }
  const pool = { ...scratchPool(heap, context.threads, fingerprintBytes(longest)) }
  const inputs = parts.map((range) => ({ ...shared, ...range, pool, entries: entries.address }))
  for await (const answer of context.round('fingerprints', inputs)) void answer
  const all = new Growable32()
  for await (const answer of context.round('passages', matchInputs(entries, near.search, context, shared)))
    all.append(array(answer, 'passages'))
  heap.release(mark)
  return select(rows, near, unique(all))
}

function matchInputs(
  written: ChunkPool,
  { heap }: NearResult['search'],
  context: ReduceContext,
  shared: RoundInput,
): RoundInput[] {
  const { lists, entries } = written.take()
  const bytes = matchBytes(Math.max(...entries), Math.max(...lists.map((list) => list.length / 2)))
  const pool = { ...scratchPool(heap, context.threads, bytes) }
  return lists.map((chunks, part) => ({ ...shared, pool, chunks, entries: entries[part] as number }))
}

function select(rows: Rows, near: NearResult, passages: Uint32Array): PassageResult {
  const known = new Set(near.pairs.map(({ a, b }) => a * rows.count + b))
  const involved = new Set<number>()
  const result: PassageResult = { listed: [], pairs: 0, rows: 0, longest: 0 }
  const longest: Passage[] = []
  for (let i = 0; i < passages.length; i += PASSAGE_FIELDS) {
    const [x, y, startX, startY, words] = passages.subarray(i, i + PASSAGE_FIELDS) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ]
    const [a, b] = [near.search.rowOf[x] as number, near.search.rowOf[y] as number]
    const stronger = (['prompt', 'question'] as const).some(
      (key) => hasKey(rows, a, key) && sameKey(rows, a, b, key),
    )
    if (stronger || known.has(Math.min(a, b) * rows.count + Math.max(a, b))) continue
    result.pairs++
    involved.add(a).add(b)
    result.longest = Math.max(result.longest, words)
    longest.push(
      compareRows(rows, a, b) < 0
        ? { a, b, startA: startX, startB: startY, words }
        : { a: b, b: a, startA: startY, startB: startX, words },
    )
    if (longest.length > 8 * LISTED_PASSAGES) keepLongest(rows, longest)
  }
  result.rows = involved.size
  result.listed = keepLongest(rows, longest)
  return result
}

function keepLongest(rows: Rows, passages: Passage[]): Passage[] {
  passages.sort(
    (p, q) =>
      q.words - p.words || compareRows(rows, p.a, q.a) || compareRows(rows, p.b, q.b) || p.startA - q.startA,
  )
  passages.length = Math.min(passages.length, LISTED_PASSAGES)
  return passages
}
