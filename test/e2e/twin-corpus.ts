import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { assay } from '../support/cli.ts'
import { conversationsParquet } from '../hub/parquet.ts'
import type { Conversation } from '../hub/parquet.ts'
import { question } from '../stages/attribution/upstream-sets.ts'
import { writeFiles } from './corpus.ts'

/** Verdict by claim. */
export const verdicts = (record: AuditRecord): Record<string, string> =>
  Object.fromEntries(record.claims.map((claim) => [claim.id, claim.verdict]))

/** Rows made from the train split of an upstream set the test writes itself. */
export function rows(seed: string, count: number, from = 0): Conversation[] {
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

/** The card, two components of it documented. */
export const CARD = `---
license: cc-by-4.0
language: [en]
configs:
  - config_name: default
    data_files: data/*/*.parquet
  - config_name: curated
    data_files: data/curated/*.parquet
  - config_name: made
    data_files: data/made/*.parquet
---
# Ward corpus

It has 100 examples (about 2k words), 60 of them curated.
`

/** Files of the components. */
export const CURATED = 'data/curated/train-0.parquet'
export const MADE = ['data/made/train-0.parquet', 'data/made/train-1.parquet'] as const
export const SHARDS: Record<string, Uint8Array> = {
  [CURATED]: conversationsParquet(rows('ward', 60)),
  [MADE[0]]: conversationsParquet(rows('made', 20)),
  [MADE[1]]: conversationsParquet(rows('made', 20, 20)),
}

function hashes(shards: Record<string, Uint8Array>): Record<string, string> {
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
  return Object.fromEntries(Object.entries(shards).map(([path, bytes]) => [path, sha256(bytes)]))
}

const claim = (id: string, rest: object): object => ({
  id,
  statement: `claim ${id}`,
  statedAt: { quote: '100 examples', address: 'README.md' },
  ...rest,
})
/** Every one of them is true. */
export const CLAIMS = {
  claims: [
    claim('curated', { kind: 'examples', components: 'curated', value: 60 }),
    claim('made', { kind: 'examples', components: 'made', value: 40 }),
    claim('total', { kind: 'sum', total: 100, coverage: true, parts: { curated: 60, made: 40 } }),
    claim('about', { kind: 'examples', value: 'about 100' }),
    claim('share', { kind: 'share', components: 'curated', value: '60%' }),
    claim('configs', { kind: 'configs', names: ['curated', 'made'] }),
    claim('licence', { kind: 'licence', value: 'CC-BY-4.0' }),
    claim('sources', { kind: 'sources', components: 'curated', sources: ['Ward'], splits: ['train'] }),
    claim('files', { kind: 'files', sha256: hashes(SHARDS) }),
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

export const PIPELINE = {
  name: 'twin',
  source: 'corpus',
  components: { curated: 'data/curated/*.parquet', made: 'data/made/*.parquet' },
  stages: {
    attribution: {
      sources: [
        { name: 'Ward', file: 'ward-train.jsonl', split: 'train', aliases: ['ward'], licence: 'CC-BY-4.0' },
        { name: 'Ward', file: 'ward-test.jsonl', split: 'test' },
        { name: 'Clinic', file: 'clinic-test.jsonl', split: 'test', licence: 'CC-BY-4.0' },
      ],
    },
    contamination: { benchmarks: [{ name: 'exam', file: 'exam.jsonl' }], methods: ['assay'] },
  },
  claims: 'claims.yaml',
  formats: ['json'],
}

/** A copy of the corpus that may be changed. */
export interface Twin {
  folder: string
  write(path: string, content: string | Uint8Array): void
}

function files(): Map<string, Uint8Array> {
  const text = (value: string): Uint8Array => Buffer.from(value)
  return new Map([
    ['corpus/README.md', text(CARD)],
    ...Object.entries(SHARDS).map(([path, bytes]) => [`corpus/${path}`, bytes] as const),
    ['ward-train.jsonl', text(items('ward', 60))],
    ['ward-test.jsonl', text(items('hidden', 20))],
    ['clinic-test.jsonl', text(items('clinic', 20))],
    ['exam.jsonl', text(items('exam', 20))],
    ['log.json', text(JSON.stringify({ removed: 5, after: 40 }))],
    ['claims.yaml', text(JSON.stringify(CLAIMS))],
    ['p.yaml', text(JSON.stringify(PIPELINE))],
  ])
}

/** Audits copies of the corpus, each in a folder of its own below `root`, after one change. */
export function auditsIn(
  root: () => string,
): (name: string, change: (twin: Twin) => void, args?: string[]) => Promise<AuditRecord> {
  return async (name, change, args = []) => {
    const folder = join(root(), name)
    writeFiles(folder, files())
    change({
      folder,
      write: (path, content) => writeFiles(folder, [[path, Buffer.from(content)]]),
    })
    const run = ['run', 'p.yaml', '--out', 'report', '--workers', '1', ...args]
    const done = await assay(run, { cwd: folder })
    expect(done.stderr).not.toMatch(/assay: [A-Z_]+:/)
    return JSON.parse(readFileSync(join(folder, 'report/audit.json'), 'utf8')) as AuditRecord
  }
}
