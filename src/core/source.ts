/** One file of the corpus, pinned by commit and content hash. */
export interface Shard {
  component: string
  /** Relative to the source root, forward slashes. */
  path: string
  bytes: number
  /** From the Parquet footer; null where only reading the whole file tells (JSONL). */
  rows: number | null
  /** Declared by the Hub (`lfs.oid`); null when nobody declares one. */
  sha256: string | null
  format: 'parquet' | 'jsonl' | 'jsonl.gz' | 'jsonl.zst'
}

/**
 * The unit of work. For Parquet `start` and `end` are row-group numbers, for plain JSONL byte offsets,
 * for compressed JSONL the whole file. Half-open.
 */
export interface Slice {
  /** Index into `Plan.shards`. */
  shard: number
  start: number
  end: number
  /** Number of the slice's first row in its shard; null where it is not known before reading (plain JSONL). */
  firstRow: number | null
  /** Rows in the slice where known. */
  rows: number | null
}

/** Where bytes come from: plain data, so a worker or another machine can open it. */
export type ByteLocation =
  | { kind: 'file'; path: string }
  | {
      kind: 'hub'
      repo: string
      repoType: 'dataset' | 'model'
      revision: string
      path: string
      bytes: number
      /** Whether the user's token may go with requests for it. */
      useToken?: boolean
    }

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
  /** Split of the dataset (train, test, …) as the card or the file's name says; absent where neither does. */
  split?: string
  /** A file of the second corpus: only stages that compare with it read its rows. */
  against?: true
  /** `created_by` of the Parquet footer. */
  writer: string | null
  /** Rows of each row group; null for JSONL. */
  rowGroups: readonly { rows: number; bytes: number }[] | null
}

/** Random access to one file's bytes. */
export interface ByteReader {
  readonly bytes: number
  /** Bytes [start, end); a short answer is an error, never a short array. */
  read(start: number, end: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** A row by address. `shard` indexes `Plan.shards`. */
export interface RowRef {
  shard: number
  row: number
}

/** A file on the source's side that is not a shard: README.md, data/README.md, logs. */
export interface SourceDocument {
  path: string
  text: string
}

/** A source after its branch was resolved to a commit and its files were listed. */
export interface OpenedSource {
  /** Canonical form without the revision's alias, e.g. `hf://datasets/ORG/NAME`; for local files the path as given. */
  uri: string
  /** 40-hex commit; null for local files. */
  revision: string | null
  commitDate: string | null
  /** README.md files found (root first); they carry `configs:`, licence and claims. */
  cards: readonly SourceDocument[]
  /** Configs documented on a card, and the shard paths each resolves to (empty = resolves to nothing). */
  configs: readonly { name: string; card: string; patterns: readonly string[]; paths: readonly string[] }[]
  /** Data files of the source that no component claims. */
  unassigned: readonly string[]
  /** Data files that several components claim; each is a shard of one of them only (the one with fewest files). */
  overlaps: readonly { path: string; components: readonly string[] }[]
  /** Sorted by component, then path. Parquet footers were read by range. */
  shards: readonly ShardInfo[]
  /**
   * Makes a shard's bytes readable from disk and hashes them on the way (Hub: one download into the cache).
   * For plain JSONL also returns where lines start, so that byte slices know their row numbers.
   */
  obtain(shard: ShardInfo, progress?: (bytesDone: number) => void): Promise<ObtainedShard>
  /** Last commit that touched a path; null where the source has no history. */
  lastCommit(path: string): Promise<{ id: string; date: string | null; title: string | null } | null>
}

export interface ObtainedShard {
  location: ByteLocation
  sha256: string
  bytes: number
  /**
   * Plain JSONL only: `offset[i]` is the byte where row `row[i]` starts; about one mark per 4 MB, the first at
   * row 0, plus the total number of rows. Rows are non-blank lines.
   */
  lines: { offset: Float64Array; row: Float64Array; rows: number } | null
}
