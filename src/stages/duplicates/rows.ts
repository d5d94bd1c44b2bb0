import type { ReduceContext, RoundInput, TallyOutline } from '../../core/stage.ts'
import type { Tally } from '../../core/tally.ts'
import { Heap } from '../../text/kernels/heap.ts'
import { fitsJoin } from './near/fits.ts'

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
  /** What each slice holds, in the order of the tallies. */
  slices: readonly SliceRows[]
  /** Memory all threads share; the words are what lies in it first. */
  heap: Heap
}

/** Rows [row, row + rows) and as many words of them. */
export interface SliceRows {
  row: number
  rows: number
  words: number
}

/** Values of each list a row has. */
const WIDTH = {
  keys: KEYS * KEY_WORDS,
  ids: 2,
  wordCount: 1,
  textBytes: 1,
  choice: 1,
  answerText: 2,
} as const
type ListName = keyof typeof WIDTH
const LISTS = Object.keys(WIDTH) as ListName[]

/**
 * Gathers the tallies in memory all threads share, each slice by the thread that reads it. Words go where the kernels
 * look for them; they are left out when there are more than `mostWords`.
 */
export async function gatherRows(context: ReduceContext, mostWords: number): Promise<Rows> {
  const outlines: TallyOutline[] = []
  for await (const outline of context.outlines()) outlines.push(outline)
  const sum = (of: (outline: TallyOutline) => number): number => outlines.reduce((n, one) => n + of(one), 0)
  const [count, words] = [sum(rowsOf), sum(wordsOf)]
  const wordsKept = words <= mostWords
  const heap = new Heap()
  const lists = Object.fromEntries(LISTS.map((name) => [name, sharedList(count * WIDTH[name])]))
  const rows = {
    ...(lists as Pick<Rows, ListName>),
    ...{ shard: sharedList(count), row: sharedList(count), words: heap.u32(wordsKept ? words : 0) },
  }
  for await (const answer of context.tallyRound('gather', gatherInputs(rows, outlines, wordsKept)))
    void answer
  const all = { ...rows, count, slices: slicesOf(outlines), tokens: new Map() }
  if (wordsKept && fitsJoin(rows.wordCount))
    return { ...all, heap, wordsKept, wordStart: prefixSums(rows.wordCount) }
  return {
    ...all,
    heap: new Heap(),
    wordsKept: false,
    wordStart: sharedList(count + 1),
    words: sharedList(0),
  }
}

function slicesOf(outlines: readonly TallyOutline[]): SliceRows[] {
  let row = 0
  return outlines.map((outline) => {
    const slice = { row, rows: rowsOf(outline), words: wordsOf(outline) }
    row += slice.rows
    return slice
  })
}

/** Where the lists of each slice go: the whole lists, and the first row and word of the slice in them. */
function* gatherInputs(
  rows: Pick<Rows, ListName | 'shard' | 'row' | 'words'>,
  outlines: readonly TallyOutline[],
  wordsKept: boolean,
): Generator<RoundInput> {
  const whole = Object.fromEntries(LISTS.map((name) => [`all.${name}`, rows[name]]))
  let [atRow, atWord] = [0, 0]
  for (const outline of outlines) {
    yield { ...whole, atRow, ...(wordsKept ? { 'all.words': rows.words, atWord } : {}) }
    const [count, firstRow] = [rowsOf(outline), outline.values['firstRow'] as number]
    rows.shard.fill(outline.shard, atRow, atRow + count)
    for (let i = 0; i < count; i++) rows.row[atRow + i] = firstRow + i
    atRow += count
    atWord += wordsOf(outline)
  }
}

function rowsOf({ values }: TallyOutline): number {
  return values['rows'] as number
}

function wordsOf({ lengths }: TallyOutline): number {
  return lengths['words'] ?? 0
}

/** Round: puts the lists of one tally where they belong in those of all rows. */
export function gatherTally(input: RoundInput): Tally {
  const list = (name: string): Uint32Array => input[name] as Uint32Array
  for (const name of LISTS) list(`all.${name}`).set(list(name), WIDTH[name] * (input['atRow'] as number))
  if (input['atWord'] !== undefined) list('all.words').set(list('words'), input['atWord'] as number)
  return {}
}

function sharedList(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4))
}

/** Sums of all counts before each, in shared memory, and of all. */
export function prefixSums(counts: Uint32Array): Uint32Array {
  const sums = sharedList(counts.length + 1)
  for (let i = 0; i < counts.length; i++) sums[i + 1] = (sums[i] as number) + (counts[i] as number)
  return sums
}

/** Offset of a key in `rows.keys`. */
export function keyAt(row: number, key: KeyName): number {
  return (row * KEYS + KEY[key]) * KEY_WORDS
}

/** The options a row's answer names, a bit each, 1 for the first; 0 where it names none. */
export function choiceOf({ choice }: Pick<Rows, 'choice'>, row: number): number {
  return choice[row] as number
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

export function compareKeys(rows: Pick<Rows, 'keys'>, a: number, b: number, key: KeyName): number {
  const [x, y] = [keyAt(a, key), keyAt(b, key)]
  for (let i = 0; i < KEY_WORDS; i++) {
    const difference = (rows.keys[x + i] as number) - (rows.keys[y + i] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/** What the order of rows depends on. */
export type RowOrder = Pick<Rows, 'keys' | 'ids'>

/**
 * The order that decides who is first or represents a group: content, then declared id, then the other columns, then
 * place. The place comes last: the order of shards and rows on disk matters only between equal records.
 */
export function compareRows(rows: RowOrder, a: number, b: number): number {
  const content = compareKeys(rows, a, b, 'normalised') || compareKeys(rows, a, b, 'conversation')
  if (content !== 0) return content
  const first = (rows.ids[2 * a] as number) - (rows.ids[2 * b] as number)
  const id = first || (rows.ids[2 * a + 1] as number) - (rows.ids[2 * b + 1] as number)
  return id || compareKeys(rows, a, b, 'record') || a - b
}
