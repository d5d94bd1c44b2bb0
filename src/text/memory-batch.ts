import type { Batch, Column } from '../core/batch.ts'
import { ROLE_CODE, UNREADABLE } from '../core/example.ts'
import type { Example } from '../core/example.ts'
import { canonicalJson } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'
import { makeWords } from './words.ts'

const encoder = new TextEncoder()

/** Examples in memory as the batch a reader would make of them; one without turns is an unreadable row. */
export function memoryBatch(
  examples: readonly Pick<Example, 'turns' | 'columns'>[],
  { shard, firstRow }: { shard: number; firstRow: number },
): Batch {
  const turns = examples.flatMap((example) => example.turns)
  const turnStart = startsOf(examples.map((example) => example.turns.length))
  const { start: textStart, bytes } = packed(turns.map((turn) => turn.text))
  const words = makeWords({ textStart, turns: turns.length, bytes })
  const unreadable = UNREADABLE.indexOf('no-turns')
  return {
    ...{ shard, firstRow, length: examples.length, turnStart, textStart, bytes },
    role: Uint8Array.from(turns, (turn) => ROLE_CODE[turn.role]),
    turnFlags: new Uint8Array(turns.length),
    unreadable: Uint8Array.from(examples, (example) => (example.turns.length === 0 ? unreadable : 0)),
    columns: columnsOf(examples),
    schema: { shape: { kind: 'text', column: 'text' }, id: null, source: null },
    records: () => packed(examples.map((example) => encoder.encode(canonicalJson(example.columns)))),
    words: () => words,
  }
}

function columnsOf(examples: readonly Pick<Example, 'columns'>[]): Map<string, Column> {
  const names = [...new Set(examples.flatMap(({ columns }) => Object.keys(columns)))].sort()
  return new Map(names.map((name) => [name, column(examples.map(({ columns }) => columns[name] ?? null))]))
}

/** Every value as text. */
function column(values: readonly JsonValue[]): Column {
  const text = (value: JsonValue): string => (typeof value === 'string' ? value : canonicalJson(value))
  const { start, bytes } = packed(values.map((value) => encoder.encode(value === null ? '' : text(value))))
  const valid = Uint8Array.from(values, (value) => (value === null ? 0 : 1))
  return { kind: 'utf8', json: false, start, bytes, valid }
}

function packed(texts: readonly Uint8Array[]): { start: Int32Array; bytes: Uint8Array } {
  const start = startsOf(texts.map((text) => text.length))
  const bytes = new Uint8Array(start[texts.length] as number)
  texts.forEach((text, i) => bytes.set(text, start[i]))
  return { start, bytes }
}

function startsOf(lengths: readonly number[]): Int32Array {
  const start = new Int32Array(lengths.length + 1)
  lengths.forEach((length, i) => (start[i + 1] = (start[i] as number) + length))
  return start
}
