import { describe, expect, it } from 'vitest'
import type { ShardInfo } from '../../src/core/plan.ts'
import { loadPipeline, pipelineOf } from '../../src/engine/pipeline.ts'
import { audit } from '../../src/engine/run.ts'
import { ensureBuilt } from '../support/cli.ts'
import { sampleRows, selfTest } from '../../src/engine/self-test.ts'
import { packageRoot } from '../../src/core/package.ts'
import { join } from 'node:path'

function shard(groups: readonly number[] | null, rows: number | null): ShardInfo {
  return { rows, rowGroups: groups?.map((n) => ({ rows: n, bytes: 1 })) ?? null } as unknown as ShardInfo
}

describe('the sample of a self-test', () => {
  it('takes every row of a small corpus', () => {
    const rows = sampleRows([shard([3, 2], 5), shard(null, 4)])
    expect(rows).toHaveLength(9)
    expect(new Set(rows.map(({ shard: s, row }) => `${s}/${row}`)).size).toBe(9)
  })

  it('touches few row groups of a large one, evenly, and always the same', () => {
    const large = [shard(Array(600).fill(1000) as number[], 600_000)]
    const rows = sampleRows(large)
    expect(rows.length).toBeGreaterThanOrEqual(2000)
    expect(rows.length).toBeLessThan(2100)
    expect(new Set(rows.map(({ row }) => Math.floor(row / 1000))).size).toBe(24)
    expect(sampleRows(large)).toEqual(rows)
  })

  it('holds no more rows than are asked for, from all of the corpus', () => {
    const large = [shard(Array(600).fill(1000) as number[], 600_000)]
    for (const most of [1, 7, 500, 5000]) {
      const rows = sampleRows(large, most)
      expect(rows).toHaveLength(most)
      expect(new Set(rows.map(({ row }) => Math.floor(row / 1000))).size).toBe(Math.min(24, most))
    }
    expect(sampleRows([shard([3, 2], 5)], 4)).toHaveLength(4)
  })

  it('leaves out files whose rows are not known', () => {
    expect(sampleRows([shard(null, null)])).toEqual([])
  })
})

describe('a self-test', () => {
  it('finds what it plants into the sample corpus, and prints recall per kind', async () => {
    const loaded = await loadPipeline(join(packageRoot, 'pipelines', 'sample.yaml'))
    const result = await selfTest(loaded, {})
    const measured = result.stages['contamination'] as unknown as {
      planted: number
      found: number
      byKind: Record<string, { planted: number; found: number; recallRatio: number }>
    }
    for (const [kind, { planted, found }] of Object.entries(measured.byKind))
      console.log(`${kind}: ${found} of ${planted}`)
    expect(result.sampleRows).toBeGreaterThan(1500)
    expect(measured.planted).toBeGreaterThan(100)
    expect(measured.found / measured.planted).toBeGreaterThan(0.6)
    expect(await selfTest(loaded, {})).toEqual(result)
  })

  it('of so many rows plants into these alone', async () => {
    const loaded = await loadPipeline(join(packageRoot, 'pipelines', 'sample.yaml'))
    const result = await selfTest(loaded, { limit: 60 })
    expect(result.sampleRows).toBe(60)
    expect(Object.keys(result.stages)).toContain('duplicates')
  })

  it('is part of the record when the audit is asked for it', async () => {
    ensureBuilt()
    const loaded = await loadPipeline(join(packageRoot, 'pipelines', 'sample.yaml'))
    const { record } = await audit(loaded, { out: null, workers: 2, selfTest: true })
    const alone = await selfTest(loaded, {})
    expect(record.extra?.['control']).toEqual({
      sampleRows: alone.sampleRows,
      stages: alone.stages,
    })
    expect((await audit(loaded, { out: null, workers: 2 })).record.extra?.['control']).toBeUndefined()
  })

  it('tests the duplicates stage of a pipeline that looks for no contamination', async () => {
    const sample = await loadPipeline(join(packageRoot, 'pipelines', 'sample.yaml'))
    const loaded = { ...sample, pipeline: { ...sample.pipeline, stages: { duplicates: {} } } }
    const { stages } = await selfTest(loaded, {})
    expect(Object.keys(stages)).toEqual(['duplicates'])
    const { byKind } = stages['duplicates'] as unknown as {
      byKind: Record<string, { planted: number; found: number; otherLevel: number }>
    }
    for (const [kind, { planted, found, otherLevel }] of Object.entries(byKind)) {
      console.log(`${kind}: ${found} of ${planted}, ${otherLevel} as another level`)
      expect(planted).toBe(60)
      expect(found / planted).toBeGreaterThan(0.9)
      expect(found + otherLevel).toBe(planted)
    }
  })

  it('says when there is nothing to test', async () => {
    await expect(selfTest(pipelineOf({ name: 'x', source: 'y', stages: {} }), {})).rejects.toMatchObject({
      code: 'USAGE',
    })
  })
})
