import { setTimeout as sleep } from 'node:timers/promises'
import { AuditError } from '../core/error.ts'
import { networkReason, plainAddress, statusError, unreachable } from './hub-errors.ts'
import type { Asked } from './hub-errors.ts'
import type { HubSettings } from './hub-settings.ts'

/** Every bound of the client in one place. Times in ms. */
export interface HubLimits {
  /** Attempts per request, the first included. */
  attempts: number
  /** First pause; doubles with each attempt. */
  backoffMs: number
  /** Longest pause, also when `Retry-After` asks for more. */
  maxPauseMs: number
  /** Longest wait for the head of an answer. */
  answerMs: number
  /** Longest silence inside a body. */
  idleMs: number
  /** Largest body kept in memory (listings, footers, row groups by range). */
  bodyBytes: number
  /** Requests and body bytes a client may use in its life. */
  maxRequests: number
  maxBytes: number
}

export const HUB_LIMITS: HubLimits = {
  attempts: 5,
  backoffMs: 400,
  maxPauseMs: 60_000,
  answerMs: 30_000,
  idleMs: 60_000,
  bodyBytes: 1024 ** 3,
  maxRequests: 200_000,
  maxBytes: 64 * 1024 ** 4,
}

/** An answer whose body is still to be read: for downloads. */
export interface OpenAnswer {
  status: number
  headers: Headers
  body: AsyncIterable<Uint8Array>
  close(): void
}

interface Ask {
  url: URL
  method: string
  headers: Headers
  body: string | null
}

/** Worth another attempt: carries the error to report when attempts run out. */
class Retry {
  readonly error: AuditError
  readonly pauseMs: number | null
  constructor(error: AuditError, pauseMs: number | null) {
    this.error = error
    this.pauseMs = pauseMs
  }
}

const REDIRECTS = 6
const WORTH_RETRY = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * The one way to the network: retries with backoff and Retry-After, budgets, timeouts, capped bodies, and the token
 * for the endpoint's origin only. `fetch` has the standard signature and is what the Hub package is given.
 */
export class HubClient {
  /** Requests sent (every attempt and every redirect counts) and body bytes received. */
  readonly traffic = { requests: 0, bytes: 0 }
  readonly settings: HubSettings
  readonly limits: HubLimits
  readonly #origin: string

  constructor(settings: HubSettings, limits: Partial<HubLimits> = {}) {
    this.settings = settings
    this.limits = { ...HUB_LIMITS, ...limits }
    this.#origin = new URL(settings.endpoint).origin
  }

  /** Buffers the whole body inside the retry, so that a connection lost half-way is another attempt. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const ask = this.#ask(input, init)
    const range = askedRange(ask)
    return this.#retry(ask, async (answer) => {
      if (range !== null) checkRange(answer, range, asked(ask, this.settings))
      const bytes = await this.#collect(
        answer,
        ask,
        range === null ? this.limits.bodyBytes : range.end - range.start,
      )
      return new Response(bytes, { status: answer.status, headers: answer.headers })
    })
  }

  /** Opens a body to be streamed; only the head is retried. 206, 200 and 416 are answers, everything else throws. */
  async open(address: string, headers: Record<string, string>): Promise<OpenAnswer> {
    const ask = this.#ask(address, { headers: { 'accept-encoding': 'identity', ...headers } })
    return this.#retry(ask, (answer) => Promise.resolve(answer))
  }

  /** The request as we send it. Addresses the package got from a mirror's `Link` header are led back to the endpoint. */
  #ask(input: string | URL | Request, init: RequestInit = {}): Ask {
    const given = new URL(typeof input === 'string' || input instanceof URL ? input : input.url)
    const url = given.origin === this.#origin ? given : new URL(given.pathname + given.search, this.#origin)
    const headers = new Headers(init.headers as Record<string, string> | undefined)
    headers.delete('authorization')
    headers.set('user-agent', 'assay')
    return {
      url,
      method: init.method ?? 'GET',
      headers,
      body: typeof init.body === 'string' ? init.body : null,
    }
  }

  async #retry<T>(ask: Ask, use: (answer: OpenAnswer) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await use(await this.#attempt(ask))
      } catch (error) {
        const retry = this.#worthRetry(error, ask)
        if (attempt >= this.limits.attempts) throw retry.error
        await sleep(this.#pause(retry, attempt))
      }
    }
  }

  #worthRetry(error: unknown, ask: Ask): Retry {
    if (error instanceof Retry) return error
    if (error instanceof AuditError) throw error
    return new Retry(unreachable(asked(ask, this.settings), networkReason(error), error), null)
  }

  /** A server that asks for more patience than we have gets our longest pause, not none. */
  #pause(retry: Retry, attempt: number): number {
    const backoff = this.limits.backoffMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2)
    return Math.min(Math.max(retry.pauseMs ?? 0, backoff), this.limits.maxPauseMs)
  }

  async #attempt(ask: Ask): Promise<OpenAnswer> {
    let url = ask.url
    let method = ask.method
    for (let hop = 0; hop < REDIRECTS; hop++) {
      const answer = await this.#send({ ...ask, url, method })
      const location = answer.headers.get('location')
      if (answer.status < 300 || answer.status >= 400 || location === null) return this.#settle(answer, ask)
      answer.close()
      url = nextHop(url, location, ask)
      if (url.origin !== ask.url.origin) method = 'GET'
    }
    throw unreachable(asked(ask, this.settings), `more than ${REDIRECTS} redirects`)
  }

  #settle(answer: OpenAnswer, ask: Ask): OpenAnswer {
    const { status, headers } = answer
    if ((status >= 200 && status < 300) || status === 416) return answer
    answer.close()
    const error = statusError(status, headers, asked(ask, this.settings))
    if (WORTH_RETRY.has(status)) throw new Retry(error, retryAfterMs(headers.get('retry-after')))
    throw error
  }

  async #send(ask: Ask): Promise<OpenAnswer> {
    if (++this.traffic.requests > this.limits.maxRequests) throw this.#budget('requests')
    const headers = new Headers(ask.headers)
    if (ask.url.origin === this.#origin && this.settings.token !== null)
      headers.set('authorization', `Bearer ${this.settings.token}`)
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(new Error('timeout')), this.limits.answerMs)
    try {
      const { method } = ask
      const body = method === 'GET' ? null : ask.body
      const response = await fetch(ask.url, {
        method,
        headers,
        body,
        redirect: 'manual',
        signal: abort.signal,
      })
      return this.#answer(response, abort)
    } finally {
      clearTimeout(timer)
    }
  }

  #answer(response: Response, abort: AbortController): OpenAnswer {
    return {
      status: response.status,
      headers: response.headers,
      body: this.#body(response, abort),
      close: () => abort.abort(),
    }
  }

  async *#body(response: Response, abort: AbortController): AsyncGenerator<Uint8Array> {
    if (response.body === null) return
    const reader = response.body.getReader()
    for (;;) {
      const timer = setTimeout(() => abort.abort(new Error('timeout')), this.limits.idleMs)
      const { done, value } = await reader.read().finally(() => clearTimeout(timer))
      if (done) return
      this.traffic.bytes += value.byteLength
      if (this.traffic.bytes > this.limits.maxBytes) throw this.#budget('bytes')
      yield value as Uint8Array
    }
  }

  async #collect(answer: OpenAnswer, ask: Ask, cap: number): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of answer.body) {
      length += chunk.byteLength
      if (length > cap) {
        answer.close()
        throw unreachable(asked(ask, this.settings), `a body longer than ${cap} bytes`)
      }
      chunks.push(chunk)
    }
    const whole = new Uint8Array(length)
    let at = 0
    for (const chunk of chunks) {
      whole.set(chunk, at)
      at += chunk.byteLength
    }
    return whole
  }

  #budget(of: 'requests' | 'bytes'): AuditError {
    const limit = of === 'requests' ? this.limits.maxRequests : this.limits.maxBytes
    return new AuditError('HUB_BUDGET', { what: `The budget of ${limit} ${of} to the Hub is used up` })
  }
}

function asked(ask: Ask, settings: HubSettings): Asked {
  return { url: ask.url, withToken: settings.token !== null }
}

function nextHop(from: URL, location: string, ask: Ask): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : null
  const fine = next !== null && (next.protocol === 'https:' || next.protocol === from.protocol)
  if (fine && next.username === '' && next.password === '') return next
  throw new AuditError('HUB_UNREACHABLE', {
    what: 'The Hub redirects to an address that cannot be followed',
    where: plainAddress(ask.url),
    expected: 'an http(s) address without credentials that does not leave https',
  })
}

function askedRange(ask: Ask): { start: number; end: number } | null {
  const match = /^bytes=(\d+)-(\d+)$/.exec(ask.headers.get('range') ?? '')
  return match === null ? null : { start: Number(match[1]), end: Number(match[2]) + 1 }
}

/** A server that ignores Range would otherwise hand over a whole shard as if it were a footer. */
function checkRange(answer: OpenAnswer, range: { start: number; end: number }, who: Asked): void {
  const match = /^bytes (\d+)-(\d+)\//.exec(answer.headers.get('content-range') ?? '')
  const exact =
    answer.status === 206 && Number(match?.[1]) === range.start && Number(match?.[2]) + 1 === range.end
  const whole =
    answer.status === 200 && range.start === 0 && Number(answer.headers.get('content-length')) === range.end
  if (exact || whole) return
  answer.close()
  throw unreachable(
    who,
    `HTTP ${answer.status} ${answer.headers.get('content-range') ?? 'without a range'} for bytes ${range.start}-${range.end - 1}`,
  )
}

/** Seconds or an HTTP date; null when absent or not understood. */
export function retryAfterMs(value: string | null, now = Date.now()): number | null {
  if (value === null) return null
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
