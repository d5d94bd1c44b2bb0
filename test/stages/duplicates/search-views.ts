import type { ReduceContext, Round, RoundInput } from '../../../src/core/stage.ts'
import type { Tally } from '../../../src/core/tally.ts'
import { findPassages } from '../../../src/stages/duplicates/near/find-passages.ts'
import { findNear } from '../../../src/stages/duplicates/near/near.ts'
import type { NearResult } from '../../../src/stages/duplicates/near/near.ts'
import { PASSAGE_FIELDS } from '../../../src/stages/duplicates/near/passages.ts'
import type { DuplicateOptions } from '../../../src/stages/duplicates/options.ts'
import { KEYS, KEY_WORDS, keyAt } from '../../../src/stages/duplicates/rows.ts'
import type { Rows } from '../../../src/stages/duplicates/rows.ts'
import { DUPLICATES } from '../../../src/stages/duplicates/stage.ts'
import { Heap } from '../../../src/text/kernels/heap.ts'

/** Views as lists of numbers: words below 2 ** 24, whose flags (`WORD_FLAG`) stand above them. */
export const FLAG_SHIFT = 24

export function wordOf(value: number): number {
  const [word, flags] = [value & (2 ** FLAG_SHIFT - 1), value >>> FLAG_SHIFT]
  return ((Math.imul(word + 1, 0x9e3779b1) << 2) | flags) >>> 0
}

const DEFAULTS: DuplicateOptions = { jaccard: 0.5, alignedRatio: 0.8, passageWords: 50, joinWords: 1e9 }

export interface Answers {
  round: string
  input: RoundInput
  answer: Tally
}

/** Rows of a corpus of which nothing but the words is known; their views are all different. */
export function rowsOf(views: readonly (readonly number[])[]): Rows {
  const heap = new Heap()
  const list = (n: number): Uint32Array => new Uint32Array(n)
  const count = views.length
  const wordStart = list(count + 1)
  views.forEach((view, i) => (wordStart[i + 1] = wordStart[i]! + view.length))
  const words = heap.u32(wordStart[count]!)
  views.forEach((view, i) => words.set(view.map(wordOf), wordStart[i]))
  const rows: Rows = {
    ...{
      count,
      shard: list(count),
      row: Uint32Array.from(views.keys()),
      keys: list(count * KEYS * KEY_WORDS),
    },
    ...{ ids: list(2 * count), wordCount: list(count), textBytes: list(count), choice: list(count) },
    ...{
      answerText: list(2 * count),
      wordStart,
      words,
      tokens: new Map(),
      wordsKept: true,
      slices: [],
      heap,
    },
  }
  for (let row = 0; row < count; row++)
    rows.keys[keyAt(row, 'normalised')] = Math.imul(row + 1, 0x9e3779b1) >>> 0
  return rows
}

export interface SearchedViews extends NearResult {
  answers: Answers[]
}

interface Watched {
  threads?: number
  /** May look at, and spoil, what a round has written. */
  after?: (done: Answers) => void
}

/** The search as the stage runs it. */
export async function searchViews(
  views: readonly (readonly number[])[],
  options: Partial<DuplicateOptions>,
  watched: Watched = {},
): Promise<SearchedViews> {
  const { context, answers } = contextOf(watched)
  const found = await findNear(rowsOf(views), Uint32Array.from(views.keys()), {
    context,
    options: { ...DEFAULTS, ...options },
  })
  return { ...found, answers }
}

export type PassageOfRows = [a: number, b: number, startA: number, startB: number, words: number]

/** All passages the search finds, by rows. */
export async function searchPassages(
  views: readonly (readonly number[])[],
  passageWords: number,
): Promise<PassageOfRows[]> {
  const { context, answers } = contextOf({})
  const rows = rowsOf(views)
  const options = { ...DEFAULTS, passageWords }
  const near = await findNear(rows, Uint32Array.from(views.keys()), { context, options })
  await findPassages(rows, near, { context, passageWords })
  const passages = new Map<string, PassageOfRows>()
  for (const { round, answer } of answers) {
    if (round !== 'passages') continue
    const found = answer['passages'] as Uint32Array
    for (let i = 0; i < found.length; i += PASSAGE_FIELDS) {
      const [x, y, startX, startY, words] = found.subarray(i, i + PASSAGE_FIELDS) as unknown as PassageOfRows
      const passage: PassageOfRows = [near.search.rowOf[x]!, near.search.rowOf[y]!, startX, startY, words]
      // Fingerprints of different ranges may grow to the same passage.
      passages.set(passage.join(), passage)
    }
  }
  return [...passages.values()]
}

function contextOf({ threads = 2, after }: Watched): { context: ReduceContext; answers: Answers[] } {
  const rounds = DUPLICATES.create({}).rounds as unknown as Readonly<Record<string, Round<null>>>
  const answers: Answers[] = []
  async function* round(name: string, inputs: Iterable<RoundInput>): AsyncGenerator<Tally> {
    const all: Answers[] = []
    for (const input of inputs)
      all.push({ round: name, input, answer: await rounds[name]!(input, null, null as never) })
    for (const done of all) after?.(done)
    answers.push(...all)
    yield* all.map(({ answer }) => answer)
  }
  return { context: { threads, round } as unknown as ReduceContext, answers }
}

/** Sets of shingles of k words, as strings. */
export function shingleSets(views: readonly (readonly number[])[], k: number): Set<string>[] {
  return views.map((view) => new Set(view.slice(k - 1).map((_, i) => plain(view.slice(i, i + k)).join())))
}

export function plain(view: readonly number[]): number[] {
  return view.map((value) => value & (2 ** FLAG_SHIFT - 1))
}
