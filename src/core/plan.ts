import type { ExampleColumns } from './example.ts'
import type { SchemaField, ShardInfo, Slice } from './source.ts'

export type { SchemaField, ShardInfo } from './source.ts'

/** Work as plain data: what would be read, in which pieces. */
export interface Plan {
  source: {
    uri: string
    revision: string | null
    commitDate: string | null
  }
  /** The second corpus, whose shards follow the corpus' own. */
  against?: Plan['source']
  /** Sorted by component, then path (code-unit order). */
  shards: readonly ShardInfo[]
  /** Sorted by shard, then start. */
  slices: readonly Slice[]
  columns: ExampleColumns
  bytes: { total: number; cached: number; download: number; diskNeeded: number }
  /** Rows to read, from `--limit`; null reads everything. */
  limit: number | null
}

/** The columns of a file, or null where it says nothing of them: not known, or JSON lines without a row that names one. */
export function columnsTold({ schema, format }: ShardInfo): readonly SchemaField[] | null {
  return schema !== null && schema.length === 0 && format !== 'parquet' ? null : schema
}
