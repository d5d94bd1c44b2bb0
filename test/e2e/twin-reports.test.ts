import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import type { AuditRecord } from '../../src/core/record.ts'
import { sealed } from '../../src/engine/run-seal.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { randomOf } from '../support/random.ts'
import { conversationsParquet } from '../hub/parquet.ts'
import { writeFiles } from './corpus.ts'
import { CLAIMS, CURATED, MADE, PIPELINE, auditsIn, rows } from './twin-corpus.ts'

let root = ''
const audited = auditsIn(() => root)

beforeAll(() => {
  ensureBuilt()
  root = mkdtempSync(join(tmpdir(), 'assay-reports-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const FORMATS = { ...PIPELINE, formats: ['json', 'markdown', 'html', 'croissant', 'sarif', 'in-toto'] }

describe('assay verify', () => {
  const folder = (): string => join(root, 'verified')

  it('finds each of 20 single bytes changed in every file of the report, the data, and what stands beside it', async () => {
    await audited('verified', (twin) => twin.write('p.yaml', JSON.stringify(FORMATS)))
    const clean = await assay(['verify', 'report', '--json'], { cwd: folder() })
    expect(JSON.parse(clean.stdout)).toMatchObject({ discrepancies: [], repeated: true, notCompared: [] })
    const { verifyReport } = (await import('../../dist/engine/verify.js' as string)) as {
      verifyReport(report: string, options: object): Promise<{ discrepancies: { where: string }[] }>
    }
    const report = readdirSync(join(folder(), 'report')).map((name) => `report/${name}`)
    expect(report).toHaveLength(10)
    const data = ['README.md', CURATED, ...MADE].map((path) => `corpus/${path}`)
    const besides = ['claims.yaml', 'log.json', 'exam.jsonl', 'ward-train.jsonl', 'ward-test.jsonl']
    const random = randomOf(11)
    const next = (below: number): number => Math.floor(random() * below)
    for (const path of [...report, ...data, ...besides]) {
      const whole = readFileSync(join(folder(), path))
      if (whole.length === 0) continue
      for (let round = 0; round < 20; round++) {
        const bytes = Buffer.from(whole)
        const at = next(bytes.length)
        bytes[at] = bytes[at]! ^ (1 + next(255))
        writeFileSync(join(folder(), path), bytes)
        const { discrepancies } = await verifyReport(join(folder(), 'report'), { quick: true })
        const where = discrepancies.map((one) => one.where).join()
        expect(where, `byte ${at} of ${path}`).toContain(path.split('/').at(-1))
      }
      writeFileSync(join(folder(), path), whole)
    }
    const again = await verifyReport(join(folder(), 'report'), { quick: true })
    expect(again.discrepancies).toEqual([])
  }, 180_000)

  it('finds numbers and evidence that were changed together with their hashes', async () => {
    await audited('forged', () => undefined)
    const report = join(root, 'forged', 'report')
    const audit = readFileSync(join(report, 'audit.json'), 'utf8')
    const forged = audit.replace('"examples": 60', '"examples": 61')
    expect(forged).not.toBe(audit)
    writeFileSync(join(report, 'audit.json'), forged)
    const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
    const run = readFileSync(join(report, 'run.json'), 'utf8').replace(sha(audit), sha(forged))
    writeFileSync(join(report, 'run.json'), run)
    const unsealed = await assay(['verify', 'report', '--quick'], { cwd: join(root, 'forged') })
    expect(unsealed.stdout).toMatch(/run\.json: The file is not the one that was written/)
    const values = Object.entries(JSON.parse(run) as JsonObject).filter(([key]) => key !== 'sha256')
    writeFileSync(join(report, 'run.json'), sealed(Object.fromEntries(values)))
    const quick = await assay(['verify', 'report', '--quick'], { cwd: join(root, 'forged') })
    expect(quick.code).toBe(0)
    const done = await assay(['verify', 'report'], { cwd: join(root, 'forged') })
    expect(done.code).toBe(1)
    expect(done.stdout).toMatch(/#\/components\/curated\/examples/)
  }, 120_000)
})

describe('assay diff, --baseline and suppressions', () => {
  it('tell what changed between two revisions, and what is new', async () => {
    const before = await audited('before', () => undefined)
    expect(before.claims.length).toBeGreaterThan(0)
    const changed = rows('made', 20).map((row, i) =>
      i === 7 ? { ...row, turns: [row.turns[0]!, { from: 'gpt', value: 'Another answer.' }] } : row,
    )
    const after = join(root, 'after')
    cpSync(join(root, 'before'), after, { recursive: true })
    writeFiles(after, [
      [`corpus/${MADE[0]}`, conversationsParquet([...changed.slice(1), ...rows('made', 1, 90)])],
      ['claims.yaml', Buffer.from(JSON.stringify(CLAIMS).replace('"value":40', '"value":41'))],
    ])
    const args = ['run', 'p.yaml', '--out', 'second', '--workers', '1', '--fail-on', 'high']
    const second = await assay([...args, '--baseline', 'report'], { cwd: after })
    expect(second.code).toBe(1)
    expect(second.stdout).toMatch(/2 new, 0 fixed since the baseline\)/)
    const limited = [
      'run',
      'p.yaml',
      '--out',
      'limited',
      '--workers',
      '1',
      '--limit',
      '9',
      '--baseline',
      'report',
    ]
    expect((await assay(limited, { cwd: after })).stdout).toMatch(/which was made with other settings/)
    const diff = await assay(['diff', 'report', 'second', '--json'], { cwd: after })
    const told = JSON.parse(diff.stdout) as Record<string, unknown>
    expect(told['rows']).toMatchObject({
      curated: { added: 0, removed: 0, changed: 0, unchanged: 60 },
      made: { added: 1, removed: 1, changed: 1, unchanged: 38 },
    })
    expect(told['files']).toMatchObject({ changed: ['made/data/made/train-0.parquet'], unchanged: 2 })
    expect(told['claims']).toMatchObject([
      { id: 'files', before: { verdict: 'verified' }, after: { verdict: 'contradicted' } },
      { id: 'made', before: { verdict: 'verified' }, after: { verdict: 'contradicted' } },
    ])
    expect(told['findings']).toMatchObject({ addedCount: 2, fixedCount: 0 })
    const third = await assay(
      ['run', 'p.yaml', '--out', 'third', '--workers', '1', '--fail-on', 'high', '--baseline', 'second'],
      { cwd: after },
    )
    expect(third.code).toBe(0)
    const { added } = told['findings'] as { added: { id: string }[] }
    const entries = added.map(({ id }) => ({
      ...{ id, reason: 'the card is corrected', author: 'A. Reader', date: '2026-01-31' },
    }))
    writeFiles(after, [
      ['reviewed.yaml', Buffer.from(JSON.stringify({ suppressions: entries }))],
      ['p.yaml', Buffer.from(JSON.stringify({ ...PIPELINE, suppressions: 'reviewed.yaml' }))],
    ])
    const fourth = await assay([...args.slice(0, 3), 'fourth', ...args.slice(4)], { cwd: after })
    expect(fourth.code).toBe(0)
    const record = JSON.parse(readFileSync(join(after, 'fourth/audit.json'), 'utf8')) as AuditRecord
    expect(record.extra?.['suppressions']).toEqual(
      entries.map((entry) => ({ ...entry, found: true, rule: 'claims/contradicted' })),
    )
  }, 180_000)
})
