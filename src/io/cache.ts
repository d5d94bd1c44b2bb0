import { randomBytes } from 'node:crypto'
import {
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  copyFile,
  writeFile,
} from 'node:fs/promises'
import { dirname, join, posix, relative, sep } from 'node:path'
import { AuditError } from '../core/error.ts'
import { isRecord } from './card.ts'
import type { SourceFile } from './source-file.ts'
import { offlineError } from './hub-errors.ts'
import { outputError } from './disk.ts'

/** A repository in the cache: `datasets--ORG--NAME/{blobs,refs,snapshots}`, the layout of the Hub's own clients. */
export class RepoCache {
  readonly folder: string
  readonly name: string

  constructor(cacheDir: string, repoType: 'dataset' | 'model', repo: string) {
    this.name = repo
    this.folder = join(cacheDir, [`${repoType}s`, ...repo.split('/')].join('--'))
  }

  /** Where the bytes with this name (sha256 of an LFS file, git id of another) are kept. */
  blob(oid: string): string {
    return join(this.folder, 'blobs', oid)
  }

  /** Bytes of downloads that were interrupted: they need no room again. */
  async partial(): Promise<number> {
    const names = await readdir(join(this.folder, 'blobs')).catch(() => [])
    const sizes = names
      .filter((name) => name.endsWith('.incomplete'))
      .map(async (name) => (await stat(join(this.folder, 'blobs', name)).catch(() => null))?.size ?? 0)
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  }

  /** Where a file of a commit is found by its path. @throws AuditError for a path that would leave the folder. */
  pointer(commit: string, path: string): string {
    checkRelative(path, this.name)
    return join(this.folder, 'snapshots', commit, ...path.split('/'))
  }

  /** Path of a cached file with the listed size, or null. */
  async find(commit: string, file: SourceFile): Promise<string | null> {
    const oid = blobName(file)
    const candidates = [this.pointer(commit, file.path), ...(oid === null ? [] : [this.blob(oid)])]
    for (const path of candidates) {
      const found = await stat(path).catch(() => null)
      if (found?.isFile() === true && found.size === file.bytes) return path
    }
    return null
  }

  /** Makes a blob findable by commit and path, as the Hub's clients do: a relative link, a copy where links are refused. */
  async link(commit: string, path: string, oid: string): Promise<void> {
    const pointer = this.pointer(commit, path)
    const target = relative(dirname(pointer), this.blob(oid))
    try {
      await mkdir(dirname(pointer), { recursive: true })
      if ((await readlink(pointer).catch(() => null)) === target) return
      const fresh = `${pointer}.${randomBytes(4).toString('hex')}.tmp`
      await symlink(target, fresh).catch(() => copyFile(this.blob(oid), fresh))
      await rename(fresh, pointer)
    } catch (error) {
      throw outputError('The cache cannot be written', pointer, error)
    }
  }

  /** The commit a branch or tag stood for when it was last resolved. */
  async readRef(revision: string): Promise<string | null> {
    const text = await readFile(join(this.folder, 'refs', ...revision.split('/')), 'utf8').catch(() => '')
    return /^[0-9a-f]{40}$/.test(text.trim()) ? text.trim() : null
  }

  async writeRef(revision: string, commit: string): Promise<void> {
    await writeAtomically(join(this.folder, 'refs', ...revision.split('/')), commit)
  }

  /** The listing of a commit as the Hub gave it; kept beside the Hub's folders so that --offline sees the same files. */
  async readListing(commit: string): Promise<CachedListing | null> {
    const text = await readFile(this.#listing(commit), 'utf8').catch(() => null)
    if (text === null) return null
    try {
      return asListing(JSON.parse(text))
    } catch {
      return null
    }
  }

  async writeListing(commit: string, listing: CachedListing): Promise<void> {
    await writeAtomically(this.#listing(commit), JSON.stringify(listing))
  }

  /** Files of a snapshot on disk: what --offline has when no listing was kept (a cache filled by another client). */
  async walkSnapshot(commit: string): Promise<SourceFile[]> {
    const root = join(this.folder, 'snapshots', commit)
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => null)
    if (entries === null)
      throw offlineError('The cache has no copy of this revision', `${this.name}@${commit}`)
    const files: SourceFile[] = []
    for (const entry of entries) {
      const full = join(entry.parentPath, entry.name)
      const found = await stat(full).catch(() => null)
      if (found?.isFile() !== true) continue
      const oid = posix.basename((await readlink(full).catch(() => '')).split(sep).join('/'))
      files.push({
        path: relative(root, full).split(sep).join('/'),
        bytes: found.size,
        sha256: /^[0-9a-f]{64}$/.test(oid) ? oid : null,
        gitOid: /^[0-9a-f]{40}$/.test(oid) ? oid : null,
      })
    }
    return files
  }

  #listing(commit: string): string {
    return join(this.folder, 'assay', `${commit}.json`)
  }
}

export interface CachedListing {
  commitDate: string | null
  files: readonly SourceFile[]
}

function asListing(value: unknown): CachedListing | null {
  if (!isRecord(value) || !Array.isArray(value['files'])) return null
  const files = value['files'].filter(isSourceFile)
  const date = value['commitDate']
  if (files.length !== value['files'].length) return null
  return { commitDate: typeof date === 'string' ? date : null, files }
}

function isSourceFile(value: unknown): value is SourceFile {
  return isRecord(value) && typeof value['path'] === 'string' && typeof value['bytes'] === 'number'
}

/** Name of the blob: what the Hub's own client takes from the ETag. */
export function blobName(file: SourceFile): string | null {
  return file.sha256 ?? file.gitOid
}

/** A listing is untrusted: its paths are joined onto the cache folder. */
export function checkRelative(path: string, where: string): void {
  const parts = path.split(/[/\\]/)
  const bad = parts.some((part) => part === '..' || part === '.' || part === '' || /^[A-Za-z]:/.test(part))
  if (path !== '' && path.length <= 1024 && !bad && !path.includes('\0')) return
  throw new AuditError('SOURCE_INVALID', {
    what: 'A file name of the repository would leave its folder',
    where: `${where}: ${JSON.stringify(path).slice(0, 120)}`,
    expected: 'a relative path without ".."',
  })
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const fresh = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(fresh, text)
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined)
    throw outputError('The cache cannot be written', path, error)
  }
}

/** Whether anything, a dangling link included, is at this path. */
export async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null
}
