import type { IncomingMessage } from 'node:http'
import { lastTouched } from './repository.ts'
import type { Repository, StoredCommit, StoredFile } from './repository.ts'
import type { LoopbackHub, Recorded } from './server.ts'

/** What the endpoint answers: JSON text, or a file sent with ranges. */
export interface Outcome {
  status: number
  headers?: Record<string, string>
  body?: string
  file?: StoredFile
}

interface Question {
  hub: LoopbackHub
  repository: Repository
  commit: StoredCommit
  /** Path after the revision. */
  path: string
  query: URLSearchParams
  request: IncomingMessage
  /** The request's address without query. */
  pathname: string
}

/** Routes one request to the endpoint the way the Hub does, errors and their X-Error-Code included. */
export async function answerApi(
  hub: LoopbackHub,
  record: Recorded,
  request: IncomingMessage,
): Promise<Outcome> {
  const url = new URL(record.url, hub.endpoint)
  const route = findRoute(hub, url.pathname)
  const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1]
  if (token !== undefined && !hub.tokens.has(token))
    return refusal(401, '', 'Invalid credentials in Authorization header')
  if (route === null)
    return token === undefined
      ? refusal(401, '', 'Invalid username or password.')
      : refusal(404, 'RepoNotFound')
  const { repository, verb, rest } = route
  const denied = access(repository, token)
  if (denied !== null) return denied
  const { commit, path } = splitRevision(repository, rest)
  if (commit === undefined) return refusal(404, 'RevisionNotFound')
  const question = { hub, repository, commit, path, query: url.searchParams, request, pathname: url.pathname }
  if (verb === 'revision') return json(info(repository, commit))
  if (verb === 'tree') return tree(question)
  if (verb === 'commits') return json(history(commit).slice(0, Number(url.searchParams.get('limit') ?? 50)))
  if (verb === 'paths-info') return pathsInfo(question)
  return verb === 'resolve' ? resolve(question) : refusal(404, 'EntryNotFound')
}

function findRoute(
  hub: LoopbackHub,
  pathname: string,
): { repository: Repository; verb: string; rest: string } | null {
  for (const repository of hub.repositories.values()) {
    const kind = `${repository.type}s`
    const pages = repository.type === 'model' ? `/${repository.name}/` : `/${kind}/${repository.name}/`
    for (const prefix of [`/api/${kind}/${repository.name}/`, pages]) {
      const [, verb = '', rest = ''] =
        /^(revision|tree|commits|paths-info|resolve)\/(.*)$/.exec(pathname.slice(prefix.length)) ?? []
      if (pathname.startsWith(prefix) && verb !== '') return { repository, verb, rest }
    }
  }
  return null
}

function access(repository: Repository, token: string | undefined): Outcome | null {
  if (repository.readers === null || (token !== undefined && repository.readers.has(token))) return null
  if (repository.gated)
    return refusal(token === undefined ? 401 : 403, 'GatedRepo', 'Access to this repository is restricted')
  return token === undefined
    ? refusal(401, '', 'Invalid username or password.')
    : refusal(403, '', 'Forbidden')
}

/** Revisions may hold slashes, encoded or not. */
function splitRevision(
  repository: Repository,
  rest: string,
): { commit: StoredCommit | undefined; path: string } {
  const parts = rest.split('/').map(decodeURIComponent)
  for (let n = parts.length; n > 0; n--) {
    const commit = repository.find(parts.slice(0, n).join('/'))
    if (commit !== undefined) return { commit, path: parts.slice(n).join('/') }
  }
  return { commit: undefined, path: '' }
}

function refusal(status: number, code: string, message = code): Outcome {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-error-message': message }
  if (code !== '') headers['x-error-code'] = code
  return { status, headers, body: JSON.stringify({ error: message }) }
}

function json(value: unknown, headers: Record<string, string> = {}): Outcome {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  }
}

function info(repository: Repository, commit: StoredCommit): unknown {
  const { name, gated, readers } = repository
  return {
    _id: '0',
    id: name,
    sha: commit.id,
    lastModified: commit.date,
    private: readers !== null,
    gated,
    downloads: 0,
    likes: 0,
  }
}

function history(commit: StoredCommit): unknown[] {
  const commits: unknown[] = []
  for (let at: StoredCommit | null = commit; at !== null; at = at.parent)
    commits.push({
      id: at.id,
      title: at.title,
      message: '',
      date: at.date,
      authors: [{ user: 'tester', avatar: '' }],
    })
  return commits
}

function tree({ hub, commit, query, pathname }: Question): Outcome {
  const folders = new Set<string>()
  for (const path of commit.files.keys()) {
    for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1))
      folders.add(path.slice(0, cut))
  }
  const all = [
    ...[...folders].map((path) => ({ type: 'directory', path, size: 0, oid: '0'.repeat(40) })),
    ...[...commit.files.keys()].map((path) => entry(commit, path, query.get('expand') === 'true')),
  ].sort((a, b) => (a.path < b.path ? -1 : 1))
  const from = Number(query.get('cursor') ?? 0)
  const next = from + hub.pageSize
  const page = all.slice(from, next)
  if (next >= all.length) return json(page)
  const link = `${hub.endpoint}${pathname}?recursive=true&expand=${query.get('expand') ?? 'false'}&cursor=${next}`
  return json(page, { link: `<${link}>; rel="next"` })
}

function entry(
  commit: StoredCommit,
  path: string,
  expand: boolean,
): { path: string } & Record<string, unknown> {
  const file = commit.files.get(path)
  if (file === undefined) throw new Error(`no file ${path}`)
  const { id, title, date } = lastTouched(commit, path)
  return {
    type: 'file',
    path,
    size: file.size,
    oid: file.gitOid,
    ...(file.lfs ? { lfs: { oid: file.sha256, size: file.size, pointerSize: 134 } } : {}),
    ...(expand ? { lastCommit: { id, title, date } } : {}),
  }
}

async function pathsInfo({ commit, request }: Question): Promise<Outcome> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { paths, expand } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
    paths: string[]
    expand: boolean
  }
  return json(paths.filter((path) => commit.files.has(path)).map((path) => entry(commit, path, expand)))
}

/** LFS files live on the second host; the redirect names the commit, the sha256 and the size, as the Hub's does. */
function resolve({ hub, commit, path }: Question): Outcome {
  const file = commit.files.get(path)
  if (file === undefined) return refusal(404, 'EntryNotFound')
  const headers: Record<string, string> = { 'x-repo-commit': commit.id }
  if (!file.lfs) return { status: 200, headers, file }
  return {
    status: 302,
    headers: {
      ...headers,
      'x-linked-etag': `"${file.sha256}"`,
      'x-linked-size': String(file.size),
      location: `${hub.storage}/blobs/${file.sha256}?signature=s3cret`,
    },
  }
}
