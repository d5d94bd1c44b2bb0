import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { packageRoot } from '../../src/core/package.ts'
import { readEvidence } from '../../src/io/evidence.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { pick, randomOf } from '../support/random.ts'
import { writeFiles } from './corpus.ts'

/** Every word of the corpus begins like this, and no other word does. */
const MARK = 'zqx'
const WORDS = Array.from(
  { length: 2000 },
  (_, i) => `${MARK}${i.toString(36).replace(/\d/g, (d) => 'ghijklmnop'[Number(d)]!)}`,
)
const FILES = ['json', 'markdown', 'html', 'croissant', 'sarif', 'in-toto']

interface Made {
  id: string
  source: string
  topic: string
  level: number
  note: string | null
  tags: string[]
  messages: { role: string; content: string }[]
}

function prose(random: () => number, words: number): string {
  return Array.from({ length: words }, () => pick(random, WORDS)).join(' ')
}

/** Rows with everything a finding may quote: copies of every kind, leaks, template text, unknown roles, damage. */
function corpus(items: readonly { question: string; options: Record<string, string> }[]): Made[] {
  const random = randomOf(71)
  const template = prose(random, 40)
  const made = (i: number, user: string, assistant: string): Made => ({
    id: `row-${i}`,
    source: i % 2 === 0 ? 'ward-notes' : 'school-notes',
    topic: `${MARK}topic ${MARK}${['heart', 'lung', 'skin'][i % 3]}`,
    level: i % 4,
    note: i % 5 === 0 ? null : `${MARK}note ${i % 2}`,
    tags: [`${MARK}tag${i % 2 === 0 ? 'a' : 'b'}`],
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: assistant },
    ],
  })
  const rows: Made[] = []
  const add = (user: string, assistant: string): number => rows.push(made(rows.length, user, assistant))
  for (let i = 0; i < 60; i++) add(`${template} ${prose(random, 20)}?`, `${prose(random, 40)}.`)
  for (let i = 0; i < 10; i++) {
    const [question, answer] = [prose(random, 30), prose(random, 60)]
    add(question, answer)
    add(question, answer)
    add(`${question}.`, answer.toUpperCase())
    add(question, prose(random, 20))
    add(`${question} 15 mg`, answer)
    add(`${question} 25 mg`, answer)
    add(question.replace(/^\S+ \S+/, prose(random, 2)), answer)
    add(`${prose(random, 60)} ${answer} ${prose(random, 60)}`, prose(random, 30))
  }
  for (const { question, options } of items.slice(0, 10)) {
    const listed = Object.entries(options).map(([label, text]) => `${label}. ${text}`)
    add(`${question}\n${listed.join('\n')}`, 'A')
    add(
      `${question}\n${[...listed]
        .reverse()
        .map((line, i) => `${'ABCD'[i]}. ${line.slice(3)}`)
        .join('\n')}`,
      'B',
    )
    add(question, prose(random, 30))
  }
  add('', '')
  add(`${prose(random, 10)} \ufffd`, `${prose(random, 10)} <${MARK}tag`)
  add(prose(random, 8), Array<string>(60).fill(prose(random, 3)).join(' '))
  rows.push({ ...made(rows.length, '', ''), messages: [{ role: `${MARK}role`, content: prose(random, 12) }] })
  return rows
}

function valuesClaim(id: string, column: string, values: readonly string[]): object {
  const statedAt = { quote: 'said so', address: 'README.md' }
  return { id, kind: 'column-values', statement: `One of ${values.length}`, statedAt, column, values }
}

let folder = ''
let record: AuditRecord

beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-hash-'))
  const random = randomOf(72)
  const items = Array.from({ length: 30 }, (_, i) => ({
    id: `item-${i}`,
    question: `${prose(random, 18)}?`,
    options: Object.fromEntries(['A', 'B', 'C', 'D'].map((label) => [label, prose(random, 3)])),
    answer: 'A',
  }))
  const lines = (list: readonly object[]): string => list.map((one) => `${JSON.stringify(one)}\n`).join('')
  const rows = corpus(items)
  writeFiles(
    folder,
    Object.entries({
      'corpus/train.jsonl': lines(rows.slice(0, 100)),
      'corpus/test.jsonl': lines(rows.slice(100)),
      'exam.jsonl': lines(items),
      'claims.yaml': JSON.stringify({
        claims: [
          valuesClaim('T1', 'topic', ['heart']),
          valuesClaim('T2', 'source', ['ward-notes', 'school-notes']),
          valuesClaim('T3', 'level', ['0', '1', '2', '3']),
        ],
      }),
      'audit.yaml': JSON.stringify({
        ...{ name: 'hash', source: 'corpus', claims: 'claims.yaml', formats: FILES },
        stages: {
          tokens: { tokenizers: ['o200k_base'] },
          duplicates: {},
          contamination: {
            benchmarks: [{ name: 'exam', file: 'exam.jsonl' }],
            methods: ['assay', 'ngram-13'],
          },
          attribution: { columns: ['tags'] },
          quality: {},
        },
      }),
    }),
  )
  for (const level of ['hash', 'snippet']) {
    const args = ['run', 'audit.yaml', '--self-test', '--evidence', level, '--out', level, '--workers', '1']
    const done = await assay(args, { cwd: folder })
    expect(done.stderr).not.toMatch(/^assay: /m)
  }
  record = JSON.parse(readFileSync(join(folder, 'hash', 'audit.json'), 'utf8')) as AuditRecord
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a report without quotations', () => {
  it('has findings of every kind that quotes', () => {
    const rules = Object.keys(record.findings)
    console.log(rules.join(', '))
    for (const rule of [
      'conversation-exact',
      'near-duplicate',
      'minimal-difference',
      'same-prompt',
      'template',
    ])
      expect(rules).toContain(`duplicates/${rule}`)
    expect(rules.some((rule) => rule.startsWith('contamination/'))).toBe(true)
  })

  it('holds no word of the corpus in any file', async () => {
    expect(await wordsIn('hash')).toEqual([])
    // The same audit with quotations has them in every place looked at.
    const files = new Set((await wordsIn('snippet')).map(([file]) => file))
    expect([...files]).toEqual(expect.arrayContaining(['audit.json', 'evidence.parquet', 'report.html']))
  })

  it('lists the values of columns by their hashes, and claims are judged by these', () => {
    const columns = record.stages['attribution']?.metrics['columns'] as unknown as Record<
      string,
      { components: Record<string, { values: { value?: string; sha256?: string }[] }> }
    >
    for (const name of ['topic', 'note', 'tags', 'level']) {
      const lists = Object.values(columns[name]!.components).map(({ values }) => values)
      expect(lists.flat().length, name).toBeGreaterThan(1)
      for (const entry of lists.flat()) expect(Object.keys(entry).sort()).toEqual(['first', 'rows', 'sha256'])
    }
    const [none, two, all] = ['T1', 'T2', 'T3'].map((id) => record.claims.find((claim) => claim.id === id)!)
    expect(none!.verdict).toBe('contradicted')
    expect(none!.because).toMatch(/hold something else: sha256 [0-9a-f]{64} \(/)
    expect(two!.verdict).toBe('verified')
    expect(all!.verdict).toBe('verified')
  })

  it('keeps the names the README says it keeps: ids and declared sources', () => {
    const text = readFileSync(join(folder, 'hash', 'audit.json'), 'utf8')
    expect(text).toContain('ward-notes')
    expect(text).toContain('"row-')
    const kept = readFileSync(join(packageRoot, 'README.md'), 'utf8').replace(/\s+/g, ' ')
    expect(kept).toContain('the ids of rows, the values of the declared source column')
  })
})

/** Files of a report that hold a word of the corpus, with what stands around it; what is compressed is read too. */
async function wordsIn(report: string): Promise<[file: string, around: string][]> {
  const found: [string, string][] = []
  const look = (file: string, text: string): void => {
    const at = text.toLowerCase().indexOf(MARK)
    if (at >= 0) found.push([file, text.slice(Math.max(0, at - 200), at + 60)])
  }
  for (const name of readdirSync(join(folder, report)))
    look(name, readFileSync(join(folder, report, name)).toString('latin1'))
  for await (const finding of readEvidence(join(folder, report, 'evidence.parquet')))
    look('evidence.parquet', JSON.stringify(finding))
  return found
}
