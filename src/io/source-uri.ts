import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AuditError } from '../core/error.ts'
import { isGlob } from './glob.ts'

/** What of a source is meant: everything, or a path in it (a file, a folder or a glob; the listing tells which). */
export type SourceAddress =
  | { kind: 'local'; path: string }
  | {
      kind: 'hub'
      /** `ORG/NAME`, or `NAME` for datasets without an owner. */
      repo: string
      revision: string
      path: string | null
      /** Another reading of `hf://datasets/a/b/c`: dataset `a`, path `b/c`. Tried when `a/b` does not exist. */
      otherwise: { repo: string; path: string } | null
    }

export interface AddressContext {
  /** Folder that local paths are relative to. */
  folder: string
  endpoint: string
  warn(message: string): void
}

const NAME = /^(?!.*(?:--|\.\.))[A-Za-z0-9][\w.-]{0,95}$/
const DATA_NAME = /\.(parquet|jsonl?|ndjson|csv|tsv|gz|zst)$/i
const HUB_HOSTS = ['huggingface.co', 'www.huggingface.co', 'hf.co']

/**
 * Reads a source string (house §5). A bare `ORG/NAME` that is also a path here is the local one, and a warning says so.
 * @throws AuditError SOURCE_INVALID
 */
export function parseSource(source: string, context: AddressContext): SourceAddress {
  const text = source.trim()
  if (text === '' || text.includes('\0')) throw invalid(source, 'an address or a path')
  if (text.startsWith('hf://')) return hubUri(text)
  if (/^https?:\/\//i.test(text)) return webAddress(text, context.endpoint)
  if (/^[a-z][a-z0-9+]*:\/\//i.test(text))
    throw invalid(text, 'hf://datasets/…, a Hub web address, or a local path')
  return bare(text, context)
}

/** `ORG/NAME`, `NAME` and nothing else; used for repositories named in options as well. */
export function isRepoName(text: string): boolean {
  const parts = text.split('/')
  return parts.length <= 2 && parts.every((part) => NAME.test(part) && !part.endsWith('.git'))
}

/** Refuses what git does not allow, or what could leave a folder of the cache. */
export function checkRevision(revision: string, where: string): string {
  const bad = /[\x00-\x20\x7f~^:?*[\\]|\.\.|\/\/|^[/.-]|[/.]$|@\{|\.lock$/.test(revision)
  if (revision !== '' && revision.length <= 250 && !bad) return revision
  throw new AuditError('SOURCE_INVALID', {
    what: 'This is not a revision',
    where,
    expected: 'a branch, tag or commit',
  })
}

function invalid(source: string, expected: string, fix?: string): AuditError {
  return new AuditError('SOURCE_INVALID', {
    what: 'The source cannot be understood',
    where: source.slice(0, 200),
    expected,
    fix:
      fix ??
      'Forms: hf://datasets/ORG/NAME[@REVISION][/GLOB], ORG/NAME, a Hub web address, a local path or glob.',
  })
}

function hubUri(text: string): SourceAddress {
  const match = /^hf:\/\/datasets\/([^@]+?)(?:@(.*))?$/s.exec(text)
  if (match === null) throw invalid(text, 'hf://datasets/ORG/NAME')
  const parts = (match[1] ?? '').replace(/\/+$/, '').split('/')
  if (match[2] !== undefined) return atRevision(text, parts, match[2])
  const [owner = '', name = '', ...rest] = parts
  if (parts.length === 1) return hub(text, owner, 'main', null)
  if (!NAME.test(name)) return hub(text, owner, 'main', parts.slice(1).join('/'))
  const address = hub(text, `${owner}/${name}`, 'main', rest.join('/') || null)
  const otherwise = { repo: owner, path: parts.slice(1).join('/') }
  return address.kind === 'hub' ? { ...address, otherwise } : address
}

function atRevision(text: string, parts: string[], tail: string): SourceAddress {
  const special = /^(refs\/(?:convert|pr)\/[^/]+)(?:\/(.*))?$/s.exec(tail)
  const plain = /^([^/]+)(?:\/(.*))?$/s.exec(tail)
  const [, revision = '', path = ''] = special ?? plain ?? []
  return hub(text, parts.join('/'), decoded(revision, text), path || null)
}

function hub(text: string, repo: string, revision: string, path: string | null): SourceAddress {
  if (!isRepoName(repo)) throw invalid(text, 'a repository name such as ORG/NAME')
  checkRevision(revision, text)
  if (path !== null && path.split('/').some((part) => part === '..' || part === '.'))
    throw invalid(text, 'a path inside the repository')
  return { kind: 'hub', repo, revision, path: path?.replace(/\/+$/, '') || null, otherwise: null }
}

function decoded(text: string, source: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(source, 'percent escapes that decode')
  }
}

function webAddress(text: string, endpoint: string): SourceAddress {
  if (!URL.canParse(text)) throw invalid(text, 'a web address')
  const url = new URL(text)
  if (!HUB_HOSTS.includes(url.hostname) && url.host !== new URL(endpoint).host)
    throw invalid(`${url.origin}${url.pathname}`, 'an address of the Hub (huggingface.co or HF_ENDPOINT)')
  const segments = url.pathname.split('/').filter((segment) => segment !== '')
  const from = segments.indexOf('datasets')
  const verb = segments.findIndex((segment, i) => i > from + 1 && WEB_VERBS.has(segment))
  const name = segments.slice(from + 1, verb < 0 ? undefined : verb)
  if (from < 0 || name.length === 0 || name.length > 2) throw invalid(text, '…/datasets/ORG/NAME')
  const tail = verb < 0 || segments[verb] === 'viewer' ? [] : segments.slice(verb + 1)
  const [revision = 'main', ...path] = tail.map((segment) => decoded(segment, text))
  return hub(text, name.join('/'), revision, path.join('/') || null)
}

const WEB_VERBS = new Set(['tree', 'blob', 'resolve', 'raw', 'viewer'])

function bare(text: string, context: AddressContext): SourceAddress {
  const local: SourceAddress = { kind: 'local', path: text }
  const match = /^(?:datasets\/)?([^@]+?)(?:@(.+))?$/s.exec(text)
  const repo = match?.[1] ?? ''
  const hubLike = repo.includes('/') && isRepoName(repo) && !DATA_NAME.test(repo)
  if (!hubLike || isGlob(text)) return local
  if (existsSync(resolve(context.folder, text))) {
    context.warn(
      `"${text}" exists here and is read from disk; write hf://datasets/${text} for the Hub dataset.`,
    )
    return local
  }
  return hub(text, repo, decoded(match?.[2] ?? 'main', text), null)
}
