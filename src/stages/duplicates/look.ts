import type { Example } from '../../core/example.ts'
import type { RowPlace } from '../../core/finding.ts'
import type { Plan } from '../../core/plan.ts'
import type { SecondLook } from '../../core/stage.ts'
import { Normaliser } from '../../text/normalise.ts'
import { makeWords } from '../../text/words.ts'
import { withoutFullStop } from './choices.ts'
import type { Rows } from './rows.ts'

/** Rows read again at most at a time: bounds the text in memory. */
const WINDOW = 50_000

/** Rows read again, kept for the rest of the reduce. */
export type Cache = Map<number, Example>

/** Text kept at most, in bytes; beyond it rows are read level by level. */
const CACHE_BYTES = 200_000_000

/**
 * Reads every row some finding will need in one pass over the corpus, so that each row group is decoded once for all
 * levels. Empty when they would take too much memory.
 */
export async function readAhead(
  wanted: ReadonlySet<number>,
  source: { rows: Rows; look: SecondLook },
): Promise<Cache> {
  let bytes = 0
  for (const row of wanted) bytes += source.rows.textBytes[row] as number
  return bytes > CACHE_BYTES ? new Map() : readRows(wanted, source)
}

/** Reads the rows of `items` again, a window of items at a time, and hands each item its examples. */
export async function* withExamples<Item>(
  items: readonly Item[],
  rowsOf: (item: Item) => readonly number[],
  source: { rows: Rows; look: SecondLook; cache: Cache },
): AsyncGenerator<{ item: Item; examples: Example[] }> {
  for (let start = 0; start < items.length;) {
    const wanted = new Set<number>()
    let end = start
    while (end < items.length && (end === start || wanted.size < WINDOW)) {
      for (const row of rowsOf(items[end] as Item)) wanted.add(row)
      end++
    }
    const missing = new Set([...wanted].filter((row) => !source.cache.has(row)))
    const read = missing.size === 0 ? source.cache : await readRows(missing, source)
    for (const item of items.slice(start, end)) {
      yield { item, examples: rowsOf(item).map((row) => (source.cache.get(row) ?? read.get(row)) as Example) }
    }
    start = end
  }
}

async function readRows(
  wanted: ReadonlySet<number>,
  source: { rows: Rows; look: SecondLook },
): Promise<Map<number, Example>> {
  const { rows, look } = source
  const ordered = Array.from(wanted).sort((a, b) => a - b)
  const refs = ordered.map((row) => ({ shard: rows.shard[row] as number, row: rows.row[row] as number }))
  const read = new Map<number, Example>()
  let i = 0
  for await (const example of look.examples(refs)) read.set(ordered[i++] as number, example)
  return read
}

export function placeOf(example: Example, plan: Plan): RowPlace {
  const shard = plan.shards[example.shard]
  const place = { component: shard?.component ?? '', path: shard?.path ?? '', row: example.row }
  return example.exampleId === null ? place : { ...place, exampleId: example.exampleId }
}

export interface Turn {
  index: number
  role: string
  text: Uint8Array
}

export function turnsOf(example: Example, keep: (role: string) => boolean): Turn[] {
  return example.turns
    .map((turn, index) => ({ index, role: turn.role, text: turn.text }))
    .filter((turn) => keep(turn.role))
}

export const isView = (role: string): boolean => role !== 'system'
export const isPrompt = (role: string): boolean => role !== 'system' && role !== 'assistant'
export const isAnswer = (role: string): boolean => role === 'assistant'

const normaliser = new Normaliser()

/** Normalised text of a turn as compared: without one trailing full stop. */
export function comparable(text: Uint8Array): Uint8Array {
  const { bytes, length } = normaliser.normalise(text, 0, text.length)
  return bytes.slice(0, withoutFullStop(bytes, length))
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

/** Words of one text: offsets and hashes. */
export function wordsOf(text: Uint8Array): {
  start: Int32Array
  end: Int32Array
  hash: Uint32Array
  kind: Uint8Array
} {
  return makeWords({ textStart: Int32Array.of(0, text.length), turns: 1, bytes: text })
}
