import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvidence } from '../../src/io/evidence.ts'
import { assay, ensureBuilt } from '../support/cli.ts'

const DATA = process.env['ASSAY_TESTDATA']

interface Item {
  benchmark: string
  id: string
  question: string
}
interface Planted {
  kind: string
  file: string
  line: number
  benchmark?: string
  benchmark_id?: string
}

const linesOf = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

describe.skipIf(DATA === undefined)(
  `benchmarks as upstream sets of dense20k${DATA === undefined ? ' (ASSAY_TESTDATA is not set)' : ''}`,
  () => {
    const sets = new Map<string, Item[]>()
    const found = new Map<string, string[]>()
    let truth: Planted[] = []
    let folder = ''

    beforeAll(async () => {
      ensureBuilt()
      folder = mkdtempSync(join(tmpdir(), 'assay-attribution-'))
      for (const file of readdirSync(join(DATA!, 'benchmarks')).filter((name) => name.endsWith('.jsonl'))) {
        const items = linesOf(join(DATA!, 'benchmarks', file)) as Item[]
        sets.set(file.replace('.jsonl', ''), items)
        writeFileSync(
          join(folder, file),
          items.map(({ question }) => `${JSON.stringify({ question })}\n`).join(''),
        )
      }
      const sources = [...sets.keys()].map((name) => ({ name, file: `${name}.jsonl`, split: 'test' }))
      const pipeline = {
        ...{ name: 'dense', source: join(DATA!, 'dense20k'), formats: ['json'] },
        stages: { attribution: { sources } },
      }
      writeFileSync(join(folder, 'p.yaml'), JSON.stringify(pipeline))
      const run = ['run', 'p.yaml', '--out', 'report', '--workers', '1', '--allow-outside']
      const done = await assay(run, { cwd: folder })
      expect(done.stderr).not.toMatch(/assay: /)
      for await (const { rule, place, evidence } of readEvidence(
        join(folder, 'report', 'evidence.parquet'),
      )) {
        if (rule !== 'attribution/test-split' || place.kind !== 'row') continue
        const source = String(evidence['source'])
        const item = sets.get(source)?.[Number(evidence['item'])]
        const row = `${place.path}:${place.row}`
        found.set(row, [...(found.get(row) ?? []), `${source}/${item?.id ?? ''}`])
      }
      truth = linesOf(join(DATA!, 'dense20k', 'truth.jsonl')) as Planted[]
    }, 120_000)
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    /** Items of the same words are one item. */
    function sameItem(a: string, b: string): boolean {
      const text = (key: string): string => {
        const [set = '', id] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)]
        const question = sets.get(set)?.find((item) => item.id === id)?.question ?? key
        return question.toLowerCase().replace(/[^a-z0-9]+/g, ' ')
      }
      return a === b || text(a) === text(b)
    }

    it.each([
      ['contam_verbatim', 0.97],
      ['contam_question_only', 0.97],
      ['contam_embedded', 0.97],
      ['contam_edit_05', 0.95],
      ['contam_edit_10', 0.92],
      ['contam_edit_20', 0.85],
    ])('%s: the source is found, and it is the right item', (kind, least) => {
      const planted = truth.filter((one) => one.kind === kind)
      const rows = planted.filter(({ file, line }) => found.has(`${file}:${line}`))
      const right = rows.filter(({ file, line, benchmark, benchmark_id: id }) =>
        found.get(`${file}:${line}`)!.some((key) => sameItem(key, `${benchmark}/${id}`)),
      )
      console.log(`${kind}: found ${rows.length}/${planted.length}, right item ${right.length}`)
      expect(rows.length / planted.length).toBeGreaterThanOrEqual(least)
      expect(right.length / rows.length).toBeGreaterThanOrEqual(0.97)
    })

    it('attributes next to no row that was not planted', () => {
      const planted = new Set(truth.map(({ file, line }) => `${file}:${line}`))
      const others = [...found.keys()].filter((row) => !planted.has(row))
      console.log(`rows attributed that were not planted: ${others.length} of 20,000`)
      expect(others.length).toBeLessThanOrEqual(6)
    })
  },
)
