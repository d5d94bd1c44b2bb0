import thrift from 'parquetjs-lite/gen-nodejs/parquet_types.js'
import type { ColumnChunk as WrittenColumn, RowGroup } from 'parquetjs-lite/gen-nodejs/parquet_types.js'
import type { ColumnChunk, ColumnType } from './parquet-column.ts'
import { ENCODING } from './parquet-page.ts'

const PHYSICAL: Readonly<Record<ColumnType, number>> = {
  INT64: thrift.Type.INT64,
  DOUBLE: thrift.Type.DOUBLE,
  UTF8: thrift.Type.BYTE_ARRAY,
}

/** What the footer says of a row group whose pages are written from `offset` on, one column behind the other. */
export function rowGroupOf(
  names: readonly string[],
  rows: number,
  chunks: readonly ColumnChunk[],
  offset: number,
): RowGroup {
  let start = offset
  let plainBytes = 0
  const columns = chunks.map((chunk, i): WrittenColumn => {
    const column = columnOf(names[i] as string, chunk, start)
    start += bytesOf(chunk)
    plainBytes += plainBytesOf(chunk)
    return column
  })
  return new thrift.RowGroup({ columns, total_byte_size: plainBytes, num_rows: rows })
}

function columnOf(name: string, chunk: ColumnChunk, start: number): WrittenColumn {
  const { type, codec, values, encoding, dictionary } = chunk
  const meta_data = new thrift.ColumnMetaData({
    type: PHYSICAL[type],
    // The values of a dictionary are plain.
    encodings: [...new Set([ENCODING.plain, ENCODING.runs, encoding])],
    path_in_schema: [name],
    codec,
    num_values: values,
    total_uncompressed_size: plainBytesOf(chunk),
    total_compressed_size: bytesOf(chunk),
    data_page_offset: start + (dictionary?.bytes.length ?? 0),
    ...(dictionary === null ? {} : { dictionary_page_offset: start }),
  })
  return new thrift.ColumnChunk({ file_offset: start, meta_data })
}

function bytesOf({ dictionary, data }: ColumnChunk): number {
  return (dictionary?.bytes.length ?? 0) + data.bytes.length
}

function plainBytesOf({ dictionary, data }: ColumnChunk): number {
  return (dictionary?.plainBytes ?? 0) + data.plainBytes
}
