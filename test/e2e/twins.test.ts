import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../support/cli.ts'
import { conversationsParquet } from '../hub/parquet.ts'
import { CARD, CLAIMS, CURATED, MADE, PIPELINE, SHARDS, auditsIn, rows, verdicts } from './twin-corpus.ts'
import type { Twin } from './twin-corpus.ts'

let root = ''
const audited = auditsIn(() => root)

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
  /** What one entry of its evidence must hold. */
  place?: object,
]

const TWINS: Expectation[] = [
  [
    'a row missing',
    (twin) => twin.write(`corpus/${MADE[1]}`, conversationsParquet(rows('made', 19, 20))),
    {
      made: 'contradicted',
      total: 'contradicted',
      about: 'within-tolerance',
      share: 'within-tolerance',
      ids: 'contradicted',
      log: 'contradicted',
      files: 'contradicted',
    },
    /made is 39, stated is 40/,
    [],
    { path: MADE[1], rows: 19 },
  ],
  [
    'a shard swapped with another of the same size',
    (twin) => twin.write(`corpus/${CURATED}`, conversationsParquet(rows('other', 60))),
    { sources: 'contradicted', files: 'contradicted' },
    /Ward: no row declares it/,
  ],
  [
    'a shard swapped that declares what it is not',
    (twin) => {
      const declared = rows('other', 60).map((row) => ({ ...row, source: 'ward' }))
      twin.write(`corpus/${CURATED}`, conversationsParquet(declared))
    },
    { sources: 'contradicted', files: 'contradicted' },
    /0 of the 60 rows that declare it were found in the upstream set/,
  ],
  [
    'two shards of a component swapped',
    (twin) => {
      twin.write(`corpus/${MADE[0]}`, SHARDS[MADE[1]]!)
      twin.write(`corpus/${MADE[1]}`, SHARDS[MADE[0]]!)
    },
    { files: 'contradicted' },
    /data\/made\/train-0.parquet: its sha256 is/,
  ],
  [
    'a byte flipped',
    (twin) => {
      const bytes = Buffer.from(SHARDS[MADE[0]]!)
      const at = bytes.indexOf('It follows from made')
      expect(at).toBeGreaterThan(0)
      bytes[at + 4] = bytes[at + 4]! ^ 1
      twin.write(`corpus/${MADE[0]}`, bytes)
    },
    { files: 'contradicted' },
    /data\/made\/train-0.parquet: its sha256 is/,
  ],
  [
    'a row of the test split of its source',
    (twin) => {
      const held = [...rows('ward', 59), { ...rows('hidden', 1)[0]!, source: 'ward', id: 'ward-59' }]
      twin.write(`corpus/${CURATED}`, conversationsParquet(held))
    },
    { sources: 'contradicted', files: 'contradicted' },
    /Ward: 1 rows are of its test split/,
    [],
    { place: { kind: 'row', component: 'curated', path: CURATED, row: 59, exampleId: 'ward-59' }, item: 0 },
  ],
  [
    'a row of the test split of another source',
    (twin) => {
      const held = [...rows('ward', 59), { ...rows('clinic', 1)[0]!, source: 'ward', id: 'ward-59' }]
      twin.write(`corpus/${CURATED}`, conversationsParquet(held))
    },
    { sources: 'contradicted', files: 'contradicted' },
    /Ward: 1 rows that declare it were found in another source/,
  ],
  [
    'a config that resolves to nothing',
    (twin) => twin.write('corpus/README.md', CARD.replace('data/made/*', 'data/nowhere/*')),
    { total: 'contradicted', configs: 'contradicted' },
    /"made" of README.md resolves to no file/,
  ],
  [
    'a default config that leaves a file out',
    (twin) => twin.write('corpus/README.md', CARD.replace('data/*/*', 'data/*/train-0*')),
    { total: 'contradicted' },
    /"default" of README.md resolves to 2 files, the components have 3/,
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
            made: ['data/made/*.parquet', CURATED],
          },
        }),
      ),
    { total: 'contradicted' },
    /data\/curated\/train-0.parquet is in curated and made/,
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
        `corpus/${MADE[1]}`,
        conversationsParquet([...rows('made', 19, 20), { ...rows('exam', 1)[0]!, source: 'made' }]),
      ),
    { clean: 'contradicted', files: 'contradicted' },
    /1 rows? \(1 pairs?\)/,
    [],
    {
      place: { kind: 'row', component: 'made', path: MADE[1], row: 19, exampleId: 'exam-0' },
      benchmark: 'exam',
    },
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
      const [first, ...rest] = rows('made', 20)
      const changed = [{ ...first!, generator: 'example-model-2' }, ...rest]
      twin.write(`corpus/${MADE[0]}`, conversationsParquet(changed))
    },
    { generator: 'contradicted', files: 'contradicted' },
    /"example-model-2" \(1\)/,
    [],
    { value: 'example-model-2', rows: 1, first: { path: MADE[0], row: 0 } },
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
    async (what, change, changed, names, args, place) => {
      const record = await audited(what, change, args)
      expect(verdicts(record)).toEqual({ ...whole, ...changed })
      const first = record.claims.find((one) => one.id === Object.keys(changed)[0])
      expect(first?.because).toMatch(names)
      if (place !== undefined) expect(first?.evidence).toContainEqual(expect.objectContaining(place))
    },
    120_000,
  )

  it('with a row of a test split inside names the row and the item, in the finding and in the claim', async () => {
    const held = [...rows('ward', 59), { ...rows('hidden', 1)[0]!, source: 'ward', id: 'ward-59' }]
    const record = await audited('split', (twin) =>
      twin.write(`corpus/${CURATED}`, conversationsParquet(held)),
    )
    const [finding] = record.findings['attribution/test-split'] ?? []
    expect(finding?.place).toMatchObject({ kind: 'row', component: 'curated', row: 59 })
    expect(finding?.message).toMatch(/item 0 of the test split of Ward/)
    const { evidence } = record.claims.find(({ id }) => id === 'sources')!
    expect(evidence).toEqual([
      { finding: finding!.id, place: finding!.place, source: 'Ward', split: 'test', item: 0 },
    ])
  }, 120_000)

  it('limited to some rows leaves nothing verified that rests on all of them', async () => {
    const record = await audited('limited', () => undefined, ['--limit', '20'])
    const bad = record.claims.filter((one) => one.verdict === 'verified').map((one) => one.id)
    expect(bad).toEqual(['configs', 'licence', 'columns'])
    expect(record.claims.some((one) => one.verdict === 'contradicted')).toBe(false)
  }, 120_000)
})
