import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuditError } from '../../src/core/error.ts'
import { TURN_FLAG } from '../../src/core/example.ts'
import { readSlice } from '../../src/io/decode.ts'
import type { ReadOptions } from '../../src/io/decode.ts'
import { recogniseColumns } from '../../src/io/shape.ts'
import { plainRows } from '../support/decoded.ts'
import type { PlainRow } from '../support/decoded.ts'
import { duckParquet, shardOf } from '../support/parquet.ts'
import { randomOf } from '../support/random.ts'

const TYPES = { conversations: 'STRUCT("from" VARCHAR, "value" VARCHAR)[]', id: 'VARCHAR' }
const ROWS = 2500

let folder = ''
let intact = new Uint8Array()
let wanted: PlainRow[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-damage-'))
  const random = randomOf(5)
  const rows = Array.from({ length: ROWS }, (_, i) => ({
    conversations: [
      { from: 'human', value: `Question ${i}: MARKER ${random().toString(36)}?` },
      {
        from: 'gpt',
        value: `Answer ${random()
          .toString(36)
          .repeat(Math.floor(random() * 9))}`,
      },
    ],
    id: `row-${i}`,
  }))
  const path = join(folder, 'intact.parquet')
  await duckParquet(path, rows, { columns: TYPES, codec: 'snappy', rowGroupRows: 2048 })
  intact = await readFile(path)
  wanted = await read(path)
  expect(wanted.length).toBe(ROWS)
})
afterAll(() => rm(folder, { recursive: true }))

async function read(path: string, options: Partial<ReadOptions> = {}): Promise<PlainRow[]> {
  const shard = await shardOf(path)
  const columns = recogniseColumns(shard.schema!, {}, path)
  const slice = { shard: 0, start: 0, end: shard.rowGroups!.length, firstRow: 0, rows: shard.rows }
  return await plainRows(readSlice(shard, slice, { columns, memoryBytes: 1 << 30, ...options }))
}

async function variant(name: string, change: (bytes: Uint8Array) => Uint8Array): Promise<string> {
  const path = join(folder, `${name}.parquet`)
  await writeFile(path, change(Uint8Array.from(intact)))
  return path
}

async function errorOf(work: Promise<unknown>): Promise<AuditError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(AuditError)
  return error as AuditError
}

describe('files that are not whole', () => {
  const setLength = (bytes: Uint8Array, length: number): Uint8Array => {
    new DataView(bytes.buffer).setUint32(bytes.length - 8, length, true)
    return bytes
  }
  it.each([
    ['truncated', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 100)],
    ['empty', () => new Uint8Array(0)],
    ['four bytes', () => Buffer.from('PAR1')],
    ['wrong magic', (bytes: Uint8Array) => (bytes.set(Buffer.from('PARQ'), bytes.length - 4), bytes)],
    ['encrypted footer', (bytes: Uint8Array) => (bytes.set(Buffer.from('PARE'), bytes.length - 4), bytes)],
    ['footer longer than the file', (bytes: Uint8Array) => setLength(bytes, bytes.length)],
    ['footer of 4 GB', (bytes: Uint8Array) => setLength(bytes, 0xffffffff)],
    ['footer of no bytes', (bytes: Uint8Array) => setLength(bytes, 0)],
    ['footer cut in the middle', (bytes: Uint8Array) => setLength(bytes, 200)],
    ['an HTML page', () => Buffer.from('<html>'.repeat(100))],
  ])('%s', async (name, change) => {
    const error = await errorOf(shardOf(await variant(name, change)))
    expect(error.code).toBe('PARQUET_INVALID')
    expect(error.message).toContain(name)
  })

  it('row groups cut out of the middle are named with the rows lost', async () => {
    const cut = (bytes: Uint8Array): Uint8Array =>
      Buffer.concat([bytes.subarray(0, 4), bytes.subarray(30_000)])
    const error = await errorOf(read(await variant('cut', cut)))
    expect(error.code).toBe('PARQUET_INVALID')
    expect(error.message).toMatch(/Row group \d+ .* rows/)
  })
})

describe('damaged bytes', () => {
  it('give every row or an error that names the row group, and never spoil the next file', async () => {
    const random = randomOf(11)
    let failed = 0
    let retried = 0
    const good = join(folder, 'intact.parquet')
    for (let round = 0; round < 60; round++) {
      const path = await variant('flipped', (bytes) => {
        const at = 4 + Math.floor(random() * (bytes.length - 12))
        bytes[at]! ^= 1 << Math.floor(random() * 8)
        return bytes
      })
      const result = await read(path, { onRowGroupRetry: () => retried++ }).catch((error: unknown) => error)
      if (result instanceof AuditError) {
        failed++
        expect(['PARQUET_INVALID', 'SHAPE_UNKNOWN', 'COLUMN_TYPE']).toContain(result.code)
      } else {
        expect(result).not.toBeInstanceOf(Error)
        expect((result as PlainRow[]).map((row) => row.row)).toEqual(
          Array.from({ length: ROWS }, (_, i) => i),
        )
      }
      if (round % 20 === 19) expect(await read(good)).toEqual(wanted)
    }
    // Without damage that reaches the decoders this test would say nothing.
    expect(failed).toBeGreaterThan(0)
    expect(retried).toBeGreaterThan(0)
  })

  it('invalid UTF-8 costs a second read of its row group and is flagged, not lost', async () => {
    const path = join(folder, 'plain.parquet')
    const rows = Array.from({ length: 4000 }, (_, i) => ({
      conversations: [{ from: 'human', value: `before MARKER${i} after` }],
      id: `${i}`,
    }))
    await duckParquet(path, rows, { columns: TYPES, codec: 'uncompressed', rowGroupRows: 2048 })
    const bytes = await readFile(path)
    const at = bytes.indexOf('MARKER3000 ')
    bytes[at] = 0xff
    bytes[at + 1] = 0xe2
    bytes[at + 2] = 0x82
    await writeFile(path, bytes)
    const retries: number[] = []
    const result = await read(path, { onRowGroupRetry: ({ rowGroup }) => void retries.push(rowGroup) })
    expect(retries).toEqual([1])
    expect(result.length).toBe(4000)
    expect(result[3000]!.turns).toEqual([
      { role: 'user', flags: TURN_FLAG.invalidUtf8, text: 'before \ufffd\ufffdKER3000 after' },
    ])
    expect(result.filter((row) => row.turns[0]!.flags !== 0).length).toBe(1)
    expect(result[3999]!.turns[0]!.text).toBe('before MARKER3999 after')
  })
})

describe('memory', () => {
  it('a row group that does not fit at once is decoded in ranges, with the same rows', async () => {
    const path = join(folder, 'large.parquet')
    const random = randomOf(3)
    const text = (): string => Array.from({ length: 900 }, () => random().toString(36).slice(2)).join(' ')
    const rows = Array.from({ length: 1500 }, (_, i) => ({
      conversations: [{ from: 'gpt', value: text() }],
      id: `${i}`,
    }))
    await duckParquet(path, rows, { columns: TYPES, codec: 'zstd', rowGroupRows: 1 << 20 })
    const whole = await read(path)
    const inRanges = await read(path, { memoryBytes: 114 << 20 })
    expect(inRanges).toEqual(whole)
    expect(whole.map((row) => row.turns[0]!.text)).toEqual(rows.map((row) => row.conversations[0]!.value))
    const error = await errorOf(read(path, { memoryBytes: 90 << 20 }))
    expect(error.code).toBe('MEMORY')
    expect(error.message).toContain('--memory')
  })
})
