import { readFile } from 'node:fs/promises'
import { AuditError } from '../core/error.ts'
import type { ShardInfo } from '../core/plan.ts'
import type { ByteLocation, ObtainedShard, OpenedSource, SourceDocument } from '../core/source.ts'
import { assignComponents } from './components.ts'
import { checkSpace } from './disk.ts'
import type { Assigned } from './components.ts'
import type { SourceFile } from './source-file.ts'
import { eachOf } from './each-of.ts'
import { offlineError } from './hub-errors.ts'
import { obtainFile, openHubFiles } from './hub-files.ts'
import type { HubAccess, HubFiles } from './hub-files.ts'
import { lastCommits, openRemote } from './hub-repo.ts'
import type { Commit } from './hub-repo.ts'
import { CARDS, LARGEST_CARD, shardOf } from './shards.ts'
import type { SourceAddress } from './source-uri.ts'

type HubAddress = Extract<SourceAddress, { kind: 'hub' }>

export interface HubSourceOptions extends HubAccess {
  components?: Readonly<Record<string, string | readonly string[]>>
}

/** Paths per request for last commits; the Hub answers more slowly for more. */
const COMMITS_AT_ONCE = 50
/** Cached files looked up at the same time. */
const FILES_AT_ONCE = 32

/** Opens a Hub dataset: one request for the commit, one per listing page, the cards, and nothing of the data. */
export async function openHubSource(address: HubAddress, options: HubSourceOptions): Promise<OpenedSource> {
  const { hub, path } = await openEither(address, options)
  const cards = await readCards(hub)
  const uri = `hf://datasets/${hub.name}`
  const where = `${uri}@${hub.commit}`
  const components = options.components ?? null
  const assignment = assignComponents({ files: hub.files, cards, components, path, where, warn: hub.warn })
  const shards = await eachOf(assignment.assigned, FILES_AT_ONCE, async (assigned) =>
    shardOf(assigned, await locate(hub, assigned, options)),
  )
  const files = new Map(hub.files.map((file) => [file.path, file]))
  let room: Promise<void> | null = null
  return {
    uri,
    revision: hub.commit,
    commitDate: hub.commitDate,
    cards,
    configs: assignment.configs,
    unassigned: assignment.unassigned,
    overlaps: assignment.overlaps,
    shards,
    obtain: async (shard, progress) => {
      // Once for all of them: a disk that is too small is said before the first download, not during the last.
      await (room ??= checkRoom(hub, shards))
      return obtainShard(hub, files, shard, progress)
    },
    lastCommit: commitsOf(hub, shards),
  }
}

/** `hf://datasets/a/b/c` is file `c` of `a/b`, or file `b/c` of the dataset `a`: the Hub knows which exists. */
async function openEither(
  address: HubAddress,
  access: HubAccess,
): Promise<{ hub: HubFiles; path: string | null }> {
  const { repo, revision, path, otherwise } = address
  try {
    return { hub: await openHubFiles('dataset', repo, revision, access), path }
  } catch (error) {
    const absent = error instanceof AuditError && ABSENT.has(error.code)
    if (!absent || otherwise === null) throw error
    const second = await openHubFiles('dataset', otherwise.repo, revision, access).catch(() => null)
    // The first reading is the usual one, so its error is the one to show.
    if (second === null || !second.files.some((file) => isBelow(file.path, otherwise.path))) throw error
    return { hub: second, path: otherwise.path }
  }
}

const ABSENT = new Set(['HUB_NOT_FOUND', 'HUB_UNAUTHORIZED', 'HUB_OFFLINE'])

function isBelow(path: string, folder: string): boolean {
  const fixed = folder.split(/[*?[{]/)[0] ?? ''
  return path.startsWith(fixed)
}

async function readCards(hub: HubFiles): Promise<SourceDocument[]> {
  const cards: SourceDocument[] = []
  for (const path of CARDS) {
    const file = hub.files.find((candidate) => candidate.path === path)
    if (file === undefined) continue
    if (file.bytes > LARGEST_CARD) hub.warn(`${path} is larger than ${LARGEST_CARD} bytes and is not read.`)
    else cards.push({ path, text: await readText(hub, file) })
  }
  return cards
}

/** Cards go through the cache as well, so that offline runs see the same ones. */
async function readText(hub: HubFiles, file: SourceFile): Promise<string> {
  try {
    const { path } = await obtainFile(hub, file, { lines: false })
    return await readFile(path, 'utf8')
  } catch (error) {
    const noCache = error instanceof AuditError && (error.code === 'OUTPUT' || error.code === 'DISK_FULL')
    if (!noCache || hub.repo === null) throw error
    // Counting and planning need no cache, so one that cannot be written does not stop them.
    const reader = await openRemote(hub.repo, file.path, file.bytes)
    return new TextDecoder().decode(await reader.read(0, file.bytes))
  }
}

async function locate(hub: HubFiles, { file }: Assigned, options: HubAccess): Promise<ByteLocation> {
  const cached = await hub.cache.find(hub.commit, file)
  if (cached !== null) return { kind: 'file', path: cached }
  const { name: repo, commit: revision } = hub
  const { path, bytes } = file
  if (hub.repo === null)
    throw offlineError('A file of the source is not in the cache', `${hub.name}@${revision}/${path}`)
  return { kind: 'hub', repo, repoType: 'dataset', revision, path, bytes, useToken: options.useToken }
}

async function checkRoom(hub: HubFiles, shards: readonly ShardInfo[]): Promise<void> {
  const missing = shards.filter(({ location }) => location.kind === 'hub')
  await checkSpace(
    hub.cache.folder,
    missing.reduce((sum, { bytes }) => sum + bytes, 0) - (await hub.cache.partial()),
  )
}

async function obtainShard(
  hub: HubFiles,
  files: ReadonlyMap<string, SourceFile>,
  shard: ShardInfo,
  progress?: (bytesDone: number) => void,
): Promise<ObtainedShard> {
  const file = files.get(shard.path)
  if (file === undefined)
    throw new AuditError('INTERNAL', { what: 'A shard of another source', where: shard.path })
  const { path, sha256, bytes, lines } = await obtainFile(hub, file, {
    lines: shard.format === 'jsonl',
    progress,
  })
  return { location: { kind: 'file', path }, sha256, bytes, lines }
}

/** Asks for the last commits of all shards in few requests, on first use. */
function commitsOf(hub: HubFiles, shards: readonly ShardInfo[]): OpenedSource['lastCommit'] {
  const { repo } = hub
  const pages = new Map<number, Promise<Map<string, Commit>>>()
  const place = new Map(shards.map(({ path }, i) => [path, Math.floor(i / COMMITS_AT_ONCE)]))
  return async (path) => {
    if (repo === null) return null
    const page = place.get(path)
    if (page === undefined) return (await lastCommits(repo, [path])).get(path) ?? null
    const paths = shards
      .slice(page * COMMITS_AT_ONCE, (page + 1) * COMMITS_AT_ONCE)
      .map((shard) => shard.path)
    const asked = pages.get(page) ?? lastCommits(repo, paths)
    pages.set(page, asked)
    return (await asked).get(path) ?? null
  }
}
