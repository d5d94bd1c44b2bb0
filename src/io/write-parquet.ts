import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import parquet from 'parquetjs-lite'
import type { FieldSpec, ListSpec, Sink } from 'parquetjs-lite'
import { AuditError } from '../core/error.ts'

export interface ParquetOutput {
  path: string
  fields: Readonly<Record<string, FieldSpec | ListSpec>>
  /** Rows of one row group; they are held in memory until it is written. */
  rowGroupRows: number
}

/** A text column as every file of the house writes it: no statistics, which would keep each distinct value. */
export const TEXT: FieldSpec = { type: 'UTF8', optional: true, compression: 'SNAPPY', statistics: false }

/**
 * Writes rows to a Parquet file as they come. The page index is left out because the library's is malformed.
 * Same rows, same bytes. @throws AuditError OUTPUT, DISK_FULL
 */
export async function writeParquet(
  output: ParquetOutput,
  rows: AsyncIterable<Readonly<Record<string, unknown>>>,
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

async function writeRows(
  output: ParquetOutput,
  rows: AsyncIterable<Readonly<Record<string, unknown>>>,
  sink: Sink,
): Promise<number> {
  const schema = new parquet.ParquetSchema(output.fields)
  // One page per column and row group: the library counts `pageSize` in rows.
  const options = {
    rowGroupSize: output.rowGroupRows,
    pageSize: output.rowGroupRows,
    useDataPageV2: false,
    pageIndex: false as const,
  }
  const writer = await parquet.ParquetWriter.openStream(schema, sink, options)
  let count = 0
  for await (const row of rows) {
    await writer.appendRow(row)
    count++
  }
  await writer.close()
  return count
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
