import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import parquet from 'parquetjs-lite'
import type { ColumnData, FieldSpec, RowBuffer, Sink } from 'parquetjs-lite'
import { AuditError } from '../core/error.ts'

/** A row by column; what is undefined is null in the file. Text may be UTF-8 already. */
export type FlatRow = Readonly<Record<string, string | number | Uint8Array | undefined>>

export interface ParquetOutput<T> {
  path: string
  /** Every column optional, without lists. */
  fields: Readonly<Record<string, FieldSpec & { optional: true }>>
  /** Rows of one row group; they are held in memory until it is written. */
  rowGroupRows: number
  row: (value: T) => FlatRow
}

/** A text column as every file of the house writes it: no statistics, which would keep each distinct value. */
export const TEXT: FieldSpec & { optional: true } = {
  type: 'UTF8',
  optional: true,
  compression: 'SNAPPY',
  statistics: false,
}

/**
 * Writes rows to a Parquet file as they come. The page index is left out because the library's is malformed.
 * Same rows, same bytes. @throws AuditError OUTPUT, DISK_FULL
 */
export async function writeParquet<T>(
  output: ParquetOutput<T>,
  rows: AsyncIterable<T>,
): Promise<{ sha256: string; rows: number }> {
  const hash = createHash('sha256')
  const file = await open(output.path, 'w').catch((cause: unknown) => {
    throw outputError(output.path, cause)
  })
  const sink: Sink = {
    write: (bytes, done) => {
      hash.update(bytes)
      file.appendFile(bytes).then(() => done(), done)
    },
    end: (done) => done(),
  }
  try {
    const count = await writeRows(output, rows, sink)
    return { sha256: hash.digest('hex'), rows: count }
  } catch (cause) {
    throw isSystemError(cause) ? outputError(output.path, cause) : cause
  } finally {
    await file.close()
  }
}

async function writeRows<T>(output: ParquetOutput<T>, rows: AsyncIterable<T>, sink: Sink): Promise<number> {
  const schema = new parquet.ParquetSchema(output.fields)
  // One page per column and row group: the library counts `pageSize` in rows.
  const options = {
    rowGroupSize: output.rowGroupRows,
    pageSize: output.rowGroupRows,
    useDataPageV2: false,
    pageIndex: false as const,
  }
  const writer = await parquet.ParquetWriter.openStream(schema, sink, options)
  const names = Object.keys(output.fields)
  let count = 0
  let group = emptyGroup(names)
  for await (const value of rows) {
    const row = output.row(value)
    count++
    if (group.rowCount + 1 < output.rowGroupRows) append(group, names, row)
    else {
      // The last row of a group goes through the library, which then writes the group.
      writer.rowBuffer = group
      await writer.appendRow(withoutAbsent(row))
      group = emptyGroup(names)
    }
  }
  if (group.rowCount > 0) writer.rowBuffer = group
  await writer.close()
  return count
}

function emptyGroup(names: readonly string[]): RowBuffer {
  const column = (): ColumnData => ({
    dlevels: [],
    rlevels: [],
    values: [],
    distinct_values: new Set(),
    count: 0,
  })
  return {
    rowCount: 0,
    pageRowCount: 0,
    columnData: Object.fromEntries(names.map((name) => [name, column()])),
    pages: Object.fromEntries(names.map((name) => [name, []])),
  }
}

/**
 * Puts a row into the columns, as the library would: its own way makes a dozen objects for each value of each row,
 * which takes ten times as long, and a corpus may have half a million findings.
 */
function append(group: RowBuffer, names: readonly string[], row: FlatRow): void {
  for (const name of names) {
    const column = group.columnData[name] as ColumnData
    const value = row[name]
    column.rlevels.push(0)
    column.dlevels.push(value === undefined ? 0 : 1)
    if (value !== undefined) column.values.push(value)
    column.count++
  }
  group.rowCount++
  group.pageRowCount++
}

/** The library tells an absent value by its absent key. */
function withoutAbsent(row: FlatRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))
}

function isSystemError(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    !(cause instanceof AuditError) &&
    typeof (cause as NodeJS.ErrnoException).code === 'string'
  )
}

function outputError(path: string, cause: unknown): AuditError {
  const code = (cause as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AuditError('DISK_FULL', {
      what: 'The disk is full',
      where: path,
      fix: 'free some space or choose another --out',
      cause,
    })
  }
  return new AuditError('OUTPUT', {
    what: 'The file cannot be written',
    where: path,
    got: code ?? String(cause),
    fix: 'check the folder and its permissions',
    cause,
  })
}
