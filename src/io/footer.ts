import { createHash } from 'node:crypto'
import { parquetMetadata, parquetSchema } from 'hyparquet'
import type { FileMetaData } from 'hyparquet'
import { AuditError } from '../core/error.ts'
import type { SchemaField } from '../core/plan.ts'
import type { ByteReader } from '../core/source.ts'
import { parquetType } from './parquet-types.ts'
import { THRIFT, ThriftReader } from './thrift.ts'
import { typeText } from './type-text.ts'
import type { TypeNode } from './type-text.ts'

/** The metadata of a file with 100,000 row groups is about this large; more is an attack or an accident. */
const MAX_FOOTER_BYTES = 128 << 20
/** One read gets most footers whole; the contract of `count` is a byte budget. */
const FIRST_READ_BYTES = 64 << 10
const MAGIC = 0x31524150

export interface Footer {
  rows: number
  /** `bytes` is the uncompressed size the writer declares for the row group's pages. */
  rowGroups: { rows: number; bytes: number }[]
  schema: SchemaField[]
  writer: string | null
}

/** A parsed footer, with what a decoder needs beyond its summary. */
export interface ParquetFooter extends Footer {
  metadata: FileMetaData
  types: readonly { name: string; type: TypeNode }[]
  /** The Thrift bytes of the schema list, copied as they are into one-row-group files. */
  schemaBytes: Uint8Array
  /** First byte after the last byte a page may use. */
  dataEnd: number
  /** Whole size of the footer with its length and magic. */
  bytes: number
}

/**
 * Reads a Parquet footer with one or two range reads.
 * @throws AuditError PARQUET_INVALID for anything that is not a whole Parquet file.
 */
export async function readFooter(reader: ByteReader, where: string): Promise<Footer> {
  const { rows, rowGroups, schema, writer } = await openFooter(reader, where)
  return { rows, rowGroups, schema, writer }
}

/** Footers parsed last, by content: a shard is read in many slices, and parsing costs more than reading. */
const parsed = new Map<string, ParquetFooter>()
const KEEP_PARSED = 4

export async function openFooter(reader: ByteReader, where: string): Promise<ParquetFooter> {
  const bytes = await footerBytes(reader, where)
  const key = `${reader.bytes} ${createHash('sha1').update(bytes).digest('hex')}`
  const known = parsed.get(key)
  if (known !== undefined) return known
  try {
    const footer = parseFooter(bytes, reader.bytes)
    if (parsed.size >= KEEP_PARSED) parsed.clear()
    parsed.set(key, footer)
    return footer
  } catch (cause) {
    if (cause instanceof AuditError) throw cause
    throw invalid(where, {
      what: 'The Parquet footer cannot be read',
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'download or write the file again',
      cause,
    })
  }
}

async function footerBytes(reader: ByteReader, where: string): Promise<Uint8Array> {
  const size = reader.bytes
  if (size < 12)
    throw invalid(where, {
      what: 'The file is too short for Parquet',
      expected: 'at least 12 bytes',
      got: `${size} bytes`,
    })
  const tail = await reader.read(Math.max(0, size - FIRST_READ_BYTES), size)
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength)
  const magic = view.getUint32(tail.length - 4, true)
  if (magic !== MAGIC) {
    const got = tail.subarray(tail.length - 4)
    throw invalid(where, {
      what: 'The file does not end as Parquet does',
      expected: 'the magic bytes "PAR1"',
      got: isText(got, 'PARE') ? '"PARE" (an encrypted footer)' : `bytes ${Buffer.from(got).toString('hex')}`,
      fix: 'the file is truncated or not Parquet: download it again',
    })
  }
  const length = view.getUint32(tail.length - 8, true) + 8
  if (length > size - 4) {
    throw invalid(where, {
      what: 'The Parquet footer is longer than the file',
      expected: `at most ${size - 4} bytes`,
      got: `${length} bytes`,
    })
  }
  if (length > MAX_FOOTER_BYTES) {
    throw invalid(where, {
      what: 'The Parquet footer is too large',
      expected: `at most ${MAX_FOOTER_BYTES} bytes`,
      got: `${length} bytes`,
    })
  }
  return length <= tail.length ? tail.slice(tail.length - length) : await reader.read(size - length, size)
}

function parseFooter(bytes: Uint8Array, fileBytes: number): ParquetFooter {
  const schemaBytes = schemaField(bytes)
  // Text values of statistics are not used; left as bytes they cost nothing.
  const parsers = { stringFromBytes: () => '' }
  const metadata = parquetMetadata(bytes, { parsers, geoparquet: false })
  const tree = parquetSchema(metadata)
  const types = tree.children.map((child) => ({ name: child.element.name, type: parquetType(child) }))
  const schema = tree.children.map((child, i) => ({
    name: child.element.name,
    type: typeText(types[i]!.type),
    nullable: child.element.repetition_type !== 'REQUIRED',
  }))
  const rowGroups = metadata.row_groups.map((group) => ({
    rows: count(group.num_rows),
    bytes: count(group.total_byte_size),
  }))
  const rows = rowGroups.reduce((sum, group) => sum + group.rows, 0)
  if (rows !== count(metadata.num_rows)) {
    throw new RangeError(`the footer declares ${metadata.num_rows} rows, its row groups ${rows}`)
  }
  const writer = metadata.created_by ?? null
  return {
    rows,
    rowGroups,
    schema,
    writer,
    metadata,
    types,
    schemaBytes,
    dataEnd: fileBytes - bytes.length,
    bytes: bytes.length,
  }
}

function count(value: bigint): number {
  if (typeof value !== 'bigint' || value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`a count of ${value}`)
  }
  return Number(value)
}

/** Where the list of schema elements (field 2 of FileMetaData) lies; walking it also checks the whole footer. */
function schemaField(bytes: Uint8Array): Uint8Array {
  const reader = new ThriftReader(bytes, 0, bytes.length - 8)
  let found: Uint8Array | null = null
  reader.struct((field, type) => {
    if (field !== 2 || type !== THRIFT.list) return false
    const start = reader.offset
    reader.skip(type)
    found = bytes.subarray(start, reader.offset)
    return true
  })
  if (found === null) throw new RangeError('the footer has no schema')
  return found
}

function isText(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes).toString('latin1') === text
}

type Detail = { what: string; expected?: string; got?: string; fix?: string; cause?: unknown }

function invalid(where: string, detail: Detail): AuditError {
  return new AuditError('PARQUET_INVALID', { where, ...detail })
}
