import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { writeFiles } from './corpus.ts'

let folder = ''

const lines = (name: string, rows: number, between = ''): string =>
  Array.from(
    { length: rows },
    (_, row) => `${JSON.stringify({ text: `Note ${row} of ward ${name}.` })}\n${between}`,
  ).join('')

beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-limit-'))
  writeFiles(join(folder, 'corpus'), [
    ['data/large/part-0.jsonl', lines('large 0', 4, ' \n\n')],
    ['data/large/part-1.jsonl.gz', gzipSync(lines('large 1', 3))],
    ['data/large/part-2.jsonl', ''],
    ['data/large/part-3.jsonl', lines('large 3', 40)],
    ['data/large/part-4.jsonl', lines('large 4', 40)],
    ['data/small/part-0.jsonl', lines('small', 2).trimEnd()],
  ])
})

async function limited(limit: number, workers = 1): Promise<{ record: AuditRecord; written: string }> {
  const out = `r/${limit}-${workers}`
  const args = ['run', 'corpus', '--out', out, '--limit', String(limit), '--workers', String(workers)]
  const done = await assay(args, { cwd: folder })
  expect(done.stderr).not.toMatch(/^assay: /m)
  expect(done.code).toBe(0)
  const written = readFileSync(join(folder, out, 'audit.json'), 'utf8')
  return { record: JSON.parse(written) as AuditRecord, written }
}

describe('--limit on files of JSON lines', () => {
  it('reads so many rows, and those a short file does not have from the next', async () => {
    const one = await limited(20)
    expect(one.record.inputs.map(({ rows }) => rows)).toEqual([4, 3, 0, 11, 0, 2])
    for (const input of one.record.inputs) {
      expect(input.audited).toBe(input.rows)
      expect(input.verified).toBe('not-read-whole')
    }
    expect((await limited(20, 3)).written).toBe(one.written)
  })

  it('beyond all rows reads all of them and says how many that were', async () => {
    const { record } = await limited(500)
    expect(record.inputs.map(({ rows }) => rows)).toEqual([4, 3, 0, 40, 40, 2])
    const report = readFileSync(join(folder, 'r/500-1/report.md'), 'utf8')
    expect(report).toMatch(/limited to 500 rows \(--limit\): 89 read/)
    expect(record.notChecked).toContainEqual(
      expect.objectContaining({ why: expect.stringContaining('limited to 500 rows') as string }),
    )
  })
})
