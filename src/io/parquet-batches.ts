import type { DecodedBatch } from '../core/batch.ts'
import { AuditError } from '../core/error.ts'
import type { ShardInfo } from '../core/plan.ts'
import type { ByteReader, Slice } from '../core/source.ts'
import type { BatchFrame } from './arrow-batch.ts'
import { rangesFor } from './decode-need.ts'
import type { GroupSize } from './decode-need.ts'
import { openFooter } from './footer.ts'
import type { ParquetFooter } from './footer.ts'
import { readRowGroupFile } from './parquet-chunk.ts'
import type { RowGroupFile } from './parquet-chunk.ts'
import { decodeFirst } from './parquet-first.ts'
import { readSecond, secondBatches } from './parquet-second.ts'
import { columnsFor } from './read-options.ts'
import type { ReadOptions } from './read-options.ts'

interface GroupTask {
  reader: ByteReader
  footer: ParquetFooter
  index: number
  firstRow: number
  frame: BatchFrame
  options: ReadOptions
  where: string
}

/** Row groups [slice.start, slice.end) of a Parquet shard. */
export async function* parquetBatches(
  reader: ByteReader,
  shard: ShardInfo,
  slice: Slice,
  options: ReadOptions,
): AsyncGenerator<DecodedBatch> {
  const footer = await openFooter(reader, shard.path)
  const columns = columnsFor(footer.schema, options.columns, shard.path)
  const frame: BatchFrame = { shard: slice.shard, columns, types: footer.types }
  let firstRow = 0
  for (let index = 0; index < Math.min(slice.end, footer.rowGroups.length); index++) {
    const { rows } = footer.rowGroups[index]!
    const task = { reader, footer, index, firstRow, frame, options, where: shard.path }
    if (index >= slice.start && rows > 0) yield* rowGroup(task)
    firstRow += rows
  }
}

async function* rowGroup(task: GroupTask): AsyncGenerator<DecodedBatch> {
  // Page headers are checked before either reader takes memory on their word.
  const file = await loadGroup(task)
  if (task.options.reader === 'second') return yield* second(task, 0)
  const ranges = rangesFor(file, task.options.memoryBytes)
  if (ranges === null) return yield* oversized(task, file)
  const step = Math.ceil(file.rows / ranges)
  let done = 0
  try {
    for (let start = 0; start < file.rows; start += step) {
      for (const batch of decoded(task, file, start, Math.min(file.rows, start + step))) {
        yield batch
        done += batch.length
      }
    }
    return
  } catch (error) {
    if (error instanceof AuditError) throw error
    task.options.onRowGroupRetry?.({ rowGroup: task.index, why: messageOf(error) })
  }
  yield* second(task, done)
}

function* decoded(task: GroupTask, file: RowGroupFile, start: number, end: number): Generator<DecodedBatch> {
  const group = decodeFirst(file, task.firstRow, { start, end })
  try {
    yield* group.batches(task.frame)
  } finally {
    group.free()
  }
}

async function loadGroup(task: GroupTask): Promise<RowGroupFile> {
  try {
    return await readRowGroupFile(task.reader, task.footer, task.index)
  } catch (error) {
    throw error instanceof AuditError ? error : lost(task, 0, error)
  }
}

/** Rows from `done` on, by the second reader: at once, or in row ranges where an offset index finds their pages. */
async function* second(task: GroupTask, done: number): AsyncGenerator<DecodedBatch> {
  const { rows, bytes } = task.footer.rowGroups[task.index]!
  const fits = Math.floor((task.options.memoryBytes / (bytes * SECOND_FACTOR + 1)) * rows)
  const step = hasOffsetIndex(task) ? Math.max(1, Math.min(rows, fits)) : rows
  for (let start = done; start < rows; start += step) {
    const end = Math.min(rows, start + step)
    const values = await readSecond(task.reader, task.footer, task.index, { start, end }).catch(
      (error: unknown) => {
        throw error instanceof AuditError ? error : lost(task, start, error)
      },
    )
    yield* secondBatches(values, task.firstRow + start, task.frame)
  }
}

/** hyparquet keeps pages, level arrays and an object per value. */
const SECOND_FACTOR = 6

/** A row group whose compressed bytes alone exceed the memory: only an offset index gets at a part of it. */
async function* oversized(task: GroupTask, file: GroupSize): AsyncGenerator<DecodedBatch> {
  if (hasOffsetIndex(task)) return yield* second(task, 0)
  const needed = Math.ceil((2 * file.compressed + 2 * file.pages + file.decoded / 16) / 2 ** 20) + 64
  throw new AuditError('MEMORY', {
    what: 'A row group is too large for the memory allowed',
    where: `${task.where}, row group ${task.index}`,
    expected: `at most ${Math.floor(task.options.memoryBytes / 2 ** 20)} MB for one worker`,
    got: `about ${needed} MB (${Math.ceil(file.compressed / 2 ** 20)} MB compressed, no page index)`,
    fix: 'raise --memory, or use fewer --workers',
  })
}

function hasOffsetIndex(task: GroupTask): boolean {
  return task.footer.metadata.row_groups[task.index]!.columns.every(
    (column) => column.offset_index_offset !== undefined,
  )
}

function lost(task: GroupTask, done: number, cause: unknown): AuditError {
  const { rows } = task.footer.rowGroups[task.index]!
  return new AuditError('PARQUET_INVALID', {
    what: `Row group ${task.index} cannot be decoded by either reader: ${rows - done} rows are lost`,
    where: `${task.where}, rows ${task.firstRow + done}–${task.firstRow + rows - 1}`,
    got: messageOf(cause),
    fix: 'download or write the file again; --keep-going audits the other shards',
    cause,
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
