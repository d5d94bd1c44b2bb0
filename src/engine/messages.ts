import type { ExampleColumns } from '../core/example.ts'
import type { JsonObject } from '../core/json.ts'
import type { ShardInfo } from '../core/plan.ts'
import type { Slice } from '../core/source.ts'
import type { Tally } from '../core/tally.ts'

/** What a worker is started with: survives structured clone; big indexes lie in shared memory. */
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
  input: Tally
}

export type Task = MapTask | RoundTask

/** A task, or the news where the shards lie now, before rounds look at rows again. */
export type Message = { id: number; task: Task } | { shards: readonly ShardInfo[] }

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

export type Answer = MapAnswer | RoundAnswer

/** An error as it crosses a thread. */
export interface CarriedError {
  name: string
  message: string
  stack: string | undefined
  audit: { code: string; detail: JsonObject } | null
}

export type Reply = { id: number; answer: Answer } | { id: number; error: CarriedError }
