import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OpenedSource } from '../../src/core/source.ts'
import { openBytes } from '../../src/io/bytes.ts'
import { openSource } from '../../src/io/source.ts'
import type { SourceOptions } from '../../src/io/source.ts'
import { conversationsParquet, wardTalk } from '../hub/parquet.ts'

let top: string
let folder: string
let warnings: string[]

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'assay-local-'))
  folder = join(top, 'pipeline')
  await mkdir(folder)
  warnings = []
})
afterEach(() => rm(top, { recursive: true, force: true }))

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(top, path)), { recursive: true })
  await writeFile(join(top, path), content)
}

function open(source: string, options: Partial<SourceOptions> = {}): Promise<OpenedSource> {
  return openSource(source, {
    offline: false,
    folder,
    allowOutside: false,
    useToken: false,
    readFooters: true,
    warn: (message) => warnings.push(message),
    ...options,
  })
}

const paths = ({ shards }: OpenedSource): string[] =>
  shards.map(({ component, path }) => `${component}:${path}`)

describe('what a local source means', () => {
  beforeEach(async () => {
    for (const [i, name] of ['a/train-0', 'a/train-1', 'b/train-0'].entries())
      await put(`pipeline/corpus/data/${name}.parquet`, conversationsParquet(wardTalk(5 + i, i + 1)))
    await put('pipeline/corpus/README.md', '---\nlicense: mit\n---\nText\n')
    await put('pipeline/corpus/truth.jsonl', '{}\n')
  })

  test('a folder with reports of earlier audits in it', async () => {
    const before = paths(await open('corpus'))
    for (const name of ['audit.json', 'run.json', 'evidence.parquet', 'flagged-rows.jsonl'])
      await put(`pipeline/corpus/data/reports/${name}`, conversationsParquet(wardTalk(2, 9)))
    expect(paths(await open('corpus'))).toEqual(before)
    // Parquet beside only one of these names is data.
    await rm(join(top, 'pipeline/corpus/data/reports/run.json'))
    expect(paths(await open('corpus')).length).toBeGreaterThan(before.length)
  })

  test('a folder', async () => {
    const source = await open('corpus')
    expect(paths(source)).toEqual([
      'a:data/a/train-0.parquet',
      'a:data/a/train-1.parquet',
      'b:data/b/train-0.parquet',
    ])
    expect(source.shards.map(({ rows }) => rows)).toEqual([5, 6, 7])
    expect(source.shards.every(({ sha256 }) => sha256 === null)).toBe(true)
    expect(source.cards.map(({ path }) => path)).toEqual(['README.md'])
    expect(source.unassigned).toEqual(['truth.jsonl'])
    expect([source.revision, source.commitDate, source.uri]).toEqual([null, null, 'corpus'])
    expect(await source.lastCommit('data/a/train-0.parquet')).toBeNull()
  })

  test('a glob, a file, and a component map', async () => {
    expect(paths(await open('corpus/data/*/train-0.parquet'))).toEqual([
      'a:a/train-0.parquet',
      'b:b/train-0.parquet',
    ])
    expect(paths(await open('corpus/data/a/train-1.parquet'))).toEqual(['default:train-1.parquet'])
    expect(paths(await open('corpus', { components: { one: 'data/*/train-0.parquet' } }))).toEqual([
      'one:data/a/train-0.parquet',
      'one:data/b/train-0.parquet',
    ])
    expect(paths(await open(join(folder, 'corpus'), { allowOutside: true })).length).toBe(3)
  })

  test('obtaining hashes the file where it is', async () => {
    const source = await open('corpus')
    const shard = source.shards[0]!
    const seen: number[] = []
    const obtained = await source.obtain(shard, (done) => seen.push(done))
    const bytes = conversationsParquet(wardTalk(5, 1))
    expect(obtained.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(obtained.location).toEqual(shard.location)
    expect(seen.at(-1)).toBe(shard.bytes)
  })

  test('a file that changes after it was listed is an error', async () => {
    const source = await open('corpus')
    await put('pipeline/corpus/data/a/train-0.parquet', 'short')
    await expect(source.obtain(source.shards[0]!)).rejects.toMatchObject({ code: 'INTEGRITY' })
  })
})

test.each([
  ['missing', 'SOURCE_INVALID'],
  ['missing/*.parquet', 'SOURCE_EMPTY'],
  ['empty', 'SOURCE_EMPTY'],
])('%s is %s', async (source, code) => {
  await mkdir(join(folder, 'empty'))
  await expect(open(source)).rejects.toMatchObject({ code })
})

test('names with odd characters survive', async () => {
  const odd = ['a b', 'ü', '[x]', '{y}', 'q?', 'st*r', 'per%20cent', 'ha#sh', "quo'te", 'new\nline']
  for (const name of odd) await put(`pipeline/corpus/data/${name}/${name}.jsonl`, '{"text":"x"}\n')
  const source = await open('corpus', { readFooters: false })
  expect(new Set(source.shards.map(({ component }) => component))).toEqual(new Set(odd))
  for (const shard of source.shards) expect((await source.obtain(shard)).lines?.rows).toBe(1)
  const single = await open('corpus/data/[x]/[x].jsonl', { readFooters: false })
  expect(single.shards.length).toBe(1)
  const starred = await open('corpus/data/st*r/st*r.jsonl', { readFooters: false })
  expect(starred.shards.length).toBe(1)
})

describe('a pipeline may not read outside its folder', () => {
  beforeEach(async () => {
    await put('outside/x.parquet', conversationsParquet(wardTalk(2, 1)))
    await put('pipeline/inside/y.parquet', conversationsParquet(wardTalk(2, 1)))
  })

  test.each(['../outside', '../outside/*.parquet', 'inside/../../outside/x.parquet'])(
    '%s',
    async (source) => {
      await expect(open(source)).rejects.toMatchObject({ code: 'PATH_OUTSIDE' })
      await expect(open(source, { allowOutside: true })).resolves.toBeDefined()
    },
  )

  test('an absolute path', async () => {
    await expect(open(join(top, 'outside'))).rejects.toMatchObject({ code: 'PATH_OUTSIDE' })
    await expect(open(join(folder, 'inside'))).rejects.toMatchObject({ code: 'PATH_OUTSIDE' })
  })

  test('a link to a folder or a file outside', async () => {
    await symlink(join(top, 'outside'), join(folder, 'link'))
    await expect(open('link')).rejects.toMatchObject({ code: 'PATH_OUTSIDE' })
    await expect(open('link/*.parquet')).rejects.toMatchObject({ code: 'PATH_OUTSIDE' })
    await symlink(join(top, 'outside', 'x.parquet'), join(folder, 'inside', 'z.parquet'))
    await expect(open('inside')).rejects.toMatchObject({ code: 'PATH_OUTSIDE' })
    expect(paths(await open('inside', { allowOutside: true })).length).toBe(2)
  })

  test('a link inside is fine', async () => {
    await symlink(join(folder, 'inside', 'y.parquet'), join(folder, 'inside', 'again.parquet'))
    expect(paths(await open('inside'))).toEqual(['default:again.parquet', 'default:y.parquet'])
  })
})

test('an existing ORG/NAME folder is read from disk, and that is said', async () => {
  await put('pipeline/org/name/x.parquet', conversationsParquet(wardTalk(2, 1)))
  expect(paths(await open('org/name'))).toEqual(['default:x.parquet'])
  expect(warnings).toEqual([expect.stringContaining('hf://datasets/org/name')])
})

describe('reading bytes of a file', () => {
  test('ranges, and never fewer bytes than asked for', async () => {
    await put('pipeline/x.bin', Uint8Array.from([1, 2, 3, 4, 5]))
    const reader = await openBytes({ kind: 'file', path: join(folder, 'x.bin') })
    expect(reader.bytes).toBe(5)
    expect([...(await reader.read(1, 4))]).toEqual([2, 3, 4])
    expect([...(await reader.read(5, 5))]).toEqual([])
    await expect(reader.read(3, 6)).rejects.toMatchObject({ code: 'INTEGRITY' })
    await writeFile(join(folder, 'x.bin'), 'ab')
    await expect(reader.read(0, 5)).rejects.toMatchObject({ code: 'INTEGRITY' })
    await reader.close()
    await expect(openBytes({ kind: 'file', path: join(folder, 'none') })).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
    })
  })
})
