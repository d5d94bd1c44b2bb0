import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerApi } from './api.ts'
import { Repository } from './repository.ts'
import type { StoredFile } from './repository.ts'

/** What the Hub was asked, in order. */
export interface Recorded {
  /** The endpoint itself, or the second host its redirects lead to. */
  host: 'endpoint' | 'storage'
  method: string
  /** Path and query as sent. */
  url: string
  headers: IncomingMessage['headers']
  status: number
  /** Body bytes written. */
  bytes: number
}

/** A fault for the next matching requests. Exactly one kind of trouble each. */
export interface Fault {
  match: RegExp | ((request: Pick<Recorded, 'host' | 'method' | 'url' | 'headers'>) => boolean)
  /** How many requests it hits; default all. */
  times?: number
  /** Answer with this status and headers. */
  status?: number
  headers?: Record<string, string>
  /** Send this many bytes of the body, then cut the connection. */
  dropAfter?: number
  /** With `dropAfter`: fall silent instead of cutting the connection, until the client goes away. */
  stall?: boolean
  /** Flip the bits of this byte of the file. */
  damageAt?: number
  /** Claim this ETag. */
  etag?: string
  /** Answer a Range with the whole file. */
  ignoreRange?: boolean
  /** Ignore If-Range and send the range of whatever there is now. */
  ignoreIfRange?: boolean
}

/**
 * A Hub on loopback: two real HTTP servers speaking the parts of the API the client uses. LFS files are redirected to
 * the second one. Counts requests and bytes and keeps headers, so that tests can assert budgets and where tokens went.
 *
 * @example
 * const hub = await LoopbackHub.start()
 * hub.dataset('org/name').commitFolder('some/folder')
 * process.env.HF_ENDPOINT = hub.endpoint
 * … openSource('hf://datasets/org/name', …)
 * await hub.close()
 */
export class LoopbackHub {
  readonly repositories = new Map<string, Repository>()
  readonly requests: Recorded[] = []
  /** Tokens that exist; any other is answered 401. */
  readonly tokens = new Set<string>()
  /** Entries per page of a tree listing. */
  pageSize = 1000
  #faults: Fault[] = []
  readonly #endpoint: Server
  readonly #storage: Server

  private constructor() {
    this.#endpoint = createServer((request, response) => this.#serve('endpoint', request, response))
    this.#storage = createServer((request, response) => this.#serve('storage', request, response))
  }

  static async start(): Promise<LoopbackHub> {
    const hub = new LoopbackHub()
    for (const server of [hub.#endpoint, hub.#storage]) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
    return hub
  }

  async close(): Promise<void> {
    for (const server of [this.#endpoint, this.#storage]) {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    }
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#endpoint.address() as AddressInfo).port}`
  }

  /** The host that redirects lead to: another origin. */
  get storage(): string {
    return `http://127.0.0.1:${(this.#storage.address() as AddressInfo).port}`
  }

  dataset(name: string): Repository {
    return this.#repository('dataset', name)
  }

  model(name: string): Repository {
    return this.#repository('model', name)
  }

  #repository(type: 'dataset' | 'model', name: string): Repository {
    const key = `${type}s/${name}`
    const repository = this.repositories.get(key) ?? new Repository(type, name)
    this.repositories.set(key, repository)
    return repository
  }

  fail(fault: Fault): void {
    this.#faults.push({ ...fault })
  }

  heal(): void {
    this.#faults = []
  }

  /** Forgets the recorded requests. */
  reset(): void {
    this.requests.length = 0
  }

  /** Body bytes sent by both hosts since the last reset. */
  get bytes(): number {
    return this.requests.reduce((sum, request) => sum + request.bytes, 0)
  }

  #serve(host: Recorded['host'], request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = request
    const record: Recorded = { host, method, url, headers, status: 0, bytes: 0 }
    this.requests.push(record)
    const write = response.write.bind(response)
    response.write = ((chunk: Uint8Array, ...rest: never[]) => {
      record.bytes += chunk.length
      return write(chunk, ...rest)
    }) as typeof response.write
    response.on('finish', () => (record.status = response.statusCode))
    this.#answer(record, request, response).catch((error: unknown) => {
      response.writeHead(500, { 'x-error-message': String(error) }).end()
    })
  }

  async #answer(record: Recorded, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#fault(record)
    if (fault.status !== undefined) {
      response.writeHead(fault.status, fault.headers).end()
      return
    }
    if (record.host === 'storage') return this.#store(record, request, response, fault)
    const outcome = await answerApi(this, record, request)
    response.statusCode = outcome.status
    for (const [name, value] of Object.entries({ ...outcome.headers, ...fault.headers }))
      response.setHeader(name, value)
    if (outcome.file !== undefined)
      return sendFile(outcome.file, outcome.file.gitOid, { request, response, fault })
    const body = Buffer.from(outcome.body ?? '')
    response.setHeader('content-length', body.length)
    if (body.length > 0) response.write(body)
    response.end()
  }

  #fault(record: Recorded): Fault {
    const at = this.#faults.findIndex(({ match, times = Infinity }) => {
      return times > 0 && (match instanceof RegExp ? match.test(record.url) : match(record))
    })
    const fault = this.#faults[at]
    if (fault?.times !== undefined) fault.times--
    return fault ?? { match: /$/ }
  }

  /** The second host knows bytes by their sha256 and wants a signature, never a token. */
  async #store(
    record: Recorded,
    request: IncomingMessage,
    response: ServerResponse,
    fault: Fault,
  ): Promise<void> {
    const [, sha256 = ''] = /^\/blobs\/([0-9a-f]{64})\?signature=/.exec(record.url) ?? []
    const file = this.#bySha256(sha256)
    if (file === undefined) {
      response.writeHead(403).end()
      return
    }
    return sendFile(file, `storage-${sha256.slice(0, 16)}`, { request, response, fault })
  }

  #bySha256(sha256: string): StoredFile | undefined {
    for (const repository of this.repositories.values())
      for (const commit of repository.commits.values())
        for (const file of commit.files.values()) if (file.sha256 === sha256) return file
    return undefined
  }
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  fault: Fault
}

/** Sends a file or a range of it, with whatever fault is due. */
async function sendFile(
  file: StoredFile,
  tag: string,
  { request, response, fault }: Exchange,
): Promise<void> {
  const etag = fault.etag ?? `"${tag}"`
  const asked = fault.ignoreRange === true ? undefined : request.headers.range
  const sameVersion =
    fault.ignoreIfRange === true ||
    request.headers['if-range'] === undefined ||
    request.headers['if-range'] === etag
  const range = /^bytes=(\d+)-(\d*)$/.exec(sameVersion ? (asked ?? '') : '')
  const start = range === null ? 0 : Number(range[1])
  const end = range === null || range[2] === '' ? file.size : Math.min(Number(range[2]) + 1, file.size)
  response.setHeader('etag', etag)
  response.setHeader('accept-ranges', 'bytes')
  if (range !== null && start >= file.size) {
    response.writeHead(416, { 'content-range': `bytes */${file.size}` }).end()
    return
  }
  if (range !== null) response.setHeader('content-range', `bytes ${start}-${end - 1}/${file.size}`)
  response.writeHead(range === null ? 200 : 206, { 'content-length': end - start })
  let at = start
  for await (const part of file.read(start, end)) {
    const chunk = damaged(part as Uint8Array, at, fault.damageAt)
    const room = fault.dropAfter === undefined ? Infinity : fault.dropAfter - (at - start)
    if (chunk.length >= room) {
      await new Promise((done) => response.write(chunk.subarray(0, room), done))
      if (fault.stall === true) await once(response, 'close')
      // What a reader has not taken when the connection breaks is lost to it: give it a moment.
      await sleep(150)
      response.destroy()
      return
    }
    if (!response.write(chunk)) await once(response, 'drain')
    at += chunk.length
  }
  response.end()
}

function damaged(chunk: Uint8Array, offset: number, at: number | undefined): Uint8Array {
  if (at === undefined || at < offset || at >= offset + chunk.length) return chunk
  const copy = Uint8Array.from(chunk)
  copy[at - offset] = (copy[at - offset] ?? 0) ^ 0xff
  return copy
}
