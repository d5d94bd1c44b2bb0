import { AuditError } from '../core/error.ts'
import type { ErrorCode } from '../core/error.ts'

/** Who asked: an error must tell a missing token from a wrong one, and never show either. */
export interface Asked {
  url: URL
  /** Whether a token went with the request. */
  withToken: boolean
}

/** Address without query and credentials: signed addresses of the storage host carry secrets in the query. */
export function plainAddress(url: URL): string {
  return `${url.host}${safeDecode(url.pathname)}`
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text).replace(/[\x00-\x1f\x7f]/g, '\uFFFD')
  } catch {
    return text
  }
}

/** The error for an answer that is final: everything but success, redirects and what is worth another attempt. */
export function statusError(status: number, headers: Headers, asked: Asked): AuditError {
  const where = plainAddress(asked.url)
  const hubCode = headers.get('x-error-code') ?? ''
  const got = `HTTP ${status}${hubCode === '' ? '' : ` (${hubCode.slice(0, 40)})`}`
  const [code, what, fix] = meaning(status, hubCode, asked.withToken)
  return new AuditError(code, { what, where, got, fix })
}

function meaning(status: number, hubCode: string, withToken: boolean): [ErrorCode, string, string] {
  if (status === 401 && (withToken || hubCode !== 'RepoNotFound')) return unauthorized(withToken)
  if (status === 403 || hubCode === 'GatedRepo') return forbidden(withToken)
  if (hubCode === 'RevisionNotFound')
    return [
      'HUB_REVISION',
      'The repository has no such revision',
      'Check the branch, tag or commit after "@".',
    ]
  if (hubCode === 'EntryNotFound')
    return ['HUB_NOT_FOUND', 'The repository has no such file', 'Check the path and the revision.']
  if (status === 401 || status === 404 || status === 410)
    return [
      'HUB_NOT_FOUND',
      'The Hub does not know this repository or file',
      withToken ? 'Check its name.' : 'Check its name; a private one needs HF_TOKEN.',
    ]
  return ['HUB_UNREACHABLE', 'The Hub did not answer the request', 'Try again later, or check HF_ENDPOINT.']
}

function unauthorized(withToken: boolean): [ErrorCode, string, string] {
  if (withToken)
    return [
      'HUB_UNAUTHORIZED',
      'The Hub refused the token: it is wrong or expired',
      'Set HF_TOKEN to a valid token.',
    ]
  return [
    'HUB_UNAUTHORIZED',
    'The Hub wants a token and none was sent: the repository is private, or does not exist',
    'Check its name; if it is private set HF_TOKEN (for a pipeline also give --use-token).',
  ]
}

function forbidden(withToken: boolean): [ErrorCode, string, string] {
  if (withToken)
    return [
      'HUB_FORBIDDEN',
      'The token is valid but lacks access to this repository',
      'Ask for access on its page (gated repositories need their terms accepted), or use another token.',
    ]
  return [
    'HUB_FORBIDDEN',
    'This repository is gated or private and no token was sent',
    'Accept its terms on its page, then set HF_TOKEN (for a pipeline also give --use-token).',
  ]
}

/** The error when no usable answer came at all; `cause` keeps the network's own words for --debug. */
export function unreachable(asked: Asked, got: string, cause?: unknown): AuditError {
  return new AuditError('HUB_UNREACHABLE', {
    what: 'The Hub could not be read',
    where: plainAddress(asked.url),
    got,
    fix: 'Check the network and HF_ENDPOINT; files already in the cache can be read with --offline.',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** One word of the operating system's or the HTTP client's reason, without addresses. */
export function networkReason(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = (at as NodeJS.ErrnoException).code
    if (typeof code === 'string' && /^[A-Z_0-9]{3,40}$/.test(code)) return code
  }
  return error instanceof Error ? error.name : 'an unknown failure'
}

export function offlineError(what: string, where: string): AuditError {
  return new AuditError('HUB_OFFLINE', {
    what,
    where,
    expected: 'a copy in the cache, as --offline asks',
    fix: 'Run once without --offline, or point --cache (or HF_HUB_CACHE) at the cache that has it.',
  })
}
