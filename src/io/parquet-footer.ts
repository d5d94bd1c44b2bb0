import type { ColumnChunk, ColumnType, Columns } from './parquet-column.ts'
import { ENCODING } from './parquet-page.ts'
import { THRIFT, ThriftWriter } from './thrift.ts'

/** A row group as the footer describes it. */
export interface WrittenGroup {
  rows: number
  /** Of all its pages, uncompressed. */
  plainBytes: number
  columns: readonly WrittenColumn[]
}

interface WrittenColumn extends Pick<ColumnChunk, 'type' | 'codec' | 'values' | 'encoding'> {
  start: number
  /** Where the data page starts: behind the dictionary, if there is one. */
  dataStart: number
  end: number
  plainBytes: number
}

/** The row group whose pages are written from `offset` on, one column behind the other. */
export function rowGroupOf(rows: number, chunks: readonly ColumnChunk[], offset: number): WrittenGroup {
  let end = offset
  const columns = chunks.map(({ type, codec, values, encoding, dictionary, data }) => {
    const start = end
    const dataStart = start + (dictionary?.bytes.length ?? 0)
    end = dataStart + data.bytes.length
    const plainBytes = (dictionary?.plainBytes ?? 0) + data.plainBytes
    return { type, codec, values, encoding, start, dataStart, end, plainBytes }
  })
  return { rows, columns, plainBytes: columns.reduce((sum, column) => sum + column.plainBytes, 0) }
}

const FORMAT_VERSION = 1
const OPTIONAL = 1
const UTF8 = 0
const PHYSICAL: Readonly<Record<ColumnType, number>> = { INT64: 2, DOUBLE: 5, UTF8: 6 }

/** `FileMetaData`, see https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift. */
export function parquetFooter(columns: Columns, groups: readonly WrittenGroup[], rows: number): Uint8Array {
  const names = Object.keys(columns).map((name) => Buffer.from(name))
  const out = new ThriftWriter()
  out.integer(1, FORMAT_VERSION, THRIFT.i32)
  out.listHead(2, THRIFT.struct, names.length + 1)
  out.open()
  out.binary(4, Buffer.from('root'))
  out.integer(5, names.length, THRIFT.i32)
  out.close()
  Object.values(columns).forEach((type, i) => writeField(out, names[i] as Buffer, type))
  out.integer(3, rows)
  out.listHead(4, THRIFT.struct, groups.length)
  for (const group of groups) writeGroup(out, group, names)
  out.binary(6, Buffer.from('assay'))
  out.end()
  return out.done()
}

function writeField(out: ThriftWriter, name: Uint8Array, type: ColumnType): void {
  out.open()
  out.integer(1, PHYSICAL[type], THRIFT.i32)
  out.integer(3, OPTIONAL, THRIFT.i32)
  out.binary(4, name)
  if (type === 'UTF8') out.integer(6, UTF8, THRIFT.i32)
  out.close()
}

function writeGroup(out: ThriftWriter, group: WrittenGroup, names: readonly Uint8Array[]): void {
  out.open()
  out.listHead(1, THRIFT.struct, group.columns.length)
  group.columns.forEach((column, i) => writeColumn(out, column, names[i] as Uint8Array))
  out.integer(2, group.plainBytes)
  out.integer(3, group.rows)
  out.close()
}

function writeColumn(out: ThriftWriter, column: WrittenColumn, name: Uint8Array): void {
  const { type, codec, values, encoding, start, dataStart, end, plainBytes } = column
  // The values of a dictionary are plain.
  const encodings = new Set([ENCODING.plain, ENCODING.runs, encoding])
  out.open()
  out.integer(2, start)
  out.field(3, THRIFT.struct)
  out.open()
  out.integer(1, PHYSICAL[type], THRIFT.i32)
  out.listHead(2, THRIFT.i32, encodings.size)
  for (const one of encodings) out.zigzag(one)
  out.listHead(3, THRIFT.binary, 1)
  out.binaryValue(name)
  out.integer(4, codec, THRIFT.i32)
  out.integer(5, values)
  out.integer(6, plainBytes)
  out.integer(7, end - start)
  out.integer(9, dataStart)
  if (dataStart > start) out.integer(11, start)
  out.close()
  out.close()
}
