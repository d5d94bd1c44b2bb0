import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { AuditError } from '../../src/core/error.ts'
import { parseSuppressions } from '../../src/engine/suppressions.ts'
import { pipelineOfReport, readReport } from '../../src/engine/report.ts'
import type { Report } from '../../src/engine/report.ts'

const REVISION = 'a'.repeat(40)

function report(source: string, uri: string, revision: string | null): Pick<Report, 'run' | 'record'> {
  return {
    run: { pipeline: { name: 'p', source, stages: { tokens: {} } }, folder: '/nowhere' },
    record: { source: { uri, revision, commitDate: null } } as Report['record'],
  }
}

describe('the pipeline of a report', () => {
  it.each([
    ['hf://datasets/org/name@main', 'hf://datasets/org/name', `hf://datasets/org/name@${REVISION}`],
    ['hf://datasets/org/name', 'hf://datasets/org/name', `hf://datasets/org/name@${REVISION}`],
    ['org/name', 'hf://datasets/org/name', `hf://datasets/org/name@${REVISION}`],
    [
      'hf://datasets/org/name@v1/data/*.parquet',
      'hf://datasets/org/name',
      `hf://datasets/org/name@${REVISION}/data/*.parquet`,
    ],
  ])('pins %s to the commit that was audited', (source, uri, pinned) => {
    expect(pipelineOfReport(report(source, uri, REVISION)).pipeline.source).toBe(pinned)
  })

  it('keeps a local source, or takes the place the data is at now', () => {
    expect(pipelineOfReport(report('data/*.parquet', 'data', null)).pipeline.source).toBe('data/*.parquet')
    const moved = pipelineOfReport(report('data', 'data', null), { source: '/else/data', folder: '/else' })
    expect([moved.pipeline.source, moved.folder]).toEqual(['/else/data', '/else'])
  })

  const folder = mkdtempSync(join(tmpdir(), 'assay-report-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  it.each([
    ['nothing', null],
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['another version', '{"schema":"assay/run/9"}'],
    ['files without hashes', '{"schema":"assay/run/1","files":{"audit.json":1}}'],
  ])('is refused where run.json holds %s', async (_what, text) => {
    if (text !== null) writeFileSync(join(folder, 'run.json'), text)
    const refused = readReport(folder)
    await expect(refused).rejects.toThrow(AuditError)
    await expect(refused).rejects.toMatchObject({ code: 'REPORT_INVALID' })
  })
})

describe('a file of suppressions', () => {
  const entry = { id: '0123456789abcdef', reason: 'known', author: 'A. Reader', date: '2026-01-31' }
  const parse = (value: unknown): unknown => parseSuppressions(JSON.stringify(value), 's.yaml')

  it('holds findings with reason, author and date', () => {
    expect(parse({ suppressions: [entry] })).toEqual([entry])
  })

  it.each<[unknown, RegExp]>([
    [{ suppressions: [{ ...entry, reason: ' ' }] }, /reason/],
    [{ suppressions: [{ ...entry, date: 'yesterday' }] }, /date/],
    [{ suppressions: [{ ...entry, id: 'C4' }] }, /16 hex digits/],
    [{ suppressions: [{ ...entry, author: undefined }] }, /author/],
    [{ suppressions: [{ ...entry, autor: 'x' }] }, /unknown key "autor".*"author"/],
    [{ suppresions: [] }, /suppress/],
    [{ suppressions: [entry, entry] }, /twice/],
    [[], /not valid/],
  ])('is refused as %j', (value, message) => {
    expect(() => parse(value)).toThrow(message)
  })
})
