import type { ReduceContext, RoundInput } from '../../../core/stage.ts'
import { Growable32 } from '../../../text/growable.ts'
import { scratchPool } from '../../../text/kernels/scratch.ts'
import { pairNumber } from '../pairs.ts'
import { compareRows, hasKey, sameKey } from '../rows.ts'
import type { KeyName, RowOrder, Rows } from '../rows.ts'
import { ChunkPool } from './chunks.ts'
import type { NearResult } from './near.ts'
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

/** Passages between rows that no stronger level lists as a pair, and those of near pairs, which their texts may refute. */
export interface FoundPassages {
  own: PassageList
  ofNear: readonly Passage[]
}

/** Finds the passages that rows share which do not ask the same. */
export async function findPassages(
  rows: Rows,
  near: NearResult,
  given: { context: ReduceContext; passageWords: number },
): Promise<FoundPassages> {
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

function select(rows: Rows, near: NearResult, passages: Uint32Array): FoundPassages {
  const known = new Map(near.pairs.map(({ a, b, templates }) => [pairNumber(a, b, rows.count), templates]))
  const own = new PassageList(rows)
  const ofNear: Passage[] = []
  const { rowOf } = near.search
  for (let i = 0; i < passages.length; i += PASSAGE_FIELDS) {
    const a = rowOf[passages[i] as number] as number
    const b = rowOf[passages[i + 1] as number] as number
    if (bothHave(rows, 'prompt', a, b) || bothHave(rows, 'question', a, b)) continue
    const templates = known.get(pairNumber(a, b, rows.count))
    if (templates === true) continue
    const [startX, startY] = [passages[i + 2] as number, passages[i + 3] as number]
    const words = passages[i + 4] as number
    const passage =
      compareRows(rows, a, b) < 0
        ? { a, b, startA: startX, startB: startY, words }
        : { a: b, b: a, startA: startY, startB: startX, words }
    if (templates === undefined) own.add(passage)
    else ofNear.push(passage)
  }
  return { own, ofNear }
}

/** Counts passages and keeps the longest. */
export class PassageList {
  /** No more of the rows than this: their words are given back while the list is still in use. */
  readonly #order: RowOrder
  readonly #involved = new Set<number>()
  readonly #kept: Passage[] = []
  #pairs = 0
  #longest = 0
  /** Once so many longer ones are known, a shorter one is never listed. */
  #least = 0

  constructor({ keys, ids }: RowOrder) {
    this.#order = { keys, ids }
  }

  add(passage: Passage): void {
    const { a, b, words } = passage
    this.#pairs++
    this.#involved.add(a).add(b)
    this.#longest = Math.max(this.#longest, words)
    if (words < this.#least) return
    this.#kept.push(passage)
    if (this.#kept.length > 8 * LISTED_PASSAGES)
      this.#least = keepLongest(this.#order, this.#kept).at(-1)?.words ?? 0
  }

  result(): PassageResult {
    const listed = keepLongest(this.#order, this.#kept)
    return { listed, pairs: this.#pairs, rows: this.#involved.size, longest: this.#longest }
  }
}

function bothHave(rows: Rows, key: KeyName, a: number, b: number): boolean {
  return hasKey(rows, a, key) && sameKey(rows, a, b, key)
}

function keepLongest(rows: RowOrder, passages: Passage[]): Passage[] {
  passages.sort(
    (p, q) =>
      q.words - p.words || compareRows(rows, p.a, q.a) || compareRows(rows, p.b, q.b) || p.startA - q.startA,
  )
  passages.length = Math.min(passages.length, LISTED_PASSAGES)
  return passages
}
