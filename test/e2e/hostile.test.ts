import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { ATTACKS } from '../formats/hostile.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import type { CliResult } from '../support/cli.ts'
import { writeFiles } from './corpus.ts'

let folder = ''
let done: CliResult
const report = (file: string): string => readFileSync(join(folder, 'report', file), 'utf8')

/** Every attack as question, answer, id, source and column, each row twice, so that pairs quote it. */
beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-hostile-'))
  const long = 'x<b>'.repeat(100_000)
  const rows = [...ATTACKS, long].map((text, i) => ({
    ...{ id: `${text.slice(0, 400)} ${i}`, source: text.slice(0, 400), note: text.slice(0, 400) },
    messages: [
      { role: 'user', content: `${text} and what comes after it in row ${i}?` },
      { role: text.slice(0, 40) || 'assistant', content: `The answer ${i} is: ${text}` },
      { role: 'assistant', content: `${text} \ufffd` },
    ],
  }))
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const exam = ATTACKS.map(
    (text, i) =>
      `${JSON.stringify({ id: text, question: `${text} and what comes after it in row ${i}?` })}\n`,
  )
  writeFiles(
    folder,
    Object.entries({
      'corpus/a <img src=x>/train.jsonl': lines,
      'corpus/b/test.jsonl': lines,
      'exam.jsonl': exam.join(''),
    }),
  )
  const pipeline = {
    ...{ name: 'hostile', source: 'corpus' },
    stages: {
      ...{ duplicates: {}, quality: {}, attribution: {} },
      contamination: {
        benchmarks: [{ name: 'exam', file: 'exam.jsonl' }],
        methods: ['assay', 'ngram-8-coverage'],
      },
    },
    formats: ['json', 'markdown', 'html', 'croissant', 'sarif', 'in-toto'],
  }
  writeFileSync(join(folder, 'p.yaml'), JSON.stringify(pipeline))
  const args = ['run', 'p.yaml', '--evidence', 'full', '--out', 'report', '--workers', '1']
  done = await assay(args, { cwd: folder })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('hostile text from the corpus to every format', () => {
  it('is audited and quoted', () => {
    expect(done.stderr).not.toMatch(/^assay: /m)
    expect(done.code).toBe(0)
    const record = JSON.parse(report('audit.json')) as AuditRecord
    expect(Object.keys(record.findings).length).toBeGreaterThan(4)
    expect(JSON.stringify(record.findings)).toContain('onerror')
  })

  it('reaches no terminal and no page as a control character', () => {
    const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
    for (const [name, text] of [
      ['stdout', done.stdout],
      ['stderr', done.stderr],
      ['report.md', report('report.md')],
      ['report.html', report('report.html')],
    ] as const) {
      expect(control.exec(text)?.[0], name).toBeUndefined()
    }
  })

  it('is no markup in the page: no element, no handler, no address of its own', () => {
    const html = report('report.html')
    const [script = ''] = html.match(/<script(?! type="application)[^>]*>[\s\S]*?<\/script>/g) ?? []
    const page = html.replace(script, '')
    expect(page.match(/<(img|base|iframe|object|embed|meta http-equiv=.?refresh)\b.{0,60}/gi)).toBeNull()
    expect(page.match(/<[a-z][^>"']*\son[a-z]+\s*=.{0,60}/gi)).toBeNull()
    expect(page).not.toMatch(/(href|src)="(javascript:|http:\/\/192\.0\.2\.1)/i)
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000)
  })

  it('is plain text in Markdown', () => {
    const text = report('report.md')
    expect(text).not.toMatch(/^# heading/m)
    expect(text).not.toMatch(/!\[y\]\(/)
    expect(text).not.toMatch(/<(img|svg|details|script)\b/i)
  })

  it('leaves every JSON format readable, with addresses that are addresses', () => {
    const files = readdirSync(join(folder, 'report')).filter(
      (file) => /json$|sarif$/.test(file) && !file.endsWith('jsonl'),
    )
    expect(files.length).toBeGreaterThanOrEqual(4)
    for (const file of files) expect(() => JSON.parse(report(file)) as unknown, file).not.toThrow()
    for (const line of report('flagged-rows.jsonl').trim().split('\n'))
      expect(() => JSON.parse(line) as unknown).not.toThrow()
    const sarif = files.find((file) => file.includes('sarif'))!
    for (const [, uri] of report(sarif).matchAll(/"uri": ?"([^"]*)"/g))
      expect(uri).toMatch(/^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/)
  })
})
