import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { parquetRead } from 'hyparquet'
import type { AsyncBuffer, Compressors, ParquetParsers } from 'hyparquet'
import { compressors as pureCompressors } from 'hyparquet-compressors'
import type { DecodedBatch } from '../core/batch.ts'
import type { ByteReader } from '../core/source.ts'
import type { BatchFrame } from './arrow-batch.ts'
import type { ParquetFooter } from './footer.ts'
import { dateText, timestampText } from './time-text.ts'
import { valueBatch } from './value-batch.ts'
import type { RowValue } from './value-json.ts'

/** Text stays bytes, so that what is not UTF-8 is still there to be judged; instants become text in their own unit. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array) => bytes,
  jsonFromBytes: (bytes: Uint8Array) => bytes,
  geometryFromBytes: (bytes: Uint8Array) => bytes,
  geographyFromBytes: (bytes: Uint8Array) => bytes,
  uuidFromBytes: (bytes: Uint8Array) => bytes,
  dateFromDays: (days: number) => dateText(days),
  timestampFromMilliseconds: (value: bigint) => timestampText(BigInt(value), 'ms'),
  timestampFromMicroseconds: (value: bigint) => timestampText(BigInt(value), 'us'),
  timestampFromNanoseconds: (value: bigint) => timestampText(BigInt(value), 'ns'),
} as unknown as ParquetParsers

/** Node's own inflaters where it has them: the pure JavaScript Brotli is a hundred times slower. */
const compressors: Compressors = {
  ...pureCompressors,
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
}

/** Rows handed on at once. */
const BATCH_ROWS = 1024

/** Rows [start, end) of row group `index`, read by hyparquet. @throws whatever it throws. */
export async function readSecond(
  reader: ByteReader,
  footer: ParquetFooter,
  index: number,
  range: { start: number; end: number },
): Promise<unknown[][]> {
  const group = footer.metadata.row_groups[index]!
  let rows: unknown[][] = []
  const reached = new Map<string, number>()
  await parquetRead({
    file: asyncBuffer(reader),
    metadata: { ...footer.metadata, row_groups: [group], num_rows: group.num_rows },
    rowStart: range.start,
    rowEnd: range.end,
    compressors,
    parsers,
    utf8: false,
    useOffsetIndex: range.end - range.start < Number(group.num_rows),
    onChunk: ({ columnName, rowEnd }) => {
      reached.set(columnName, Math.max(rowEnd, reached.get(columnName) ?? 0))
    },
    onComplete: (complete) => {
      rows = complete
    },
  })
  if (rows.length !== range.end - range.start) {
    throw new RangeError(`decoded ${rows.length} rows of ${range.end - range.start}`)
  }
  // A damaged column that ends early would otherwise read as nulls.
  for (const [column, rowEnd] of reached) {
    if (rowEnd < range.end) throw new RangeError(`column ${column} ends after row ${rowEnd} of ${range.end}`)
  }
  return rows
}

/** Batches from rows of the second reader. `firstRow` is the number of `rows[0]` in its shard. */
export function* secondBatches(
  rows: unknown[][],
  firstRow: number,
  frame: BatchFrame,
): Generator<DecodedBatch> {
  // The null type is stored as a column of zeros.
  const typed = frame.types.map(({ name, type }, i) => ({
    name,
    i,
    isNull: type.kind === 'scalar' && type.name === 'null',
  }))
  const place = new Map(typed.filter(({ isNull }) => !isNull).map(({ name, i }) => [name, i]))
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const length = Math.min(BATCH_ROWS, rows.length - start)
    const value = (row: number, column: string): RowValue => rows[start + row]![place.get(column) ?? -1]
    yield valueBatch({ firstRow: firstRow + start, length, value }, frame)
  }
}

/** A reader as hyparquet wants it. */
export function asyncBuffer(reader: ByteReader): AsyncBuffer {
  return {
    byteLength: reader.bytes,
    async slice(start: number, end: number = reader.bytes): Promise<ArrayBuffer> {
      const bytes = await reader.read(start, end)
      const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
      return (whole ? bytes.buffer : bytes.slice().buffer) as ArrayBuffer
    },
  }
}
