import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { judge, parseClaims } from '../../src/claims/index.ts'
import { upperTail } from '../../src/claims/hypergeometric.ts'
import type { ClaimInputs, Measured, Sighting } from '../../src/claims/kind.ts'
import type { ClaimResult } from '../../src/core/claim.ts'
import { randomOf } from '../support/random.ts'
import { input, measured, stage } from './record.ts'

const folder = process.env['ASSAY_TESTDATA']
const report = join(folder ?? '', 'published', 'synthetic_moove_contamination_report.json')
const metadata = join(folder ?? '', 'published', 'synthetic_moove_dataset_metadata.json')

/** A component of two files; the log is about both, one after the other. */
const FILES = [600, 400]
const LISTED = Array.from({ length: 40 }, (_, i) => 7 + 24 * i)

function corpus(items: number, more: Partial<Measured> = {}): Measured {
  const metrics = {
    benchmarks: { exam: { items, expectedItems: items } },
    methods: { assay: {}, 'swiss-ai': {} },
    classes: [
      { name: 'near-match', counted: true },
      { name: 'passage-only', counted: false },
    ],
  }
  const inputs = FILES.map((rows, i) => input('made', `data/made/${i}.parquet`, rows))
  return measured({ inputs, stages: { contamination: stage(metrics) }, ...more })
}

function sighting(row: number, more: Partial<Sighting> = {}): Sighting {
  const place =
    row < 600 ? { path: 'data/made/0.parquet', row } : { path: 'data/made/1.parquet', row: row - 600 }
  const what = { rule: 'contamination/near-match', method: 'assay', benchmark: 'exam', item: `q${row}` }
  return { ...place, ...what, evalIndex: null, finding: `f${row}`, ...more }
}

const log = (rows: readonly number[], item = 5): string =>
  JSON.stringify(Object.fromEntries(rows.map((row) => [`auto_id_${row}`, item])))

function judged(
  text: string,
  sightings: readonly Sighting[],
  { body = {}, record = corpus(100) }: { body?: object; record?: Measured } = {},
): ClaimResult {
  const claim = {
    ...{ id: 'L', statement: 'flagged rows were removed', kind: 'logged-rows', component: 'made' },
    statedAt: { quote: 'removed', address: 'https://example.org/log.json' },
    logs: { report: { address: 'https://example.org/log.json', file: 'log.json' } },
    flagged: { log: 'report', pointer: '' },
    ...body,
  }
  const inputs: ClaimInputs = {
    logs: new Map([['log.json', { text, sha256: '0'.repeat(64), origin: 'log.json' }]]),
    sightings: new Map([['made', sightings]]),
  }
  return judge(parseClaims(JSON.stringify({ claims: [claim] }), 'claims.yaml'), record, inputs)[0]!
}

const part = (result: ClaimResult, name: string) => result.parts?.find((one) => one['name'] === name)
const rowsPart = (result: ClaimResult) => part(result, 'rows at the flagged numbers')

describe('rows a published log flags', () => {
  const there = LISTED.map((row) => sighting(row))
  const scattered = Array.from({ length: 40 }, (_, i) => sighting((i * 25 + 3) % 1000))

  it('are there where the numbers match far above the base rate', () => {
    const result = judged(log(LISTED), there.slice(0, 30))
    expect(result.verdict).toBe('contradicted')
    expect(rowsPart(result)?.['because']).toMatch(/^30 of the 40 .* 30 of all 1,000 rows .* far above/)
    const test = result.evidence[1] as { tail: number; elsewhere: number[]; atListed: number[] }
    expect(test.tail).toBeLessThan(1e-30)
    expect(test.elsewhere[0]).toBe(0)
    expect(test.atListed[0]).toBeGreaterThan(0.5)
  })

  it('are shown with the place they were found at, in the second file too', () => {
    const { evidence } = judged(log(LISTED), there)
    const places = evidence.slice(2) as { loggedRow: number; path: string; row: number }[]
    expect(places).toHaveLength(40)
    for (const { loggedRow, path, row } of places) {
      expect(loggedRow).toBe(path.endsWith('1.parquet') ? row + 600 : row)
    }
    expect(places.at(-1)?.path).toBe('data/made/1.parquet')
  })

  it('stay undetermined where as many rows match elsewhere: the order may be another', () => {
    const result = judged(log(LISTED), scattered)
    expect(result.verdict).toBe('undetermined')
    expect(rowsPart(result)?.['because']).toMatch(/nothing says that the published rows stand in the order/)
  })

  it('stay undetermined where three of forty match: significant, and yet no proof of the order', () => {
    const result = judged(log(LISTED), there.slice(0, 3))
    expect((rowsPart(result)?.['measured'] as { tail: number }).tail).toBeLessThan(1e-3)
    expect(result.verdict).toBe('undetermined')
  })

  it('are gone where no row matches the benchmarks the log names, and only then', () => {
    const named = { body: { benchmarks: ['exam'] } }
    expect(judged(log(LISTED), [], named).verdict).toBe('verified')
    expect(judged(log(LISTED), [sighting(500)], named).verdict).toBe('undetermined')
    expect(judged(log(LISTED), []).verdict).toBe('undetermined')
  })

  it('counts neither classes that are only listed nor methods and benchmarks not asked for', () => {
    const passages = there.map((one) => ({ ...one, rule: 'contamination/passage-only' }))
    expect(judged(log(LISTED), passages).verdict).toBe('undetermined')
    expect(judged(log(LISTED), there, { body: { methods: ['swiss-ai'] } }).verdict).toBe('undetermined')
    const other = there.map((one) => ({ ...one, benchmark: 'other' }))
    expect(judged(log(LISTED), other, { body: { benchmarks: ['exam'] } }).verdict).toBe('verified')
  })

  it('counts rows that match the very item the log gives', () => {
    const same = there.map((one, i) => ({ ...one, method: 'swiss-ai', evalIndex: i % 2 === 0 ? 5 : 6 }))
    expect((rowsPart(judged(log(LISTED), same))?.['measured'] as { sameItem: number }).sameItem).toBe(20)
  })

  it('beyond the published rows belong to another table', () => {
    const result = judged(log([...LISTED, 1000]), there)
    expect(result.verdict).toBe('undetermined')
    expect(rowsPart(result)?.['because']).toMatch(/^1 of 41 flagged row numbers are beyond the 1,000 rows/)
  })

  it('are not checked without the stage, the method, a benchmark, or a log that lists rows', () => {
    expect(rowsPart(judged(log(LISTED), there, { record: corpus(100, { stages: {} }) }))?.['verdict']).toBe(
      'not-checked',
    )
    expect(rowsPart(judged(log(LISTED), there, { body: { methods: ['ngram-13'] } }))?.['verdict']).toBe(
      'not-checked',
    )
    expect(rowsPart(judged(log(LISTED), there, { body: { benchmarks: ['none'] } }))?.['verdict']).toBe(
      'not-checked',
    )
    for (const text of ['{}', '[]', '"rows"', '{"row-x": 1}', '[1.5]', '[-1]', 'no json']) {
      expect(judged(text, there).verdict, text).toBe('not-checked')
    }
  })

  it('under --limit are never verified or contradicted', () => {
    const limited = corpus(100, { pipeline: { name: 't', sha256: '0', limit: 5 } })
    expect(judged(log(LISTED), there, { record: limited }).verdict).toBe('undetermined')
  })
})

describe('the counts of a published log', () => {
  const body = (before: number, removed: number, after: number) => ({ body: { before, removed, after } })
  const PUBLISHED = 'the published component has the rows the log leaves'

  it('agree with each other and with the data, or do not', () => {
    const left = judged(log(LISTED), [], body(1040, 40, 1000))
    expect(part(left, PUBLISHED)?.['verdict']).toBe('verified')
    expect(left.parts?.filter((one) => one['verdict'] === 'verified')).toHaveLength(4)
    const before = judged(log(LISTED), [], body(1000, 40, 960))
    expect(part(before, PUBLISHED)?.['because']).toMatch(/size from before its decontamination/)
    expect(before.verdict).toBe('contradicted')
    const odd = judged(log(LISTED), [], body(1040, 41, 1000))
    expect(part(odd, 'rows flagged and rows removed')?.['verdict']).toBe('contradicted')
    expect(part(odd, 'rows left and rows removed make the rows before')?.['verdict']).toBe('contradicted')
  })

  it('bound the size of the benchmark', () => {
    const size = (items: number, item: number, more = {}) =>
      part(judged(log(LISTED, item), [], { record: corpus(items), ...more }), 'size of the benchmark')?.[
        'verdict'
      ]
    expect(size(100, 99)).toBe('verified')
    expect(size(100, 100)).toBe('undetermined')
    expect(size(100, 100, { body: { benchmarks: ['exam'] } })).toBe('contradicted')
  })
})

describe('the upper tail', () => {
  it('equals exact counting', () => {
    const next = randomOf(11)
    for (let round = 0; round < 400; round++) {
      const rows = 1 + Math.floor(next() * 300)
      const [marked, listed] = [Math.floor(next() * (rows + 1)), Math.floor(next() * (rows + 1))]
      const hits = Math.floor(next() * (Math.min(marked, listed) + 1))
      const exact = exactTail({ rows, marked, listed, hits })
      expect(Math.abs(upperTail({ rows, marked, listed, hits }) / exact - 1)).toBeLessThan(1e-9)
    }
  })
})

function exactTail({
  rows,
  marked,
  listed,
  hits,
}: Record<'rows' | 'marked' | 'listed' | 'hits', number>): number {
  let sum = 0n
  for (let x = hits; x <= Math.min(marked, listed); x++)
    sum += choose(marked, x) * choose(rows - marked, listed - x)
  const all = choose(rows, listed)
  const scale = 10n ** 400n
  const digits = ((sum * scale) / all).toString()
  return Number(`${digits[0]}.${digits.slice(1, 18)}e${digits.length - 1 - 400}`)
}

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n
  let value = 1n
  for (let i = 1; i <= k; i++) value = (value * BigInt(n - k + i)) / BigInt(i)
  return value
}

const skipped = existsSync(report) ? '' : ' (skipped: ASSAY_TESTDATA is not set)'
describe.skipIf(!existsSync(report))(`the makers' published log of synthetic_moove${skipped}`, () => {
  const text = (): string => readFileSync(report, 'utf8')
  const rows = (): number[] => Object.keys(JSON.parse(text()) as object).map((key) => Number(key.slice(8)))
  const published = (): { removed: number; after: number } => {
    const [step] = (
      JSON.parse(readFileSync(metadata, 'utf8')) as { processing_log: Record<string, number>[] }
    ).processing_log
    return { removed: step!['contaminated_samples_removed']!, after: step!['samples_after_filtering']! }
  }
  /** Sizes of the sets the first corpus names, as its registry gives them. */
  const record = (): Measured => {
    const sizes = { medqa_test: 1273, medmcqa_validation: 4183, pubmedqa_test: 500, medxpertqa_text: 2450 }
    const metrics = {
      benchmarks: Object.fromEntries(
        Object.entries(sizes).map(([name, items]) => [name, { items, expectedItems: items }]),
      ),
      ...{ methods: { assay: {} }, classes: [] },
    }
    const inputs = [input('made', 'data/made/0.parquet', 24_465)]
    return measured({ inputs, stages: { contamination: stage(metrics) } })
  }
  const at = (row: number): Sighting => ({ ...sighting(0), row, path: 'data/made/0.parquet' })
  const body = () => ({ before: 24_465, ...published() })

  it('has the size from before the removal, and names a benchmark larger than any the corpus is said to be cleaned of', () => {
    const result = judged(text(), [], { body: body(), record: record() })
    for (const { name, verdict, because } of result.parts ?? [])
      console.log(`${name}: ${verdict}: ${because}`)
    expect(part(result, 'the published component has the rows the log leaves')?.['because']).toMatch(
      /24,465 rows are published, 24,387 are left by the log: .* before its decontamination/,
    )
    expect(part(result, 'rows flagged and rows removed')?.['verdict']).toBe('verified')
    expect(part(result, 'size of the benchmark')).toMatchObject({ verdict: 'undetermined', measured: 22_563 })
    expect(rowsPart(result)?.['verdict']).toBe('undetermined')
  })

  it('finds its rows when they match where it says, not when as many match elsewhere', () => {
    const listed = rows()
    expect(listed).toHaveLength(78)
    const there = judged(text(), listed.slice(0, 40).map(at), { record: record() })
    expect(rowsPart(there)?.['verdict']).toBe('contradicted')
    const next = randomOf(3)
    const random40 = [...new Set(Array.from({ length: 40 }, () => Math.floor(next() * 24_465)))]
    const elsewhere = judged(text(), random40.map(at), { record: record() })
    expect(rowsPart(elsewhere)?.['verdict']).toBe('undetermined')
  })
})
