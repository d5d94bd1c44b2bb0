import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { openCorpus } from '../../src/engine/open.ts'
import type { Opened } from '../../src/engine/open.ts'
import { settingsOf } from '../../src/engine/options.ts'
import { pipelineOf } from '../../src/engine/pipeline.ts'
import { checkQuotations } from '../../src/engine/quotations.ts'
import type { Misquoted } from '../../src/engine/quotations.ts'
import { audit } from '../../src/engine/run.ts'
import { readEvidence } from '../../src/io/evidence.ts'
import { question } from '../stages/attribution/upstream-sets.ts'
import { writeFiles } from '../e2e/corpus.ts'
import { ensureBuilt } from '../support/cli.ts'

let folder = ''
let findings: Finding[]
let opened: Opened

/** Pairs, a leak, a long leak cut in the middle, an upstream match, damaged text: every stage that quotes quotes something. */
beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-quotes-'))
  const long = Array.from({ length: 12 }, (_, i) => question(i, 'exam')).join(' ')
  const row = (user: string, assistant: string): string =>
    JSON.stringify({
      messages: [
        { role: 'user', content: user },
        { role: 'assistant', content: assistant },
      ],
    })
  const words = question(7, 'exam').split(' ')
  const [told, asked] = [words.slice(0, 12).join(' '), words.slice(12).join(' ')]
  const rows = [
    row('Wie geht es dem Patienten – heute?', 'Gut, Fieber unter 38 °C; weiter wie bisher.'),
    row('Wie geht es dem Patienten – heute?', 'Gut, Fieber unter 38 °C; weiter wie bisher.'),
    row(question(3, 'exam'), 'Take the history first, and write it down for the next visit.'),
    row(`So: ${long}`, 'All of it is in the book of the ward, on the last page.'),
    row(question(5, 'train'), 'It is not known.'),
    JSON.stringify({
      messages: [
        { role: 'system', content: `Größe – case: ${told}` },
        { role: 'user', content: 'Ready?' },
        { role: 'assistant', content: 'Yes, go on.' },
        { role: 'user', content: `„Und“: ${asked}` },
        { role: 'assistant', content: 'Nobody on the ward could say so far.' },
      ],
    }),
    row('A damaged \ufffd text stands here', 'And ends with\ufffd'),
  ]
  const exam = [...Array.from({ length: 12 }, (_, i) => question(i, 'exam')), long]
  const lines = (list: readonly string[]): string => list.map((line) => `${line}\n`).join('')
  writeFiles(
    folder,
    Object.entries({
      'corpus/rows.jsonl': lines(rows),
      'exam.jsonl': lines(exam.map((text, i) => JSON.stringify({ id: `e${i}`, question: text }))),
      'train.jsonl': lines(
        Array.from({ length: 9 }, (_, i) => JSON.stringify({ question: question(i, 'train') })),
      ),
    }),
  )
  const loaded = pipelineOf(
    {
      ...{ name: 'quotes', source: 'corpus', formats: ['json'] },
      stages: {
        ...{ duplicates: {}, quality: {} },
        contamination: { benchmarks: [{ name: 'exam', file: 'exam.jsonl' }], methods: ['assay', 'ngram-13'] },
        attribution: { sources: [{ name: 'Train', file: 'train.jsonl', split: 'test', licence: 'MIT' }] },
      },
    },
    folder,
  )
  await audit(loaded, { out: join(folder, 'report'), workers: 1 })
  findings = []
  for await (const one of readEvidence(join(folder, 'report', 'evidence.parquet'))) findings.push(one)
  opened = await openCorpus({ loaded, settings: settingsOf({ out: null }, 'quotes') })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function check(list: readonly Finding[]): Promise<{ compared: number; wrong: Misquoted[] }> {
  const wrong: Misquoted[] = []
  async function* stream(): AsyncGenerator<Finding> {
    for (const one of list) yield await Promise.resolve(one)
  }
  const compared = await checkQuotations(stream(), opened, (one) => wrong.push(one))
  return { compared, wrong }
}

/** The first quotation of a rule's first finding, changed by `edit`. */
function forged(rule: RegExp, edit: (quotation: Record<string, unknown>) => void): Finding {
  const copy = structuredClone(findings.find((one) => rule.test(one.rule))) as unknown as {
    evidence: JsonObject & { texts?: Record<string, unknown>[]; quote?: Record<string, unknown> }
  }
  edit(copy.evidence.texts?.[0] ?? copy.evidence.quote ?? {})
  return copy as unknown as Finding
}

describe('quotations', () => {
  it('of every stage are what stands in the rows', async () => {
    const { compared, wrong } = await check(findings)
    expect(wrong).toEqual([])
    const rules = new Set(findings.map(({ rule }) => rule.split('/')[0]))
    expect([...rules].sort()).toEqual(
      expect.arrayContaining(['attribution', 'contamination', 'duplicates', 'quality']),
    )
    expect(compared).toBeGreaterThanOrEqual(8)
  })

  it.each([/^duplicates/, /^contamination/, /^attribution\/test/, /^quality\/damaged/])(
    'of %s are found when text, hash, offset or turn is changed',
    async (rule) => {
      const edits: ((quotation: Record<string, unknown>) => void)[] = [
        (one) => (one['text'] = `${String(one['text'])}!`),
        (one) => (one['sha256'] = '0'.repeat(64)),
        (one) => (one['start'] = Number(one['start']) + 1),
        (one) => (one['end'] = 10_000_000),
      ]
      for (const edit of edits) expect((await check([forged(rule, edit)])).wrong).toHaveLength(1)
    },
  )

  it('of an item in several turns are held against each of them', async () => {
    const finding = findings.find(({ evidence }) => evidence['turns'] !== undefined) as Finding
    expect(finding.message).toMatch(/in the system's and the user's turns$/)
    expect((await check([finding])).compared).toBe(2)
    const copy = structuredClone(finding) as unknown as { evidence: { texts: Record<string, unknown>[] } }
    copy.evidence.texts[1]!['turn'] = 0
    expect((await check([copy as unknown as Finding])).wrong).toHaveLength(1)
  })

  it('of a row or a file that is not there are found', async () => {
    const finding = findings.find(({ rule }) => rule.startsWith('contamination')) as Finding
    for (const place of [
      { ...finding.place, row: 99 },
      { ...finding.place, path: 'gone.jsonl' },
    ]) {
      const { wrong } = await check([{ ...finding, place: place as Finding['place'] }])
      expect(wrong[0]?.what).toMatch(/that is not there/)
    }
  })
})
