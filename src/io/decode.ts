import { createHash } from 'node:crypto'
import type { DecodedBatch } from '../core/batch.ts'
import { AuditError } from '../core/error.ts'
import type { SchemaField, ShardInfo } from '../core/plan.ts'
import type { ByteReader, Slice } from '../core/source.ts'
import { openBytes } from './bytes.ts'
import { jsonlBatches } from './jsonl-batch.ts'
import { jsonlSchema } from './jsonl-schema.ts'
import { parquetBatches } from './parquet-batches.ts'
import { columnsFor } from './read-options.ts'
import type { ReadOptions } from './read-options.ts'
import { parseType } from './type-text.ts'
import type { BatchFrame } from './arrow-batch.ts'

/**
 * Reads a slice as batches in row order. Each batch is valid until the next is asked for.
 * @throws AuditError PARQUET_INVALID naming the row group and the rows lost; JSONL_INVALID; COLUMN_TYPE; MEMORY.
 */
export async function* readSlice(
  shard: ShardInfo,
  slice: Slice,
  options: ReadOptions,
): AsyncGenerator<DecodedBatch> {
  const reader = await openBytes(shard.location)
  try {
    if (shard.format === 'parquet') yield* parquetBatches(reader, shard, slice, options)
    else yield* jsonlSlice(reader, shard, slice, options)
  } finally {
    await reader.close()
  }
}

async function* jsonlSlice(
  reader: ByteReader,
  shard: ShardInfo,
  slice: Slice,
  options: ReadOptions,
): AsyncGenerator<DecodedBatch> {
  const firstRow = slice.firstRow ?? (slice.start === 0 ? 0 : null)
  if (firstRow === null) {
    throw new AuditError('INTERNAL', { what: 'A byte slice without its first row number', where: shard.path })
  }
  const schema = shard.schema ?? (await inferredSchema(reader, shard))
  const frame: BatchFrame = {
    shard: slice.shard,
    // A file of broken lines alone says nothing about columns: it is read like the others, each line unreadable.
    columns: schema.length === 0 ? options.columns : columnsFor(schema, options.columns, shard.path),
    types: schema.map((field) => ({ name: field.name, type: parseType(field.type) })),
  }
  const { format, path: where } = shard
  const range = { format, where, start: slice.start, end: slice.end }
  yield* jsonlBatches(reader, range, firstRow, { ...frame, only: options.only })
}

/** Schemas inferred last: a file is read in many slices. The key holds the start of the file, so it may change. */
const inferred = new Map<string, SchemaField[]>()
const KEEP_INFERRED = 64

async function inferredSchema(reader: ByteReader, shard: ShardInfo): Promise<SchemaField[]> {
  const head = await reader.read(0, Math.min(reader.bytes, 1 << 16))
  const key = `${JSON.stringify(shard.location)} ${reader.bytes} ${createHash('sha1').update(head).digest('hex')}`
  const schema = inferred.get(key) ?? (await jsonlSchema(reader, shard.format, shard.path))
  if (inferred.size >= KEEP_INFERRED) inferred.clear()
  inferred.set(key, schema)
  return schema
}

export { needBytes } from './decode-need.ts'
export type { ReadOptions } from './read-options.ts'
