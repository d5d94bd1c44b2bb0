import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversationsParquet, wardTalk } from '../hub/parquet.ts'
import { openScene } from '../hub/scene.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import type { CliResult } from '../support/cli.ts'
import { writeFiles } from './corpus.ts'

let root = ''
const run = (...args: string[]): Promise<CliResult> => assay([...args, '--workers', '1'], { cwd: root })

beforeAll(async () => {
  ensureBuilt()
  root = mkdtempSync(join(tmpdir(), 'assay-undone-'))
  const talk = wardTalk(40, 5)
  const items = talk.slice(0, 6).map(({ turns }, i) => ({ id: `w${i}`, question: turns[0]!.value }))
  const benchmarks = [{ name: 'ward', file: 'ward.jsonl', prompt: 'question' }]
  writeFiles(root, [
    ['corpus/a.parquet', conversationsParquet(talk, 20)],
    ['corpus/b.parquet', conversationsParquet(wardTalk(10, 6), 20)],
    ['ward.jsonl', items.map((item) => `${JSON.stringify(item)}\n`).join('')],
    ['p.yaml', JSON.stringify({ name: 'p', source: 'corpus', stages: { contamination: { benchmarks } } })],
  ])
  expect((await run('run', 'p.yaml', '--out', 'report')).code).toBe(0)
}, 60_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Verifies with a file or folder moved away. */
async function without(path: string, ...args: string[]): Promise<CliResult> {
  renameSync(join(root, path), join(root, `${path}.away`))
  try {
    return await run('verify', 'report', ...args)
  } finally {
    renameSync(join(root, `${path}.away`), join(root, path))
  }
}

describe('verify where something cannot be opened', () => {
  it.each([[[]], [['--quick']]])(
    'exits 2 without the data and says why, and holds nothing against the report (%j)',
    async (more) => {
      const done = await without('corpus', ...more)
      expect(done.stdout).toMatch(/^Not everything could be checked; what could is as the report says/)
      expect(done.stdout).toMatch(
        /Could not be checked:\n {2}corpus: There is no such file; at corpus; got ENOENT/,
      )
      expect(done.stdout).not.toMatch(/discrepanc|evidence\.parquet/)
      expect(done.code).toBe(2)
    },
    60_000,
  )

  it.each([[[]], [['--quick']]])(
    'exits 2 without a benchmark file and names it (%j)',
    async (more) => {
      const done = await without('ward.jsonl', ...more)
      expect(done.stdout).toMatch(/Could not be checked:\n {2}ward\.jsonl: There is no such file/)
      expect(done.stdout).not.toMatch(/discrepanc/)
      expect(done.code).toBe(2)
    },
    60_000,
  )

  it('exits 1 where something else is not as the report says, and names both', async () => {
    const path = join(root, 'corpus/b.parquet')
    const whole = readFileSync(path)
    writeFileSync(path, conversationsParquet(wardTalk(10, 7), 20))
    const done = await without('ward.jsonl')
    writeFileSync(path, whole)
    expect(done.stdout).toMatch(/^1 discrepancy/)
    expect(done.stdout).toMatch(/b\.parquet: The file changed[^]*Could not be checked:\n {2}ward\.jsonl/)
    expect(done.code).toBe(1)
  }, 60_000)

  it('exits 1 where one file of the data is gone: the data that is there is other data', async () => {
    const done = await without('corpus/b.parquet')
    expect(done.stdout).toMatch(/b\.parquet: The file is gone/)
    expect(done.code).toBe(1)
  }, 60_000)

  it('finds a benchmark of the command line where it was, and misses it when it is moved', async () => {
    const args = ['contamination', '--corpus', 'corpus', '--out', 'leaks', '--benchmark']
    expect((await run(...args, join(root, 'ward.jsonl'))).code).toBe(0)
    const there = await run('verify', 'leaks', '--quick')
    expect(there.stdout).toMatch(/^Everything is as the report says: .* 1 file beside them/)
    renameSync(join(root, 'ward.jsonl'), join(root, 'moved.jsonl'))
    for (const more of [[], ['--quick']]) {
      const done = await run('verify', 'leaks', ...more)
      expect(done.stdout).toMatch(/Could not be checked:\n {2}ward\.jsonl: There is no such file/)
      expect(done.code).toBe(2)
    }
    renameSync(join(root, 'moved.jsonl'), join(root, 'ward.jsonl'))
  }, 60_000)

  it('exits 2 where a benchmark on the Hub cannot be read any more', async () => {
    const scene = await openScene()
    const items = Buffer.from('{"id":"i1","question":"Which bed is free on the ward this evening?"}\n')
    scene.hub.dataset('org/items').commit({ 'items.jsonl': items })
    const benchmarks = [{ name: 'far', hub: { dataset: 'org/items' }, prompt: 'question' }]
    const pipeline = { name: 'h', source: 'corpus', stages: { contamination: { benchmarks } } }
    writeFileSync(join(root, 'h.yaml'), JSON.stringify(pipeline))
    expect((await run('run', 'h.yaml', '--out', 'far')).stderr).not.toMatch(/could not be read/)
    const offline = await run('verify', 'far', '--offline', '--cache', join(root, 'empty'))
    await scene.close()
    expect(offline.stdout).toMatch(/Could not be checked:\n {2}benchmark far: it could not be read/)
    expect(offline.stdout).not.toMatch(/discrepanc/)
    expect(offline.code).toBe(2)
  }, 60_000)

  it('says in JSON what could not be checked', async () => {
    const done = await without('corpus', '--quick', '--json')
    expect(JSON.parse(done.stdout)).toMatchObject({ discrepancies: [], unchecked: [{ where: 'corpus' }] })
  }, 60_000)
})
