import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { question } from '../stages/attribution/upstream-sets.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { writeFiles } from './corpus.ts'

const ROWS = 300
/** Twenty rows a log flags, and the exam question each of them holds. */
const FLAGGED = new Map(Array.from({ length: 20 }, (_, i) => [4 + 14 * i, 19 - i]))

const row = (i: number): string => {
  const item = FLAGGED.get(i)
  const text = item === undefined ? question(i, 'ward') : question(item, 'exam')
  return JSON.stringify({
    messages: [
      { role: 'user', content: text },
      { role: 'assistant', content: `Note ${i}.` },
    ],
  })
}
const all = Array.from({ length: ROWS }, (_, i) => row(i))
const removed = all.filter((_, i) => !FLAGGED.has(i))
const mixed = all.map((_, i) => all[(i * 7 + 13) % ROWS]!)

const CLAIMS = {
  claims: [
    {
      ...{ id: 'log', kind: 'logged-rows', statement: 'the flagged rows were removed', component: 'made' },
      statedAt: { quote: '20 removed', address: 'https://example.org/log.json' },
      logs: { log: { address: 'https://example.org/log.json', file: 'log.json' } },
      flagged: { log: 'log', pointer: '/flagged' },
      removed: { log: 'log', pointer: '/flagged' },
      ...{ before: ROWS, after: ROWS - FLAGGED.size, benchmarks: ['exam'] },
    },
  ],
}

let folder = ''
beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-log-'))
  const flagged = Object.fromEntries([...FLAGGED].map(([at, item]) => [`auto_id_${at}`, item]))
  const exam = Array.from({ length: 20 }, (_, i) => ({ id: `e${i}`, question: question(i, 'exam') }))
  writeFiles(
    folder,
    Object.entries({
      'claims.json': JSON.stringify(CLAIMS),
      'log.json': JSON.stringify({ flagged }),
      'exam.jsonl': exam.map((item) => `${JSON.stringify(item)}\n`).join(''),
    }),
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function judged(name: string, rows: readonly string[]) {
  const half = Math.ceil(rows.length / 2)
  const lines = (from: number, to: number): string => `${rows.slice(from, to).join('\n')}\n`
  writeFiles(
    join(folder, name),
    Object.entries({
      'data/made/a.jsonl': lines(0, half),
      'data/made/b.jsonl': lines(half, rows.length),
    }),
  )
  const stages = { contamination: { benchmarks: [{ name: 'exam', file: 'exam.jsonl' }], methods: ['assay'] } }
  const pipeline = { name, source: name, stages, claims: 'claims.json', formats: ['json', 'markdown'] }
  writeFileSync(join(folder, `${name}.yaml`), JSON.stringify(pipeline))
  const out = join(folder, `${name}-report`)
  const done = await assay(['run', `${name}.yaml`, '--out', out, '--workers', '1'], { cwd: folder })
  expect(done.stderr).not.toMatch(/^assay: /m)
  const record = JSON.parse(readFileSync(join(out, 'audit.json'), 'utf8')) as AuditRecord
  const claim = record.claims[0]!
  console.log(`${name}: ${claim.verdict}: ${claim.because}`)
  return { ...claim, rows: claim.parts?.find((part) => part['name'] === 'rows at the flagged numbers') }
}

describe('a decontamination log that names rows', () => {
  it('is contradicted where the rows are still at their numbers, with each place', async () => {
    const { verdict, rows, evidence } = await judged('kept', all)
    expect(verdict).toBe('contradicted')
    expect(rows).toMatchObject({ verdict: 'contradicted', measured: { listed: 20, hits: 20, marked: 20 } })
    const places = evidence.slice(2) as {
      loggedRow: number
      loggedItem: number
      path: string
      row: number
      item: string
    }[]
    expect(places).toHaveLength(20)
    for (const { loggedRow, loggedItem, path, row: at, item } of places) {
      expect(path.endsWith('b.jsonl') ? at + 150 : at).toBe(loggedRow)
      expect(item).toBe(`e${loggedItem}`)
    }
  })

  it('is undetermined by its rows in another order, although the counts contradict it', async () => {
    const { verdict, rows } = await judged('mixed', mixed)
    expect(rows?.['verdict']).toBe('undetermined')
    expect(verdict).toBe('contradicted')
  })

  it('is verified where no row matches the benchmark it names and the counts agree', async () => {
    const { verdict } = await judged('removed', removed)
    expect(verdict).toBe('verified')
  })
})
