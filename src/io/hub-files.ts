import { createHash } from 'node:crypto'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { clientFor } from './bytes.ts'
import { blobName, RepoCache } from './cache.ts'
import type { CachedListing } from './cache.ts'
import type { SourceFile } from './source-file.ts'
import { outputError } from './disk.ts'
import { discard, download, incompletePath, keep } from './download.ts'
import { hashFile } from './hash-file.ts'
import type { HashedFile, HashWishes } from './hash-file.ts'
import { offlineError } from './hub-errors.ts'
import { commitDate, fileAddress, listRepo, resolveCommit } from './hub-repo.ts'
import type { PinnedRepo, RepoType } from './hub-repo.ts'
import { hubSettings } from './hub-settings.ts'
import { withLock } from './lock.ts'

export interface HubAccess {
  offline: boolean
  useToken: boolean
  cacheDir?: string
  warn(message: string): void
}

/** A repository at one commit, its files, and the cache beside it. */
export interface HubFiles {
  /** Null offline. */
  repo: PinnedRepo | null
  name: string
  commit: string
  commitDate: string | null
  files: readonly SourceFile[]
  cache: RepoCache
  warn(message: string): void
}

/** Resolves the revision once and lists the files of that commit; offline both come from the cache. */
export async function openHubFiles(
  type: RepoType,
  name: string,
  revision: string,
  access: HubAccess,
): Promise<HubFiles> {
  const settings = hubSettings(access)
  const cache = new RepoCache(settings.cacheDir, type, name)
  const common = { name, cache, warn: (message: string) => access.warn(message) }
  if (settings.offline) return { ...common, repo: null, ...(await fromCache(cache, revision, access)) }
  const repo = await resolveCommit(clientFor(access.useToken), type, name, revision)
  const listing = {
    files: await listRepo(repo),
    commitDate: type === 'dataset' ? await commitDate(repo) : null,
  }
  await remember(cache, revision, repo.commit, listing).catch((error: unknown) => {
    access.warn(`The cache could not be written, so this cannot be repeated offline: ${String(error)}`)
  })
  return { ...common, repo, commit: repo.commit, ...listing }
}

async function remember(
  cache: RepoCache,
  revision: string,
  commit: string,
  listing: CachedListing,
): Promise<void> {
  if (revision !== commit) await cache.writeRef(revision, commit)
  await cache.writeListing(commit, listing)
}

async function fromCache(
  cache: RepoCache,
  revision: string,
  access: HubAccess,
): Promise<CachedListing & { commit: string }> {
  const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : await cache.readRef(revision)
  if (commit === null)
    throw offlineError('The cache does not know this repository or revision', `${cache.name}@${revision}`)
  const listing = await cache.readListing(commit)
  if (listing !== null) return { ...listing, commit }
  const files = await cache.walkSnapshot(commit)
  access.warn(`The cache holds no listing of ${cache.name}@${commit}: only the files found in it are seen.`)
  return { files, commitDate: null, commit }
}

export interface ObtainedFile extends HashedFile {
  path: string
}

const underWay = new Map<string, Promise<ObtainedFile>>()

/**
 * Makes a file readable from disk and hashes all of it: a cached copy is read again, anything else is downloaded into
 * the cache. A hash that differs from the declared one is returned as it is; the bytes are then not kept as the blob.
 */
export async function obtainFile(
  hub: HubFiles,
  file: SourceFile,
  wishes: Omit<HashWishes, 'git'>,
): Promise<ObtainedFile> {
  const all = { ...wishes, git: file.sha256 === null && file.gitOid !== null }
  const cached = await hub.cache.find(hub.commit, file)
  if (cached !== null) return fromDisk(hub, file, cached, all)
  const { repo } = hub
  if (repo === null) throw offlineError('A file is not in the cache', `${hub.name}/${file.path}`)
  const oid = blobName(file) ?? createHash('sha256').update(`${hub.commit}/${file.path}`).digest('hex')
  const key = hub.cache.blob(oid)
  const running = underWay.get(key)
  if (running !== undefined) return running.then(() => obtainFile(hub, file, wishes))
  const fetched = fetchFile(hub, repo, file, { ...all, oid }).finally(() => underWay.delete(key))
  underWay.set(key, fetched)
  return fetched
}

async function fromDisk(
  hub: HubFiles,
  file: SourceFile,
  path: string,
  wishes: HashWishes,
): Promise<ObtainedFile> {
  const hashed = await hashFile(path, file.bytes, wishes)
  if (file.sha256 !== null && hashed.sha256 !== file.sha256)
    hub.warn(
      `The copy of ${file.path} in the cache differs from the sha256 the Hub declares. It is audited as it is; ` +
        `to download it anew delete ${path}.`,
    )
  sayGit(hub, file, hashed)
  return { ...hashed, path }
}

interface FetchWishes extends HashWishes {
  oid: string
}

async function fetchFile(
  hub: HubFiles,
  repo: PinnedRepo,
  file: SourceFile,
  wishes: FetchWishes,
): Promise<ObtainedFile> {
  const blob = hub.cache.blob(wishes.oid)
  return withLock(blob, async (target) => {
    const job = {
      ...wishes,
      client: repo.client,
      address: fileAddress(repo, file.path),
      target,
      bytes: file.bytes,
    }
    let hashed = await download(job)
    if (!agrees(file, hashed)) {
      // Once more from the first byte: an earlier interruption or the way here may be to blame, not the Hub.
      await discard(target)
      hashed = await download(job)
    }
    if (file.sha256 !== null && hashed.sha256 !== file.sha256) return setAside(hub, file, target, hashed)
    sayGit(hub, file, hashed)
    // Under the name of the bytes that came, so that no blob lies about its content.
    const oid = agrees(file, hashed) ? wishes.oid : (hashed.gitOid ?? wishes.oid)
    const place = hub.cache.blob(oid)
    await keep(target, place)
    await hub.cache.link(hub.commit, file.path, oid)
    return { ...hashed, path: place }
  })
}

function agrees(file: SourceFile, hashed: HashedFile): boolean {
  if (file.sha256 !== null) return hashed.sha256 === file.sha256
  return file.gitOid === null || hashed.gitOid === null || hashed.gitOid === file.gitOid
}

/** Bytes that are not what was declared stay readable for the audit, outside the folder of blobs. */
async function setAside(
  hub: HubFiles,
  file: SourceFile,
  target: string,
  hashed: HashedFile,
): Promise<ObtainedFile> {
  const folder = join(hub.cache.folder, 'assay', 'damaged')
  const path = join(folder, hashed.sha256)
  try {
    await mkdir(folder, { recursive: true })
    await rename(incompletePath(target), path)
  } catch (error) {
    throw outputError('The cache cannot be written', path, error)
  }
  await discard(target)
  hub.warn(
    `The Hub twice sent other bytes for ${file.path} than the sha256 it declares. They are audited as they are.`,
  )
  return { ...hashed, path }
}

/** Files without LFS declare no sha256, only git's own name of the bytes; a difference is said, as nothing else would. */
function sayGit(hub: HubFiles, file: SourceFile, hashed: HashedFile): void {
  if (agrees(file, hashed) || file.sha256 !== null) return
  hub.warn(
    `${file.path} has other bytes than git recorded for it at ${hub.commit}: expected object ${file.gitOid ?? 'none'}, ` +
      `got ${hashed.gitOid ?? 'none'}. It is audited as it is.`,
  )
}
