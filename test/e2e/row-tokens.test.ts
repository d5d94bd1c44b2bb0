import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { pick, randomOf } from '../support/random.ts'
import { writeFiles } from './corpus.ts'

let folder = ''
beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-row-tokens-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const WORDS =
  'amber birch cedar delta ember fjord grove heath inlet jetty knoll ledge marsh north oasis pine'.split(' ')

/** Words of its own in each row, so that none is nearly another. */
function row(i: number): string {
  const random = randomOf(i)
  const prose = (words: number): string => Array.from({ length: words }, () => pick(random, WORDS)).join(' ')
  const messages = [
    { role: 'user', content: prose(12 + i) },
    { role: 'assistant', content: prose(20 + 3 * i) },
  ]
  return JSON.stringify({ messages })
}

/** What is counted without repeats is what a corpus without repeats counts. */
it('the tokens left without repeats are the tokens of the corpus without them', async () => {
  const distinct = [0, 1, 2, 3, 4, 5, 6].map(row)
  const repeats = [row(2), 'not a row', row(5), row(5)]
  writeFiles(
    folder,
    Object.entries({
      'once/part/a.jsonl': `${distinct.join('\n')}\n`,
      'more/part/a.jsonl': `${distinct.join('\n')}\n`,
      'more/part/b.jsonl': `${repeats.join('\n')}\n`,
    }),
  )
  const records = new Map<string, AuditRecord>()
  for (const name of ['once', 'more']) {
    const stages = { tokens: { tokenizers: ['o200k_base', 'cl100k_base'] }, duplicates: {} }
    writeFileSync(join(folder, `${name}.yaml`), JSON.stringify({ name, source: name, stages }))
    const args = ['run', `${name}.yaml`, '--out', `${name}-report`, '--workers', '2']
    const done = await assay(args, { cwd: folder, env: { ASSAY_SLICE_BYTES: '300' } })
    expect(done.stderr).not.toMatch(/^assay: /m)
    const text = readFileSync(join(folder, `${name}-report`, 'audit.json'), 'utf8')
    records.set(name, JSON.parse(text) as AuditRecord)
  }
  const { tokens } = records.get('once')!.components['part']!
  const totals = Object.fromEntries(Object.entries(tokens).map(([name, { total }]) => [name, total]))
  const metrics = records.get('more')!.stages['duplicates']!.metrics as { effective?: { tokens?: object } }
  expect(metrics.effective?.tokens).toEqual(totals)
  expect(readFileSync(join(folder, 'more-report', 'report.html'), 'utf8')).toContain('Distinct examples')
})
