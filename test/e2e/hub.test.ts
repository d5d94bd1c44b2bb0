import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { meditronFiles } from '../hub/meditron.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { writeFiles } from './corpus.ts'

const TOKEN = 'hf_abcdefghijklmnopqrstuvwxyz012345'
const files = Object.entries(meditronFiles()).map(
  ([path, content]) => [path, Buffer.from(content)] as [string, Buffer],
)
const shards = files.filter(([path]) => path.endsWith('.parquet'))
let folder: string
let scene: Scene

beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-e2e-hub-'))
  writeFiles(join(folder, 'copy'), files)
  writeFileSync(join(folder, 'local.yaml'), pipeline('copy'))
  writeFileSync(join(folder, 'hub.yaml'), pipeline('hf://datasets/org/copy@main'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(async () => {
  scene = await openScene()
  scene.hub.dataset('org/copy').commit(Object.fromEntries(files), { date: '2025-06-01T12:00:00.000Z' })
})
afterEach(() => scene.close())

function pipeline(source: string): string {
  return JSON.stringify({ name: 'copy', source, stages: { tokens: {}, duplicates: {} } })
}

/** The environment of the scene reaches the command as it is. */
async function run(
  name: string,
  args: readonly string[],
): Promise<{ code: number | null; stderr: string; record: () => AuditRecord }> {
  const out = join(folder, name)
  const { code, stderr } = await assay(['run', ...args, '--out', out, '--workers', '1'], { cwd: folder })
  return {
    code,
    stderr,
    record: () => JSON.parse(readFileSync(join(out, 'audit.json'), 'utf8')) as AuditRecord,
  }
}

/** What may differ between a folder and the Hub: where it came from, and what the Hub declares. */
function comparable(record: AuditRecord): unknown {
  const inputs = record.inputs.map(({ verified: _, sha256, ...input }) => ({
    ...input,
    sha256: sha256.recomputed,
  }))
  const notChecked = record.notChecked.filter(({ what }) => !what.startsWith('the last commit'))
  return { ...record, source: null, inputs, notChecked }
}

describe('a corpus on the Hub', { timeout: 180_000 }, () => {
  it('gives the same audit as its copy on disk, and the same again offline', async () => {
    const local = await run('local', ['local.yaml'])
    expect(local.stderr).not.toMatch(/assay: /)
    expect(local.code).toBe(0)
    const remote = await run('remote', ['hub.yaml'])
    expect(remote.stderr).not.toMatch(/assay: /)
    expect(remote.code).toBe(0)
    expect(comparable(remote.record())).toEqual(comparable(local.record()))
    const evidence = (name: string): Buffer => readFileSync(join(folder, name, 'evidence.parquet'))
    expect(evidence('remote').equals(evidence('local'))).toBe(true)
    expect(remote.record().inputs.every(({ verified }) => verified === true)).toBe(true)
    expect(remote.record().source).toMatchObject({
      uri: 'hf://datasets/org/copy',
      commitDate: '2025-06-01T12:00:00.000Z',
    })

    // The copy documents its configs on the second card alone, as the first corpus does.
    expect(remote.record().findings['integrity/configs-off-root-card']?.[0]?.evidence).toMatchObject({
      card: 'data/README.md',
      configs: ['default', 'curated_qa', 'synthetic_curated_qa', 'guidelines_qa', 'synthetic_moove'],
    })

    // Each shard whole once, plus its footer; nothing else of size.
    const downloads = scene.hub.requests.filter(
      ({ host, headers }) => host === 'storage' && headers.range === undefined,
    )
    expect(downloads.length).toBe(shards.length)
    const size = shards.reduce((sum, [, bytes]) => sum + bytes.length, 0)
    console.log(
      `run over the Hub: ${scene.hub.requests.length} requests, ${scene.hub.bytes} bytes for ${size} of data`,
    )
    expect(scene.hub.bytes).toBeLessThan(2 * size + 64 * 1024)
    expect(scene.hub.requests.length).toBeLessThan(10 + 4 * shards.length)

    scene.hub.reset()
    const offline = await run('offline', ['hub.yaml', '--offline'])
    expect(offline.stderr).not.toMatch(/assay: /)
    expect(offline.code).toBe(0)
    expect(scene.hub.requests).toEqual([])
    const { revision, lastCommits } = remote.record().source
    expect(Object.values(lastCommits ?? {}).map(({ id }) => id)).toEqual(shards.map(() => revision))
    expect(remote.record().inputs.every(({ writer }) => writer === 'assay test writer')).toBe(true)
    expect(remote.record().notChecked.map(({ what }) => what)).not.toContain('the last commit of 8 files')
    expect(offline.record().notChecked.map(({ what }) => what)).toContain('the last commit of 8 files')
    expect(comparable(offline.record())).toEqual(comparable(local.record()))
  })

  it('with other bytes than it declares is a critical finding that names the shard', async () => {
    const repository = scene.hub.dataset('org/copy')
    const wanted = 'data/guidelines_qa/train-00001-of-00002.parquet'
    const file = repository.find('main')?.files.get(wanted)
    // The last bytes of a Parquet file before its footer's length are its writer's name: rows stay readable.
    scene.hub.fail({ match: new RegExp(`^/blobs/${file?.sha256 ?? '-'}`), damageAt: (file?.size ?? 0) - 12 })
    const damaged = await run('damaged', ['hub.yaml', '--fail-on', 'critical'])
    expect(damaged.code).toBe(1)
    const record = damaged.record()
    expect(record.inputs.filter(({ verified }) => verified !== true).map(({ path }) => path)).toEqual([
      wanted,
    ])
    const found = record.findings['integrity/sha256-mismatch'] ?? []
    expect(found.map(({ severity, place }) => [severity, place])).toEqual([
      ['critical', expect.objectContaining({ kind: 'shard' })],
    ])
    expect(JSON.stringify(found)).toContain(wanted)
  })

  it('interrupted inside a download leaves no report, and the next run goes on where it stopped', async () => {
    scene.hub.fail({
      match: ({ host, headers }) => host === 'storage' && headers.range === undefined,
      times: 1,
      dropAfter: 3000,
      stall: true,
    })
    const stalled = (): boolean =>
      scene.hub.requests.some(
        ({ host, headers, bytes }) => host === 'storage' && headers.range === undefined && bytes >= 3000,
      )
    const out = join(folder, 'interrupted')
    const stopped = await assay(['run', 'hub.yaml', '--out', out, '--workers', '1'], {
      cwd: folder,
      during: async (child) => {
        for (let waited = 0; !stalled() && waited < 600; waited++) await sleep(100)
        await sleep(500)
        child.kill('SIGINT')
      },
    })
    expect(stopped.code).toBe(130)
    expect(existsSync(join(out, 'audit.json'))).toBe(false)
    scene.hub.heal()
    scene.hub.reset()
    const again = await run('interrupted', ['hub.yaml'])
    expect(again.code).toBe(0)
    expect(again.record().inputs.every(({ verified }) => verified === true)).toBe(true)
    expect(
      scene.hub.requests.filter(({ headers }) => headers['if-range'] !== undefined).length,
    ).toBeGreaterThan(0)
  })

  it('is read by ranges alone under --limit', async () => {
    const limited = await run('limited', ['hub.yaml', '--limit', '40'])
    expect(limited.stderr).not.toMatch(/assay: /)
    expect(limited.code).toBe(0)
    const { inputs, components } = limited.record()
    expect(Object.values(components).reduce((sum, { examples }) => sum + examples, 0)).toBe(40)
    expect(inputs.every(({ verified }) => verified === 'not-read-whole')).toBe(true)
    const storage = scene.hub.requests.filter(({ host }) => host === 'storage')
    expect(storage.every(({ headers }) => headers.range !== undefined)).toBe(true)
  })

  it('is counted from footers alone, and a token goes to the endpoint only', async () => {
    const repository = scene.hub.dataset('org/copy')
    repository.readers = new Set([TOKEN])
    scene.hub.tokens.add(TOKEN)
    const without = await assay(['count', 'org/copy'], { cwd: folder })
    expect(without.code).toBe(2)
    expect(without.stderr).toMatch(/token/i)
    scene.hub.reset()
    const counted = await assay(['count', 'org/copy', '--json'], { cwd: folder, env: { HF_TOKEN: TOKEN } })
    expect(counted.code).toBe(0)
    expect(counted.stdout).toContain('584')
    expect(`${counted.stdout}${counted.stderr}`).not.toContain(TOKEN)
    const storage = scene.hub.requests.filter(({ host }) => host === 'storage')
    expect(
      storage.every(({ headers }) => headers.range !== undefined && headers.authorization === undefined),
    ).toBe(true)
    expect(storage.length).toBe(shards.length)
  })

  it('named only in a pipeline gets no token unless the command line says so', async () => {
    scene.hub.dataset('org/copy').readers = new Set([TOKEN])
    scene.hub.tokens.add(TOKEN)
    const env = { HF_TOKEN: TOKEN }
    const refused = await assay(['plan', 'hub.yaml'], { cwd: folder, env })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('--use-token')
    expect(scene.hub.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true)
    const allowed = await assay(['plan', 'hub.yaml', '--use-token'], { cwd: folder, env })
    expect(allowed.code).toBe(0)
  })
})
