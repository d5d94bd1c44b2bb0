import { DuckDBInstance } from '@duckdb/node-api'
import { tableFromIPC } from 'apache-arrow'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { readParquet } from 'parquet-wasm/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ABSENT, ColumnBuilder } from '../../src/io/parquet-column.ts'
import { CODEC, runsAndGroups } from '../../src/io/parquet-page.ts'
import { ParquetFile } from '../../src/io/write-parquet.ts'
import { pick, randomOf } from '../support/random.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-parquet-'))
})
afterAll(() => rm(folder, { recursive: true }))

const COLUMNS = { text: 'UTF8', raw: 'UTF8', whole: 'INT64', real: 'DOUBLE', none: 'UTF8' } as const
type Row = Record<'text' | 'raw', string | null> & Record<'whole' | 'real', number | null> & { none: null }

function randomRows(random: () => number, count: number, kinds: number): Row[] {
  const maybe = <T>(value: T, share: number): T | null => (random() < share ? value : null)
  const share = pick(random, [0, 0.1, 0.5, 1, 1])
  // Runs of all lengths, and values that never repeat.
  const stay = pick(random, [0, 0.5, 0.95])
  let before: Row | null = null
  return Array.from({ length: count }, (_, i) => {
    if (before !== null && random() < stay) return before
    const kind = Math.floor(random() * kinds)
    before = {
      text: maybe(kind === 0 ? '' : `é🩺 ${kind} ${'x'.repeat(kind % 90)}`, share),
      raw: maybe(`${i}`, share),
      whole: maybe(kind * 1_000_003 - 2 ** 40, share),
      real: maybe(kind / 7, share),
      none: null,
    }
    return before
  })
}

async function write(path: string, groups: readonly (readonly Row[])[]): Promise<string> {
  const file = await ParquetFile.create(path, COLUMNS)
  const names = Object.keys(COLUMNS) as (keyof Row)[]
  const builders = names.map(
    (name) => new ColumnBuilder(COLUMNS[name], name === 'raw' ? CODEC.none : CODEC.snappy),
  )
  for (const rows of groups) {
    names.forEach((name, c) => {
      const places = builders[c]!.next(rows.length)
      rows.forEach((row, i) => {
        const value = row[name]
        places[i] = value === null ? ABSENT : builders[c]!.placeOf(value)
      })
    })
    const chunks = builders.map((builder) => builder.take())
    await file.writeGroup(rows.length, chunks)
  }
  const { sha256, rows } = await file.finish()
  await file.close()
  expect(rows).toBe(groups.flat().length)
  return sha256
}

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : (value ?? null))
const plainRows = (rows: readonly Record<string, unknown>[]): unknown[] =>
  rows.map((row) => Object.fromEntries(Object.keys(COLUMNS).map((name) => [name, plain(row[name])])))

describe('a Parquet file', () => {
  it('is read by three engines as it was written', async () => {
    const random = randomOf(31)
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    for (let round = 0; round < 40; round++) {
      const path = join(folder, `${round}.parquet`)
      const kinds = pick(random, [1, 2, 3, 9, 200, 5000])
      const groups = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
        randomRows(random, 1 + Math.floor(random() ** 2 * 3000), kinds),
      )
      const sha256 = await write(path, groups)
      const bytes = await readFile(path)
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      const expected = groups.flat()
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
      expect(plainRows(await parquetReadObjects({ file, compressors }))).toEqual(expected)
      const duck = await connection.runAndReadAll(`SELECT * FROM '${path}'`)
      expect(plainRows(duck.getRowObjects())).toEqual(expected)
      const table = tableFromIPC(readParquet(new Uint8Array(bytes)).intoIPCStream())
      expect(plainRows(table.toArray().map((row) => ({ ...row })))).toEqual(expected)
    }
    connection.closeSync()
  })

  it('says how its values are spelt, and where its dictionaries are', async () => {
    const path = join(folder, 'said.parquet')
    const row = { text: 'a', whole: 1, real: null, none: null }
    await write(path, [Array.from({ length: 100 }, (_, i) => ({ ...row, raw: `${i}` }))])
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const said = await connection.runAndReadAll(
      `SELECT path_in_schema, encodings, compression, num_values, dictionary_page_offset IS NOT NULL AS dictionary FROM parquet_metadata('${path}')`,
    )
    expect(said.getRowsJson()).toEqual([
      ['text', 'PLAIN, RLE, RLE_DICTIONARY', 'SNAPPY', '100', true],
      ['raw', 'PLAIN, RLE', 'UNCOMPRESSED', '100', false],
      ['whole', 'PLAIN, RLE, RLE_DICTIONARY', 'SNAPPY', '100', true],
      ['real', 'PLAIN, RLE', 'SNAPPY', '100', false],
      ['none', 'PLAIN, RLE', 'SNAPPY', '100', false],
    ])
    connection.closeSync()
  })
})

/** The encoding as its description tells it. */
function slowRuns(bytes: Uint8Array, bits: number, count: number): number[] {
  const out: number[] = []
  let at = 0
  while (out.length < count) {
    let head = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!
      head += (byte & 127) * scale
      if (byte < 128) break
    }
    if (head % 2 === 0) {
      let value = 0
      for (let i = 0; i < Math.ceil(bits / 8); i++) value += bytes[at++]! * 256 ** i
      for (let i = 0; i < head / 2; i++) out.push(value)
      continue
    }
    const groups = (head - 1) / 2
    for (let i = 0; i < groups * 8; i++) {
      let value = 0
      for (let bit = 0; bit < bits; bit++) {
        const n = i * bits + bit
        value += ((bytes[at + (n >> 3)]! >> (n & 7)) & 1) * 2 ** bit
      }
      out.push(value)
    }
    at += groups * bits
  }
  expect(at).toBe(bytes.length)
  expect(out.slice(count).every((value) => value === 0)).toBe(true)
  return out.slice(0, count)
}

describe('runs and groups', () => {
  it('are what the description says', () => {
    const random = randomOf(32)
    for (let round = 0; round < 500; round++) {
      const bits = 1 + Math.floor(random() * 20)
      const stay = pick(random, [0, 0.3, 0.9, 0.99])
      let value = 0
      const values = Uint32Array.from({ length: Math.floor(random() * 200) }, () => {
        if (random() >= stay) value = Math.floor(random() * 2 ** bits)
        return value
      })
      expect(slowRuns(runsAndGroups(values, bits), bits, values.length)).toEqual([...values])
    }
  })
})
