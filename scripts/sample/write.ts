import { List, Field, Struct, Table, Utf8, tableToIPC, vectorFromArray } from 'apache-arrow'
import { createRequire } from 'node:module'
import type * as Module from 'parquet-wasm/node'
import type { Row } from './examples.ts'

type ParquetWasm = Pick<typeof Module, 'Compression' | 'Table' | 'WriterPropertiesBuilder' | 'writeParquet'>
const wasm = createRequire(import.meta.url)('parquet-wasm/node') as ParquetWasm

const TURN = new Struct([new Field('from', new Utf8(), true), new Field('value', new Utf8(), true)])

/** Rows as a Parquet file with the layout the Hub's writers give conversations. Same rows, same bytes. */
export function parquetBytes(rows: readonly Row[], rowGroupRows: number): Uint8Array {
  const table = new Table({
    conversations: vectorFromArray(
      rows.map((row) => row.conversations),
      new List(new Field('element', TURN, true)),
    ),
    source: vectorFromArray(
      rows.map((row) => row.source),
      new Utf8(),
    ),
    conversation_id: vectorFromArray(
      rows.map((row) => row.conversation_id),
      new Utf8(),
    ),
  })
  const options = new wasm.WriterPropertiesBuilder()
    .setCompression(wasm.Compression.ZSTD)
    .setMaxRowGroupSize(rowGroupRows)
    .build()
  return wasm.writeParquet(wasm.Table.fromIPCStream(tableToIPC(table, 'stream')), options)
}
