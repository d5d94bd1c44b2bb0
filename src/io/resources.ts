import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { AuditError } from '../core/error.ts'
import { packageRoot } from '../core/package.ts'
import type { Resource, ResourceRef, Resources, Table, TableRef } from '../core/stage.ts'
import { unreadable } from './disk.ts'
import { checkRelative } from './cache.ts'
import { readCard } from './card.ts'
import type { SourceFile } from './source-file.ts'
import { hashFile } from './hash-file.ts'
import { obtainFile, openHubFiles } from './hub-files.ts'
import type { HubAccess, HubFiles } from './hub-files.ts'
import type { RepoType } from './hub-repo.ts'
import { resolveLocal } from './local-source.ts'
import { checkRevision, isRepoName } from './source-uri.ts'
import { tableFiles } from './table-files.ts'
import { readTable } from './table-rows.ts'

export interface ResourceOptions {
  /** Local paths are relative to this. */
  folder: string
  allowOutside: boolean
  offline: boolean
  useToken: boolean
  cacheDir?: string
  warn?(message: string): void
}

/** A tokenizer is tens of megabytes; more than this is not one, and is refused before memory is taken. */
const LARGEST_FILE = 512 * 1024 * 1024

/** Opens what stages ask for beside the corpus. Every Hub repository is resolved to a commit once. */
export function createResources(options: ResourceOptions): Resources {
  const { offline, useToken } = options
  const access: HubAccess = {
    offline,
    useToken,
    warn: (message) => options.warn?.(message),
    ...(options.cacheDir === undefined ? {} : { cacheDir: options.cacheDir }),
  }
  const opened = new Map<string, Promise<HubFiles>>()
  const repository = (type: RepoType, repo: string, revision: string): Promise<HubFiles> => {
    const key = `${type} ${repo}@${revision}`
    const files = opened.get(key) ?? openRepository(type, repo, revision, access)
    opened.set(key, files)
    return files
  }
  return {
    file: (ref) => openFile(ref, options, repository),
    table: (ref) => (ref.kind === 'local' ? localTable(ref.path, options) : hubTable(ref, repository)),
  }
}

type OpenRepository = (type: RepoType, repo: string, revision: string) => Promise<HubFiles>

async function openRepository(
  type: RepoType,
  repo: string,
  revision: string,
  access: HubAccess,
): Promise<HubFiles> {
  if (!isRepoName(repo))
    throw new AuditError('SOURCE_INVALID', { what: 'This is not the name of a Hub repository', where: repo })
  return openHubFiles(type, repo, checkRevision(revision, `${repo}@${revision}`), access)
}

async function openFile(ref: ResourceRef, options: ResourceOptions, open: OpenRepository): Promise<Resource> {
  if (ref.kind === 'hub')
    return hubFile(await open(ref.repoType, ref.repo, ref.revision), ref.repoType, ref.path)
  if (ref.kind === 'package') checkRelative(ref.path, 'data')
  const path =
    ref.kind === 'package' ? join(packageRoot, 'data', ref.path) : await resolveLocal(ref.path, options)
  const origin = ref.kind === 'package' ? `assay:data/${ref.path}` : shownPath(ref.path)
  const { size } = await stat(path).catch((error: unknown) => {
    throw unreadable(origin, error)
  })
  checkSize(size, origin)
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(origin, error)
  })
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), origin, revision: null }
}

/** Reports name no folders of the machine they were made on. */
function shownPath(path: string): string {
  return isAbsolute(path) ? basename(path) : path
}

function checkSize(bytes: number, where: string): void {
  if (bytes <= LARGEST_FILE) return
  throw new AuditError('MEMORY', {
    what: 'The file is too large to be kept in memory',
    where,
    expected: `at most ${LARGEST_FILE} bytes`,
    got: `${bytes} bytes`,
  })
}

async function hubFile(hub: HubFiles, type: RepoType, path: string): Promise<Resource> {
  const file = hub.files.find((candidate) => candidate.path === path)
  const origin = `hf://${type === 'dataset' ? 'datasets/' : ''}${hub.name}@${hub.commit}/${path}`
  if (file === undefined)
    throw new AuditError('HUB_NOT_FOUND', { what: 'The repository has no such file', where: origin })
  checkSize(file.bytes, origin)
  const obtained = await obtainIntact(hub, file)
  return { bytes: await readFile(obtained.path), sha256: obtained.sha256, origin, revision: hub.commit }
}

/** A corpus with other bytes than declared is a finding; a benchmark or tokenizer with other bytes is of no use. */
async function obtainIntact(hub: HubFiles, file: SourceFile): Promise<{ path: string; sha256: string }> {
  const { path, sha256 } = await obtainFile(hub, file, { lines: false })
  if (file.sha256 === null || sha256 === file.sha256) return { path, sha256 }
  throw new AuditError('INTEGRITY', {
    what: 'A file differs from the sha256 the Hub declares for it',
    where: `${hub.name}@${hub.commit}/${file.path}`,
    expected: file.sha256,
    got: sha256,
    fix: 'Delete its copy in the cache and run again.',
  })
}

async function localTable(path: string, options: ResourceOptions): Promise<Table> {
  const full = await resolveLocal(path, options)
  const origin = shownPath(path)
  const { size } = await stat(full).catch((error: unknown) => {
    throw unreadable(origin, error)
  })
  const { sha256 } = await hashFile(full, size, { lines: false, git: false })
  return { rows: readTable([{ path: full, name: origin }]), sha256, origin, revision: null, licence: null }
}

async function hubTable(ref: Extract<TableRef, { kind: 'hub' }>, open: OpenRepository): Promise<Table> {
  const asked = await open('dataset', ref.repo, ref.revision)
  const card = await cardOf(asked)
  const { hub, files } = await tableFiles(asked, card, ref, () =>
    open('dataset', ref.repo, 'refs/convert/parquet'),
  )
  const obtained: { path: string; name: string; sha256: string }[] = []
  for (const file of files)
    obtained.push({ ...(await obtainIntact(hub, file)), name: `${ref.repo}/${file.path}` })
  const parts = [ref.config, ref.split].filter((part) => part !== undefined)
  const about = parts.length === 0 ? '' : ` (${parts.join(', ')})`
  const only = files.length === 1 ? `/${files[0]?.path ?? ''}` : ''
  return {
    rows: readTable(obtained),
    sha256: overFiles(obtained.map(({ sha256 }) => sha256)),
    origin: `hf://datasets/${hub.name}@${hub.commit}${only}${about}`,
    revision: hub.commit,
    licence: card?.licence ?? null,
  }
}

/** One file: its own hash; several: the hash over their hashes in path order, a newline after each. */
function overFiles(hashes: readonly string[]): string {
  const [first, ...more] = hashes
  if (first !== undefined && more.length === 0) return first
  return createHash('sha256')
    .update(hashes.map((hash) => `${hash}\n`).join(''))
    .digest('hex')
}

async function cardOf(hub: HubFiles): Promise<ReturnType<typeof readCard> | null> {
  const file = hub.files.find(({ path }) => path === 'README.md')
  if (file === undefined || file.bytes > 4 * 1024 * 1024) return null
  const { path } = await obtainFile(hub, file, { lines: false })
  return readCard({ path: 'README.md', text: await readFile(path, 'utf8') }, (message) => hub.warn(message))
}
