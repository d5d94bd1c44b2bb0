import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { question } from '../stages/attribution/upstream-sets.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { writeFiles } from './corpus.ts'

/** 40 items, the first seven of them in the corpus. */
const ITEMS = 40
const LEAKED = 7
let folder = ''
let record: AuditRecord

interface Census {
  found: number
  byMethod: Record<string, number>
  notFoundItems: string[]
  present: { estimatedItems: number; lowItems: number; highItems: number }
}

beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-census-'))
  const rows = Array.from({ length: 120 }, (_, i) => ({
    messages: [
      { role: 'user', content: i < LEAKED ? question(i, 'exam') : question(i, 'ward') },
      {
        role: 'assistant',
        content: `Note ${i} of the ward book says that nothing more was seen on that day.`,
      },
    ],
  }))
  const items = Array.from({ length: ITEMS }, (_, i) => ({ id: `e${i}`, question: question(i, 'exam') }))
  const lines = (list: readonly object[]): string => list.map((one) => `${JSON.stringify(one)}\n`).join('')
  writeFiles(
    folder,
    Object.entries({
      'corpus/rows.jsonl': lines(rows),
      'exam.jsonl': lines(items),
      'audit.yaml': JSON.stringify({
        ...{ name: 'census', source: 'corpus' },
        stages: {
          contamination: {
            benchmarks: [{ name: 'exam', file: 'exam.jsonl' }],
            methods: ['assay', 'ngram-13'],
          },
        },
      }),
    }),
  )
  const args = ['run', 'audit.yaml', '--self-test', '--out', 'report', '--workers', '1']
  const done = await assay(args, { cwd: folder })
  expect(done.stderr).not.toMatch(/^assay: /m)
  record = JSON.parse(readFileSync(join(folder, 'report', 'audit.json'), 'utf8')) as AuditRecord
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the census of a run with a positive control', () => {
  const census = (): Census =>
    (record.stages['contamination']?.metrics['benchmarks'] as unknown as { exam: { census: Census } }).exam
      .census

  it('names every item without a match, in the order of the file', () => {
    const rest = Array.from({ length: ITEMS - LEAKED }, (_, i) => `e${i + LEAKED}`)
    expect(census().found).toBe(LEAKED)
    expect(census().notFoundItems).toEqual(rest)
    expect(census().byMethod).toEqual({ assay: LEAKED, 'ngram-13': LEAKED })
  })

  it('gives the interval that follows from the recall of the control', () => {
    const { estimatedItems, lowItems, highItems } = census().present
    console.log(`${lowItems} to ${highItems} items, estimate ${estimatedItems}`)
    expect(lowItems).toBe(LEAKED)
    expect(estimatedItems).toBeGreaterThanOrEqual(LEAKED)
    expect(highItems).toBeGreaterThanOrEqual(Math.ceil(estimatedItems))
    expect(highItems).toBeLessThan(ITEMS)
  })

  it('is in the page and in the summary', () => {
    const { lowItems, highItems } = census().present
    const interval = `${lowItems} to ${highItems} items`
    expect(readFileSync(join(folder, 'report', 'report.md'), 'utf8')).toContain(
      '| By assay | By ngram-13 | By any |',
    )
    for (const file of ['report.html', 'report.md']) {
      expect(readFileSync(join(folder, 'report', file), 'utf8')).toContain(interval)
    }
  })
})
