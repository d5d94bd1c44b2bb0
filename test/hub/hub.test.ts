import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSource } from '../../src/io/source.ts'
import { MEDITRON, MEDITRON_LAYOUT, serveMeditron } from './meditron.ts'
import { openScene } from './scene.ts'
import type { Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

test('the copy of the first corpus opens as its layout says', async () => {
  const commit = serveMeditron(scene.hub).refs.get('main')
  const source = await openSource(`hf://datasets/${MEDITRON}@main`, {
    offline: false,
    folder: scene.folder,
    allowOutside: false,
    useToken: false,
    readFooters: true,
    warn: () => {},
  })
  expect(source.revision).toBe(commit)
  expect(source.cards.map(({ path }) => path)).toEqual(['README.md', 'data/README.md'])
  expect(source.configs.map(({ name, card, paths }) => [name, card, paths.length])).toEqual([
    ['default', 'data/README.md', 8],
    ['curated_qa', 'data/README.md', 3],
    ['synthetic_curated_qa', 'data/README.md', 2],
    ['guidelines_qa', 'data/README.md', 2],
    ['synthetic_moove', 'data/README.md', 1],
  ])
  const rows = new Map<string, number>()
  for (const shard of source.shards)
    rows.set(shard.component, (rows.get(shard.component) ?? 0) + (shard.rows ?? 0))
  for (const [component, shards] of Object.entries(MEDITRON_LAYOUT))
    expect(rows.get(component)).toBe(shards.reduce((sum, n) => sum + n, 0))
  expect(source.unassigned).toEqual([])
  expect(source.overlaps).toEqual([])
})
