import { createGunzip } from 'node:zlib'
import { AuditError } from '../core/error.ts'
import type { ByteReader, Shard } from '../core/source.ts'
import { zstdChunks } from './zstd.ts'

/** Bytes read at once. */
const CHUNK_BYTES = 4 << 20
/** A longer line is not an example but a file without line breaks. */
export const MAX_LINE_BYTES = 256 << 20

/** Whole lines: bytes [0, length) of `bytes` end with a line break, or with the input. */
export interface LineBlock {
  bytes: Uint8Array
  /** Position of bytes[0] in the (decompressed) input. */
  offset: number
}

export interface LineRange {
  format: Shard['format']
  /** Byte offsets on line starts; only plain JSON lines have a choice. */
  start: number
  end: number
  where: string
}

/** Reads a JSON lines file in blocks of whole lines. @throws AuditError JSONL_INVALID */
export function lineBlocks(reader: ByteReader, range: LineRange): AsyncGenerator<LineBlock> {
  return range.format === 'jsonl' ? plainBlocks(reader, range) : unpackedBlocks(reader, range)
}

/** Bytes that tell what kind of file it is. */
const HEAD_BYTES = 1 << 16

/** The first bytes of a JSON lines file, unpacked. @throws AuditError JSONL_INVALID */
export async function firstBytes(
  reader: ByteReader,
  file: Pick<LineRange, 'format' | 'where'>,
): Promise<Uint8Array> {
  if (file.format === 'jsonl') return reader.read(0, Math.min(reader.bytes, HEAD_BYTES))
  for await (const chunk of chunks(reader, file)) if (chunk.length > 0) return chunk.subarray(0, HEAD_BYTES)
  return new Uint8Array(0)
}

/** Each chunk is read from the start of a line on: the few bytes read twice are less than what joining would copy. */
async function* plainBlocks(reader: ByteReader, { start, end, where }: LineRange): AsyncGenerator<LineBlock> {
  let carry: Uint8Array[] = []
  let carried = 0
  for (let at = start; at < end;) {
    const chunk = await reader.read(at, Math.min(end, at + CHUNK_BYTES))
    const cut = chunk.lastIndexOf(10) + 1
    const offset = at - carried
    if (cut === 0) {
      carry.push(chunk)
      carried += chunk.length
      if (carried > MAX_LINE_BYTES) throw tooLong(where, offset)
      at += chunk.length
      continue
    }
    yield { bytes: join(carry, chunk.subarray(0, cut), carried), offset }
    at += cut
    carry = []
    carried = 0
  }
  if (carried > 0) yield { bytes: join(carry, new Uint8Array(0), carried), offset: end - carried }
}

async function* unpackedBlocks(reader: ByteReader, range: LineRange): AsyncGenerator<LineBlock> {
  let carry: Uint8Array[] = []
  let carried = 0
  let offset = 0
  for await (const chunk of chunks(reader, range)) {
    const cut = chunk.lastIndexOf(10) + 1
    if (cut === 0) {
      carry.push(chunk)
      carried += chunk.length
      if (carried > MAX_LINE_BYTES) throw tooLong(range.where, offset)
      continue
    }
    const bytes = join(carry, chunk.subarray(0, cut), carried)
    yield { bytes, offset }
    offset += bytes.length
    carry = cut < chunk.length ? [chunk.subarray(cut)] : []
    carried = chunk.length - cut
  }
  if (carried > 0) yield { bytes: join(carry, new Uint8Array(0), carried), offset }
}

function join(carry: readonly Uint8Array[], rest: Uint8Array, carried: number): Uint8Array {
  if (carry.length === 0) return rest
  const bytes = new Uint8Array(carried + rest.length)
  let at = 0
  for (const part of [...carry, rest]) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

async function* chunks(
  reader: ByteReader,
  { format, where }: Pick<LineRange, 'format' | 'where'>,
): AsyncGenerator<Uint8Array> {
  const stored = fileChunks(reader)
  if (format === 'jsonl.gz') yield* gunzip(stored, where)
  else yield* zstdChunks(stored, where)
}

async function* fileChunks(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < reader.bytes; at += CHUNK_BYTES)
    yield await reader.read(at, Math.min(reader.bytes, at + CHUNK_BYTES))
}

async function* gunzip(stored: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  const inflater = createGunzip({ chunkSize: 1 << 20 })
  const { Readable, pipeline } = await import('node:stream')
  const source = Readable.from(stored)
  // Errors of either side arrive on the inflater, where the loop below throws them.
  pipeline(source, inflater, () => {})
  try {
    for await (const chunk of inflater) yield chunk as Uint8Array
  } catch (cause) {
    if (cause instanceof AuditError) throw cause
    throw new AuditError('JSONL_INVALID', {
      what: 'The gzip stream is damaged or cut short',
      where,
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'download or write the file again',
      cause,
    })
  }
}

function tooLong(where: string, offset: number): AuditError {
  return new AuditError('JSONL_INVALID', {
    what: 'A line is too long to be an example',
    where: `${where}, the line that starts at byte ${offset}`,
    expected: `at most ${MAX_LINE_BYTES} bytes between line breaks`,
    fix: 'check that the file is JSON lines: one object per line',
  })
}
