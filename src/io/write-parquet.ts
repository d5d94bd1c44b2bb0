import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import parquet from 'parquetjs-lite'
import type { ParquetEnvelopeWriter } from 'parquetjs-lite'
import { AuditError } from '../core/error.ts'
import type { ColumnChunk, Columns } from './parquet-column.ts'
import { rowGroupOf } from './parquet-footer.ts'

/** A Parquet file that is written row group by row group. Same row groups: same bytes. */
export class ParquetFile {
  readonly #path: string
  readonly #names: readonly string[]
  readonly #file: FileHandle
  readonly #hash = createHash('sha256')
  /** The library writes head, schema and footer; the pages, which it has no dictionaries for, are made here. */
  readonly #envelope: ParquetEnvelopeWriter
  #bytes = 0

  private constructor(path: string, columns: Columns, file: FileHandle) {
    this.#path = path
    this.#names = Object.keys(columns)
    this.#file = file
    const fields = Object.entries(columns).map(([name, type]) => [name, { type, optional: true }] as const)
    const schema = new parquet.ParquetSchema(Object.fromEntries(fields))
    this.#envelope = new parquet.ParquetEnvelopeWriter(
      schema,
      (bytes) => this.#write(bytes),
      () => undefined,
      0,
      {},
    )
  }

  /** @throws AuditError OUTPUT, DISK_FULL, here and from every other method. */
  static async create(path: string, columns: Columns): Promise<ParquetFile> {
    const file = await open(path, 'w').catch((cause: unknown) => {
      throw outputError(path, cause)
    })
    const created = new ParquetFile(path, columns, file)
    await created.#envelope.writeHeader()
    return created
  }

  /** @param chunks one per column, in their order. */
  async writeGroup(rows: number, chunks: readonly ColumnChunk[]): Promise<void> {
    this.#envelope.rowGroups.push(rowGroupOf(this.#names, rows, chunks, this.#bytes))
    this.#envelope.rowCount += rows
    const pages = chunks.flatMap(({ dictionary, data }) =>
      dictionary === null ? [data] : [dictionary, data],
    )
    await this.#write(Buffer.concat(pages.map(({ bytes }) => bytes)))
  }

  /** Writes the footer. */
  async finish(): Promise<{ sha256: string; rows: number }> {
    await this.#envelope.writeFooter({})
    return { sha256: this.#hash.digest('hex'), rows: this.#envelope.rowCount }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes)
    this.#bytes += bytes.length
    try {
      await this.#file.appendFile(bytes)
    } catch (cause) {
      throw outputError(this.#path, cause)
    }
  }
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
