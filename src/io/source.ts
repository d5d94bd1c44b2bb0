import type { ShardInfo } from '../core/plan.ts'
import type { OpenedSource } from '../core/source.ts'
import { openBytes } from './bytes.ts'
import { readFooter } from './footer.ts'
import { openHubSource } from './hub-source.ts'
import { hubSettings } from './hub-settings.ts'
import { eachOf } from './each-of.ts'
import { openLocalSource } from './local-source.ts'
import { parseSource } from './source-uri.ts'

export interface SourceOptions {
  /** Use the cache alone. */
  offline: boolean
  /** Folder of the Hub's cache layout; default from HF_HUB_CACHE and HF_HOME. */
  cacheDir?: string
  /** Component name → glob(s) relative to the source root. */
  components?: Readonly<Record<string, string | readonly string[]>>
  /** Local paths are relative to this. */
  folder: string
  /** Whether local paths may leave `folder`. */
  allowOutside: boolean
  /** Whether the user's token may be sent to the endpoint. */
  useToken: boolean
  /** Read every Parquet footer (rows, row groups, schema, writer). */
  readFooters: boolean
  warn(message: string): void
}

/** Footers read at the same time. */
const AT_ONCE = 8

/**
 * Resolves a source: the branch to a commit, once; the files to shards of components; Parquet footers by range.
 * @throws AuditError SOURCE_INVALID, SOURCE_EMPTY, PATH_OUTSIDE, HUB_…, PARQUET_INVALID
 */
export async function openSource(source: string, options: SourceOptions): Promise<OpenedSource> {
  const { folder, offline, useToken } = options
  const { endpoint } = hubSettings({ offline, useToken: false })
  const address = parseSource(source, { folder, endpoint, warn: (message) => options.warn(message) })
  const access = { ...options, useToken }
  const opened =
    address.kind === 'hub'
      ? await openHubSource(address, access)
      : await openLocalSource(address.path, options)
  return options.readFooters ? { ...opened, shards: await withFooters(opened.shards) } : opened
}

/** The shards with what their footers say. @param read reads one; a caller may take what it throws. */
export async function withFooters(
  shards: readonly ShardInfo[],
  read: (shard: ShardInfo) => Promise<ShardInfo> = withFooter,
): Promise<ShardInfo[]> {
  return eachOf(shards, AT_ONCE, read)
}

/** @throws AuditError PARQUET_INVALID */
export async function withFooter(shard: ShardInfo): Promise<ShardInfo> {
  if (shard.format !== 'parquet') return shard
  const reader = await openBytes(shard.location)
  try {
    const { rows, rowGroups, schema, writer } = await readFooter(reader, shard.path)
    return { ...shard, rows, rowGroups, schema, writer }
  } finally {
    await reader.close()
  }
}
