/**
 * Decoding beside its peers, on the same files in the same run; the text of every reader is compared first.
 *
 *   npm run bench:decode -- [--quick]
 *
 * Data: a corpus written here (Parquet and JSON lines), and ASSAY_TESTDATA/dense20k where it is set. Without --quick
 * also a row group of 400 MB that does not compress, whose peak memory is printed. Prints one closing line of ratios;
 * exits 1 when an answer differs or a stated ratio is missed.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tableFromIPC } from 'apache-arrow'
import type { Data } from 'apache-arrow'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type * as ParquetWasm from 'parquet-wasm/node'
import type { DecodedBatch } from '../src/core/batch.ts'
import type { Shard } from '../src/core/source.ts'
import { readSlice } from '../src/io/decode.ts'
import { jsonlSchema } from '../src/io/jsonl-schema.ts'
import { openBytes } from '../src/io/bytes.ts'
import { recogniseColumns } from '../src/io/shape.ts'
import { curated, syntheticCurated } from '../scripts/sample/examples.ts'
import { randomOf } from '../scripts/sample/grammar.ts'
import { parquetBytes } from '../scripts/sample/write.ts'
import { duck, shardOf } from '../test/support/parquet.ts'

const require = createRequire(import.meta.url)
const wasm = require('parquet-wasm/node') as Pick<typeof ParquetWasm, 'readParquet'>

/** Least ratio to each peer that is stated. */
const STATED: Readonly<Record<string, number>> = {
  'parquet-wasm + Arrow IPC': 0.4,
  hyparquet: 1.5,
  'JSON.parse': 0.5,
}

interface Reading {
  bytes: number
  sha256: string
}
type Reader = (paths: readonly string[], hash: boolean) => Promise<Reading>

class TextSum {
  bytes = 0
  private readonly hash = createHash('sha256')
  private readonly hashing: boolean

  constructor(hashing: boolean) {
    this.hashing = hashing
  }

  add(text: Uint8Array): void {
    this.bytes += text.length
    if (this.hashing) this.hash.update(text)
  }

  done(): Reading {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') }
  }
}

async function* batches(
  path: string,
  format: Shard['format'],
  memoryBytes = 2 ** 31,
): AsyncGenerator<DecodedBatch> {
  const info = await shardOf(path, format)
  const reader = await openBytes(info.location)
  const schema = info.schema ?? (await jsonlSchema(reader, format, path))
  await reader.close()
  const shard = { ...info, schema }
  const columns = recogniseColumns(schema, {}, path)
  const end = info.rowGroups?.length ?? info.bytes
  yield* readSlice(shard, { shard: 0, start: 0, end, firstRow: 0, rows: null }, { columns, memoryBytes })
}

function ours(format: Shard['format']): Reader {
  return async (paths, hash) => {
    const sum = new TextSum(hash)
    for (const path of paths) for await (const batch of batches(path, format)) sum.add(batch.bytes)
    return sum.done()
  }
}

/** The whole file through an Arrow IPC stream; the text is the value buffer of each batch. */
const arrowIpc: Reader = async (paths, hash) => {
  const sum = new TextSum(hash)
  for (const path of paths) {
    const table = tableFromIPC(wasm.readParquet(readFileSync(path), { batchSize: 2048 }).intoIPCStream())
    for (const batch of table.batches) {
      const list = batch.data.children.find((_, i) => batch.schema.fields[i]!.name === 'conversations')!
      const struct = list.children[0] as Data
      const value = struct.children[
        struct.type.children.findIndex((field: { name: string }) => field.name === 'value')
      ] as Data
      const offsets = value.valueOffsets as Int32Array
      sum.add(Uint8Array.from((value.values as Uint8Array).subarray(offsets[0]!, offsets[value.length]!)))
    }
  }
  return await Promise.resolve(sum.done())
}

interface PlainRow {
  conversations: { value: string }[]
}

const hyparquet: Reader = async (paths, hash) => {
  const sum = new TextSum(hash)
  for (const path of paths) {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })
    for (const row of rows as unknown as PlainRow[])
      for (const turn of row.conversations) sum.add(Buffer.from(turn.value))
  }
  return sum.done()
}

const jsonParse: Reader = async (paths, hash) => {
  const sum = new TextSum(hash)
  for (const path of paths) {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line !== '')
        for (const turn of (JSON.parse(line) as PlainRow).conversations) sum.add(Buffer.from(turn.value))
    }
  }
  return await Promise.resolve(sum.done())
}

/** Best of five, in MB of text per second of processor time, so that a busy machine changes little. */
async function speed(reader: Reader, paths: readonly string[]): Promise<number> {
  let best = Infinity
  let bytes = 0
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.()
    const start = process.cpuUsage()
    ;({ bytes } = await reader(paths, false))
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1000)
  }
  return bytes / 1000 / best
}

async function compare(
  title: string,
  paths: readonly string[],
  own: Reader,
  peers: Record<string, Reader>,
): Promise<string[]> {
  const wanted = await own(paths, true)
  const mine = await speed(own, paths)
  console.log(`${title}: ${(wanted.bytes / 1e6).toFixed(1)} MB of text`)
  console.log(`  ${'assay'.padEnd(26)} ${mine.toFixed(0).padStart(5)} MB per CPU second`)
  const ratios: string[] = []
  for (const [name, peer] of Object.entries(peers)) {
    const answer = await peer(paths, true)
    if (answer.sha256 !== wanted.sha256) throw new Error(`${name} and assay read different text`)
    const theirs = await speed(peer, paths)
    const ratio = mine / theirs
    const missed = ratio < STATED[name]!
    if (missed) process.exitCode = 1
    console.log(`  ${name.padEnd(26)} ${theirs.toFixed(0).padStart(5)} MB per CPU second`)
    ratios.push(`${ratio.toFixed(1)}× ${name}${missed ? ` (stated ${STATED[name]}×)` : ''}`)
  }
  return ratios
}

/** Peak memory of a process that decodes one row group of 400 MB. */
async function largeRowGroup(folder: string): Promise<void> {
  const path = join(folder, 'large.parquet')
  const text = (count: number, sign: string): string =>
    `array_to_string(list_transform(range(${count}), x -> md5((${sign}i * 1000 ${sign === '' ? '+' : '-'} x)::VARCHAR)), ' ')`
  await duck(`COPY (SELECT [{'from': 'human', 'value': ${text(20, '')}}, {'from': 'gpt', 'value': ${text(45, '-')}}] AS conversations
    FROM range(190000) t(i)) TO '${path}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 10000000)`)
  for (const megabytes of [2000, 1200]) {
    const child = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.url), '--large', path, String(megabytes)],
      { encoding: 'utf8' },
    )
    console.log(`row group of 410 MB, --memory ${megabytes} MB: ${child.stdout.trim()}`)
    if (child.status !== 0) process.exitCode = 1
  }
}

async function decodeLarge(path: string, megabytes: number): Promise<void> {
  let rows = 0
  for await (const batch of batches(path, 'parquet', megabytes * 1e6)) rows += batch.length
  const peak = process.resourceUsage().maxRSS / 1000
  console.log(`${rows} rows, peak memory of the process ${peak.toFixed(0)} MB`)
}

async function main(): Promise<void> {
  const quick = process.argv.includes('--quick')
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-decode-'))
  try {
    const random = randomOf(1)
    const rows = Array.from({ length: quick ? 20_000 : 60_000 }, (_, i) => ({
      ...(i % 2 ? curated(random) : syntheticCurated(random)),
      conversation_id: String(i),
    }))
    const [parquet, jsonl] = [join(folder, 'rows.parquet'), join(folder, 'rows.jsonl')]
    writeFileSync(parquet, parquetBytes(rows, 1000))
    writeFileSync(jsonl, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const peers = { 'parquet-wasm + Arrow IPC': arrowIpc, hyparquet }
    const ratios = await compare('generated corpus, Parquet (zstd)', [parquet], ours('parquet'), peers)
    ratios.push(
      ...(await compare('generated corpus, JSON lines', [jsonl], ours('jsonl'), { 'JSON.parse': jsonParse })),
    )
    const testdata = process.env['ASSAY_TESTDATA']
    if (testdata === undefined) console.log('dense20k: skipped, ASSAY_TESTDATA is not set')
    else
      ratios.push(
        ...(await compare('dense20k, Parquet (snappy)', denseFiles(testdata), ours('parquet'), peers)),
      )
    if (!quick) await largeRowGroup(folder)
    console.log(`decode: assay = ${ratios.join(', ')}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function denseFiles(testdata: string): string[] {
  const folder = join(testdata, 'dense20k', 'data')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.parquet'))
    .sort()
    .map((path) => join(folder, path))
}

const large = process.argv.indexOf('--large')
if (large < 0) await main()
else await decodeLarge(process.argv[large + 1]!, Number(process.argv[large + 2]))
