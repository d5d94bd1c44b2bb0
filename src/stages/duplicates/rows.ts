import type { SliceTally } from '../../core/stage.ts'
import type { TypedArray } from '../../core/tally.ts'
import { Growable32 } from '../../text/growable.ts'

/** Keys of a row, four 32-bit words each; all zero where the row has no such view. */
export const KEY = { record: 0, conversation: 1, normalised: 2, prompt: 3, answer: 4, question: 5 } as const
export type KeyName = keyof typeof KEY
export const KEYS = 6
export const KEY_WORDS = 4

/** The two lowest bits of a word in `Rows.words`: it starts with a small ASCII letter; it stands in an answer. */
export const WORD_FLAG = { lowerCase: 1, answer: 2 } as const
/** Shift that leaves the word's hash alone. */
export const WORD_SHIFT = 2

/** Every row of the corpus as numbers, in the order of the plan: shard, then row. */
export interface Rows {
  count: number
  /** Index into `Plan.shards`, and the row in that shard. */
  shard: Uint32Array
  row: Uint32Array
  /** KEYS × KEY_WORDS values per row. */
  keys: Uint32Array
  /** Two words per row: a hash of the declared id. */
  ids: Uint32Array
  wordCount: Uint32Array
  textBytes: Uint32Array
  choice: Uint32Array
  answerText: Uint32Array
  /** Words of row i's view are [wordStart[i], wordStart[i + 1]) of `words`; empty when words were not kept. */
  wordStart: Uint32Array
  words: Uint32Array
  /** Tokens of each row by tokenizer; no entry where the run counted none. */
  tokens: ReadonlyMap<string, Uint32Array>
  /** False when the corpus has more words than fit: then `words` is empty. */
  wordsKept: boolean
}

/** Most words kept in memory for the exact join: 1 GB. */
export const MAX_WORDS = 250_000_000

/** Node 20 has growable shared buffers; the type library of its language level does not name them yet. */
const GrowableBuffer = SharedArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => SharedArrayBuffer & { grow(bytes: number): void }

/**
 * Gathers the tallies one by one, so that only one is in memory beside the result. Words go to shared memory,
 * because every worker of the join reads them; the buffer grows in place.
 */
export async function gatherRows(tallies: AsyncIterable<SliceTally>, maxWords = MAX_WORDS): Promise<Rows> {
  const lists = {
    shard: new Growable32(),
    row: new Growable32(),
    keys: new Growable32(),
    ids: new Growable32(),
    wordCount: new Growable32(),
    textBytes: new Growable32(),
    choice: new Growable32(),
    answerText: new Growable32(),
  }
  const buffer = new GrowableBuffer(0, { maxByteLength: maxWords * 4 })
  let words = 0
  for await (const slice of tallies) {
    const count = slice.tally['rows'] as number
    const firstRow = slice.tally['firstRow'] as number
    for (let i = 0; i < count; i++) {
      lists.shard.push(slice.shard)
      lists.row.push(firstRow + i)
    }
    for (const name of ['keys', 'ids', 'wordCount', 'textBytes', 'choice', 'answerText'] as const) {
      lists[name].append(array(slice, name))
    }
    const added = array(slice, 'words')
    if (words + added.length <= maxWords) {
      buffer.grow((words + added.length) * 4)
      new Uint32Array(buffer, words * 4, added.length).set(added)
    }
    words += added.length
  }
  const kept = words <= maxWords
  const taken = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.trimmed()]))
  const rows = {
    ...(taken as unknown as Omit<Rows, 'count' | 'wordStart' | 'words' | 'tokens' | 'wordsKept'>),
    count: lists.row.length,
  }
  return {
    ...rows,
    wordStart: starts(rows.wordCount, kept),
    words: new Uint32Array(buffer, 0, kept ? words : 0),
    tokens: new Map(),
    wordsKept: kept,
  }
}

/** Prefix sums in shared memory; all zero when the words were not kept. */
function starts(counts: Uint32Array, kept: boolean): Uint32Array {
  const sums = new Uint32Array(new SharedArrayBuffer((counts.length + 1) * 4))
  if (!kept) return sums
  for (let i = 0; i < counts.length; i++) sums[i + 1] = (sums[i] as number) + (counts[i] as number)
  return sums
}

function array(slice: SliceTally, name: string): Uint32Array {
  return slice.tally[name] as TypedArray as Uint32Array
}

/** Offset of a key in `rows.keys`. */
export function keyAt(row: number, key: KeyName): number {
  return (row * KEYS + KEY[key]) * KEY_WORDS
}

export function hasKey(rows: Rows, row: number, key: KeyName): boolean {
  const at = keyAt(row, key)
  return (
    ((rows.keys[at] as number) |
      (rows.keys[at + 1] as number) |
      (rows.keys[at + 2] as number) |
      (rows.keys[at + 3] as number)) !==
    0
  )
}

export function sameKey(rows: Rows, a: number, b: number, key: KeyName): boolean {
  return compareKeys(rows, a, b, key) === 0
}

export function compareKeys(rows: Rows, a: number, b: number, key: KeyName): number {
  const [x, y] = [keyAt(a, key), keyAt(b, key)]
  for (let i = 0; i < KEY_WORDS; i++) {
    const difference = (rows.keys[x + i] as number) - (rows.keys[y + i] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * The order that decides who is first or represents a group: content, then declared id, then place. The place comes
 * last, so that the order of shards and rows on disk does not matter where ids are unique.
 */
export function compareRows(rows: Rows, a: number, b: number): number {
  const content = compareKeys(rows, a, b, 'normalised') || compareKeys(rows, a, b, 'conversation')
  if (content !== 0) return content
  const first = (rows.ids[2 * a] as number) - (rows.ids[2 * b] as number)
  return first || (rows.ids[2 * a + 1] as number) - (rows.ids[2 * b + 1] as number) || a - b
}
