import { createHash } from 'node:crypto'
import { readFile, readdir, realpath, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OpenedSource } from '../../src/core/source.ts'
import { openSource } from '../../src/io/source.ts'
import type { SourceOptions } from '../../src/io/source.ts'
import { conversationsParquet, wardTalk } from '../hub/parquet.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'

let scene: Scene
let warnings: string[]

beforeEach(async () => {
  scene = await openScene()
  warnings = []
})
afterEach(() => scene.close())

function open(source: string, options: Partial<SourceOptions> = {}): Promise<OpenedSource> {
  return openSource(source, {
    offline: false,
    folder: scene.folder,
    allowOutside: true,
    useToken: true,
    readFooters: true,
    warn: (message) => warnings.push(message),
    ...options,
  })
}

/** Two components of two shards each; the first shard of `a` is large. */
function twoComponents(): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {}
  for (const [i, path] of ['a/train-0', 'a/train-1', 'b/train-0', 'b/train-1'].entries())
    files[`data/${path}.parquet`] = conversationsParquet(wardTalk(i === 0 ? 2000 : 20 + i, i + 1))
  return files
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('opening a Hub dataset', () => {
  test('resolves the branch once and pins every later request to the commit', async () => {
    const files = twoComponents()
    const commit = scene.hub.dataset('org/talk').commit(files, { date: '2025-03-04T05:06:07.000Z' })
    const source = await open('hf://datasets/org/talk')
    expect(source.revision).toBe(commit)
    expect(source.commitDate).toBe('2025-03-04T05:06:07.000Z')
    expect(source.uri).toBe('hf://datasets/org/talk')
    const naming = scene.hub.requests.filter(({ url }) =>
      /\/(revision|tree|commits|resolve)\/main\b/.test(url),
    )
    expect(naming.map(({ url }) => url.split('?')[0])).toEqual(['/api/datasets/org/talk/revision/main'])
    const pinned = scene.hub.requests.filter(({ host, url }) => host === 'endpoint' && url.includes(commit))
    expect(pinned.length).toBe(scene.hub.requests.filter(({ host }) => host === 'endpoint').length - 1)
  })

  test('lists shards with component, size, declared sha256, rows and schema from the footer', async () => {
    const files = twoComponents()
    scene.hub.dataset('org/talk').commit(files)
    const { shards } = await open('org/talk')
    expect(shards.map(({ component, path }) => [component, path])).toEqual([
      ['a', 'data/a/train-0.parquet'],
      ['a', 'data/a/train-1.parquet'],
      ['b', 'data/b/train-0.parquet'],
      ['b', 'data/b/train-1.parquet'],
    ])
    expect(shards.map(({ rows }) => rows)).toEqual([2000, 21, 22, 23])
    for (const shard of shards) {
      expect(shard.sha256).toBe(sha256(files[shard.path]!))
      expect(shard.bytes).toBe(files[shard.path]!.length)
      expect(shard.schema?.map(({ name }) => name)).toEqual(['id', 'conversations'])
      expect(shard.location.kind).toBe('hub')
    }
  })

  test('reads only footers: bytes and requests stay in budget for 14 shards', async () => {
    const files: Record<string, Uint8Array> = {}
    for (let i = 0; i < 14; i++)
      files[`data/c${i % 4}/train-${i}.parquet`] = conversationsParquet(wardTalk(4000, i + 1), 1000)
    scene.hub.dataset('org/large').commit(files)
    const total = Object.values(files).reduce((sum, bytes) => sum + bytes.length, 0)
    const { shards } = await open('org/large')
    expect(shards.reduce((sum, { rows }) => sum + (rows ?? 0), 0)).toBe(56_000)
    const storage = scene.hub.requests.filter(({ host }) => host === 'storage')
    const footers = storage.reduce((sum, { bytes }) => sum + bytes, 0)
    console.log(`14 footers: ${footers} of ${total} bytes in ${scene.hub.requests.length} requests`)
    expect(footers).toBeLessThanOrEqual(14 * 64 * 1024)
    expect(storage.length).toBe(14)
    expect(scene.hub.requests.length).toBeLessThanOrEqual(3 + 2 * 14)
    expect(storage.every(({ status }) => status === 206)).toBe(true)
  })

  test('follows a listing of more than a thousand files over its pages', async () => {
    const files: Record<string, string> = {}
    for (let i = 0; i < 2345; i++)
      files[`data/part-${String(i).padStart(5, '0')}.jsonl`] = `{"text":"line ${i}"}\n`
    scene.hub.dataset('org/many').commit(files)
    const { shards } = await open('org/many')
    expect(shards.length).toBe(2345)
    expect(scene.hub.requests.filter(({ url }) => url.includes('/tree/')).length).toBe(3)
  })

  test('asks the last commits of all shards in one request', async () => {
    const repository = scene.hub.dataset('org/talk')
    const files = twoComponents()
    const first = repository.commit(files, { title: 'Add data', date: '2024-01-01T00:00:00.000Z' })
    const changed = { 'data/b/train-1.parquet': conversationsParquet(wardTalk(5, 77)) }
    const second = repository.commit(changed, { title: 'Fix b', date: '2024-02-01T00:00:00.000Z' })
    const source = await open('org/talk')
    scene.hub.reset()
    const commits = await Promise.all(source.shards.map(({ path }) => source.lastCommit(path)))
    expect(commits.map((commit) => commit?.id)).toEqual([first, first, first, second])
    expect(commits[3]).toEqual({ id: second, date: '2024-02-01T00:00:00.000Z', title: 'Fix b' })
    expect(scene.hub.requests.length).toBe(1)
    expect(await source.lastCommit('no/such')).toBeNull()
  })

  test('reads a revision with slashes, a dataset without owner, and names with odd characters', async () => {
    const bytes = conversationsParquet(wardTalk(3, 1))
    const repository = scene.hub.dataset('plainname')
    repository.commit({ 'default/train/0000.parquet': bytes }, { branch: 'refs/convert/parquet' })
    repository.commit({ 'data/a b#c?100%ü[1]/x&y.parquet': bytes })
    const converted = await open('hf://datasets/plainname@refs%2Fconvert%2Fparquet')
    expect(converted.shards.map(({ component, rows }) => [component, rows])).toEqual([['default', 3]])
    const odd = await open('hf://datasets/plainname')
    expect(odd.shards.map(({ component, rows }) => [component, rows])).toEqual([['a b#c?100%ü[1]', 3]])
    const obtained = await odd.obtain(odd.shards[0]!)
    expect(obtained.sha256).toBe(sha256(bytes))
    const single = await open('hf://datasets/plainname/data/**')
    expect(single.shards.length).toBe(1)
  })
})

describe('obtaining shards', () => {
  test('downloads once into the layout of the Hub cache, hashing on the way', async () => {
    const files = twoComponents()
    const commit = scene.hub.dataset('org/talk').commit(files)
    const source = await open('org/talk')
    const shard = source.shards[0]!
    const progress: number[] = []
    const obtained = await source.obtain(shard, (done) => progress.push(done))
    expect(obtained).toMatchObject({ sha256: shard.sha256, bytes: shard.bytes, lines: null })
    expect(progress.at(-1)).toBe(shard.bytes)
    const folder = join(scene.cache, 'datasets--org--talk')
    expect(await readFile(join(folder, 'refs', 'main'), 'utf8')).toBe(commit)
    const pointer = join(folder, 'snapshots', commit, 'data', 'a', 'train-0.parquet')
    expect(await realpath(pointer)).toBe(await realpath(join(folder, 'blobs', shard.sha256!)))
    expect(new Uint8Array(await readFile(pointer))).toEqual(files[shard.path])
    expect((await readdir(join(folder, 'blobs'))).filter((name) => name.includes('incomplete'))).toEqual([])

    scene.hub.reset()
    const again = await open('org/talk', { readFooters: false })
    expect(again.shards[0]!.location).toEqual({ kind: 'file', path: pointer })
    expect(await again.obtain(shard)).toMatchObject({ sha256: shard.sha256 })
    expect(scene.hub.requests.filter(({ url }) => url.includes('/resolve/'))).toEqual([])
  })

  test('goes on where a lost connection stopped, over several losses', async () => {
    const files = twoComponents()
    scene.hub.dataset('org/talk').commit(files)
    const source = await open('org/talk')
    const shard = source.shards[0]!
    expect(shard.bytes).toBeGreaterThan(50_000)
    scene.hub.fail({ match: ({ host }) => host === 'storage', times: 3, dropAfter: 10_000 })
    scene.hub.reset()
    const obtained = await source.obtain(shard)
    expect(obtained.sha256).toBe(shard.sha256)
    const storage = scene.hub.requests.filter(({ host }) => host === 'storage')
    const starts = storage.map(({ headers }) => Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0))
    expect(starts.length).toBe(4)
    expect(starts).toEqual([...starts].sort((a, b) => a - b))
    expect(starts.at(-1)).toBeGreaterThan(0)
    // Less than two whole downloads: what had arrived was not asked for again.
    expect(scene.hub.bytes).toBeLessThan(1.5 * shard.bytes)
  })

  test('a run killed half-way resumes in the next one', async () => {
    scene.hub.dataset('org/talk').commit(twoComponents())
    const source = await open('org/talk')
    const shard = source.shards[0]!
    scene.hub.fail({ match: ({ host }) => host === 'storage', times: 1, dropAfter: 12_345 })
    scene.hub.fail({ match: ({ host }) => host === 'storage', status: 403 })
    await expect(source.obtain(shard)).rejects.toMatchObject({ code: 'HUB_FORBIDDEN' })
    scene.hub.heal()
    scene.hub.reset()
    const obtained = await (await open('org/talk', { readFooters: false })).obtain(shard)
    expect(obtained.sha256).toBe(shard.sha256)
    expect(scene.hub.requests.find(({ host }) => host === 'storage')?.headers.range).toMatch(
      /^bytes=[1-9]\d*-$/,
    )
  })

  test.each([
    ['the server honours If-Range', false],
    ['the server ignores If-Range', true],
  ])('starts over when the ETag changed meanwhile: %s', async (_, ignoreIfRange) => {
    scene.hub.dataset('org/talk').commit(twoComponents())
    const source = await open('org/talk')
    const shard = source.shards[0]!
    scene.hub.fail({
      match: ({ host }) => host === 'storage',
      times: 1,
      dropAfter: 20_000,
      etag: '"old"',
      damageAt: 5,
    })
    if (ignoreIfRange) scene.hub.fail({ match: ({ host }) => host === 'storage', times: 1, ignoreIfRange })
    const obtained = await source.obtain(shard)
    expect(obtained.sha256).toBe(shard.sha256)
  })

  test('bytes that differ from the declared sha256 are reported, and never kept as the blob', async () => {
    scene.hub.dataset('org/talk').commit(twoComponents())
    const source = await open('org/talk')
    const shard = source.shards[1]!
    scene.hub.fail({ match: ({ host }) => host === 'storage', damageAt: 100 })
    const obtained = await source.obtain(shard)
    expect(obtained.sha256).not.toBe(shard.sha256)
    expect(obtained.location.kind).toBe('file')
    const read = await readFile((obtained.location as { path: string }).path)
    expect(sha256(read)).toBe(obtained.sha256)
    expect(warnings.join()).toContain('twice')
    const blobs = await readdir(join(scene.cache, 'datasets--org--talk', 'blobs'))
    expect(blobs.filter((name) => name.startsWith(shard.sha256!))).toEqual([])

    scene.hub.heal()
    const healed = await open('org/talk', { readFooters: false })
    expect(healed.shards[1]!.location.kind).toBe('hub')
    expect((await healed.obtain(shard)).sha256).toBe(shard.sha256)
  })

  test('damage on the way once is repaired by a second download', async () => {
    scene.hub.dataset('org/talk').commit(twoComponents())
    const source = await open('org/talk')
    const shard = source.shards[1]!
    scene.hub.fail({ match: ({ host }) => host === 'storage', times: 1, damageAt: 100 })
    expect((await source.obtain(shard)).sha256).toBe(shard.sha256)
  })

  test('a flipped byte in the cache is found, because cached files are hashed again', async () => {
    scene.hub.dataset('org/talk').commit(twoComponents())
    const source = await open('org/talk')
    const shard = source.shards[1]!
    await source.obtain(shard)
    const blob = join(scene.cache, 'datasets--org--talk', 'blobs', shard.sha256!)
    const bytes = await readFile(blob)
    bytes[50]! ^= 1
    await writeFile(blob, bytes)
    const obtained = await source.obtain(shard)
    expect(obtained.sha256).toBe(sha256(bytes))
    expect(obtained.sha256).not.toBe(shard.sha256)
    expect(warnings.join()).toContain('differs from the sha256')
  })

  test('plain JSONL comes with line marks and is checked against its git id', async () => {
    const text = '{"text":"one"}\r\n\r\n{"text":"two"}\n   \n{"text":"three"}'
    scene.hub.dataset('org/lines').commit({ 'data/train.jsonl': text })
    const source = await open('org/lines')
    const shard = source.shards[0]!
    expect(shard.sha256).toBeNull()
    const obtained = await source.obtain(shard)
    expect(obtained.sha256).toBe(sha256(Buffer.from(text)))
    expect(obtained.lines?.rows).toBe(3)

    scene.hub.dataset('org/other').commit({ 'data/train.jsonl': text })
    const other = await open('org/other')
    scene.hub.fail({ match: /resolve/, damageAt: 3 })
    const damaged = await other.obtain(other.shards[0]!)
    expect(damaged.sha256).not.toBe(obtained.sha256)
    expect(warnings.join()).toContain('other bytes than git recorded')
    const oid = [...scene.hub.dataset('org/other').commits.values()][0]!.files.get('data/train.jsonl')!.gitOid
    expect(await readdir(join(scene.cache, 'datasets--org--other', 'blobs'))).not.toContain(oid)
  })

  test('a shard larger than the disk is refused before its first byte', async () => {
    const repository = scene.hub.dataset('org/huge')
    repository.commit({ 'data/train-0.parquet': conversationsParquet(wardTalk(3, 1)) })
    const file = [...repository.commits.values()][0]!.files.get('data/train-0.parquet')!
    file.size = 2 ** 52
    const source = await open('org/huge', { readFooters: false })
    scene.hub.reset()
    await expect(source.obtain(source.shards[0]!)).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(scene.hub.requests).toEqual([])
  })
})

describe('a Hub that lacks what is not essential', () => {
  test('commits, last commits and a writable cache', async () => {
    scene.hub
      .dataset('org/talk')
      .commit(
        { ...twoComponents(), 'README.md': '---\nlicense: mit\n---\n' },
        { date: '2025-03-04T05:06:07.000Z' },
      )
    scene.hub.fail({ match: /\/(commits|paths-info)\//, status: 404 })
    await writeFile(join(scene.folder, 'file'), '')
    const source = await open('org/talk', { cacheDir: join(scene.folder, 'file', 'cache') })
    expect(source.commitDate).toBe('2025-03-04T05:06:07.000Z')
    expect(await source.lastCommit('data/a/train-0.parquet')).toBeNull()
    expect(source.cards[0]?.text).toContain('mit')
    expect(source.shards.length).toBe(4)
    await expect(source.obtain(source.shards[0]!)).rejects.toMatchObject({ code: 'OUTPUT' })
  })
})

describe('offline', () => {
  test('a cached corpus opens without a single request, with the same shards', async () => {
    scene.hub
      .dataset('org/talk')
      .commit({ ...twoComponents(), 'README.md': '---\nlicense: mit\n---\nText\n' })
    const online = await open('org/talk')
    for (const shard of online.shards) await online.obtain(shard)
    scene.hub.reset()
    const offline = await open('org/talk', { offline: true })
    expect(scene.hub.requests).toEqual([])
    const known = (source: OpenedSource): unknown => source.shards.map(({ location: _, ...shard }) => shard)
    expect(known(offline)).toEqual(known(online))
    expect(offline.cards).toEqual(online.cards)
    expect([offline.revision, offline.commitDate]).toEqual([online.revision, online.commitDate])
    expect((await offline.obtain(offline.shards[0]!)).sha256).toBe(online.shards[0]!.sha256)
  })

  test('says what is missing from the cache', async () => {
    scene.hub.dataset('org/talk').commit(twoComponents())
    await expect(open('org/talk', { offline: true })).rejects.toMatchObject({ code: 'HUB_OFFLINE' })
    const online = await open('org/talk')
    await online.obtain(online.shards[0]!)
    const missing = open('org/talk', { offline: true, readFooters: false })
    await expect(missing).rejects.toMatchObject({ code: 'HUB_OFFLINE' })
    await expect(missing).rejects.toThrow('data/a/train-1.parquet')
    await expect(open('org/talk@dev', { offline: true })).rejects.toMatchObject({ code: 'HUB_OFFLINE' })
  })
})

test('the cache folder given wins over the environment', async () => {
  scene.hub.dataset('org/talk').commit(twoComponents())
  const cacheDir = join(scene.folder, 'elsewhere')
  const source = await open('org/talk', { cacheDir, readFooters: false })
  await source.obtain(source.shards[0]!)
  expect((await stat(join(cacheDir, 'datasets--org--talk', 'blobs'))).isDirectory()).toBe(true)
  await expect(stat(scene.cache)).rejects.toThrow()
})
