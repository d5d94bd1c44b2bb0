import { crc32 } from 'node:zlib'
import type { ColumnMetaData, RowGroup } from 'hyparquet'
import type { ByteReader } from '../core/source.ts'
import type { ParquetFooter } from './footer.ts'
import { THRIFT, ThriftReader, ThriftWriter } from './thrift.ts'

/** The bytes of one row group, laid out as a Parquet file of its own, and what its page headers declare. */
export interface RowGroupFile {
  bytes: Uint8Array
  rows: number
  /** Compressed size of all pages. */
  compressed: number
  /** What the decoded values may take, dictionaries expanded. */
  decoded: number
  /** The largest page of each column, decompressed: what a decoder holds besides the values. */
  pages: number
}

/** Largest page taken on trust from its header. Writers make pages of 1 MB, some of one row group. */
const MAX_PAGE_BYTES = 1 << 30

const CODES = {
  type: ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'],
  encoding: [
    'PLAIN',
    'GROUP_VAR_INT',
    'PLAIN_DICTIONARY',
    'RLE',
    'BIT_PACKED',
    'DELTA_BINARY_PACKED',
    'DELTA_LENGTH_BYTE_ARRAY',
    'DELTA_BYTE_ARRAY',
    'RLE_DICTIONARY',
    'BYTE_STREAM_SPLIT',
  ],
  codec: ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'],
} as const

interface Chunk {
  meta: ColumnMetaData
  start: number
  end: number
}

/** Where the column chunks of a row group lie. @throws RangeError when one lies outside the file's data. */
function chunksOf(group: RowGroup, footer: ParquetFooter): Chunk[] {
  return group.columns.map((column) => {
    const meta = column.meta_data
    if (meta === undefined) throw new RangeError('a column chunk without metadata (an encrypted column?)')
    if (column.file_path) throw new RangeError('a column chunk kept in another file')
    const data = Number(meta.data_page_offset)
    const dictionary = Number(meta.dictionary_page_offset ?? 0n)
    const start = dictionary > 0 && dictionary < data ? dictionary : data
    const end = start + Number(meta.total_compressed_size)
    if (!(start >= 0 && end >= start && end <= footer.dataEnd)) {
      throw new RangeError(
        `column ${meta.path_in_schema.join('.')} claims bytes ${start}–${end} of ${footer.dataEnd}`,
      )
    }
    return { meta, start, end }
  })
}

/**
 * Reads one row group with a single range read and puts a footer of its own behind it. The bytes read reach past
 * the row group into the file's tail, and the new footer overwrites that tail: no second copy of a large group.
 * Arrow's own schema in the old footer is left out, so that types depend on Parquet's schema alone.
 * @throws RangeError when offsets or page headers make no sense.
 */
export async function readRowGroupFile(
  reader: ByteReader,
  footer: ParquetFooter,
  index: number,
): Promise<RowGroupFile> {
  const group = footer.metadata.row_groups[index]!
  const chunks = chunksOf(group, footer)
  const start = Math.min(...chunks.map((chunk) => chunk.start))
  const end = Math.max(start, ...chunks.map((chunk) => chunk.end))
  const tail = oneGroupFooter(footer, group, start)
  const room = Math.min(reader.bytes, end + tail.length)
  let bytes = await reader.read(start, room)
  if (room - end < tail.length) {
    const whole = new Uint8Array(end - start + tail.length)
    whole.set(bytes.subarray(0, end - start))
    bytes = whole
  }
  bytes.set(tail, end - start)
  let compressed = 0
  let decoded = 0
  let pages = 0
  for (const chunk of chunks) {
    compressed += chunk.end - chunk.start
    const checked = checkPages(bytes, chunk, start)
    decoded += checked.decoded
    pages += checked.largest
  }
  return {
    bytes: bytes.subarray(0, end - start + tail.length),
    rows: Number(group.num_rows),
    compressed,
    decoded,
    pages,
  }
}

/** Bytes a row group takes in the file. */
export function compressedBytes(footer: ParquetFooter, index: number): number {
  const chunks = chunksOf(footer.metadata.row_groups[index]!, footer)
  return chunks.reduce((sum, chunk) => sum + chunk.end - chunk.start, 0)
}

interface PageHeader {
  type: number
  size: number
  compressed: number
  values: number
  crc: number | null
}

const DICTIONARY_PAGE = 2

/** Walks the page headers of a chunk before any decoder sees them. @returns what decoding it may take. */
function checkPages(bytes: Uint8Array, chunk: Chunk, base: number): { decoded: number; largest: number } {
  const name = chunk.meta.path_in_schema.join('.')
  const reader = new ThriftReader(bytes, chunk.start - base, chunk.end - base)
  let plain = 0
  let largest = 0
  let values = 0
  let perDictionaryValue = 0
  while (reader.offset < reader.end) {
    const page = pageHeader(reader)
    const start = reader.offset
    if (page.compressed < 0 || page.compressed > reader.end - start) {
      throw new RangeError(
        `a page of column ${name} claims ${page.compressed} bytes of ${reader.end - start}`,
      )
    }
    if (page.size < 0 || page.size > MAX_PAGE_BYTES) {
      throw new RangeError(`a page of column ${name} claims to decompress to ${page.size} bytes`)
    }
    reader.offset = start + page.compressed
    checkCrc(bytes.subarray(start, reader.offset), page, name)
    plain += page.size
    largest = Math.max(largest, page.size)
    if (page.type === DICTIONARY_PAGE) perDictionaryValue = page.size / Math.max(1, page.values)
    else values += page.values
  }
  if (values !== Number(chunk.meta.num_values)) {
    throw new RangeError(`column ${name} declares ${chunk.meta.num_values} values, its pages ${values}`)
  }
  return { decoded: plain + Math.ceil(values * (perDictionaryValue + 8)), largest }
}

function checkCrc(page: Uint8Array, header: PageHeader, name: string): void {
  if (header.crc === null) return
  if (crc32(page) !== header.crc) throw new RangeError(`a page of column ${name} does not match its checksum`)
}

function pageHeader(reader: ThriftReader): PageHeader {
  const page: PageHeader = { type: -1, size: -1, compressed: -1, values: 0, crc: null }
  const values = (wanted: number): boolean => {
    reader.struct((field) => {
      if (field !== wanted) return false
      page.values = reader.zigzag()
      return true
    })
    return true
  }
  reader.struct((field) => {
    if (field === 1) page.type = reader.zigzag()
    else if (field === 2) page.size = reader.zigzag()
    else if (field === 3) page.compressed = reader.zigzag()
    else if (field === 4) page.crc = reader.zigzag() >>> 0
    // Data page (v1, v2) and dictionary page headers all start with the number of values.
    else return field === 5 || field === 7 || field === 8 ? values(1) : false
    return true
  })
  if (page.values < 0) throw new RangeError('a page with a negative number of values')
  return page
}

/** A FileMetaData with this one row group, its offsets counted from `base`; length and magic included. */
function oneGroupFooter(footer: ParquetFooter, group: RowGroup, base: number): Uint8Array {
  const out = new ThriftWriter()
  out.integer(1, Number(footer.metadata.version ?? 1), THRIFT.i32)
  out.field(2, THRIFT.list)
  out.raw(footer.schemaBytes)
  out.integer(3, Number(group.num_rows))
  out.listHead(4, THRIFT.struct, 1)
  out.open()
  out.listHead(1, THRIFT.struct, group.columns.length)
  for (const column of group.columns) writeChunk(out, column.meta_data!, base)
  out.integer(2, Number(group.total_byte_size))
  out.integer(3, Number(group.num_rows))
  out.close()
  if (footer.writer !== null) out.binary(6, Buffer.from(footer.writer))
  out.end()
  const body = out.done()
  const whole = new Uint8Array(body.length + 8)
  whole.set(body)
  new DataView(whole.buffer).setUint32(body.length, body.length, true)
  whole.set(Buffer.from('PAR1'), body.length + 4)
  return whole
}

function writeChunk(out: ThriftWriter, meta: ColumnMetaData, base: number): void {
  out.open()
  out.integer(2, 0)
  out.field(3, THRIFT.struct)
  out.open()
  out.integer(1, code('type', meta.type), THRIFT.i32)
  out.listHead(2, THRIFT.i32, meta.encodings.length)
  for (const encoding of meta.encodings) out.zigzag(code('encoding', encoding))
  out.listHead(3, THRIFT.binary, meta.path_in_schema.length)
  for (const part of meta.path_in_schema) out.binaryValue(Buffer.from(part))
  out.integer(4, code('codec', meta.codec), THRIFT.i32)
  out.integer(5, Number(meta.num_values))
  out.integer(6, Number(meta.total_uncompressed_size))
  out.integer(7, Number(meta.total_compressed_size))
  out.integer(9, Number(meta.data_page_offset) - base)
  const dictionary = Number(meta.dictionary_page_offset ?? 0n)
  if (dictionary > 0 && dictionary < Number(meta.data_page_offset)) out.integer(11, dictionary - base)
  out.close()
  out.close()
}

function code(kind: keyof typeof CODES, name: string): number {
  const index = (CODES[kind] as readonly string[]).indexOf(name)
  if (index < 0) throw new RangeError(`unknown ${kind} ${name}`)
  return index
}
