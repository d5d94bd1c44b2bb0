import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { question } from '../stages/attribution/upstream-sets.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { writeFiles } from './corpus.ts'

let folder = ''
beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-splits-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => {
    const messages = [
      { role: 'user', content: question(from + i, 'ward') },
      { role: 'assistant', content: `It follows from number ${from + i} of the ward book of that year.` },
    ]
    return `${JSON.stringify({ messages })}\n`
  }).join('')

const claim = (id: string, splits: string[]) => ({
  ...{ id, kind: 'no-split-overlap', statement: `${splits.join(' and ')} are apart`, splits },
  statedAt: { quote: 'The splits do not overlap', address: 'README.md' },
})

it('rows of test that stand in train contradict the claim that there are none', async () => {
  const card = `---
configs:
  - config_name: default
    data_files:
      - {split: train, path: part-1.jsonl}
      - {split: test, path: part-2.jsonl}
      - {split: validation, path: part-3.jsonl}
---
# Ward book
`
  writeFiles(
    folder,
    Object.entries({
      'corpus/README.md': card,
      'corpus/part-1.jsonl': rows(0, 50),
      'corpus/part-2.jsonl': rows(47, 60),
      'corpus/part-3.jsonl': rows(60, 70),
      'claims.json': JSON.stringify({
        claims: [
          claim('test', ['train', 'test']),
          claim('dev', ['train', 'validation']),
          claim('gone', ['train', 'x']),
        ],
      }),
      'audit.yaml': JSON.stringify({
        ...{ name: 'splits', source: 'corpus', claims: 'claims.json' },
        stages: { duplicates: {} },
      }),
    }),
  )
  const done = await assay(['run', 'audit.yaml', '--out', 'report', '--workers', '1'], { cwd: folder })
  expect(done.stderr).not.toMatch(/^assay: /m)
  const read = (file: string): string => readFileSync(join(folder, 'report', file), 'utf8')
  const record = JSON.parse(read('audit.json')) as AuditRecord
  for (const { id, verdict, because } of record.claims) console.log(`${id}: ${verdict}: ${because}`)
  expect(record.claims.map(({ verdict }) => verdict)).toEqual(['contradicted', 'verified', 'not-verifiable'])
  const found = record.findings['duplicates/split-overlap'] ?? []
  const places = found.map(({ place }) =>
    place.kind === 'pair' ? [place.a.path, place.a.row, place.b.row] : [],
  )
  expect(places).toEqual([47, 48, 49].map((row) => ['part-1.jsonl', row, row - 47]))
  expect(read('report.html')).toContain('Rows of one split that stand in another')
  expect(read('report.md')).toMatch(/\| test +\| +13 +\| train +\| +3 +\|/)
})
