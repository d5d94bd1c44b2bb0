import { setTimeout as sleep } from 'node:timers/promises'
import { AuditError } from '../core/error.ts'
import { networkReason, statusError, unreachable } from './hub-errors.ts'
import { HUB_LIMITS } from './hub-limits.ts'
import type { HubLimits } from './hub-limits.ts'
import { asked, askedRange, checkRange, nextHop, retryAfterMs } from './hub-request.ts'
import type { Ask, OpenAnswer } from './hub-request.ts'
import type { HubSettings } from './hub-settings.ts'

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
