import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkRelative, RepoCache } from '../../src/io/cache.ts'
import { checkSpace, outputError } from '../../src/io/disk.ts'
import { download, incompletePath } from '../../src/io/download.ts'
import type { HashedFile } from '../../src/io/hash-file.ts'
import { HubClient } from '../../src/io/hub-client.ts'
import { fileAddress, resolveCommit } from '../../src/io/hub-repo.ts'
import { hubSettings } from '../../src/io/hub-settings.ts'
import { withLock } from '../../src/io/lock.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'

const BYTES = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31 + (i >> 8)) & 255)
const SHA256 = createHash('sha256').update(BYTES).digest('hex')
const storage = ({ host }: { host: string }): boolean => host === 'storage'
let scene: Scene
let target: string

beforeEach(async () => {
  scene = await openScene()
  target = join(scene.folder, 'blobs', SHA256)
  await mkdir(dirname(target))
})
afterEach(() => scene.close())

async function fetchIt(bytes = BYTES.length): Promise<HashedFile> {
  scene.hub.dataset('org/x').commit({ 'a.bin': BYTES })
  const client = new HubClient(hubSettings({ offline: false, useToken: false }), { backoffMs: 1 })
  const repo = await resolveCommit(client, 'dataset', 'org/x', 'main')
  return download({ client, address: fileAddress(repo, 'a.bin'), target, bytes, lines: false, git: false })
}

describe('what an earlier run left', () => {
  /** As after a kill: some bytes and the ETag they came with. */
  async function leave(bytes: Uint8Array, etag: string | null): Promise<void> {
    await writeFile(incompletePath(target), bytes)
    if (etag !== null) await writeFile(`${incompletePath(target)}.etag`, etag)
  }
  const ETAG = `"storage-${SHA256.slice(0, 16)}"`
  const asked = (): (string | undefined)[] =>
    scene.hub.requests.filter(storage).map(({ headers }) => headers.range)

  test('is continued when the ETag still holds', async () => {
    await leave(BYTES.subarray(0, 40_000), ETAG)
    expect((await fetchIt()).sha256).toBe(SHA256)
    expect(asked()).toEqual(['bytes=40000-'])
    expect(scene.hub.requests.filter(storage)[0]?.bytes).toBe(60_000)
    expect(new Uint8Array(await readFile(incompletePath(target)))).toEqual(BYTES)
  })

  test.each([
    ['has another ETag', '"other"'],
    ['has a weak ETag', `W/${ETAG}`],
    ['has an ETag that is none', 'x\r\ninjected: 1'],
    ['has no ETag', null],
  ])('is thrown away when it %s', async (_, etag) => {
    await leave(
      BYTES.subarray(0, 40_000).map((byte) => byte ^ 1),
      etag,
    )
    expect((await fetchIt()).sha256).toBe(SHA256)
    expect(new Uint8Array(await readFile(incompletePath(target)))).toEqual(BYTES)
  })

  test('needs no request when every byte is there', async () => {
    await leave(BYTES, ETAG)
    expect((await fetchIt()).sha256).toBe(SHA256)
    expect(asked()).toEqual([])
  })

  test('longer than the file is thrown away', async () => {
    await leave(new Uint8Array(BYTES.length + 1), ETAG)
    expect((await fetchIt()).sha256).toBe(SHA256)
  })
})

describe('a server that breaks its word', () => {
  test('more bytes than listed are refused', async () => {
    await expect(fetchIt(50_000)).rejects.toMatchObject({ code: 'INTEGRITY' })
  })

  test('fewer bytes than listed end after bounded attempts', async () => {
    await expect(fetchIt(BYTES.length + 10)).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' })
    expect(scene.hub.requests.filter(storage).length).toBeLessThan(10)
  })

  test('a connection that always breaks at the same place ends after bounded attempts', async () => {
    scene.hub.fail({ match: storage, dropAfter: 0 })
    await expect(fetchIt()).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' })
    expect(scene.hub.requests.filter(storage).length).toBeLessThan(8)
  })
})

describe('the lock', () => {
  const name = (): Promise<string> => withLock(target, (own) => Promise.resolve(own))

  test('is free, or left by a process that is gone', async () => {
    expect(await name()).toBe(target)
    await writeFile(`${target}.assay.lock`, `${hostname()} 999999999`)
    expect(await name()).toBe(target)
    await writeFile(`${target}.assay.lock`, '')
    expect(await name()).toBe(target)
    expect(await readdir(dirname(target))).toEqual([])
  })

  test('held by a living process or another machine means a name of our own', async () => {
    for (const holder of [`${hostname()} ${process.ppid}`, 'another-machine 1']) {
      await writeFile(`${target}.assay.lock`, holder)
      expect(await name()).not.toBe(target)
    }
  })
})

describe('the disk', () => {
  test('too small is DISK_FULL before a byte is written; nothing to write is fine', async () => {
    await expect(checkSpace(scene.folder, 2 ** 60)).rejects.toMatchObject({ code: 'DISK_FULL' })
    await expect(checkSpace(scene.folder, 1000)).resolves.toBeUndefined()
    await expect(checkSpace('/no/such/folder', 0)).resolves.toBeUndefined()
  })

  test('a folder that is a file is OUTPUT, a full disk DISK_FULL', async () => {
    await writeFile(join(scene.folder, 'file'), '')
    await expect(checkSpace(join(scene.folder, 'file', 'below'), 10)).rejects.toMatchObject({
      code: 'OUTPUT',
    })
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
    expect(outputError('x', 'y', full)).toMatchObject({ code: 'DISK_FULL', cause: full })
  })
})

describe('the cache', () => {
  test.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', 'C:\\x', 'a\\..\\b', '', 'x\0y'])(
    '%j never becomes a path',
    (path) => {
      expect(() => checkRelative(path, 'test')).toThrowError(
        expect.objectContaining({ code: 'SOURCE_INVALID' }),
      )
    },
  )

  test('damaged records of its own count as absent', async () => {
    const cache = new RepoCache(scene.folder, 'dataset', 'org/x')
    const commit = '0'.repeat(40)
    await cache.writeListing(commit, { commitDate: null, files: [] })
    expect(await cache.readListing(commit)).toEqual({ commitDate: null, files: [] })
    for (const text of ['{', '[]', '{"files":[{"path":1}]}']) {
      await writeFile(join(cache.folder, 'assay', `${commit}.json`), text)
      expect(await cache.readListing(commit)).toBeNull()
    }
    await cache.writeRef('refs/convert/parquet', 'not a commit')
    expect(await cache.readRef('refs/convert/parquet')).toBeNull()
  })

  test('a snapshot filled by another client is read offline', async () => {
    const cache = new RepoCache(scene.folder, 'dataset', 'org/x')
    const commit = '1'.repeat(40)
    await mkdir(dirname(cache.blob('x')), { recursive: true })
    await writeFile(cache.blob(SHA256), BYTES)
    await cache.link(commit, 'data/a.parquet', SHA256)
    expect(await cache.walkSnapshot(commit)).toEqual([
      { path: 'data/a.parquet', bytes: BYTES.length, sha256: SHA256, gitOid: null },
    ])
    await expect(cache.walkSnapshot('2'.repeat(40))).rejects.toMatchObject({ code: 'HUB_OFFLINE' })
  })
})
