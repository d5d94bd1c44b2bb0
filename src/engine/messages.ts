import type { ExampleColumns } from '../core/example.ts'
import type { JsonObject } from '../core/json.ts'
import type { PackedExamples } from '../core/packed-examples.ts'
import type { ShardInfo } from '../core/plan.ts'
import type { Slice } from '../core/source.ts'
import type { RoundInput } from '../core/stage.ts'
import type { Tally } from '../core/tally.ts'

/** What a worker works with: survives structured clone; big indexes lie in shared memory. */
export interface WorkerSetup {
  stages: readonly { name: string; options: JsonObject }[]
  /** One per stage, in the same order. */
  indexes: readonly unknown[]
  /** One per shard: shards of one corpus may have different columns. */
  columns: readonly ExampleColumns[]
  shards: readonly ShardInfo[]
}

/** Reads one slice and leaves the tallies of every stage in one file. */
export interface MapTask {
  kind: 'map'
  slice: Slice
  /** The shard with the place its bytes are read from now. */
  shard: ShardInfo
  /** File the tallies go to, and the key they are valid for. */
  file: string
  key: string
  memoryBytes: number
  reader: 'first' | 'second'
}

export interface RoundTask {
  kind: 'round'
  stage: string
  round: string
  input: RoundInput
  /** A file whose tally of the stage is part of the input. */
  tally?: string
}

/** Reads rows of one slice again: as examples, or only the hashes of their records. */
export interface LookTask {
  kind: 'look'
  what: 'examples' | 'records'
  shard: ShardInfo
  slice: Slice
  /** Row numbers of the shard, ascending. */
  rows: Float64Array
  reader: 'first' | 'second'
}

export type Task = MapTask | RoundTask | LookTask

/** What to work with (comes first), a task, the news where the shards lie now, or the wish that what is no longer used be collected. */
export type Message =
  { setup: WorkerSetup } | { id: number; task: Task } | { shards: readonly ShardInfo[] } | { collect: true }

export interface MapAnswer {
  kind: 'map'
  rows: number
  bytes: number
  /** Milliseconds by stage name, plus `read` and `words`; for the profile in run.json. */
  ms: Record<string, number>
  /** Row groups the first reader gave up on. */
  retried: { rowGroup: number; why: string }[]
}

export interface RoundAnswer {
  kind: 'round'
  output: Tally
}

export interface LookAnswer {
  kind: 'look'
  examples: PackedExamples | null
  /** Four 32-bit words a row. */
  records: Uint32Array<ArrayBuffer> | null
}

export type Answer = MapAnswer | RoundAnswer | LookAnswer

/** An error as it crosses a thread. */
export interface CarriedError {
  name: string
  message: string
  stack: string | undefined
  audit: { code: string; detail: JsonObject } | null
}

export type Reply = { id: number; answer: Answer } | { id: number; error: CarriedError }
