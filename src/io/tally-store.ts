import { open, rename, rm, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { AuditError } from '../core/error.ts'
import { canonicalJson } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'
import { isTypedArray } from '../core/tally.ts'
import type { Tally, TypedArray } from '../core/tally.ts'
import { writeFailure } from './write-failure.ts'

/**
 * One file per slice: magic, length of the header, header (JSON), then the arrays of every stage, 8-byte aligned.
 * The header holds the key the tallies are valid for and a checksum per stage; a file is whole or not there. The
 * checksum is against damage, not forgery: the folder is the run's own, and what it holds is gigabytes.
 */
const MAGIC = 'assayT02'
const LARGEST_HEADER = 256 * 1024 * 1024

const ARRAYS = {
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
} as const
type ArrayName = keyof typeof ARRAYS

type Field =
  { name: string; json: JsonValue } | { name: string; type: ArrayName; start: number; length: number }

interface Section {
  stage: string
  /** Bytes of the section in the body, and the CRC-32 of these and of the fields. */
  start: number
  end: number
  checksum: number
  fields: Field[]
}

interface Header {
  key: string
  littleEndian: boolean
  sections: Section[]
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

export interface SliceTallies {
  key: string
  tallies: readonly { stage: string; tally: Tally }[]
}

/** Writes the tallies of one slice; atomic, so that a killed run leaves either nothing or a whole file. */
export async function writeTallies(file: string, slice: SliceTallies): Promise<void> {
  const pieces: Uint8Array[] = []
  let offset = 0
  const sections = slice.tallies.map(({ stage, tally }) => {
    const section = packTally(stage, tally, offset)
    pieces.push(...section.pieces)
    offset = section.section.end
    return section.section
  })
  const header = Buffer.from(JSON.stringify({ key: slice.key, littleEndian, sections } satisfies Header))
  const head = Buffer.alloc(24 + Math.ceil(header.length / 8) * 8, ' ')
  head.write(MAGIC, 0, 'latin1')
  head.writeDoubleLE(head.length - 24, 8)
  head.writeDoubleLE(head.length + offset, 16)
  header.copy(head, 24)
  const temporary = `${file}.${process.pid}.part`
  try {
    const handle = await open(temporary, 'w')
    try {
      await writeFile(handle, [head, ...pieces])
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw writeFailure(cause, file)
  }
}

function packTally(stage: string, tally: Tally, start: number): { section: Section; pieces: Uint8Array[] } {
  let checksum = 0
  const pieces: Uint8Array[] = []
  const fields: Field[] = []
  let end = start
  for (const [name, value] of Object.entries(tally)) {
    if (!isTypedArray(value)) {
      fields.push({ name, json: JSON.parse(canonicalJson(value)) as JsonValue })
      continue
    }
    fields.push({ name, type: arrayName(value), start: end, length: value.length })
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    const padding = new Uint8Array((8 - (bytes.length % 8)) % 8)
    for (const piece of [bytes, padding]) {
      if (piece.length === 0) continue
      checksum = crc32(piece, checksum)
      pieces.push(piece)
      end += piece.length
    }
  }
  checksum = crc32(JSON.stringify(fields), checksum)
  return { section: { stage, start, end, checksum, fields }, pieces }
}

function arrayName(value: TypedArray): ArrayName {
  return value.constructor.name as ArrayName
}

/** Whether a file holds whole tallies for this key; a damaged or foreign file is just not valid. */
export async function talliesValid(file: string, key: string, stages: readonly string[]): Promise<boolean> {
  try {
    const store = await openTallies(file)
    try {
      if (store.header.key !== key) return false
      for (const stage of stages) await store.read(stage)
      return true
    } finally {
      await store.close()
    }
  } catch {
    return false
  }
}

/** Reads the tally of one stage. @throws AuditError INTERNAL when the file is damaged. */
export async function readTally(file: string, stage: string): Promise<Tally> {
  const store = await openTallies(file)
  try {
    return await store.read(stage)
  } finally {
    await store.close()
  }
}

/** Array lengths and other fields of the tally of one stage; the arrays are not read. */
export async function outlineTally(
  file: string,
  stage: string,
): Promise<{ lengths: Record<string, number>; values: Record<string, JsonValue> }> {
  const store = await openTallies(file)
  try {
    const section = store.header.sections.find((candidate) => candidate.stage === stage)
    if (section === undefined) throw damaged(file)
    const outline = { lengths: {} as Record<string, number>, values: {} as Record<string, JsonValue> }
    for (const field of section.fields) {
      if ('json' in field) outline.values[field.name] = field.json
      else outline.lengths[field.name] = field.length
    }
    return outline
  } finally {
    await store.close()
  }
}

async function openTallies(
  file: string,
): Promise<{ header: Header; read(stage: string): Promise<Tally>; close(): Promise<void> }> {
  const handle = await open(file, 'r')
  try {
    const fixed = await readExactly(handle, file, { start: 0, length: 24 })
    const headerBytes = fixed.readDoubleLE(8)
    const { size } = await handle.stat()
    const whole = fixed.toString('latin1', 0, 8) === MAGIC && fixed.readDoubleLE(16) === size
    if (!whole || !(headerBytes <= Math.min(size, LARGEST_HEADER))) throw damaged(file)
    const text = await readExactly(handle, file, { start: 24, length: headerBytes })
    const header = JSON.parse(text.toString('utf8')) as Header
    if (header.littleEndian !== littleEndian) throw damaged(file)
    const body = 24 + headerBytes
    const read = async (stage: string): Promise<Tally> => {
      const section = header.sections.find((candidate) => candidate.stage === stage)
      if (section === undefined) throw damaged(file)
      const at = { start: body + section.start, length: section.end - section.start }
      return unpackTally(section, await readExactly(handle, file, at), file)
    }
    return { header, read, close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
}

function unpackTally(section: Section, body: Buffer, file: string): Tally {
  const checksum = crc32(JSON.stringify(section.fields), crc32(body))
  if (checksum !== section.checksum) throw damaged(file)
  const tally: Record<string, TypedArray | JsonValue> = {}
  for (const field of section.fields) {
    if ('json' in field) {
      tally[field.name] = field.json
      continue
    }
    const at = body.byteOffset + field.start - section.start
    tally[field.name] = new ARRAYS[field.type](body.buffer as ArrayBuffer, at, field.length)
  }
  return tally
}

async function readExactly(
  handle: FileHandle,
  file: string,
  { start, length }: { start: number; length: number },
): Promise<Buffer> {
  // A buffer of its own, not a view into Node's shared pool: arrays on it may be moved between threads.
  const bytes = Buffer.from(new ArrayBuffer(length))
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, start + done)
    if (bytesRead === 0) throw damaged(file)
    done += bytesRead
  }
  return bytes
}

function damaged(file: string): AuditError {
  return new AuditError('INTERNAL', {
    what: 'A stored tally is damaged',
    where: file,
    fix: 'Run again without --resume',
  })
}
