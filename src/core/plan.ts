import type { ByteLocation, Shard, Slice } from './source.ts'
import type { ExampleColumns } from './example.ts'

/** A column as the footer declares it. */
export interface SchemaField {
  name: string
  /** Arrow-like type text, e.g. `utf8`, `list<struct<from: utf8, value: utf8>>`. */
  type: string
  nullable: boolean
}

/** What is known of a shard before its rows are read. */
export interface ShardInfo extends Shard {
  location: ByteLocation
  schema: readonly SchemaField[] | null
  /** `created_by` of the Parquet footer. */
  writer: string | null
  /** Rows of each row group; null for JSONL. */
  rowGroups: readonly { rows: number; bytes: number }[] | null
}

/** Work as plain data: what would be read, in which pieces. */
export interface Plan {
  source: {
    uri: string
    revision: string | null
    commitDate: string | null
  }
  /** Sorted by component, then path (code-unit order). */
  shards: readonly ShardInfo[]
  /** Sorted by shard, then start. */
  slices: readonly Slice[]
  columns: ExampleColumns
  bytes: { total: number; cached: number; download: number; diskNeeded: number }
  /** Rows to read, from `--limit`; null reads everything. */
  limit: number | null
}
