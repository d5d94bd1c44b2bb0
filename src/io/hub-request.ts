import { AuditError } from '../core/error.ts'
import { plainAddress, unreachable } from './hub-errors.ts'
import type { Asked } from './hub-errors.ts'
import type { HubSettings } from './hub-settings.ts'

/** An answer whose body is still to be read: for downloads. */
export interface OpenAnswer {
  status: number
  headers: Headers
  body: AsyncIterable<Uint8Array>
  close(): void
}

/** A request as it is sent. */
export interface Ask {
  url: URL
  method: string
  headers: Headers
  body: string | null
}

/** Who asked, for an error message. */
export function asked(ask: Ask, settings: HubSettings): Asked {
  return { url: ask.url, withToken: settings.token !== null }
}

/** Where a redirect leads. @throws AuditError HUB_UNREACHABLE when it must not be followed. */
export function nextHop(from: URL, location: string, ask: Ask): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : null
  const fine = next !== null && (next.protocol === 'https:' || next.protocol === from.protocol)
  if (fine && next.username === '' && next.password === '') return next
  throw new AuditError('HUB_UNREACHABLE', {
    what: 'The Hub redirects to an address that cannot be followed',
    where: plainAddress(ask.url),
    expected: 'an http(s) address without credentials that does not leave https',
  })
}

/** Bytes [start, end) that a request's Range header names; null without one. */
export function askedRange(ask: Ask): { start: number; end: number } | null {
  const match = /^bytes=(\d+)-(\d+)$/.exec(ask.headers.get('range') ?? '')
  return match === null ? null : { start: Number(match[1]), end: Number(match[2]) + 1 }
}

/** A server that ignores Range would otherwise hand over a whole shard as if it were a footer. */
export function checkRange(answer: OpenAnswer, range: { start: number; end: number }, who: Asked): void {
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
