import type { ClaimResult } from './claim.ts'
import type { Finding } from './finding.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { SchemaField } from './plan.ts'
import type { ComponentFigures, NotChecked } from './stage.ts'

/** Version of `audit.json`; the JSON Schema of that version is published beside it. */
export const RECORD_SCHEMA = 'assay/audit/1'

/** One input file in the record. rows = audited + the sum of unreadable. */
export interface InputRecord {
  component: string
  path: string
  bytes: number
  rows: number
  audited: number
  unreadable: Readonly<Record<string, number>>
  sha256: { declared: string | null; recomputed: string | null }
  /** true: declared and recomputed agree; false: they differ; null: nothing was declared. */
  verified: boolean | null | 'not-read-whole'
  schema: readonly SchemaField[] | null
  writer: string | null
}

export interface ComponentRecord extends Omit<ComponentFigures, 'words'> {
  /** Rows in, unreadable ones included. */
  examples: number
  /** null when no stage counted words. */
  words: number | null
}

/** Last commit that touched a path. */
export interface LastCommit {
  id: string
  date: string | null
  title: string | null
}

/** A file the pipeline names, as the pipeline names it. */
export interface NamedFile {
  path: string
  sha256: string
}

export interface StageRecord {
  version: number
  options: JsonObject
  metrics: JsonObject
  /** Findings per rule. */
  findings: Readonly<Record<string, number>>
  resources: readonly JsonObject[]
}

/** A shard or stage that failed under `--keep-going`. */
export interface FailureRecord {
  component: string
  path: string
  rows: number | null
  code: string
  message: string
}

/** `audit.json`: the whole audit as data. Formats are pure functions of it and of the findings stream. */
export interface AuditRecord {
  schema: string
  tool: { name: string; version: string; unicode: string }
  pipeline: {
    name: string
    sha256: string
    limit: number | null
    /** Claims, published logs and suppressions the pipeline names, by path; absent when it names none. */
    files?: readonly NamedFile[]
  }
  source: {
    uri: string
    revision: string | null
    commitDate: string | null
    /** Per input path, where the source has a history; beside the inputs, which depend on bytes alone. */
    lastCommits?: Readonly<Record<string, LastCommit>>
  }
  /** What the dataset card says of itself (licence, configs, languages), quoted, and its path. */
  card: JsonObject | null
  inputs: readonly InputRecord[]
  /** The second corpus rows were compared with; its rows are in no other figure of the record. */
  against?: {
    uri: string
    revision: string | null
    commitDate: string | null
    inputs: readonly InputRecord[]
  }
  components: Readonly<Record<string, ComponentRecord>>
  stages: Readonly<Record<string, StageRecord>>
  claims: readonly ClaimResult[]
  /** The first K findings of each rule, in the order of the findings stream. */
  findings: Readonly<Record<string, readonly Finding[]>>
  notChecked: readonly NotChecked[]
  failures: readonly FailureRecord[]
  evidence: { file: string; sha256: string; rows: number }
  /** Room for what later issues add (baseline, suppressions, positive control); absent when unused. */
  extra?: Readonly<Record<string, JsonValue>>
}

/** A report format: a pure function of the record and the ordered findings stream. */
export interface Format {
  name: string
  /** File name inside the report directory. */
  file: string
  /** What it keeps of the findings, in bounded memory, so that they need not be read back for it. */
  notes?(): FindingNotes
  render(
    record: AuditRecord,
    findings: () => AsyncIterable<Finding>,
    known?: KnownToFormat,
  ): AsyncIterable<string | Uint8Array>
}

/** Is told of every finding, in the order of the stream. */
export interface FindingNotes {
  add(finding: Finding): void
}

export interface KnownToFormat {
  /** The notes the format asked for, complete. */
  notes?: FindingNotes | undefined
  /** sha256 of the files of the report that were written before. */
  files: Readonly<Record<string, string>>
}
