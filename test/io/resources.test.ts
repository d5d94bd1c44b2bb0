import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import type { Resources, Table, TableRef } from '../../src/core/stage.ts'
import { createResources } from '../../src/io/resources.ts'
import { columnsParquet } from '../hub/parquet.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'

let scene: Scene
let top: string
let folder: string

beforeEach(async () => {
  scene = await openScene()
  top = await mkdtemp(join(tmpdir(), 'assay-resources-'))
  folder = join(top, 'pipeline')
  await mkdir(folder)
})
afterEach(async () => {
  await scene.close()
  await rm(top, { recursive: true, force: true })
})

const resources = (more: Partial<Parameters<typeof createResources>[0]> = {}): Resources =>
  createResources({ folder, allowOutside: false, offline: false, useToken: false, ...more })

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

async function rowsOf(table: Table): Promise<JsonObject[]> {
  const rows: JsonObject[] = []
  for await (const row of table.rows) rows.push(row)
  return rows
}

async function local(name: string, content: string | Uint8Array): Promise<JsonObject[]> {
  await writeFile(join(folder, name), content)
  const table = await resources().table({ kind: 'local', path: name })
  expect(table).toMatchObject({ sha256: sha256(content), origin: name, revision: null, licence: null })
  return rowsOf(table)
}

const hub = (more: Partial<Extract<TableRef, { kind: 'hub' }>> = {}): TableRef => ({
  kind: 'hub',
  repo: 'org/bench',
  revision: 'main',
  ...more,
})

describe('a table on disk', () => {
  const expected = [
    { id: '1', question: 'What is "fever"?' },
    { id: '2', question: 'Line one,\nline two; ümlaut' },
  ]
  const lines = expected.map((row) => JSON.stringify(row)).join('\n')

  test.each([
    ['x.jsonl', lines],
    ['x.jsonl', `\uFEFF${lines.replace('\n', '\r\n\r\n')}\n`],
    ['x.json', JSON.stringify(expected, null, 2)],
    ['x.json', JSON.stringify({ version: 1, data: expected })],
    ['x.json', JSON.stringify({ '1': { question: 'What is "fever"?' }, '2': expected[1] })],
    ['x.json', JSON.stringify({ '1': { question: 'What is "fever"?' }, '2': expected[1] }, null, 1)],
    ['x.json', lines],
    ['x.jsonl', JSON.stringify(expected)],
    ['x.csv', 'id,question\r\n1,"What is ""fever""?"\r\n\r\n2,"Line one,\nline two; ümlaut"\r\n'],
    ['x.tsv', '\uFEFFid\tquestion\n1\t"What is ""fever""?"\n2\t"Line one,\nline two; ümlaut"'],
    ['x.jsonl.gz', gzipSync(lines)],
    ['x.csv.gz', gzipSync('id,question\n1,"What is ""fever""?"\n2,"Line one,\nline two; ümlaut"\n')],
  ])('%s %#', async (name, content) => {
    expect(await local(name, content)).toEqual(expected)
  })

  test('Parquet, over several row groups, told apart by its bytes', async () => {
    const ids = Array.from({ length: 250 }, (_, i) => `q${i}`)
    const bytes = columnsParquet({
      id: ids,
      n: ids.map((_, i) => i),
      big: ids.map((_, i) => BigInt(i) * 10n ** 16n),
    })
    const rows = await local('x.parquet', bytes)
    expect(rows.length).toBe(250)
    expect(rows[3]).toEqual({ id: 'q3', n: 3, big: '30000000000000000' })
    expect(await local('misnamed.csv', bytes)).toEqual(rows)
  })

  test('a line cut into many chunks is whole', async () => {
    const long = 'äöü '.repeat(300_000)
    expect(await local('x.jsonl', `${JSON.stringify({ long })}\n{"long":"short"}`)).toEqual([
      { long },
      { long: 'short' },
    ])
  })

  test.each([
    ['bad.jsonl', '{"a":1}\n{"a":\n', 'JSONL_INVALID', 'line 2'],
    ['list.jsonl', '{"a":1}\n7\n', 'JSONL_INVALID', 'line 2'],
    ['rows.json', '{"rows": [1]', 'JSONL_INVALID', 'rows.json'],
    ['other.json', '[1, 2]', 'JSONL_INVALID', 'item 0'],
    ['ragged.csv', 'a,b\n1,2\n1,2,3\n', 'JSONL_INVALID', 'ragged.csv'],
    ['open.csv', 'a,b\n1,"2\n', 'JSONL_INVALID', 'open.csv'],
    ['x.parquet', 'not parquet', 'PARQUET_INVALID', 'x.parquet'],
    ['cut.parquet', 'PAR1 and then nothing', 'PARQUET_INVALID', 'cut.parquet'],
    ['cut.jsonl.gz', gzipSync('{"a":1}\n'.repeat(1000)).subarray(0, 30), 'JSONL_INVALID', 'cut.jsonl.gz'],
  ])('%s is refused', async (name, content, code, where) => {
    const error: unknown = await local(name, content).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code })
    expect(String(error)).toContain(where)
  })

  test('a path outside the folder is refused, an absolute one never shown', async () => {
    await writeFile(join(top, 'out.jsonl'), '{"a":1}')
    const outside = resources().table({ kind: 'local', path: '../out.jsonl' })
    await expect(outside).rejects.toMatchObject({ code: 'PATH_OUTSIDE' })
    const allowed = await resources({ allowOutside: true }).table({
      kind: 'local',
      path: join(top, 'out.jsonl'),
    })
    expect(allowed.origin).toBe('out.jsonl')
    await expect(resources().table({ kind: 'local', path: 'none.csv' })).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
    })
  })
})

describe('a table of a Hub dataset', () => {
  const table = (ref: TableRef): Promise<Table> => resources().table(ref)
  const ids = async (ref: TableRef): Promise<unknown[]> =>
    (await rowsOf(await table(ref))).map(({ id }) => id)
  const row = (id: string): string => `${JSON.stringify({ id })}\n`

  test("by the card's configs, with revision, licence and hash", async () => {
    const card = `---
license: mit
configs:
- config_name: first
  data_files:
  - split: train
    path: first/train.jsonl
  - split: test
    path: first/test-*.jsonl
- config_name: second
  data_files: second.csv
---
`
    const files = {
      'first/train.jsonl': row('a'),
      'first/test-0.jsonl': row('b'),
      'first/test-1.jsonl': row('c'),
    }
    const commit = scene.hub
      .dataset('org/bench')
      .commit({ ...files, 'second.csv': 'id\nd\n', 'README.md': card })
    expect(await ids(hub({ config: 'first', split: 'test' }))).toEqual(['b', 'c'])
    expect(await ids(hub({ config: 'first' }))).toEqual(['b', 'c', 'a'])
    expect(await ids(hub({ config: 'second', split: 'train' }))).toEqual(['d'])
    expect(await ids(hub({ glob: '*.csv' }))).toEqual(['d'])
    const { sha256: hash, ...one } = await table(hub({ config: 'first', split: 'test' }))
    expect(one).toMatchObject({ revision: commit, licence: 'mit' })
    expect(one.origin).toBe(`hf://datasets/org/bench@${commit} (first, test)`)
    expect(hash).toBe(sha256(`${sha256(row('b'))}\n${sha256(row('c'))}\n`))
    expect((await table(hub({ config: 'second' }))).sha256).toBe(sha256('id\nd\n'))
    const missing = table(hub({ config: 'third', split: 'test' }))
    await expect(missing).rejects.toMatchObject({ code: 'HUB_NOT_FOUND' })
    await expect(missing).rejects.toThrow(/first \(train, test\)/)
  })

  test.each([
    [
      ['data/test-00000-of-00001.parquet', 'data/latest.jsonl', 'data/train.jsonl'],
      {},
      ['data/test-00000-of-00001.parquet'],
    ],
    [['test.jsonl', 'train.jsonl'], {}, ['test.jsonl']],
    [
      ['anatomy/test-0.jsonl', 'anatomy/dev-0.jsonl', 'virology/test-0.jsonl'],
      { config: 'anatomy' },
      ['anatomy/test-0.jsonl'],
    ],
    [['data/anatomy_test.csv', 'data/virology_test.csv'], { config: 'anatomy' }, ['data/anatomy_test.csv']],
    [['eval/x.csv', 'train/x.csv'], { split: 'test' }, ['eval/x.csv']],
    [['dev.jsonl', 'train.jsonl'], { split: 'validation' }, ['dev.jsonl']],
    [['test.csv', 'test.parquet'], {}, ['test.parquet']],
    [['dev.csv', 'validation.csv'], { split: 'validation' }, ['validation.csv']],
    [['input_data.jsonl'], { split: 'train' }, ['input_data.jsonl']],
    [['test.jsonl', 'extra.jsonl', 'train.json'], { split: 'train' }, ['train.json']],
  ])('by the names of its files: %j', async (paths, ref, expected) => {
    const content = (path: string): string | Uint8Array => {
      if (path.endsWith('.parquet')) return columnsParquet({ id: [path] })
      return path.endsWith('.csv') ? `id\n${path}\n` : row(path)
    }
    scene.hub.dataset('org/bench').commit(Object.fromEntries(paths.map((path) => [path, content(path)])))
    expect(await ids(hub({ split: 'test', ...ref }))).toEqual(expected)
  })

  test("by the Hub's conversion to Parquet when the files cannot be read", async () => {
    const repository = scene.hub.dataset('org/bench')
    repository.commit({ 'script.py': 'pass', 'archive.zip': 'x' })
    const converted = repository.commit(
      {
        'first/test/0000.parquet': columnsParquet({ id: ['a'] }),
        'second/test/0000.parquet': columnsParquet({ id: ['b'] }),
      },
      { branch: 'refs/convert/parquet' },
    )
    expect(await ids(hub({ config: 'second', split: 'test' }))).toEqual(['b'])
    expect((await table(hub({ config: 'first', split: 'test' }))).revision).toBe(converted)
    await expect(table(hub({ config: 'first', split: 'none' }))).rejects.toMatchObject({
      code: 'HUB_NOT_FOUND',
    })
  })

  test('is read from the cache offline', async () => {
    scene.hub.dataset('org/bench').commit({ 'test.jsonl': row('a'), 'README.md': '---\nlicense: mit\n---\n' })
    const online = await table(hub({ split: 'test' }))
    scene.hub.reset()
    const offline = await resources({ offline: true }).table(hub({ split: 'test' }))
    expect(await rowsOf(offline)).toEqual([{ id: 'a' }])
    expect({ ...offline, rows: null }).toEqual({ ...online, rows: null })
    expect(scene.hub.requests).toEqual([])
    const unknown = resources({ offline: true }).table(hub({ repo: 'org/none' }))
    await expect(unknown).rejects.toMatchObject({ code: 'HUB_OFFLINE' })
  })

  test('with other bytes than declared is refused', async () => {
    scene.hub.dataset('org/bench').commit({ 'test.parquet': columnsParquet({ id: ['a'] }) })
    scene.hub.fail({ match: ({ host }) => host === 'storage', damageAt: 20 })
    await expect(table(hub())).rejects.toMatchObject({ code: 'INTEGRITY' })
  })

  test('resolves a repository once for all its tables and files', async () => {
    scene.hub.dataset('org/bench').commit({ 'a/test.jsonl': row('a'), 'b/test.jsonl': row('b') })
    const shared = resources()
    await Promise.all(['a', 'b'].map((config) => shared.table(hub({ config, split: 'test' }))))
    expect(scene.hub.requests.filter(({ url }) => url.includes('/revision/')).length).toBe(1)
  })

  test.each(['org/../x', 'a/b/c', '', 'org name/x'])('%j is no repository', async (repo) => {
    await expect(table(hub({ repo }))).rejects.toMatchObject({ code: 'SOURCE_INVALID' })
  })
})

describe('a file', () => {
  test('of the package, beside the pipeline, and of a Hub model', async () => {
    const shipped = await resources().file({ kind: 'package', path: 'tokenizers.yaml' })
    expect(shipped.origin).toBe('assay:data/tokenizers.yaml')
    expect(shipped.sha256).toBe(sha256(shipped.bytes))
    await expect(resources().file({ kind: 'package', path: '../package.json' })).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
    })
    await writeFile(join(folder, 'own.json'), '{}')
    expect(await resources().file({ kind: 'local', path: 'own.json' })).toMatchObject({
      origin: 'own.json',
      revision: null,
    })
    const commit = scene.hub.model('org/model').commit({ 'tokenizer.json': '{"model":{}}' })
    const ref = {
      kind: 'hub',
      repoType: 'model',
      repo: 'org/model',
      revision: 'main',
      path: 'tokenizer.json',
    } as const
    const remote = await resources().file(ref)
    expect(Buffer.from(remote.bytes).toString()).toBe('{"model":{}}')
    expect(remote).toMatchObject({
      origin: `hf://org/model@${commit}/tokenizer.json`,
      revision: commit,
      sha256: sha256('{"model":{}}'),
    })
    await expect(resources().file({ ...ref, path: 'none.json' })).rejects.toMatchObject({
      code: 'HUB_NOT_FOUND',
    })
  })

  test('the token goes only where it is allowed to', async () => {
    process.env['HF_TOKEN'] = 'hf_abc'
    scene.hub.tokens.add('hf_abc')
    const repository = scene.hub.model('org/model')
    repository.commit({ 'tokenizer.json': '{}' })
    repository.readers = new Set(['hf_abc'])
    const ref = {
      kind: 'hub',
      repoType: 'model',
      repo: 'org/model',
      revision: 'main',
      path: 'tokenizer.json',
    } as const
    await expect(resources().file(ref)).rejects.toMatchObject({ code: 'HUB_UNAUTHORIZED' })
    expect((await resources({ useToken: true }).file(ref)).bytes.length).toBe(2)
  })
})
