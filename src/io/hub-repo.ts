import { datasetInfo, downloadFile, listCommits, listFiles, modelInfo, pathsInfo } from '@huggingface/hub'
import { AuditError } from '../core/error.ts'
import type { ByteReader } from '../core/source.ts'
import { checkRelative } from './cache.ts'
import type { SourceFile } from './source-file.ts'
import type { HubClient } from './hub-client.ts'

export type RepoType = 'dataset' | 'model'

/** A repository at one commit: every request names the commit, never the branch. */
export interface PinnedRepo {
  client: HubClient
  type: RepoType
  name: string
  /** 40 hex digits. */
  commit: string
  /** When the repository says it was last changed; null where it does not. */
  modified?: string | null
}

export interface Commit {
  id: string
  date: string | null
  title: string | null
}

const MOST_FILES = 1_000_000
const COMMIT = /^[0-9a-f]{40}$/

/** Asks the Hub once which commit a branch, tag or commit is. @throws AuditError HUB_NOT_FOUND, HUB_REVISION, HUB_… */
export async function resolveCommit(
  client: HubClient,
  type: RepoType,
  name: string,
  revision: string,
): Promise<PinnedRepo> {
  const query = { name, revision, hubUrl: client.settings.endpoint, fetch: client.fetch }
  const where = `${name}@${revision}`
  const answer = await spoken(where, () =>
    type === 'dataset'
      ? datasetInfo({ ...query, additionalFields: ['sha'] })
      : modelInfo({ ...query, additionalFields: ['sha'] }),
  )
  const commit: unknown = answer.sha
  if (typeof commit !== 'string' || !COMMIT.test(commit)) throw strange(where, 'a commit of 40 hex digits')
  return { client, type, name, commit, modified: isoDate(answer.updatedAt) }
}

/** Every file of the commit, all pages. @throws AuditError for a listing that is not one. */
export async function listRepo(repo: PinnedRepo): Promise<SourceFile[]> {
  const where = `${repo.name}@${repo.commit}`
  return spoken(where, async () => {
    const files: SourceFile[] = []
    for await (const entry of listFiles({ ...common(repo), revision: repo.commit, recursive: true })) {
      if (entry.type !== 'file') continue
      files.push(asFile(entry, repo))
      if (files.length > MOST_FILES) throw strange(where, `at most ${MOST_FILES} files`)
    }
    return files
  })
}

function asFile(
  entry: { path: unknown; size: unknown; oid?: unknown; lfs?: unknown },
  repo: PinnedRepo,
): SourceFile {
  const lfs = entry.lfs as { oid?: unknown; size?: unknown } | undefined | null
  const bytes = lfs?.size ?? entry.size
  if (
    typeof entry.path !== 'string' ||
    typeof bytes !== 'number' ||
    !Number.isSafeInteger(bytes) ||
    bytes < 0
  )
    throw strange(repo.name, 'a path and a size for every file')
  checkRelative(entry.path, repo.name)
  const sha256 = typeof lfs?.oid === 'string' ? lfs.oid.replace(/^sha256:/, '') : null
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) throw strange(repo.name, 'a sha256 as LFS object id')
  const gitOid = typeof entry.oid === 'string' && COMMIT.test(entry.oid) ? entry.oid : null
  return { path: entry.path, bytes, sha256, gitOid }
}

/** When the commit was made; a Hub that does not list commits says at least when the repository was last changed. */
export async function commitDate(repo: PinnedRepo): Promise<string | null> {
  const history = listCommits({ ...common(repo), revision: repo.commit, batchSize: 1 })
  const first = await spoken(`${repo.name}@${repo.commit}`, () => history.next()).catch(orNothing)
  return (first?.done === false ? isoDate(first.value.date) : null) ?? repo.modified ?? null
}

/** Provenance beside the data: a Hub without it (a mirror, an older server) must not stop an audit. */
function orNothing(error: unknown): null {
  if (error instanceof AuditError && error.code !== 'HUB_BUDGET') return null
  throw error
}

/** The last commit that touched each path, in one request; empty where the Hub does not say. */
export async function lastCommits(repo: PinnedRepo, paths: readonly string[]): Promise<Map<string, Commit>> {
  const found = await askCommits(repo, paths).catch(orNothing)
  return found ?? new Map<string, Commit>()
}

async function askCommits(repo: PinnedRepo, paths: readonly string[]): Promise<Map<string, Commit>> {
  const request = { ...common(repo), revision: repo.commit, paths: [...paths], expand: true as const }
  return spoken(`${repo.name}@${repo.commit}`, async () => {
    const found = new Map<string, Commit>()
    for (const info of await pathsInfo(request)) {
      const { id, title, date } = info.lastCommit ?? {}
      if (typeof id === 'string')
        found.set(info.path, {
          id,
          date: isoDate(date),
          title: typeof title === 'string' ? title.slice(0, 500) : null,
        })
    }
    return found
  })
}

function isoDate(date: Date | undefined | null): string | null {
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date.toISOString() : null
}

/** Address whose bytes are the file at this commit. Names with odd characters survive. */
export function fileAddress(repo: PinnedRepo, path: string): string {
  const kind = repo.type === 'dataset' ? 'datasets/' : ''
  return `${repo.client.settings.endpoint}/${kind}${repo.name}/resolve/${repo.commit}/${encodePath(path)}`
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** Ranges of a remote file through the Hub package's sliceable Blob; its size is known from the listing. */
export async function openRemote(repo: PinnedRepo, path: string, bytes: number): Promise<ByteReader> {
  const where = `${repo.name}/${path}`
  const url = fileAddress(repo, path)
  // The package leaves Range out for a slice that is the whole file; one byte more keeps every answer checkable.
  const size = bytes + 1
  const blob = await spoken(where, () =>
    downloadFile({ ...common(repo), path, xet: false, downloadInfo: { size, etag: '', url } }),
  )
  if (blob === null) throw strange(where, 'a file')
  return {
    bytes,
    close: () => Promise.resolve(),
    read: async (start, end) => {
      if (start < 0 || end > bytes || start > end) throw strange(where, `a range inside ${bytes} bytes`)
      if (start === end) return new Uint8Array(0)
      return piece(blob, start, end)
    },
  }
}

async function piece(blob: Blob, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await blob.slice(start, end).arrayBuffer())
  if (bytes.byteLength === end - start) return bytes
  throw new AuditError('HUB_UNREACHABLE', {
    what: 'The Hub answered a range with another number of bytes',
    expected: `${end - start} bytes`,
    got: `${bytes.byteLength} bytes`,
  })
}

function common(repo: PinnedRepo): {
  repo: { type: RepoType; name: string }
  hubUrl: string
  fetch: typeof fetch
} {
  return {
    repo: { type: repo.type, name: repo.name },
    hubUrl: repo.client.settings.endpoint,
    fetch: repo.client.fetch,
  }
}

/** What is thrown by the package itself is an answer it could not make sense of. */
async function spoken<T>(where: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof AuditError ? error : strange(where, 'an answer of the Hub API', error)
  }
}

function strange(where: string, expected: string, cause?: unknown): AuditError {
  return new AuditError('HUB_UNREACHABLE', {
    what: 'The Hub gave an answer that makes no sense',
    where,
    expected,
    fix: 'Check that HF_ENDPOINT is a Hugging Face Hub.',
    ...(cause === undefined ? {} : { cause }),
  })
}
