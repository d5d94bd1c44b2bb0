import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { meditronFiles } from '../hub/meditron.ts'
import { conversationsParquet, wardTalk } from '../hub/parquet.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import type { CliResult } from '../support/cli.ts'
import { writeFiles } from './corpus.ts'

let root = ''
const rows = wardTalk(40, 3)
const changed = rows.map((row, i) =>
  i === 5 ? { ...row, turns: [row.turns[0]!, { from: 'gpt', value: 'An answer that was not there.' }] } : row,
)

beforeAll(async () => {
  ensureBuilt()
  root = mkdtempSync(join(tmpdir(), 'assay-elsewhere-'))
  const corpus = (name: string, second = rows): void =>
    writeFiles(join(root, name), [
      ['README.md', '---\nlicense: mit\n---\nTalk on a ward.\n'],
      ['data/train-0.parquet', conversationsParquet(rows, 20)],
      ['data/train-1.parquet', conversationsParquet(second, 20)],
    ])
  corpus('here/corpus')
  corpus('elsewhere/other name')
  corpus('elsewhere/changed', changed)
  writeFileSync(
    join(root, 'here', 'p.yaml'),
    JSON.stringify({ name: 'p', source: 'corpus', stages: { tokens: {}, duplicates: {} } }),
  )
  expect((await run('here', 'run', 'corpus', '--out', 'bare', '--workers', '1')).code).toBe(0)
  expect((await run('here', 'run', 'p.yaml', '--out', 'piped', '--workers', '1')).code).toBe(0)
  rmSync(join(root, 'here', 'corpus'), { recursive: true })
}, 60_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

const run = (cwd: string, ...args: string[]): Promise<CliResult> => assay(args, { cwd: join(root, cwd) })
const verify = (cwd: string, report: string, source: string): Promise<CliResult> =>
  run(cwd, 'verify', report, '--source', source, '--workers', '1')

describe('verify --source', () => {
  it.each([
    ['of a bare source, by an absolute path', 'here', 'bare', () => join(root, 'elsewhere/other name')],
    ['of a pipeline, by an absolute path', 'here', 'piped', () => join(root, 'elsewhere/other name')],
    ['of a pipeline, by a path from the current directory', 'elsewhere', '../here/piped', () => 'other name'],
    [
      'of a bare source, by a path from the current directory',
      'elsewhere',
      '../here/bare',
      () => 'other name',
    ],
  ])(
    'finds a copy under another name as the report says: %s',
    async (_, cwd, report, source) => {
      const done = await verify(cwd, report, source())
      expect(done.stderr).not.toMatch(/^assay: /m)
      expect(done.stdout).toMatch(
        /^Everything is as the report says: .* 2 inputs .* quotations against the rows/,
      )
      expect(done.code).toBe(0)
    },
    60_000,
  )

  it.each(['bare', 'piped'])(
    'finds a row that differs there from the report %s',
    async (report) => {
      const done = await verify('elsewhere', `../here/${report}`, 'changed')
      expect(done.code).toBe(1)
      expect(done.stdout).toMatch(/data\/train-1\.parquet: The file changed/)
      expect(done.stdout).toMatch(/audit\.json#\/components/)
      expect(done.stdout).not.toMatch(/source\/uri/)
    },
    60_000,
  )

  describe('of a report over the Hub', () => {
    let scene: Scene | undefined
    afterAll(() => scene?.close())

    it('finds a copy on disk as the report says, and says what nobody was asked again', async () => {
      scene = await openScene()
      scene.hub.dataset('org/far').commit(meditronFiles(), { date: '2025-06-01T12:00:00.000Z' })
      expect((await run('here', 'run', 'org/far', '--out', 'far', '--workers', '1')).code).toBe(0)
      writeFiles(join(root, 'elsewhere', 'near'), Object.entries(meditronFiles()))
      scene.hub.reset()
      const done = await verify('elsewhere', '../here/far', 'near')
      expect(done.stdout).toMatch(/^Everything is as the report says: .*8 inputs/)
      expect(done.stdout).toMatch(/Not compared: the last commits of the files.*--source/)
      expect(scene.hub.requests).toEqual([])
    }, 60_000)
  })

  it('shows rows to explain from there too', async () => {
    cpSync(join(root, 'elsewhere/other name'), join(root, 'elsewhere/third'), { recursive: true })
    const place = 'data/train-0.parquet:3'
    const done = await run('elsewhere', 'explain', '../here/piped', place, '--source', 'third')
    expect(done.code).toBe(0)
    expect(done.stdout).toContain(rows[3]!.turns[1]!.value.slice(0, 20))
  }, 60_000)
})
