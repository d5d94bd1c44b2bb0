import type { ReduceContext, RoundInput } from '../../../core/stage.ts'
import { Growable32 } from '../../../text/growable.ts'
import { scratchPool } from '../../../text/kernels/scratch.ts'
import { compareRows, hasKey, sameKey } from '../rows.ts'
import type { KeyName, Rows } from '../rows.ts'
import type { NearResult } from './near.ts'
import { ChunkPool } from './chunks.ts'
import { PASSAGE_FIELDS, fingerprintBytes, matchBytes, unique } from './passages.ts'
import { array, rangesByWords } from './views.ts'

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
  const parts = rangesByWords(views, VIEW_PARTS)
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
  const { rowOf } = near.search
  let least = 0
  for (let i = 0; i < passages.length; i += PASSAGE_FIELDS) {
    const a = rowOf[passages[i] as number] as number
    const b = rowOf[passages[i + 1] as number] as number
    if (bothHave(rows, 'prompt', a, b) || bothHave(rows, 'question', a, b)) continue
    if (known.has(Math.min(a, b) * rows.count + Math.max(a, b))) continue
    const words = passages[i + 4] as number
    result.pairs++
    involved.add(a).add(b)
    result.longest = Math.max(result.longest, words)
    // Once so many longer ones are known, a shorter one is never listed.
    if (words < least) continue
    const [startX, startY] = [passages[i + 2] as number, passages[i + 3] as number]
    longest.push(
      compareRows(rows, a, b) < 0
        ? { a, b, startA: startX, startB: startY, words }
        : { a: b, b: a, startA: startY, startB: startX, words },
    )
    if (longest.length > 8 * LISTED_PASSAGES) least = keepLongest(rows, longest).at(-1)?.words ?? 0
  }
  result.rows = involved.size
  result.listed = keepLongest(rows, longest)
  return result
}

function bothHave(rows: Rows, key: KeyName, a: number, b: number): boolean {
  return hasKey(rows, a, key) && sameKey(rows, a, b, key)
}

function keepLongest(rows: Rows, passages: Passage[]): Passage[] {
  passages.sort(
    (p, q) =>
      q.words - p.words || compareRows(rows, p.a, q.a) || compareRows(rows, p.b, q.b) || p.startA - q.startA,
  )
  passages.length = Math.min(passages.length, LISTED_PASSAGES)
  return passages
}
