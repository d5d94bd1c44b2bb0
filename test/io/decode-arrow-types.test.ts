import {
  Dictionary,
  Field,
  FixedSizeList,
  Int32,
  LargeUtf8,
  List,
  Null,
  Struct,
  Table,
  Utf8,
  tableToIPC,
  vectorFromArray,
} from 'apache-arrow'
import type { DataType, Vector } from 'apache-arrow'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as Module from 'parquet-wasm/node'
import { readSlice } from '../../src/io/decode.ts'
import { recogniseColumns } from '../../src/io/shape.ts'
import { plainRows } from '../support/decoded.ts'
import type { PlainRow } from '../support/decoded.ts'
import { shardOf } from '../support/parquet.ts'

type ParquetWasm = Pick<typeof Module, 'Table' | 'writeParquet'>
const wasm = createRequire(import.meta.url)('parquet-wasm/node') as ParquetWasm

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-arrow-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Writes Arrow columns with their Arrow schema in the footer, as pyarrow and the Hub's writers do. */
async function roundTrip(name: string, columns: Record<string, Vector>): Promise<PlainRow[]> {
  const path = join(folder, `${name}.parquet`)
  const ipc = tableToIPC(new Table(columns), 'stream')
  await writeFile(path, wasm.writeParquet(wasm.Table.fromIPCStream(ipc)))
  const shard = await shardOf(path)
  const shape = recogniseColumns(shard.schema!, {}, path)
  const slice = { shard: 0, start: 0, end: shard.rowGroups!.length, firstRow: 0, rows: shard.rows }
  const options = { columns: shape, memoryBytes: 1 << 30 }
  const first = await plainRows(readSlice(shard, slice, options))
  expect(await plainRows(readSlice(shard, slice, { ...options, reader: 'second' }))).toEqual(first)
  return first
}

const turns = (row: PlainRow): string[] => row.turns.map((turn) => `${turn.role}:${turn.text}`)

function turnStruct(text: DataType, role: DataType): Struct {
  return new Struct([
    new Field('content', text, true),
    new Field('extra', new Int32(), true),
    new Field('role', role, true),
  ])
}

const MESSAGES = [
  [
    { content: 'héllo', extra: 1, role: 'user' },
    { content: 'yes', extra: null, role: 'assistant' },
  ],
  null,
  [],
  [{ content: null, extra: 2, role: 'user' }],
]
const WANTED = [['user:héllo', 'assistant:yes'], [], [], ['user:']]

describe('Arrow types declared in the footer', () => {
  const dictionary = (): Dictionary => new Dictionary(new Utf8(), new Int32())

  it('LargeUtf8 inside a list of structs', async () => {
    const type = new List(new Field('item', turnStruct(new LargeUtf8(), new LargeUtf8()), true))
    const rows = await roundTrip('large', { messages: vectorFromArray(MESSAGES, type) })
    expect(rows.map(turns)).toEqual(WANTED)
    expect(rows.map((row) => row.reason)).toEqual(['readable', 'null-conversation', 'no-turns', 'readable'])
  })

  it('dictionary-encoded text and id columns', async () => {
    const text = vectorFromArray(['a', 'b', null, 'a', 'a'], dictionary())
    const id = vectorFromArray(['x', null, 'x', 'y', 'z'], dictionary())
    const rows = await roundTrip('dictionary', { text, id })
    expect(rows.map(turns)).toEqual([['document:a'], ['document:b'], [], ['document:a'], ['document:a']])
    expect(rows.map((row) => row.columns.id)).toEqual(['x', null, 'x', 'y', 'z'])
  })

  it('a column of the null type', async () => {
    const text = vectorFromArray(['a', 'b'], new LargeUtf8())
    const rows = await roundTrip('null', { text, nothing: vectorFromArray([null, null], new Null()) })
    expect(rows.map((row) => row.columns)).toEqual([{ nothing: null }, { nothing: null }])
  })

  it('fixed-size lists of turns', async () => {
    const type = new FixedSizeList(1, new Field('item', turnStruct(new Utf8(), new Utf8()), true))
    const values = [
      [{ content: 'one', extra: 0, role: 'user' }],
      [{ content: 'two', extra: 0, role: 'assistant' }],
    ]
    const rows = await roundTrip('fixed', { messages: vectorFromArray(values, type) })
    expect(rows.map(turns)).toEqual([['user:one'], ['assistant:two']])
  })

  it('sliced columns', async () => {
    const text = vectorFromArray(
      Array.from({ length: 100 }, (_, i) => `text ${i}`),
      new Utf8(),
    )
    const rows = await roundTrip('sliced', { text: text.slice(37, 91) })
    expect(rows.map((row) => row.turns[0]!.text)).toEqual(
      Array.from({ length: 54 }, (_, i) => `text ${i + 37}`),
    )
  })
})
