import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { auditDigest } from '../../src/formats/json.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

function assay(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
}

function recordOf(folder: string): AuditRecord {
  return JSON.parse(readFileSync(join(folder, 'audit.json'), 'utf8')) as AuditRecord
}

describe('the report of the sample, made now', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'assay-explain-'))
  const report = join(scratch, 'report')

  beforeAll(() => {
    const run = assay('run', 'pipelines/sample.yaml', '--out', report, '--workers', '1')
    expect(run.stderr.split('\n').slice(-3).join('\n') + run.stdout.slice(-200)).toContain('Report')
    expect(run.status).toBe(0)
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it('is what reports/example holds (if not: npm run example)', () => {
    expect(auditDigest(recordOf(join(root, 'reports/example')))).toBe(auditDigest(recordOf(report)))
    for (const file of ['report.md', 'report.html', 'flagged-rows.jsonl']) {
      expect(
        readFileSync(join(root, 'reports/example', file), 'utf8') ===
          readFileSync(join(report, file), 'utf8'),
        file,
      ).toBe(true)
    }
  })

  it('explains a contamination finding with both texts, the row and its tokens', () => {
    const [finding] = recordOf(report).findings['contamination/exact-match'] ?? []
    const { stdout, status } = assay('explain', report, finding?.id ?? '')
    expect(status).toBe(0)
    expect(stdout).toContain(`Finding ${finding?.id}`)
    expect(stdout).toContain(finding?.item ?? 'no item')
    expect(stdout).toMatch(/«[^»]+»/)
    expect(stdout).toMatch(/\d+ turns, \d+ o200k_base tokens/)
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80)
  })

  it('explains an example by its declared id and by its address', () => {
    const [finding] = recordOf(report).findings['duplicates/conversation-exact'] ?? []
    const place = finding?.place.kind === 'pair' ? finding.place.b : null
    const byId = assay('explain', report, place?.exampleId ?? '')
    const byAddress = assay('explain', report, `${place?.path}:${place?.row}`)
    expect(byId.stdout).toContain(`${place?.path} row ${place?.row}`)
    expect(byId.stdout).toContain(finding?.id ?? 'no finding')
    expect(byAddress.stdout).toContain(finding?.id ?? 'no finding')
  })

  it('explains from the report alone when the data is out of reach', () => {
    const [finding] = recordOf(report).findings['contamination/exact-match'] ?? []
    const { stdout, status } = assay('explain', join(root, 'reports/example'), finding?.id ?? '')
    expect(status).toBe(0)
    expect(stdout).toContain('The row was not read')
    expect(assay('explain', report, finding?.id ?? '', '--no-data').stdout).toContain('not asked for')
  })

  it('says what an id may be when nothing goes by it', () => {
    const { stderr, status } = assay('explain', report, 'no-such-example')
    expect(status).toBe(2)
    expect(stderr).toContain('PATH:ROW')
    expect(assay('explain', scratch, 'x').stderr).toContain('not the directory of a report')
  })

  it('gives one JSON object', () => {
    const [finding] = recordOf(report).findings['contamination/exact-match'] ?? []
    const answer = JSON.parse(assay('explain', report, finding?.id ?? '', '--json').stdout) as {
      findings: { id: string }[]
      rows: { turns: unknown[] }[]
    }
    expect(answer.findings[0]?.id).toBe(finding?.id)
    expect(answer.rows[0]?.turns.length).toBeGreaterThan(0)
  })
})

describe('rows named by their declared id', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'assay-explain-id-'))
  const report = join(scratch, 'report')
  const row = (id: string, subject: string, answer: string | null) => ({
    id,
    messages: [
      { role: 'user', content: `Which lamp stands beside the ${subject}?` },
      { role: 'assistant', content: answer },
    ],
  })
  const rows = [
    row('alpha', 'harbour wall', null),
    row('beta', 'old mill pond', 'The green one that was mended last spring.'),
    row('gamma', 'bakery door', 'A brass lantern, lit by the night porter.'),
    row('gamma', 'chapel gate', 'Two candles in a tin box with a glass front.'),
  ]

  beforeAll(() => {
    const corpus = join(scratch, 'corpus.jsonl')
    writeFileSync(corpus, rows.map((each) => `${JSON.stringify(each)}\n`).join(''))
    expect(assay('run', corpus, '--out', report, '--workers', '1').status).toBe(0)
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it('findings of the input stage carry it, in every file and for explain', () => {
    const [finding] = recordOf(report).findings['input/null-content'] ?? []
    expect(finding?.place).toMatchObject({ row: 0, exampleId: 'alpha' })
    expect(readFileSync(join(report, 'flagged-rows.jsonl'), 'utf8')).toContain('"exampleId":"alpha"')
    expect(assay('explain', report, 'alpha').stdout).toContain(finding?.id ?? 'no finding')
  })

  it('a row without findings is found in the data, all rows of the id where it stands twice', () => {
    const { stdout, stderr, status } = assay('explain', report, 'beta')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toContain('corpus.jsonl row 1')
    expect(stdout).toContain('mended last spring')
    const twice = JSON.parse(assay('explain', report, 'gamma', '--json').stdout) as {
      rows: { place: { row: number } }[]
    }
    expect(twice.rows.map(({ place }) => place.row)).toEqual([2, 3])
  })

  it('says when the data was not looked through', () => {
    const { stderr, status } = assay('explain', report, 'beta', '--no-data')
    expect(status).toBe(2)
    expect(stderr).toContain('not all of the data was looked through for it: not asked for (--no-data)')
    expect(assay('explain', report, 'omega').stderr).not.toContain('not all')
  })
})
