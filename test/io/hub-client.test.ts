import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AuditError } from '../../src/core/error.ts'
import { HubClient } from '../../src/io/hub-client.ts'
import type { HubLimits } from '../../src/io/hub-limits.ts'
import { fileAddress, listRepo, openRemote, resolveCommit } from '../../src/io/hub-repo.ts'
import type { PinnedRepo } from '../../src/io/hub-repo.ts'
import { retryAfterMs } from '../../src/io/hub-request.ts'
import { hubSettings } from '../../src/io/hub-settings.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'

const TOKEN = 'hf_0123456789abcdefghijklmnopqrstuvwx'
let scene: Scene

beforeEach(async () => {
  scene = await openScene()
  scene.hub.tokens.add(TOKEN)
})
afterEach(() => scene.close())

function client(limits: Partial<HubLimits> = {}, env: Record<string, string> = {}): HubClient {
  Object.assign(process.env, env)
  return new HubClient(hubSettings({ offline: false, useToken: true }), { backoffMs: 1, ...limits })
}

async function failure(work: Promise<unknown>): Promise<AuditError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(AuditError)
  const { message, detail } = error as AuditError
  expect(JSON.stringify([message, detail])).not.toContain(TOKEN)
  expect(JSON.stringify([message, detail])).not.toContain('s3cret')
  return error as AuditError
}

async function pinned(limits: Partial<HubLimits> = {}): Promise<PinnedRepo> {
  scene.hub.dataset('org/x').commit({ 'data/a.parquet': new Uint8Array(5000).fill(7), 'b.txt': 'text' })
  return resolveCommit(client(limits), 'dataset', 'org/x', 'main')
}

describe('retries', () => {
  test.each([429, 500, 502, 503, 504])('%i is tried again', async (status) => {
    const repo = await pinned()
    scene.hub.reset()
    scene.hub.fail({ match: /tree/, times: 2, status })
    expect((await listRepo(repo)).length).toBe(2)
    expect(scene.hub.requests.length).toBe(3)
  })

  test('Retry-After is waited for, and bounded', async () => {
    const repo = await pinned({ maxPauseMs: 30 })
    scene.hub.fail({ match: /tree/, times: 1, status: 429, headers: { 'retry-after': '3600' } })
    expect((await listRepo(repo)).length).toBe(2)
    expect(retryAfterMs('3')).toBe(3000)
    expect(retryAfterMs('Wed, 21 Oct 2015 07:28:05 GMT', Date.parse('Wed, 21 Oct 2015 07:28:00 GMT'))).toBe(
      5000,
    )
    expect(retryAfterMs('soon')).toBeNull()
  })

  test('end after the stated number of attempts, with the status', async () => {
    const repo = await pinned({ attempts: 3 })
    scene.hub.reset()
    scene.hub.fail({ match: /tree/, status: 503 })
    const error = await failure(listRepo(repo))
    expect(error.code).toBe('HUB_UNREACHABLE')
    expect(error.message).toContain('503')
    expect(scene.hub.requests.length).toBe(3)
  })

  test('a connection lost inside a range is tried again', async () => {
    const repo = await pinned()
    scene.hub.fail({ match: ({ host }) => host === 'storage', times: 1, dropAfter: 100 })
    const reader = await openRemote(repo, 'data/a.parquet', 5000)
    expect((await reader.read(1000, 2000)).every((byte) => byte === 7)).toBe(true)
  })

  test('a silent server is given up', async () => {
    const mute = createServer(() => {})
    await new Promise<void>((done) => mute.listen(0, '127.0.0.1', done))
    process.env['HF_ENDPOINT'] = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`
    const error = await failure(
      resolveCommit(client({ answerMs: 40, attempts: 2 }), 'dataset', 'org/x', 'main'),
    )
    expect(error.code).toBe('HUB_UNREACHABLE')
    mute.closeAllConnections()
    mute.close()
  })

  test('no server at all is named by the system', async () => {
    process.env['HF_ENDPOINT'] = 'http://127.0.0.1:9'
    const error = await failure(resolveCommit(client({ attempts: 2 }), 'dataset', 'org/x', 'main'))
    expect(error.code).toBe('HUB_UNREACHABLE')
    expect(error.detail.got).toMatch(/ECONNREFUSED|TypeError/)
  })
})

describe('what the Hub refuses', () => {
  const open = (name = 'org/x', revision = 'main', token = ''): Promise<AuditError> =>
    failure(resolveCommit(client({}, token === '' ? {} : { HF_TOKEN: token }), 'dataset', name, revision))

  test('an unknown repository, with and without a token', async () => {
    const without = await open('org/none')
    expect(without.code).toBe('HUB_UNAUTHORIZED')
    expect(without.message).toContain('does not exist')
    expect((await open('org/none', 'main', TOKEN)).code).toBe('HUB_NOT_FOUND')
    scene.hub.fail({ match: /none/, status: 401, headers: { 'x-error-code': 'RepoNotFound' } })
    delete process.env['HF_TOKEN']
    expect((await open('org/none')).code).toBe('HUB_NOT_FOUND')
  })

  test('an unknown revision', async () => {
    scene.hub.dataset('org/x').commit({ a: 'b' })
    const error = await open('org/x', 'v9')
    expect(error.code).toBe('HUB_REVISION')
    expect(error.message).toContain('v9')
  })

  test('a private repository: no token, a wrong one, one without access', async () => {
    const repository = scene.hub.dataset('org/x')
    repository.commit({ a: 'b' })
    repository.readers = new Set(['hf_owner'])
    const missing = await open()
    expect([missing.code, missing.message.includes('none was sent')]).toEqual(['HUB_UNAUTHORIZED', true])
    const wrong = await open('org/x', 'main', 'hf_wrong')
    expect([wrong.code, wrong.message.includes('wrong or expired')]).toEqual(['HUB_UNAUTHORIZED', true])
    const lacking = await open('org/x', 'main', TOKEN)
    expect([lacking.code, lacking.message.includes('lacks access')]).toEqual(['HUB_FORBIDDEN', true])
    repository.gated = true
    expect((await open('org/x', 'main', TOKEN)).message).toContain('gated')
  })

  test('a missing file', async () => {
    const repo = await pinned()
    const reader = await openRemote(repo, 'data/none.parquet', 10)
    const error = await failure(reader.read(0, 5))
    expect([error.code, error.message.includes('no such file')]).toEqual(['HUB_NOT_FOUND', true])
  })

  test('an answer that is not the API', async () => {
    const repo = await pinned({ attempts: 1 })
    for (const body of ['<html>', '{"a":1}', '[{"path":1}]', '[{"type":"file","path":"../x","size":1}]']) {
      const server = createServer((_, response) => response.end(body))
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      process.env['HF_ENDPOINT'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const other = { ...repo, client: client({ attempts: 1 }) }
      const listed = listRepo(other)
      if (body === '[{"path":1}]') expect(await listed).toEqual([])
      else expect(['HUB_UNREACHABLE', 'SOURCE_INVALID']).toContain((await failure(listed)).code)
      server.close()
    }
  })
})

describe('the token', () => {
  test('goes to the endpoint and never to the host it redirects to', async () => {
    const repository = scene.hub.dataset('org/x')
    repository.commit({ 'data/a.parquet': new Uint8Array(500).fill(7) })
    repository.readers = new Set([TOKEN])
    const repo = await resolveCommit(client({}, { HF_TOKEN: TOKEN }), 'dataset', 'org/x', 'main')
    const reader = await openRemote(repo, 'data/a.parquet', 500)
    await reader.read(0, 100)
    const opened = await repo.client.open(fileAddress(repo, 'data/a.parquet'), {})
    for await (const _ of opened.body) void _
    const sent = (host: string): (string | undefined)[] =>
      scene.hub.requests
        .filter((request) => request.host === host)
        .map(({ headers }) => headers.authorization)
    expect(sent('endpoint').every((value) => value === `Bearer ${TOKEN}`)).toBe(true)
    expect(sent('storage').length).toBe(2)
    expect(sent('storage').every((value) => value === undefined)).toBe(true)
    expect(scene.hub.requests.every(({ url }) => !url.includes(TOKEN))).toBe(true)
  })

  test('is not sent where a pipeline alone names the repository', async () => {
    process.env['HF_TOKEN'] = TOKEN
    expect(hubSettings({ offline: false, useToken: false }).token).toBeNull()
    expect(hubSettings({ offline: false, useToken: true }).token).toBe(TOKEN)
  })

  test('a listing page on another host is asked from the endpoint', async () => {
    const repo = await pinned()
    await repo.client.fetch(`${scene.hub.storage}/api/datasets/org/x/tree/main?recursive=true`)
    expect(scene.hub.requests.at(-1)).toMatchObject({ host: 'endpoint', status: 200 })
  })

  test('a token with a line break is refused without being shown', () => {
    process.env['HF_TOKEN'] = 'hf_secret\nvalue'
    const ask = (): unknown => hubSettings({ offline: false, useToken: true })
    expect(ask).toThrowError(expect.objectContaining({ code: 'HUB_UNAUTHORIZED' }))
    expect(ask).toThrow(expect.not.stringContaining('secret'))
  })
})

describe('bounds', () => {
  test('requests and bytes have budgets and are counted', async () => {
    const repo = await pinned({ maxRequests: 2 })
    await listRepo(repo)
    expect(repo.client.traffic.requests).toBe(2)
    expect(repo.client.traffic.bytes).toBeGreaterThan(100)
    expect((await failure(listRepo(repo))).code).toBe('HUB_BUDGET')
    const thirsty = await pinned({ maxBytes: 600 })
    const reader = await openRemote(thirsty, 'data/a.parquet', 5000)
    expect((await failure(reader.read(0, 4000))).code).toBe('HUB_BUDGET')
  })

  test('a body larger than allowed is cut off', async () => {
    const repo = await pinned({ bodyBytes: 300, attempts: 1 })
    expect((await failure(listRepo(repo))).message).toContain('longer than 300')
  })

  test('a server that ignores Range does not get to send the whole file', async () => {
    const repo = await pinned({ attempts: 1 })
    scene.hub.fail({ match: ({ host }) => host === 'storage', ignoreRange: true })
    const reader = await openRemote(repo, 'data/a.parquet', 5000)
    expect((await failure(reader.read(10, 20))).code).toBe('HUB_UNREACHABLE')
    expect(repo.client.traffic.bytes).toBeLessThan(2000)
  })

  test('a file shorter than listed is an error, never a short array', async () => {
    const repo = await pinned({ attempts: 1 })
    const reader = await openRemote(repo, 'data/a.parquet', 9000)
    await failure(reader.read(4000, 8000))
    await failure(reader.read(0, 9000))
    expect(await reader.read(3, 3)).toEqual(new Uint8Array(0))
  })

  test('redirects that loop, leave http, or carry credentials are not followed', async () => {
    const repo = await pinned({ attempts: 1 })
    for (const location of [
      `${scene.hub.endpoint}/loop`,
      'file:///etc/passwd',
      'http://user:s3cret@127.0.0.1/',
    ]) {
      scene.hub.heal()
      scene.hub.fail({ match: /./, status: 302, headers: { location } })
      expect((await failure(listRepo(repo))).code).toBe('HUB_UNREACHABLE')
    }
  })
})

describe('settings', () => {
  const of = (env: Record<string, string>): ReturnType<typeof hubSettings> =>
    hubSettings({ offline: false, useToken: true }, env)

  test('cache folders in the order of the Hub client', () => {
    expect(of({ HF_HUB_CACHE: '/a', HF_HOME: '/b' }).cacheDir).toBe('/a')
    expect(of({ HF_HOME: '/b' }).cacheDir).toBe('/b/hub')
    expect(of({ XDG_CACHE_HOME: '/c' }).cacheDir).toBe('/c/huggingface/hub')
    expect(
      hubSettings({ offline: false, useToken: true, cacheDir: '/d' }, { HF_HUB_CACHE: '/a' }).cacheDir,
    ).toBe('/d')
    expect(of({ HF_HUB_OFFLINE: '1' }).offline).toBe(true)
  })

  test('the endpoint', () => {
    expect(of({}).endpoint).toBe('https://huggingface.co')
    expect(of({ HF_ENDPOINT: 'https://mirror.test/' }).endpoint).toBe('https://mirror.test')
    for (const wrong of ['mirror', 'ftp://x', 'https://user:pw@x', 'https://x?y=1'])
      expect(() => of({ HF_ENDPOINT: wrong })).toThrowError(expect.objectContaining({ code: 'USAGE' }))
    expect(() => of({ HF_ENDPOINT: 'https://user:pw@x' })).toThrow(expect.not.stringContaining('pw'))
  })
})
