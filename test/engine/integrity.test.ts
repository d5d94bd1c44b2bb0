import { describe, expect, it } from 'vitest'
import type { ShardInfo } from '../../src/core/plan.ts'
import type { ObtainedShard, OpenedSource } from '../../src/core/source.ts'
import { integrityFindings } from '../../src/engine/integrity.ts'
import type { Mapped } from '../../src/engine/map.ts'

const id = { name: 'id', type: 'utf8', nullable: true }
const text = { name: 'text', type: 'utf8', nullable: true }

function shard(path: string, change: Partial<ShardInfo> = {}): ShardInfo {
  const location = { kind: 'file' as const, path: `/x/${path}` }
  return {
    component: 'c',
    path,
    bytes: 9,
    rows: 1,
    sha256: null,
    format: 'parquet',
    location,
    schema: [id, text],
    writer: null,
    rowGroups: [],
    ...change,
  }
}

function obtained(sha256: string): ObtainedShard {
  return { location: { kind: 'file', path: '/x' }, sha256, bytes: 9, lines: null }
}

function find(
  shards: ShardInfo[],
  change: { source?: Partial<OpenedSource>; hashes?: string[]; lost?: Mapped['lost'] } = {},
) {
  const source = {
    configs: [],
    unassigned: [],
    overlaps: [],
    cards: [],
    shards,
    ...change.source,
  } as unknown as OpenedSource
  const hashes = shards.map((_, index) => obtained(change.hashes?.[index] ?? `hash ${index}`))
  const mapped = { plan: { shards }, obtained: hashes, lost: change.lost ?? [] } as unknown as Mapped
  return [...integrityFindings(source, mapped)].map(({ rule, severity, place, evidence }) => ({
    rule,
    severity,
    name: 'name' in place ? place.name : '',
    evidence,
  }))
}

describe('integrity', () => {
  it('is silent about files that are as they should be', () => {
    expect(find([shard('a', { sha256: 'hash 0' }), shard('b')])).toEqual([])
  })

  it('calls a file that is not the declared one critical', () => {
    expect(find([shard('a', { sha256: 'declared' })])).toEqual([
      {
        rule: 'integrity/sha256-mismatch',
        severity: 'critical',
        name: 'a',
        evidence: { component: 'c', declared: 'declared', recomputed: 'hash 0' },
      },
    ])
  })

  it('names shards whose columns differ from those of their component, and how', () => {
    const shards = [
      shard('a', { schema: [text, id] }),
      shard('b', { schema: [id, text] }),
      shard('d', {
        schema: [
          { ...id, type: 'int64' },
          { ...text, name: 'extra' },
        ],
      }),
      shard('e', { component: 'other', schema: [text] }),
    ]
    expect(find(shards)).toEqual([
      {
        rule: 'integrity/schema-drift',
        severity: 'medium',
        name: 'd',
        evidence: {
          component: 'c',
          comparedWith: 'a',
          missing: ['text'],
          added: ['extra'],
          changed: [{ column: 'id', usual: 'utf8', here: 'int64' }],
        },
      },
      {
        rule: 'integrity/component-schema-drift',
        severity: 'low',
        name: 'other',
        evidence: { file: 'e', comparedWith: 'a', missing: ['id'], added: [], changed: [] },
      },
    ])
  })

  it('does not compare the columns of JSON lines without rows with those of others', () => {
    const lines = { format: 'jsonl', rowGroups: null } as const
    const shards = [
      shard('a', { ...lines, schema: [], rows: 0, bytes: 0 }),
      shard('b', { ...lines, schema: [], rows: 0 }),
      shard('d', lines),
      shard('e', { ...lines, component: 'other', schema: [], rows: 0 }),
    ]
    expect(find(shards).map(({ rule, name }) => [rule, name])).toEqual([
      ['integrity/empty-shard', 'a'],
      ['integrity/empty-shard', 'b'],
      ['integrity/empty-shard', 'e'],
    ])
  })

  it('finds the same bytes under two names, empty files, files in no and in two components, and empty configs', () => {
    const found = find([shard('a'), shard('b'), shard('e', { rows: 0 })], {
      hashes: ['x', 'x', 'y'],
      source: {
        unassigned: ['z.parquet', 'f.jsonl'],
        overlaps: [{ path: 'a', components: ['c', 'd'] }],
        configs: [
          { name: 'gone', card: 'data/README.md', patterns: ['gone/*'], paths: [] },
          { name: 'here', card: 'README.md', patterns: ['*'], paths: ['a'] },
        ],
      },
    })
    expect(found.map(({ rule, name }) => [rule, name])).toEqual(
      expect.arrayContaining([
        ['integrity/same-file-twice', 'b'],
        ['integrity/file-in-two-components', 'a'],
        ['integrity/empty-shard', 'e'],
        ['integrity/unassigned-file', 'f.jsonl'],
        ['integrity/unassigned-file', 'z.parquet'],
        ['integrity/config-empty', 'gone'],
      ]),
    )
    expect(found.some(({ name }) => name === 'here')).toBe(false)
  })

  it('names what nobody could read, part by part', () => {
    const failure = { component: 'c', path: 'a', rows: 5, code: 'PARQUET_INVALID', message: 'broken' }
    const lost = [2, 4].map((start) => ({
      slice: { shard: 0, start, end: start + 1, firstRow: 10 * start, rows: 5 },
      failure,
    }))
    const found = find([shard('a')], { lost })
    expect(found).toHaveLength(2)
    expect(found[0]).toMatchObject({
      rule: 'integrity/unreadable-part',
      severity: 'critical',
      evidence: { rowGroups: [2, 3], firstRow: 20, rows: 5, code: 'PARQUET_INVALID' },
    })
  })
})
