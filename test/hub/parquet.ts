import { tableFromArrays, tableToIPC, vectorFromArray, Table, Field, List, Struct, Utf8 } from 'apache-arrow'
import { Compression, Table as WasmTable, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm'

export interface Conversation {
  id: string
  turns: readonly { from: string; value: string }[]
  [column: string]: unknown
}

/** Parquet bytes of conversations in the ShareGPT layout, snappy, with small row groups. */
export function conversationsParquet(rows: readonly Conversation[], rowGroupRows = 100): Uint8Array {
  const turn = new Struct<{ from: Utf8; value: Utf8 }>([
    new Field('from', new Utf8(), true),
    new Field('value', new Utf8(), true),
  ])
  const conversations = vectorFromArray(
    rows.map((row) => row.turns.map(({ from, value }) => ({ from, value }))),
    new List(new Field('item', turn, true)),
  )
  const extra = Object.keys(rows[0] ?? {}).filter((name) => name !== 'turns')
  const columns = Object.fromEntries(
    extra.map((name) => [
      name,
      vectorFromArray(
        rows.map((row) => String(row[name])),
        new Utf8(),
      ),
    ]),
  )
  return toParquet(new Table({ ...columns, conversations }), rowGroupRows)
}

/** Parquet bytes of plain columns. */
export function columnsParquet(
  columns: Readonly<Record<string, readonly unknown[]>>,
  rowGroupRows = 100,
): Uint8Array {
  return toParquet(tableFromArrays(columns as Record<string, unknown[]>) as unknown as Table, rowGroupRows)
}

function toParquet(table: Table, rowGroupRows: number): Uint8Array {
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.SNAPPY)
    .setMaxRowGroupSize(rowGroupRows)
    .setCreatedBy('assay test writer')
    .build()
  return writeParquet(WasmTable.fromIPCStream(tableToIPC(table, 'stream')), properties)
}

/** Varied short dialogues on a ward; the same seed gives the same text. */
export function wardTalk(count: number, seed: number): Conversation[] {
  const things = [
    'fever',
    'a dry cough',
    'back pain',
    'a rash',
    'headache',
    'dizziness',
    'a sore throat',
    'fatigue',
  ]
  const times = [
    'since Monday',
    'for two weeks',
    'after lunch',
    'every night',
    'since childhood',
    'on exertion',
  ]
  const advice = [
    'rest and drink water',
    'measure it twice a day',
    'book a blood test',
    'keep a diary',
    'avoid the trigger',
  ]
  let state = seed * 2654435761 + 1
  const pick = (list: readonly string[]): string => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return list[state % list.length] ?? ''
  }
  return Array.from({ length: count }, (_, i) => ({
    id: `s${seed}-${i}`,
    turns: [
      { from: 'system', value: 'You answer questions of patients carefully.' },
      {
        from: 'human',
        value: `Case ${seed}/${i}: I have had ${pick(things)} ${pick(times)}. What should I do?`,
      },
      {
        from: 'gpt',
        value: `For ${pick(things)} it helps to ${pick(advice)}; come back if it stays ${pick(times)}.`,
      },
    ],
  }))
}
