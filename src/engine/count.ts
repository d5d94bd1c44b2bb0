import type { LoadedPipeline } from '../core/pipeline.ts'
import type { ShardInfo } from '../core/plan.ts'
import type { OpenedSource } from '../core/source.ts'
import { openSource } from '../io/source.ts'
import { sourceOptions } from './open.ts'
import type { Settings } from './options.ts'

/** Examples as footers (for local JSONL, lines) tell them; null where only a download would tell. */
export interface ExampleCount {
  source: { uri: string; revision: string | null }
  files: number
  examples: number | null
  components: Record<string, { files: number; examples: number | null }>
}

/** Counts without reading rows: Parquet footers by range request; the lines of JSONL files that are on disk. */
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
  }
}

async function rowsOf(source: OpenedSource, shard: ShardInfo): Promise<number | null> {
  if (shard.rows !== null || shard.format !== 'jsonl' || shard.location.kind !== 'file') return shard.rows
  const obtained = await source.obtain(shard)
  return obtained.lines?.rows ?? null
}
