import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { AuditError } from '../core/error.ts'
import type { OpenedSource, SourceDocument } from '../core/source.ts'
import { unreadable } from './disk.ts'
import { assignComponents } from './components.ts'
import { byCodeUnit } from './source-file.ts'
import type { SourceFile } from './source-file.ts'
import { eachOf } from './each-of.ts'
import { isGlob } from './glob.ts'
import { hashFile } from './hash-file.ts'
import { CARDS, LARGEST_CARD, shardOf } from './shards.ts'
import { walk } from './walk.ts'

export interface LocalOptions {
  components?: Readonly<Record<string, string | readonly string[]>>
  folder: string
  allowOutside: boolean
  warn(message: string): void
}

/** A folder and what in it is meant; null means everything. */
interface Root {
  folder: string
  path: string | null
  /** The path is one existing file, whatever characters its name has. */
  single: boolean
}

const FILES_AT_ONCE = 32

/**
 * Opens a local file, folder or glob. The source root is the folder, or the part of a glob before its first wildcard.
 * @throws AuditError SOURCE_INVALID, SOURCE_EMPTY, PATH_OUTSIDE
 */
export async function openLocalSource(source: string, options: LocalOptions): Promise<OpenedSource> {
  const root = await findRoot(source, options)
  const files = await listFolder(root, source, options)
  const cards = await readCards(root.folder, files, options)
  const components = options.components ?? null
  const request = { files, cards, components, path: root.path, where: source }
  const assignment = assignComponents({ ...request, warn: (message) => options.warn(message) })
  const place = (path: string): string => join(root.folder, ...path.split('/'))
  return {
    uri: shownSource(source),
    revision: null,
    commitDate: null,
    cards,
    configs: assignment.configs,
    unassigned: assignment.unassigned,
    overlaps: assignment.overlaps,
    shards: assignment.assigned.map((assigned) =>
      shardOf(assigned, { kind: 'file', path: place(assigned.file.path) }),
    ),
    obtain: async (shard, progress) => {
      const path = place(shard.path)
      const wishes = { lines: shard.format === 'jsonl', git: false, progress }
      const { sha256, bytes, lines } = await hashFile(path, shard.bytes, wishes)
      return { location: { kind: 'file', path }, sha256, bytes, lines }
    },
    lastCommit: () => Promise.resolve(null),
  }
}

/** Reports name no folders of the machine they were made on: of an absolute path the last folder is shown. */
export function shownSource(source: string): string {
  if (!isAbsolute(source)) return source
  const parts = source.split(/[\\/]/).filter((part) => part !== '')
  const glob = parts.findIndex(isGlob)
  const last = glob < 0 ? parts.length - 1 : glob - 1
  return parts.slice(Math.max(0, last)).join('/') || '/'
}

/**
 * Where a local path of a pipeline really is.
 * @throws AuditError PATH_OUTSIDE when it leaves `folder`, by name or through a link, and may not.
 */
export async function resolveLocal(path: string, limits: Limits): Promise<string> {
  const full = resolve(limits.folder, path)
  if (limits.allowOutside) return full
  if (isAbsolute(path) || leaves(resolve(limits.folder), full)) throw outside(path)
  await checkLinks(full, path, limits)
  return full
}

type Limits = Pick<LocalOptions, 'folder' | 'allowOutside'>

/** A name inside the folder may still be a link out of it. */
async function checkLinks(full: string, path: string, limits: Limits): Promise<void> {
  const real = limits.allowOutside ? null : await realpath(full).catch(() => null)
  if (real !== null && leaves(await realpath(limits.folder), real)) throw outside(path)
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}

function outside(path: string): AuditError {
  return new AuditError('PATH_OUTSIDE', {
    what: 'A path leads out of the folder of the pipeline',
    where: path,
    fix: 'Move the file beside the pipeline, or give --allow-outside if you trust the pipeline.',
  })
}

async function findRoot(source: string, options: LocalOptions): Promise<Root> {
  const whole = await resolveLocal(source, options)
  const found = await stat(whole).catch(() => null)
  if (found?.isDirectory() === true) return { folder: whole, path: null, single: false }
  if (found?.isFile() === true) return { folder: dirname(whole), path: basename(whole), single: true }
  if (!isGlob(source)) throw unreadable(source, { code: 'ENOENT' })
  const parts = source.split('/')
  const first = parts.findIndex(isGlob)
  const base = parts.slice(0, first).join('/') || (source.startsWith('/') ? '/' : '.')
  return { folder: await resolveLocal(base, options), path: parts.slice(first).join('/'), single: false }
}

/** Every file below the root, or the one file meant. Hidden files and folders are left out. */
async function listFolder(root: Root, source: string, options: LocalOptions): Promise<SourceFile[]> {
  const paths = root.single
    ? [root.path ?? '']
    : await walk(root.folder).catch((error: unknown) => {
        // The folder of a glob may be missing: then nothing matches, which is said with the glob.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw unreadable(source, error)
      })
  const files = await eachOf(paths, FILES_AT_ONCE, async (found): Promise<SourceFile | null> => {
    const full = join(root.folder, found)
    await checkLinks(full, found, options)
    const info = await stat(full).catch((error: unknown) => {
      throw unreadable(`${source}: ${found}`, error)
    })
    return info.isFile() ? { path: found, bytes: info.size, sha256: null, gitOid: null } : null
  })
  return files.filter((file) => file !== null).sort((a, b) => byCodeUnit(a.path, b.path))
}

async function readCards(
  folder: string,
  files: readonly SourceFile[],
  options: LocalOptions,
): Promise<SourceDocument[]> {
  const cards: SourceDocument[] = []
  for (const path of CARDS) {
    const file = files.find((candidate) => candidate.path === path)
    if (file === undefined) continue
    if (file.bytes > LARGEST_CARD)
      options.warn(`${path} is larger than ${LARGEST_CARD} bytes and is not read.`)
    else cards.push({ path, text: await readFile(join(folder, path), 'utf8') })
  }
  return cards
}
