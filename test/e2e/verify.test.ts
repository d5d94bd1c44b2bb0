import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyReport } from '../../src/engine/verify.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'
import { meditronFiles } from '../hub/meditron.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { randomOf } from '../support/random.ts'

let folder = ''
let scene: Scene
beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-verify-hub-'))
  scene = await openScene()
  scene.hub.dataset('org/copy').commit(meditronFiles(), { date: '2025-06-01T12:00:00.000Z' })
  const pipeline = {
    ...{ name: 'hub', source: 'hf://datasets/org/copy@main' },
    stages: { tokens: {}, duplicates: {}, quality: {} },
  }
  writeFileSync(join(folder, 'hub.yaml'), JSON.stringify(pipeline))
  const done = await run('run', 'hub.yaml', '--out', 'whole')
  expect(done.stderr).not.toMatch(/^assay: /m)
  expect((await run('run', 'hub.yaml', '--limit', '40', '--out', 'part')).code).toBe(0)
}, 60_000)
afterAll(async () => {
  await scene.close()
  rmSync(folder, { recursive: true, force: true })
})

const run = (...args: string[]) => assay([...args, '--workers', '1'], { cwd: folder })

describe('verify over a Hub', () => {
  it('finds everything as the report says, at the commit that was audited', async () => {
    // The branch has moved on; the report is about the commit it names.
    scene.hub
      .dataset('org/copy')
      .commit({ 'data/curated_qa/train-00009-of-00010.parquet': Buffer.from('later') })
    const done = await run('verify', 'whole')
    console.log(done.stdout.trim())
    expect(done.code).toBe(0)
    expect(done.stdout).toMatch(
      /^Everything is as the report says: .*8 inputs .* quotations against the rows/,
    )
  }, 60_000)

  it('finds it in an empty cache too, and a report whose number was changed', async () => {
    const fresh = await run('verify', 'whole', '--cache', join(folder, 'other-cache'))
    expect(fresh.stdout).toMatch(/^Everything is as the report says/)
    const path = join(folder, 'whole', 'audit.json')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('"examples": 24', '"examples": 25'))
    const forged = await run('verify', 'whole')
    writeFileSync(path, text)
    expect(forged.code).toBe(1)
    expect(forged.stdout).toMatch(/audit\.json#\/components\/synthetic_moove\/examples/)
  }, 60_000)

  it('finds it without a network, and says what it did not ask again', async () => {
    scene.hub.reset()
    const done = await run('verify', 'whole', '--offline')
    expect(scene.hub.requests).toEqual([])
    expect(done.stdout).toMatch(/^Everything is as the report says/)
    expect(done.stdout).toMatch(/Not compared: the last commits of the files/)
  }, 60_000)

  it('finds a report that was made without a network as it says, with a network', async () => {
    expect((await run('run', 'hub.yaml', '--offline', '--out', 'offline')).code).toBe(0)
    const done = await run('verify', 'offline')
    expect(done.stdout).toMatch(/^Everything is as the report says/)
  }, 60_000)

  it('finds a changed byte in every cached shard and card', async () => {
    const cache = join(folder, 'kept')
    scene.hub.dataset('org/kept').commit(meditronFiles(), { date: '2025-06-01T12:00:00.000Z' })
    const pipeline = { name: 'kept', source: 'hf://datasets/org/kept', stages: { tokens: {} } }
    writeFileSync(join(folder, 'kept.yaml'), JSON.stringify(pipeline))
    const first = ['run', 'kept.yaml', '--out', 'cached', '--cache', cache]
    expect((await run(...first)).code).toBe(0)
    const random = randomOf(5)
    const blobs = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /blobs[\\/][0-9a-f]{40,64}$/.test(path),
    )
    expect(blobs.length).toBe(10)
    for (const blob of blobs) {
      const path = join(cache, blob)
      const whole = readFileSync(path)
      const bytes = Buffer.from(whole)
      const at = Math.floor(random() * bytes.length)
      bytes[at] = bytes[at]! ^ (1 + Math.floor(random() * 255))
      writeFileSync(path, bytes)
      const { discrepancies } = await verifyReport(join(folder, 'cached'), { quick: true })
      writeFileSync(path, whole)
      expect(discrepancies.length, `byte ${at} of ${blob}`).toBeGreaterThan(0)
    }
    expect((await verifyReport(join(folder, 'cached'), { quick: true })).discrepancies).toEqual([])
  }, 60_000)

  it('says in JSON how much was compared', async () => {
    const json = await run('verify', 'whole', '--json')
    const { compared } = JSON.parse(json.stdout) as { compared: { inputs: number; quotations: number } }
    expect(compared.inputs).toBe(8)
    expect(compared.quotations).toBeGreaterThan(0)
  }, 60_000)

  it('names the inputs that were not read whole, and compares the rest', async () => {
    const done = await run('verify', 'part')
    expect(done.code).toBe(0)
    expect(done.stdout).toMatch(/Everything is as the report says: .*0 inputs/)
    expect(done.stdout).toMatch(
      /8 inputs not hashed, because the audit did not read them whole: curated_qa\/data/,
    )
  }, 60_000)
})
