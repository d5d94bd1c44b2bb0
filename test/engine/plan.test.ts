import { describe, expect, it } from 'vitest'
import type { ShardInfo } from '../../src/core/plan.ts'
import type { OpenedSource } from '../../src/core/source.ts'
import { cutLines, makePlan, shareLimit, splitSlice } from '../../src/engine/plan.ts'
import { randomOf } from '../support/random.ts'

function shard(
  component: string,
  path: string,
  groups: readonly (readonly [number, number])[] | null,
): ShardInfo {
  const rowGroups = groups?.map(([rows, bytes]) => ({ rows, bytes })) ?? null
  return {
    component,
    path,
    bytes: 1000,
    rows: rowGroups?.reduce((sum, group) => sum + group.rows, 0) ?? null,
    sha256: null,
    format: groups === null ? 'jsonl' : 'parquet',
    location: { kind: 'file', path: `/x/${path}` },
    schema: [],
    writer: null,
    rowGroups,
  }
}

function source(shards: readonly ShardInfo[]): OpenedSource {
  return {
    uri: 'x',
    revision: null,
    commitDate: null,
    cards: [],
    configs: [],
    unassigned: [],
    overlaps: [],
    shards,
    obtain: () => Promise.reject(new Error('a plan reads nothing')),
    lastCommit: () => Promise.resolve(null),
  }
}

const columns = { shape: { kind: 'text', column: 'text' }, id: null, source: null } as const
const size = { bytes: 100, rows: 50 }

describe('a plan', () => {
  const a = shard('a', 'a/1', [
    [10, 60],
    [10, 60],
    [10, 60],
    [40, 10],
    [0, 0],
  ])
  const b = shard('b', 'b/1', [[5, 500]])

  it('is the same for any order of shards on disk, and plain data', () => {
    const one = makePlan(source([a, b]), { columns, limit: null, size })
    const two = makePlan(source([b, a]), { columns, limit: null, size })
    expect(two).toEqual(one)
    expect(JSON.parse(JSON.stringify(one))).toEqual(one)
    expect(structuredClone(one)).toEqual(one)
  })

  it('cuts slices of whole row groups', () => {
    const plan = makePlan(source([a, b]), { columns, limit: null, size })
    expect(plan.slices).toEqual([
      { shard: 0, start: 0, end: 2, firstRow: 0, rows: 20 },
      { shard: 0, start: 2, end: 4, firstRow: 20, rows: 50 },
      { shard: 1, start: 0, end: 1, firstRow: 0, rows: 5 },
    ])
  })

  it('covers every row once, for any size of slices', () => {
    const random = randomOf(7)
    for (let round = 0; round < 200; round++) {
      const groups = Array.from(
        { length: Math.floor(random() * 12) },
        () => [Math.floor(random() * 50), Math.floor(random() * 200)] as const,
      )
      const one = shard('c', 'c', groups)
      const cut = { bytes: Math.floor(random() * 400), rows: 1 + Math.floor(random() * 100) }
      const { slices } = makePlan(source([one]), { columns, limit: null, size: cut })
      let next = 0
      let group = 0
      for (const slice of slices) {
        expect(slice.firstRow).toBe(next)
        expect(slice.start).toBeGreaterThanOrEqual(group)
        expect(groups.slice(group, slice.start).every(([rows]) => rows === 0)).toBe(true)
        group = slice.end
        next += slice.rows ?? 0
      }
      expect(next).toBe(one.rows)
    }
  })

  it('splits a slice that failed into its row groups', () => {
    const plan = makePlan(source([a]), { columns, limit: null, size: { bytes: 1e9, rows: 1e9 } })
    expect(plan.slices).toHaveLength(1)
    expect(splitSlice(plan.slices[0]!, a)).toEqual([
      { shard: 0, start: 0, end: 1, firstRow: 0, rows: 10 },
      { shard: 0, start: 1, end: 2, firstRow: 10, rows: 10 },
      { shard: 0, start: 2, end: 3, firstRow: 20, rows: 10 },
      { shard: 0, start: 3, end: 4, firstRow: 30, rows: 40 },
    ])
    const second = { shard: 0, start: 2, end: 4, firstRow: 20, rows: 50 }
    expect(splitSlice(second, a).map(({ start, firstRow }) => [start, firstRow])).toEqual([
      [2, 20],
      [3, 30],
    ])
  })

  it('counts bytes to download apart from those that are here', () => {
    const remote: ShardInfo = {
      ...b,
      location: { kind: 'hub', repo: 'o/n', repoType: 'dataset', revision: 'x', path: 'b/1', bytes: 1000 },
    }
    const plan = makePlan(source([a, remote]), { columns, limit: null, size })
    expect(plan.bytes).toEqual({ total: 2000, cached: 1000, download: 1000, diskNeeded: 1000 })
  })
})

describe('a limit', () => {
  it('gives components equal shares and passes on what a small one leaves', () => {
    const shards = [
      shard('a', 'a/1', [[100, 1]]),
      shard('a', 'a/2', [[100, 1]]),
      shard('b', 'b/1', [[3, 1]]),
      shard('c', 'c/1', [[500, 1]]),
    ]
    expect(shareLimit(shards, 303)).toEqual([100, 50, 3, 150])
    expect(shareLimit(shards, 2).reduce((sum, n) => sum + n)).toBe(2)
    expect(shareLimit(shards, 10_000)).toEqual([100, 100, 3, 500])
  })

  it('goes on to the next file of lines where the first has fewer than the share', () => {
    const shards = [
      shard('a', 'a/1', null),
      shard('a', 'a/2', null),
      shard('a', 'a/3', null),
      shard('b', 'b/1', null),
      shard('c', 'c/1', [[50, 1]]),
    ]
    const counted = new Map([
      ['a/1', 4],
      ['a/2', 0],
      ['a/3', 30],
      ['b/1', 2],
    ])
    expect(shareLimit(shards, 30, counted)).toEqual([4, 0, 10, 2, 14])
    expect(shareLimit(shards, 1000, counted)).toEqual([4, 0, 30, 2, 50])
  })

  it('cuts the last slice by rows', () => {
    const one = shard('a', 'a', [
      [10, 1],
      [10, 1],
      [10, 1],
    ])
    const plan = makePlan(source([one]), { columns, limit: 15, size })
    expect(plan.slices).toEqual([{ shard: 0, start: 0, end: 2, firstRow: 0, rows: 15 }])
    expect(plan.limit).toBe(15)
  })
})

describe('slices of lines', () => {
  it('start where lines start and know their rows', () => {
    const lines = { offset: Float64Array.of(0, 40, 90, 130), row: Float64Array.of(0, 4, 9, 13), rows: 20 }
    const at = { index: 2, bytes: 200 }
    expect(cutLines(lines, at, { bytes: 60, rows: 1 })).toEqual([
      { shard: 2, start: 0, end: 90, firstRow: 0, rows: 9 },
      { shard: 2, start: 90, end: 200, firstRow: 9, rows: 11 },
    ])
    expect(cutLines(lines, at, { bytes: 0, rows: 1 })).toHaveLength(4)
    expect(cutLines({ offset: new Float64Array(0), row: new Float64Array(0), rows: 0 }, at, size)).toEqual([])
  })
})
