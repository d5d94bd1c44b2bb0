import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { conversationsParquet } from '../hub/parquet.ts'
import type { Conversation } from '../hub/parquet.ts'
import { question } from '../stages/attribution/upstream-sets.ts'
import { writeFiles } from './corpus.ts'

let root = ''
const verdicts = (record: AuditRecord): Record<string, string> =>
  Object.fromEntries(record.claims.map((claim) => [claim.id, claim.verdict]))

const ROWS = { curated: 60, made: 40 }

/** Rows made from the train split of an upstream set the test writes itself. */
function rows(seed: string, count: number, from = 0): Conversation[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `${seed}-${from + i}`,
    source: seed,
    generator: 'example-model-1',
    turns: [
      { from: 'human', value: question(from + i, seed) },
      { from: 'gpt', value: `It follows from ${seed} number ${from + i} of the ward book.` },
    ],
  }))
}

const items = (seed: string, count: number, from = 0): string =>
  rows(seed, count, from)
    .map(({ turns }) => JSON.stringify({ question: turns[0]!.value }))
    .join('\n')

const CARD = `---
license: cc-by-4.0
language: [en]
configs:
  - config_name: curated
    data_files: data/curated/*.parquet
  - config_name: made
    data_files: data/made/*.parquet
---
# Ward corpus

It has 100 examples (about 2k words), 60 of them curated.
`

const claim = (id: string, rest: object): object => ({
  id,
  statement: `claim ${id}`,
  statedAt: { quote: '100 examples', address: 'README.md' },
  ...rest,
})
const CLAIMS = {
  claims: [
    claim('curated', { kind: 'examples', components: 'curated', value: 60 }),
    claim('made', { kind: 'examples', components: 'made', value: 40 }),
    claim('total', { kind: 'sum', total: 100, coverage: true, parts: { curated: 60, made: 40 } }),
    claim('about', { kind: 'examples', value: 'about 100' }),
    claim('share', { kind: 'share', components: 'curated', value: '60%' }),
    claim('configs', { kind: 'configs', names: ['curated', 'made'] }),
    claim('licence', { kind: 'licence', value: 'CC-BY-4.0' }),
    claim('sources', { kind: 'sources', components: 'curated', sources: ['Ward'] }),
    claim('generator', { kind: 'column-values', column: 'generator', values: ['example-model-1'] }),
    claim('ids', { kind: 'distinct', column: 'id', value: 100 }),
    claim('columns', { kind: 'columns', columns: [{ name: 'conversations' }, { name: 'source' }] }),
    claim('clean', { kind: 'no-contamination', method: 'assay', benchmarks: ['exam'] }),
    claim('log', {
      kind: 'published-log',
      logs: { log: { address: 'https://example.org/log.json', file: 'log.json' } },
      checks: [
        {
          name: 'rows after filtering',
          left: { examples: 'made' },
          right: { log: 'log', pointer: '/after' },
          otherwise: 'the rows said to be removed are there',
        },
      ],
    }),
  ],
}

const PIPELINE = {
  name: 'twin',
  source: 'corpus',
  components: { curated: 'data/curated/*.parquet', made: 'data/made/*.parquet' },
  stages: {
    attribution: {
      sources: [
        { name: 'Ward', file: 'ward-train.jsonl', split: 'train', aliases: ['ward'], licence: 'CC-BY-4.0' },
        { name: 'Ward tests', file: 'ward-test.jsonl', split: 'test', licence: 'CC-BY-4.0' },
      ],
    },
    contamination: { benchmarks: [{ name: 'exam', file: 'exam.jsonl' }], methods: ['assay'] },
  },
  claims: 'claims.yaml',
  formats: ['json'],
}

interface Twin {
  folder: string
  write(path: string, content: string | Uint8Array): void
  remove(path: string): void
}

function files(): Map<string, Uint8Array> {
  const text = (value: string): Uint8Array => Buffer.from(value)
  return new Map([
    ['corpus/README.md', text(CARD)],
    ['corpus/data/curated/train-0.parquet', conversationsParquet(rows('ward', ROWS.curated))],
    ['corpus/data/made/train-0.parquet', conversationsParquet(rows('made', ROWS.made))],
    ['ward-train.jsonl', text(items('ward', ROWS.curated))],
    ['ward-test.jsonl', text(items('hidden', 20))],
    ['exam.jsonl', text(items('exam', 20))],
    ['log.json', text(JSON.stringify({ removed: 5, after: 40 }))],
    ['claims.yaml', text(JSON.stringify(CLAIMS))],
    ['p.yaml', text(JSON.stringify(PIPELINE))],
  ])
}

async function audited(
  name: string,
  change: (twin: Twin) => void,
  args: string[] = [],
): Promise<AuditRecord> {
  const folder = join(root, name)
  writeFiles(folder, files())
  change({
    folder,
    write: (path, content) => writeFiles(folder, [[path, Buffer.from(content)]]),
    remove: (path) => rmSync(join(folder, path)),
  })
  const done = await assay(['run', 'p.yaml', '--out', 'report', '--workers', '1', ...args], { cwd: folder })
  expect(done.stderr).not.toMatch(/assay: [A-Z_]+:/)
  return JSON.parse(readFileSync(join(folder, 'report/audit.json'), 'utf8')) as AuditRecord
}

beforeAll(() => {
  ensureBuilt()
  root = mkdtempSync(join(tmpdir(), 'assay-twins-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

type Expectation = [
  what: string,
  change: (twin: Twin) => void,
  changed: Record<string, string>,
  /** Of the first claim changed: what its sentence must name. */
  names: RegExp,
  args?: string[],
]

const TWINS: Expectation[] = [
  [
    'a row missing',
    (twin) => twin.write('corpus/data/made/train-0.parquet', conversationsParquet(rows('made', 39))),
    {
      made: 'contradicted',
      total: 'contradicted',
      about: 'within-tolerance',
      share: 'within-tolerance',
      ids: 'contradicted',
      log: 'contradicted',
    },
    /made is 39, stated is 40/,
  ],
  [
    'a shard swapped with another of the same size',
    (twin) => twin.write('corpus/data/curated/train-0.parquet', conversationsParquet(rows('other', 60))),
    { sources: 'contradicted' },
    /Ward: no row declares it/,
  ],
  [
    'a config that resolves to nothing',
    (twin) => twin.write('corpus/README.md', CARD.replace('data/made/*', 'data/nowhere/*')),
    { total: 'contradicted', configs: 'contradicted' },
    /"made" of README.md resolves to no file/,
  ],
  [
    'a file in two components',
    (twin) =>
      twin.write(
        'p.yaml',
        JSON.stringify({
          ...PIPELINE,
          components: {
            ...PIPELINE.components,
            curated: ['data/curated/*.parquet', 'data/made/train-0.parquet'],
          },
        }),
      ),
    { total: 'contradicted' },
    /data\/made\/train-0.parquet is in curated and made/,
  ],
  [
    'a log that says more rows were removed than are gone',
    (twin) => twin.write('log.json', JSON.stringify({ removed: 10, after: 35 })),
    { log: 'contradicted' },
    /the rows said to be removed are there/,
  ],
  [
    'a benchmark item inside',
    (twin) =>
      twin.write(
        'corpus/data/made/train-0.parquet',
        conversationsParquet([...rows('made', 39), ...rows('exam', 1)]),
      ),
    { clean: 'contradicted' },
    /1 rows? \(1 pairs?\)/,
  ],
  [
    'a benchmark that cannot be read',
    (twin) => {
      const benchmarks = [{ name: 'exam', hub: { dataset: 'nobody/nothing', split: 'test' } }]
      const stages = { ...PIPELINE.stages, contamination: { benchmarks, methods: ['assay'] } }
      twin.write('p.yaml', JSON.stringify({ ...PIPELINE, stages }))
    },
    { clean: 'not-checked' },
    /exam/,
    ['--offline'],
  ],
  [
    'a licence conflict',
    (twin) => twin.write('corpus/README.md', CARD.replace('cc-by-4.0', 'mit')),
    { licence: 'contradicted' },
    /README.md declares mit/,
  ],
  [
    'a source with terms of its own',
    (twin) => twin.write('p.yaml', JSON.stringify(PIPELINE).replace('"CC-BY-4.0"', '"CC-BY-NC-SA-4.0"')),
    { licence: 'undetermined' },
    /asks for the same licence/,
  ],
  [
    'a rounded count off by one digit',
    (twin) => twin.write('claims.yaml', JSON.stringify(CLAIMS).replace('about 100', 'about 300')),
    { about: 'contradicted' },
    /outside \[250, 350\]/,
  ],
  [
    'another generator in one row',
    (twin) => {
      const [first, ...rest] = rows('made', 40)
      const changed = [{ ...first!, generator: 'example-model-2' }, ...rest]
      twin.write('corpus/data/made/train-0.parquet', conversationsParquet(changed))
    },
    { generator: 'contradicted' },
    /"example-model-2" \(1\)/,
  ],
]

describe('a corpus in which every claim is true', () => {
  let whole: Record<string, string>

  beforeAll(async () => {
    whole = verdicts(await audited('whole', () => undefined))
  }, 120_000)

  it('has every claim verified', () => {
    expect(whole).toEqual(Object.fromEntries(Object.keys(whole).map((id) => [id, 'verified'])))
  })

  it.each(TWINS)(
    'with %s changes exactly the claims concerned',
    async (what, change, changed, names, args) => {
      const record = await audited(what, change, args)
      expect(verdicts(record)).toEqual({ ...whole, ...changed })
      const first = record.claims.find((one) => one.id === Object.keys(changed)[0])
      expect(first?.because).toMatch(names)
    },
    120_000,
  )

  it('with a row of a test split inside has a finding that names the row and the item', async () => {
    const held = [...rows('ward', 59), { ...rows('hidden', 1)[0]!, source: 'ward', id: 'ward-59' }]
    const record = await audited('split', (twin) =>
      twin.write('corpus/data/curated/train-0.parquet', conversationsParquet(held)),
    )
    const [finding] = record.findings['attribution/test-split'] ?? []
    expect(finding?.place).toMatchObject({ kind: 'row', component: 'curated', row: 59 })
    expect(finding?.message).toMatch(/item 0 of the test split of Ward tests/)
    expect(verdicts(record)).toEqual({ ...whole, sources: 'contradicted' })
  }, 120_000)

  it('limited to some rows leaves nothing verified that rests on all of them', async () => {
    const record = await audited('limited', () => undefined, ['--limit', '20'])
    const bad = record.claims.filter((one) => one.verdict === 'verified').map((one) => one.id)
    expect(bad).toEqual(['configs', 'licence', 'columns'])
    expect(record.claims.some((one) => one.verdict === 'contradicted')).toBe(false)
  }, 120_000)
})

describe('assay verify', () => {
  const folder = (): string => join(root, 'verified')
  const paths = (): string[] => [
    'corpus/data/curated/train-0.parquet',
    'corpus/data/made/train-0.parquet',
    'report/audit.json',
    'report/evidence.parquet',
  ]

  it('finds each of 50 single bytes changed in data, evidence or audit.json', async () => {
    await audited('verified', () => undefined)
    const clean = await assay(['verify', 'report', '--json'], { cwd: folder() })
    expect(JSON.parse(clean.stdout)).toMatchObject({ discrepancies: [], repeated: true })
    let seed = 11
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
    const { verifyReport } = (await import('../../dist/engine/verify.js' as string)) as {
      verifyReport(report: string, options: object): Promise<{ discrepancies: { where: string }[] }>
    }
    for (let round = 0; round < 50; round++) {
      const path = paths()[round % 4]!
      const whole = readFileSync(join(folder(), path))
      const bytes = Buffer.from(whole)
      const at = next(bytes.length)
      bytes[at] = bytes[at]! ^ (1 << next(8))
      writeFileSync(join(folder(), path), bytes)
      const { discrepancies } = await verifyReport(join(folder(), 'report'), { quick: true })
      writeFileSync(join(folder(), path), whole)
      expect(discrepancies.map((one) => one.where).join(), `byte ${at} of ${path}`).toContain(
        path.split('/').at(-1),
      )
    }
  }, 180_000)

  it('finds numbers and evidence that were changed together with their hashes', async () => {
    await audited('forged', () => undefined)
    const report = join(root, 'forged', 'report')
    const audit = readFileSync(join(report, 'audit.json'), 'utf8')
    const forged = audit.replace('"examples": 60', '"examples": 61')
    expect(forged).not.toBe(audit)
    writeFileSync(join(report, 'audit.json'), forged)
    const { createHash } = await import('node:crypto')
    const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
    const run = readFileSync(join(report, 'run.json'), 'utf8')
    writeFileSync(join(report, 'run.json'), run.replace(sha(audit), sha(forged)))
    const quick = await assay(['verify', 'report', '--quick'], { cwd: join(root, 'forged') })
    expect(quick.code).toBe(0)
    const done = await assay(['verify', 'report'], { cwd: join(root, 'forged') })
    expect(done.code).toBe(1)
    expect(done.stdout).toMatch(/#\/components\/curated\/examples/)
  }, 120_000)
})

describe('assay diff, --baseline and suppressions', () => {
  it('tell what changed between two revisions, and what is new', async () => {
    const before = await audited('before', () => undefined)
    expect(before.claims.length).toBeGreaterThan(0)
    const changed = rows('made', 40).map((row, i) =>
      i === 7 ? { ...row, turns: [row.turns[0]!, { from: 'gpt', value: 'Another answer.' }] } : row,
    )
    const after = join(root, 'after')
    cpSync(join(root, 'before'), after, { recursive: true })
    writeFiles(after, [
      [
        'corpus/data/made/train-0.parquet',
        conversationsParquet([...changed.slice(1), ...rows('made', 1, 90)]),
      ],
      ['claims.yaml', Buffer.from(JSON.stringify(CLAIMS).replace('"value":40', '"value":41'))],
    ])
    const args = ['run', 'p.yaml', '--out', 'second', '--workers', '1', '--fail-on', 'high']
    const second = await assay([...args, '--baseline', 'report'], { cwd: after })
    expect(second.code).toBe(1)
    const diff = await assay(['diff', 'report', 'second', '--json'], { cwd: after })
    const told = JSON.parse(diff.stdout) as Record<string, unknown>
    expect(told['rows']).toMatchObject({
      curated: { added: 0, removed: 0, changed: 0, unchanged: 60 },
      made: { added: 1, removed: 1, changed: 1, unchanged: 38 },
    })
    expect(told['files']).toMatchObject({ changed: ['made/data/made/train-0.parquet'], unchanged: 1 })
    expect(told['claims']).toMatchObject([
      { id: 'made', before: { verdict: 'verified' }, after: { verdict: 'contradicted' } },
    ])
    expect(told['findings']).toMatchObject({ addedCount: 1, fixedCount: 0 })
    const third = await assay(
      ['run', 'p.yaml', '--out', 'third', '--workers', '1', '--fail-on', 'high', '--baseline', 'second'],
      { cwd: after },
    )
    expect(third.code).toBe(0)
    const { added } = told['findings'] as { added: { id: string }[] }
    const entry = {
      id: added[0]!.id,
      reason: 'the card is corrected',
      author: 'A. Reader',
      date: '2026-01-31',
    }
    writeFiles(after, [
      ['reviewed.yaml', Buffer.from(JSON.stringify({ suppressions: [entry] }))],
      ['p.yaml', Buffer.from(JSON.stringify({ ...PIPELINE, suppressions: 'reviewed.yaml' }))],
    ])
    const fourth = await assay([...args.slice(0, 3), 'fourth', ...args.slice(4)], { cwd: after })
    expect(fourth.code).toBe(0)
    const record = JSON.parse(readFileSync(join(after, 'fourth/audit.json'), 'utf8')) as AuditRecord
    expect(record.extra?.['suppressions']).toEqual([{ ...entry, found: true }])
  }, 180_000)
})
