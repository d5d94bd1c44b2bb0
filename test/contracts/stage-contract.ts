import { describe, expect, it } from 'vitest'
import type { Stage } from '../../src/core/stage.ts'
import { batchOf, memoryPlan, memoryRun } from '../support/corpus.ts'
import type { MemoryRunOptions, MemoryShard } from '../support/corpus.ts'

export interface StageContractInput {
  /** A new stage each time, so that nothing can leak between runs. */
  create(): Stage<never>
  /** At least two shards in two components, and rows that make the stage find something. */
  shards: readonly MemoryShard[]
  options?: MemoryRunOptions
}

const CUTS = [
  { sliceRows: 1, batchRows: 1 },
  { sliceRows: 3, batchRows: 2 },
  { sliceRows: 7, batchRows: 7 },
  { sliceRows: 1000, batchRows: 5 },
]

/** What every stage owes the engine; each stage's test calls this with its own corpus. */
export function stageContract(name: string, input: StageContractInput): void {
  // The registry's stages hide their index type; the contract never looks inside one.
  const open = (): Stage => input.create() as unknown as Stage
  const run = (shards: readonly MemoryShard[], options: MemoryRunOptions = {}) =>
    memoryRun(open(), shards, { ...input.options, ...options })

  describe(`stage contract: ${name}`, () => {
    it('finds something in the test corpus', async () => {
      expect((await run(input.shards)).findings.length).toBeGreaterThan(0)
    })

    it.each(CUTS)('gives the same for slices of $sliceRows and batches of $batchRows rows', async (cut) => {
      const whole = await run(input.shards)
      const pieces = await run(input.shards, cut)
      expect(pieces.findings).toEqual(whole.findings)
      expect(pieces.result).toEqual(whole.result)
    })

    it('gives the same twice', async () => {
      expect(await run(input.shards)).toEqual(await run(input.shards))
    })

    it('does not modify its input', async () => {
      const shard = input.shards[0]
      if (shard === undefined) throw new Error('the contract needs a shard')
      const plan = memoryPlan(input.shards, input.options)
      const batch = batchOf(shard.examples, 0, 0, plan.columns)
      const before = [
        batch.bytes.slice(),
        batch.textStart.slice(),
        batch.role.slice(),
        batch.turnStart.slice(),
      ]
      const words = structuredClone(batch.words())
      const stage = open()
      const resources = input.options?.resources
      const context = { plan, evidence: 'snippet' as const, notChecked: () => {}, warn: () => {} }
      const index = await stage.prepare({ ...context, resources: resources ?? refuse })
      ;(await stage.scanner(index)).scan(batch)
      expect([batch.bytes, batch.textStart, batch.role, batch.turnStart]).toEqual(before)
      expect(batch.words()).toEqual(words)
    })

    it('finds nothing in zero rows', async () => {
      const empty = await run([{ component: 'empty', path: 'empty.parquet', examples: [] }])
      expect(empty.findings).toEqual([])
    })

    it('names places that exist, under rules of its own', async () => {
      const { findings } = await run(input.shards)
      const stage = open()
      for (const finding of findings) {
        expect(finding.rule).toMatch(new RegExp(`^${stage.name}/[a-z0-9-]+$`))
        const place = finding.place
        const rows = place.kind === 'row' ? [place] : place.kind === 'pair' ? [place.a, place.b] : []
        for (const row of rows) {
          const shard = input.shards.find((s) => s.component === row.component && s.path === row.path)
          expect(shard?.examples[row.row]).toBeDefined()
        }
      }
      expect(new Set(findings.map((f) => f.id)).size).toBe(findings.length)
    })

    it('gives JSON that survives being written', async () => {
      const { findings, result } = await run(input.shards)
      expect(JSON.parse(JSON.stringify(findings))).toEqual(findings)
      expect(JSON.parse(JSON.stringify(result))).toEqual(result)
    })
  })
}

const refuse = {
  file: () => Promise.reject(new Error('no resources in this test')),
  table: () => Promise.reject(new Error('no resources in this test')),
}
