import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import parquet from 'parquetjs-lite'
import type { FieldSpec, ParquetWriter, RowBuffer, Sink } from 'parquetjs-lite'
import { AuditError } from '../core/error.ts'
import { PageBuilder } from './parquet-page.ts'
import type { Page, PageType, PageValue } from './parquet-page.ts'

/** A row by column; what is undefined is null in the file. */
export type FlatRow = Readonly<Record<string, PageValue>>

/** Columns of a file, in order, all optional. */
export type Columns = Readonly<Record<string, PageType>>

/** Rows that were made into a page per column already. */
export interface RowBlock {
  rows: number
  pages: readonly Page[]
}

export interface ParquetOutput<T> {
  path: string
  columns: Columns
  /** Rows of one row group, and so many more as a block has; they are held in memory until it is written. */
  rowGroupRows: number
  row: (value: T) => FlatRow
}

/**
 * Writes rows to a Parquet file as they come. Same rows, cut into the same blocks: same bytes. @throws AuditError OUTPUT, DISK_FULL
 */
export async function writeParquet<T>(
  output: ParquetOutput<T>,
  rows: AsyncIterable<T | RowBlock>,
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

async function writeRows<T>(
  output: ParquetOutput<T>,
  rows: AsyncIterable<T | RowBlock>,
  sink: Sink,
): Promise<number> {
  const fields = Object.entries(output.columns).map(([name, type]) => [name, fieldOf(type)] as const)
  const schema = new parquet.ParquetSchema(Object.fromEntries(fields))
  // The page index is left out because the library's is malformed.
  const writer = await parquet.ParquetWriter.openStream(schema, sink, {
    useDataPageV2: false,
    pageIndex: false,
  })
  const group = new RowGroup(output.columns, writer)
  for await (const value of rows) {
    if (isBlock(value)) group.addBlock(value)
    else group.addRow(output.row(value))
    if (group.rows >= output.rowGroupRows) await group.write()
  }
  await group.write()
  await writer.close()
  return group.written
}

/** Without statistics, which would keep each distinct value. */
function fieldOf(type: PageType): FieldSpec {
  return { type, optional: true, compression: 'SNAPPY', statistics: false }
}

function isBlock(value: unknown): value is RowBlock {
  return typeof value === 'object' && value !== null && 'pages' in value
}

/** The row group that is being filled; the library writes it, with pages made here. */
class RowGroup {
  rows = 0
  written = 0
  readonly #columns: readonly { name: string; builder: PageBuilder; pages: Page[] }[]
  readonly #writer: ParquetWriter

  constructor(columns: Columns, writer: ParquetWriter) {
    this.#writer = writer
    this.#columns = Object.entries(columns).map(([name, type]) => ({
      ...{ name, builder: new PageBuilder(type), pages: [] },
    }))
  }

  addRow(row: FlatRow): void {
    for (const { name, builder } of this.#columns) builder.add(row[name])
    this.rows++
  }

  addBlock({ rows, pages }: RowBlock): void {
    this.#finishPages()
    this.#columns.forEach((column, i) => column.pages.push(pages[i] as Page))
    this.rows += rows
  }

  async write(): Promise<void> {
    if (this.rows === 0) return
    this.#finishPages()
    const pages = this.#columns.map((column) => {
      const own = column.pages.splice(0)
      return [column.name, own.map(({ bytes, values }) => ({ page: bytes, num_values: values }))] as const
    })
    const buffer: RowBuffer = { rowCount: this.rows, pages: Object.fromEntries(pages) }
    await this.#writer.envelopeWriter.writeRowGroup(buffer)
    this.written += this.rows
    this.rows = 0
  }

  #finishPages(): void {
    for (const { builder, pages } of this.#columns) {
      const page = builder.take()
      if (page !== null) pages.push(page)
    }
  }
}

/** Rows as a block: what a thread does so that another only has to put it into the file. */
export function makeBlock<T>(columns: Columns, rows: Iterable<T>, row: (value: T) => FlatRow): RowBlock {
  const builders = Object.entries(columns).map(([name, type]) => [name, new PageBuilder(type)] as const)
  let count = 0
  for (const value of rows) {
    const flat = row(value)
    for (const [name, builder] of builders) builder.add(flat[name])
    count++
  }
  return { rows: count, pages: builders.flatMap(([, builder]) => builder.take() ?? []) }
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
