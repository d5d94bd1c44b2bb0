import { DuckDBInstance } from '@duckdb/node-api'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from '../../src/core/finding-id.ts'
import type { Finding } from '../../src/core/finding.ts'
import { toText } from '../../src/core/finding-text.ts'
import { FindingBlock, standalone } from '../../src/core/finding-block.ts'
import { FindingPacker, unpackFindings } from '../../src/core/packed-findings.ts'
import type { Tally } from '../../src/core/tally.ts'
import { readEvidence, writeEvidence } from '../../src/io/evidence.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-evidence-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function* stream<T>(findings: readonly T[]): AsyncGenerator<T> {
  for (const one of findings) yield await Promise.resolve(one)
}

async function collect(path: string): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const one of readEvidence(path)) found.push(one)
  return found
}

function samples(count: number): Finding[] {
  return Array.from({ length: count }, (_, i) => sample(i))
}

function sample(i: number): Finding {
  const a = { component: `c${i % 3}`, path: `data/ü ${i}.parquet`, row: i * 1_000_003 }
  const evidence = {
    text: `line\n"${'é🩺'.repeat(i % 40)}`,
    n: [i, i / 7, null, true],
    nested: { z: 1, a: { b: [] } },
  }
  const rest = { severity: 'high', message: `message ${i}\u0000`, evidence } as const
  if (i % 4 === 0)
    return finding({ rule: 'x/row', place: { kind: 'row', ...a, exampleId: `id${i}` }, ...rest })
  if (i % 4 === 1) {
    const b = { component: 'other', path: 'data/b.parquet', row: i }
    return finding({ rule: 'x/pair', place: { kind: 'pair', a, b }, ...rest, score: i / 997 })
  }
  if (i % 4 === 2)
    return finding({ rule: 'x/component', place: { kind: 'component', name: `c,${i}` }, ...rest })
  const place = { kind: 'benchmark', name: 'ward' } as const
  return finding({
    rule: 'x/benchmark',
    place,
    ...rest,
    method: 'm',
    benchmark: 'ward',
    item: `${i}`,
    score: 1,
    key: `${i}`,
  })
}

function packed(findings: readonly Finding[]): Tally {
  const packer = new FindingPacker()
  for (const one of findings) packer.add(toText(one))
  return packer.take()
}

async function checkWritten(found: readonly (Finding | FindingBlock)[]): Promise<void> {
  const path = join(folder, 'packed.parquet')
  const findings = found.flatMap((one) => (one instanceof FindingBlock ? [...one] : [one])).map(standalone)
  const seen: string[] = []
  const written = await writeEvidence(path, stream(found), ({ id }) => void seen.push(id))
  expect(written.rows).toBe(findings.length)
  expect(seen).toEqual(findings.map(({ id }) => id))
  expect(await collect(path)).toEqual(findings)
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(`SELECT id, message FROM '${path}'`)
  expect(reader.getRows()).toEqual(findings.map(({ id, message }) => [id, message]))
  connection.closeSync()
}

describe('evidence.parquet', () => {
  it('gives back the findings that were written, in order', async () => {
    const path = join(folder, 'a.parquet')
    const findings = samples(10_000)
    const written = await writeEvidence(path, stream(findings))
    expect(written.rows).toBe(10_000)
    expect(written.sha256).toBe(
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    )
    expect(await collect(path)).toEqual(findings)
  })

  it('is the same bytes for the same findings', async () => {
    const [first, second] = [join(folder, 'b1.parquet'), join(folder, 'b2.parquet')]
    const a = await writeEvidence(first, stream(samples(300)))
    const b = await writeEvidence(second, stream(samples(300)))
    expect(a.sha256).toBe(b.sha256)
    expect((await writeEvidence(second, stream(samples(301)))).sha256).not.toBe(a.sha256)
  })

  it.each([
    ['all of a block', (block: Finding[]) => block],
    ['a block without its last', (block: Finding[]) => block.slice(0, -1)],
    ['a block without its first', (block: Finding[]) => block.slice(1)],
    ['a block with a gap', (block: Finding[]) => [...block.slice(0, 40), ...block.slice(60)]],
    ['a block with another finding in between', (block: Finding[]) => block.toSpliced(50, 0, sample(7))],
    ['a block backwards', (block: Finding[]) => block.toReversed()],
  ])('holds findings that came packed, and loses none: %s', async (_, taken) => {
    const blocks = [samples(100), samples(3), samples(6000)].map((block) =>
      taken(unpackFindings(structuredClone(packed(block)))),
    )
    await checkWritten([...samples(10), ...blocks.flat(), ...samples(5)])
  })

  it('holds findings that came as whole blocks, and loses none', async () => {
    const blocks = [samples(100), [], samples(6000), samples(3)].map((block) => packed(block))
    const [a, b, c, d] = blocks.map((block) => new FindingBlock(structuredClone(block)))
    await checkWritten([...samples(10), a!, b!, sample(7), c!, d!, ...samples(5)])
  })

  it('is the same bytes for whole blocks and for their findings one by one', async () => {
    const path = join(folder, 'one.parquet')
    const blocks = [samples(100), samples(6000)].map((block) => new FindingBlock(packed(block)))
    const whole = await writeEvidence(path, stream(blocks))
    const single = await writeEvidence(path, stream(blocks.flatMap((block) => [...block])))
    expect(single).toEqual(whole)
  })

  it('takes texts of many megabytes, a row group for so many of them', async () => {
    const path = join(folder, 'large.parquet')
    const large = samples(40).map((one, i) => ({ ...one, evidence: { text: `${i}${'å'.repeat(500_000)}` } }))
    await writeEvidence(path, stream([new FindingBlock(packed(large.slice(0, 30))), ...large.slice(30)]))
    expect(await collect(path)).toEqual(large)
  })

  it('may be empty', async () => {
    const path = join(folder, 'empty.parquet')
    expect((await writeEvidence(path, stream([]))).rows).toBe(0)
    expect(await collect(path)).toEqual([])
  })

  it('is read by an engine that shares no code with the writer', async () => {
    const path = join(folder, 'duck.parquet')
    const findings = samples(5000)
    await writeEvidence(path, stream(findings))
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const reader = await connection.runAndReadAll(`SELECT * FROM '${path}'`)
    expect(reader.columnNames()).toEqual([
      'id',
      'rule',
      'severity',
      'kind',
      'component',
      'path',
      'row',
      'exampleId',
      'method',
      'benchmark',
      'item',
      'otherComponent',
      'otherPath',
      'otherRow',
      'otherExampleId',
      'score',
      'message',
      'evidence',
    ])
    const rows = reader.getRowObjects()
    expect(rows.length).toBe(findings.length)
    rows.forEach((row, i) => {
      expect(row.id).toBe(findings[i]!.id)
      expect(JSON.parse(String(row.evidence))).toEqual(findings[i]!.evidence)
      expect(row.score).toBe(findings[i]!.score ?? null)
      expect(row.message).toBe(findings[i]!.message)
    })
    expect(rows[0]!.row).toBe(0n)
    expect(rows[4]!.row).toBe(4n * 1_000_003n)
    connection.closeSync()
  })

  it('reads duckdb-empty files too', async () => {
    const path = join(folder, 'empty2.parquet')
    await writeEvidence(path, stream([]))
    const database = await DuckDBInstance.create(':memory:')
    const connection = await database.connect()
    const reader = await connection.runAndReadAll(`SELECT count(*) AS n FROM '${path}'`)
    expect(reader.getRowObjects()[0]!.n).toBe(0n)
    connection.closeSync()
    database.closeSync()
  })

  it('says clearly that a damaged file cannot be read', async () => {
    const path = join(folder, 'a.parquet')
    await expect(collect(join(folder, 'none.parquet'))).rejects.toMatchObject({ name: 'AuditError' })
    const { writeFile } = await import('node:fs/promises')
    await writeFile(path, (await readFile(path)).subarray(0, 100))
    await expect(collect(path)).rejects.toMatchObject({ code: 'REPORT_INVALID' })
  })

  it('names the folder that cannot be written', async () => {
    await expect(writeEvidence(join(folder, 'no', 'x.parquet'), stream([]))).rejects.toMatchObject({
      code: 'OUTPUT',
    })
  })
})
