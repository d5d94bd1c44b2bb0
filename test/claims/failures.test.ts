import { describe, expect, it } from 'vitest'
import { judge, parseClaims } from '../../src/claims/index.ts'
import type { Measured } from '../../src/claims/kind.ts'
import type { ClaimResult } from '../../src/core/claim.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { measured, stage } from './record.ts'

const HEAD = { id: 'X', statement: 's', statedAt: { quote: 'q', address: 'README.md' } }

function judged(body: JsonObject, record: Measured): ClaimResult {
  const file = parseClaims(JSON.stringify({ claims: [{ ...HEAD, ...body }] }), 'claims.yaml')
  return judge(file, record, {})[0]!
}

const FAILED = {
  ...{ component: 'beta', path: 'data/beta/b.parquet', rows: 140, code: 'PARQUET_INVALID' },
  message: 'a page is damaged',
}
const NAMED = /data\/beta\/b\.parquet could not be read \(PARQUET_INVALID\)/

const column = {
  present: true,
  rows: 1001,
  nulls: 0,
  distinct: 2,
  values: [
    { value: 'x', rows: 1000 },
    { value: 'y', rows: 1 },
  ],
}

/** A corpus whose every figure is known, but of one shard 140 rows were lost. */
const broken = measured({
  failures: [FAILED],
  stages: {
    tokens: stage({}),
    attribution: stage({ columns: { source: { components: { alpha: column, beta: column } } } }),
    duplicates: stage({
      splits: {
        splits: { train: {}, test: {} },
        pairs: [{ a: 'test', b: 'train', inA: { rows: 3, repeats: 3 }, inB: { rows: 3, repeats: 3 } }],
      },
    }),
  },
})

describe('a claim that touches a file with rows nobody read', () => {
  it.each<[string, JsonObject]>([
    ['that fits', { kind: 'examples', value: 1001 }],
    ['below the rows in', { kind: 'examples', value: 900 }],
    ['above the rows in', { kind: 'examples', value: 1200 }],
    ['of the component', { kind: 'examples', value: 300, components: 'beta' }],
    ['of a total that does not fit', { kind: 'sum', total: 900, parts: { alpha: 600, beta: 300 } }],
    ['of a sum that does not add up', { kind: 'sum', total: 1001, parts: { alpha: 1, beta: 1 } }],
    ['of a share', { kind: 'share', value: '10%', components: 'alpha' }],
    ['of tokens', { kind: 'tokens', value: 5, tokenizer: 'words', scopes: ['all'] }],
    ['of columns', { kind: 'columns', columns: [{ name: 'nowhere' }] }],
    ['of values', { kind: 'column-values', column: 'source', values: ['z'], components: 'beta' }],
    ['of distinct values', { kind: 'distinct', column: 'source', value: 9, components: 'beta' }],
    ['of splits', { kind: 'no-split-overlap' }],
    ['of the file', { kind: 'files', sha256: { 'data/beta/b.parquet': 'b'.repeat(64) } }],
    [
      'made of parts',
      {
        kind: 'all',
        parts: [
          { name: 'one', kind: 'examples', value: 1, components: 'alpha' },
          { name: 'other', kind: 'examples', value: 1, components: 'beta' },
        ],
      },
    ],
  ])('is undetermined whichever way it goes, and names the failure: a number %s', (_, body) => {
    const whole = judged(body, { ...broken, failures: [] })
    const { verdict, because } = judged(body, broken)
    expect(whole.verdict).not.toMatch(/undetermined|not-/)
    expect(verdict).toBe('undetermined')
    expect(because).toMatch(NAMED)
    expect(because.match(new RegExp(NAMED, 'g'))).toHaveLength(1)
  })

  it('is undetermined also where the column it is about may stand in that file alone', () => {
    const lost = { ...broken, stages: { attribution: stage({}) } }
    const { verdict, because } = judged({ kind: 'distinct', column: 'source', value: 9 }, lost)
    expect(verdict).toBe('undetermined')
    expect(because).toMatch(NAMED)
  })

  it.each<[JsonObject, string]>([
    [{ kind: 'examples', value: 600, components: 'alpha' }, 'verified'],
    [{ kind: 'examples', value: 500, components: 'alpha' }, 'contradicted'],
    [{ kind: 'files', sha256: { 'data/alpha/a.parquet': 'b'.repeat(64) } }, 'contradicted'],
    [{ kind: 'not-verifiable', reason: 'nobody says' }, 'not-verifiable'],
    [{ kind: 'no-contamination', method: 'assay', benchmarks: ['b'] }, 'not-checked'],
  ])('is judged as ever where it touches another: %j', (body, verdict) => {
    const result = judged(body, broken)
    expect(result.verdict).toBe(verdict)
    expect(result.because).not.toMatch(NAMED)
  })
})
