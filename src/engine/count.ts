import type { LoadedPipeline } from '../core/pipeline.ts'
import type { ShardInfo } from '../core/plan.ts'
import type { OpenedSource } from '../core/source.ts'
import { openBytes } from '../io/bytes.ts'
import { refuseArray } from '../io/json-array.ts'
import { openSource } from '../io/source.ts'
import { sourceOptions } from './open.ts'
import type { Settings } from './options.ts'

/** Examples as footers (for local JSONL, lines) tell them; null where only a download would tell. */
export interface ExampleCount {
  source: { uri: string; revision: string | null }
  files: number
  examples: number | null
  components: Record<string, { files: number; examples: number | null }>
  /** Data files that belong to no component: an audit does not read them either. */
  unassigned: readonly string[]
}

/**
 * Counts without reading rows: Parquet footers by range request; the lines of JSONL files that are on disk.
 * @throws AuditError as `openSource`; JSONL_INVALID for a file that is one JSON array.
 */
export async function countExamples(loaded: LoadedPipeline, settings: Settings): Promise<ExampleCount> {
  const source = await openSource(loaded.pipeline.source, sourceOptions(loaded, settings))
  const components = new Map<string, { files: number; examples: number | null }>()
  for (const shard of source.shards) {
    const sum = components.get(shard.component) ?? { files: 0, examples: 0 }
    const rows = await rowsOf(source, shard)
    const examples = sum.examples === null || rows === null ? null : sum.examples + rows
    components.set(shard.component, { files: sum.files + 1, examples })
  }
  let total: number | null = 0
  for (const { examples } of components.values())
    total = total === null || examples === null ? null : total + examples
  return {
    source: { uri: source.uri, revision: source.revision },
    files: source.shards.length,
    examples: total,
    components: Object.fromEntries(components),
    unassigned: [...source.unassigned].sort(),
  }
}

async function rowsOf(source: OpenedSource, shard: ShardInfo): Promise<number | null> {
  if (shard.rows !== null || shard.format !== 'jsonl' || shard.location.kind !== 'file') return shard.rows
  const reader = await openBytes(shard.location)
  try {
    await refuseArray(reader, shard.format, shard.path)
  } finally {
    await reader.close()
  }
  const obtained = await source.obtain(shard)
  return obtained.lines?.rows ?? null
}
