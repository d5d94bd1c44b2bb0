import { expect, it } from 'vitest'
import type { Stage } from '../../../src/core/stage.ts'
import { DUPLICATES } from '../../../src/stages/duplicates/stage.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryRunOptions } from '../../support/corpus.ts'

const a = [chat('First question of all', 'One answer to it'), chat('Second question', 'Another answer')]
const b = [chat('First question of all', 'One answer to it'), chat('Third question', 'A third answer')]
const shards = [
  { component: 'a', path: 'a.parquet', examples: a },
  { component: 'b', path: 'b.parquet', examples: b },
]
const run = (options: MemoryRunOptions = {}) =>
  memoryRun(DUPLICATES.create({}) as unknown as Stage, shards, { id: null, ...options })
const figures = (...slices: number[][]) =>
  async function* () {
    for (const values of slices) yield await Promise.resolve({ tok: Uint32Array.from(values) })
  }

it('weighs what is left, what could go and what components share in tokens, however the rows were cut', async () => {
  for (const slices of [
    [[10, 20, 10, 40]],
    [
      [10, 20],
      [10, 40],
    ],
    [[10], [20], [10], [40]],
  ]) {
    const { result } = await run({ rowFigures: figures(...slices) })
    const metrics = result.metrics as {
      effective: object
      levels: Record<string, object>
    }
    expect(metrics.effective).toMatchObject({ examples: 3, tokens: { tok: 70 } })
    const level = metrics.levels['record-exact']
    expect(level).toMatchObject({
      ...{ removable: 1, tokens: { tok: 10 } },
      components: { a: { tokens: { tok: 0 } }, b: { tokens: { tok: 10 } } },
      pairs: [{ a: 'a', b: 'b', rows: 2, tokens: { tok: 20 } }],
    })
  }
})

it('says nothing of tokens where none, or not all, were counted', async () => {
  for (const options of [{}, { rowFigures: figures([10, 20, 10]) }]) {
    const { result } = await run(options)
    expect(JSON.stringify(result.metrics)).not.toContain('tokens')
  }
})
