import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import type { Duplex } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import type { AsyncBuffer } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { AuditError } from '../core/error.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import { openBytes } from './bytes.ts'
import { isRecord } from './card.ts'
import { textLines } from './text-lines.ts'
import { zstdChunks } from './zstd.ts'

/** A file on disk and the name reports use for it. */
export interface TableFile {
  path: string
  name: string
}

/** A JSON document is read whole; JSONL, CSV and Parquet are not. */
const LARGEST_JSON = 512 * 1024 * 1024

/** Rows of one or more files of JSONL, JSON, CSV, TSV or Parquet, told apart by content and name. */
export async function* readTable(files: readonly TableFile[]): AsyncGenerator<JsonObject> {
  for (const file of files) yield* await readFileRows(file)
}

async function readFileRows(file: TableFile): Promise<AsyncIterable<JsonObject>> {
  const name = file.name.toLowerCase().replace(/\.(gz|zstd?)$/, '')
  const head = await firstBytes(file)
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return parquetRows(file)
  if (name.endsWith('.parquet')) throw notATable(file, 'PARQUET_INVALID', 'a Parquet file')
  if (/\.(csv|tsv)$/.test(name)) return csvRows(file, name.endsWith('.tsv') ? '\t' : ',')
  const start = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()[0]
  if (start === '[' || (name.endsWith('.json') && !(await isLines(file)))) return jsonRows(file)
  return lineRows(file)
}

/** The first bytes of the text, decompressed. */
async function firstBytes(file: TableFile): Promise<Buffer> {
  for await (const chunk of textOf(file)) return Buffer.from(chunk)
  return Buffer.alloc(0)
}

/** The text, decompressed as the name says. */
async function* textOf(file: TableFile): AsyncGenerator<Uint8Array> {
  const raw = createReadStream(file.path)
  try {
    if (/\.zstd?$/i.test(file.name)) yield* zstdChunks(raw, file.name)
    else if (/\.gz$/i.test(file.name)) yield* compose(raw, createGunzip())
    else yield* raw
  } catch (cause) {
    if (cause instanceof AuditError) throw cause
    const got = (cause as NodeJS.ErrnoException).code ?? 'a failure'
    throw new AuditError('JSONL_INVALID', { what: 'The text cannot be read', where: file.name, got, cause })
  } finally {
    raw.destroy()
  }
}

function compose(source: Readable, through: Duplex): AsyncIterable<Uint8Array> {
  // Errors of either side arrive on the reading end, where the caller's loop throws them.
  return pipeline(source, through, () => undefined)
}

/** A `.json` file may hold one object per line: then its first line is a whole one. */
async function isLines(file: TableFile): Promise<boolean> {
  for await (const { text } of textLines(textOf(file), file.name)) {
    try {
      const value: unknown = JSON.parse(text)
      return isRecord(value) && !Array.isArray(value['data']) && !isKeyed(value)
    } catch {
      return false
    }
  }
  return true
}

async function* lineRows(file: TableFile): AsyncGenerator<JsonObject> {
  for await (const { text, line } of textLines(textOf(file), file.name)) {
    yield asRow(parseJson(text, `${file.name}, line ${line}`), `${file.name}, line ${line}`)
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.slice(0, 120) : 'a syntax error'
    throw new AuditError('JSONL_INVALID', { what: 'This is not JSON', where, got, cause })
  }
}

function asRow(value: unknown, where: string): JsonObject {
  if (isRecord(value)) return value as JsonObject
  throw new AuditError('JSONL_INVALID', {
    what: 'A row is not an object',
    where,
    expected: 'a JSON object such as {"id": …, "question": …}',
    got: Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value,
  })
}

/** `{ "id1": {…}, "id2": {…} }`: the rows are the members, and nothing else stands there. */
function isKeyed(value: unknown): value is Record<string, Record<string, unknown>> {
  if (!isRecord(value)) return false
  const members = Object.values(value)
  return members.length > 0 && members.every((member) => isRecord(member))
}

/** Rows in the order JavaScript gives keys: those that are whole numbers by value, then the others as they stand. */
function keyedRows(value: Record<string, Record<string, unknown>>): Record<string, unknown>[] {
  return Object.entries(value).map(([id, row]) => ({ id, ...row }))
}

/** An array of objects, an object whose `data` is one, or an object of objects by id. */
async function* jsonRows(file: TableFile): AsyncGenerator<JsonObject> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of textOf(file)) {
    bytes += chunk.length
    if (bytes > LARGEST_JSON)
      throw notATable(file, 'MEMORY', `at most ${LARGEST_JSON} bytes of JSON; use JSONL`)
    chunks.push(chunk)
  }
  const text = new TextDecoder('utf-8').decode(Buffer.concat(chunks))
  const value = parseJson(text, file.name)
  const list: unknown = isKeyed(value) ? keyedRows(value) : isRecord(value) ? value['data'] : value
  if (!Array.isArray(list))
    throw notATable(
      file,
      'JSONL_INVALID',
      'a list of objects, an object with a list "data", or objects by id',
    )
  for (const [i, row] of (list as unknown[]).entries()) yield asRow(row, `${file.name}, item ${i}`)
}

async function* csvRows(file: TableFile, delimiter: string): AsyncGenerator<JsonObject> {
  const parser = parse({
    bom: true,
    columns: true,
    delimiter,
    skip_empty_lines: true,
    max_record_size: 64 * 1024 * 1024,
  })
  try {
    for await (const row of compose(Readable.from(textOf(file)), parser)) yield asRow(row, file.name)
  } catch (cause) {
    if (cause instanceof AuditError) throw cause
    const got = cause instanceof Error ? cause.message.slice(0, 160) : 'a syntax error'
    throw new AuditError('JSONL_INVALID', {
      what: 'The CSV file cannot be read',
      where: file.name,
      got,
      cause,
    })
  }
}

async function* parquetRows(file: TableFile): AsyncGenerator<JsonObject> {
  const reader = await openBytes({ kind: 'file', path: file.path })
  const buffer: AsyncBuffer = {
    byteLength: reader.bytes,
    slice: async (start, end = reader.bytes) => {
      const bytes = await reader.read(start < 0 ? reader.bytes + start : start, Math.min(end, reader.bytes))
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
    },
  }
  try {
    const metadata = await parquetMetadataAsync(buffer)
    let rowStart = 0
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows)
      for (const row of await parquetReadObjects({ file: buffer, metadata, compressors, rowStart, rowEnd }))
        yield asRow(plain(row), file.name)
      rowStart = rowEnd
    }
  } catch (cause) {
    if (cause instanceof AuditError) throw cause
    const got = cause instanceof Error ? cause.message.slice(0, 160) : 'a failure'
    throw new AuditError('PARQUET_INVALID', {
      what: 'The table cannot be read',
      where: file.name,
      got,
      cause,
    })
  } finally {
    await reader.close()
  }
}

/** Parquet values as JSON: large integers as text, dates as ISO text, bytes as UTF-8 or base64. */
function plain(value: unknown): JsonValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Uint8Array) return bytesAsText(value)
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>, plain)
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value as object).map(([key, member]) => [key, plain(member)]))
}

function bytesAsText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes).toString('base64')
  }
}

function notATable(
  file: TableFile,
  code: 'PARQUET_INVALID' | 'JSONL_INVALID' | 'MEMORY',
  expected: string,
): AuditError {
  return new AuditError(code, { what: 'The table cannot be read', where: file.name, expected })
}
