import type { Batch } from './batch.ts'
import type { Example } from './example.ts'
import type { FindingBlock } from './finding-block.ts'
import type { EvidenceLevel, Finding } from './finding.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { Plan } from './plan.ts'
import type { SharedMemory } from './shared-memory.ts'
import type { RowRef } from './source.ts'
import type { Tally, TypedArray } from './tally.ts'

/** A file some stage needs that is not part of the corpus. */
export type ResourceRef =
  /** Shipped with assay, path below `data/`. */
  | { kind: 'package'; path: string }
  /** Beside the pipeline file (or the working directory for command-line arguments). */
  | { kind: 'local'; path: string }
  | { kind: 'hub'; repoType: 'model' | 'dataset'; repo: string; revision: string; path: string }

/** A table of rows some stage needs: a benchmark, an upstream source, a second corpus. */
export type TableRef =
  /** JSONL, JSON (array), CSV or Parquet, told apart by name and content. */
  | { kind: 'local'; path: string }
  | { kind: 'hub'; repo: string; config?: string; split?: string; revision: string; glob?: string }

export interface Resource {
  bytes: Uint8Array
  sha256: string
  /** Address with the revision it resolved to; goes into the report (never an absolute path). */
  origin: string
  revision: string | null
}

export interface Table {
  rows: AsyncIterable<JsonObject>
  /** sha256 over the file bytes (for several files: over their hashes in path order); known before the rows are read. */
  sha256: string
  origin: string
  revision: string | null
  /** Declared licence of the Hub dataset's card, if any. */
  licence: string | null
}

/** What `prepare` may use of the outside world. Every failure is an `AuditError`. */
export interface Resources {
  file(ref: ResourceRef): Promise<Resource>
  table(ref: TableRef): Promise<Table>
}

/** A part of the audit that was asked for and could not be done. */
export interface NotChecked {
  what: string
  why: string
  /** What would be needed to check it. */
  needs: string
}

export interface StageContext {
  plan: Plan
  evidence: EvidenceLevel
  resources: Resources
  /** Records that something asked for is not checked; shown loudly, and claims on it become undetermined. */
  notChecked(entry: NotChecked): void
  warn(message: string): void
}

/** The tally of one slice. Tallies arrive in slice order, whatever order the workers finished in. */
export interface SliceTally {
  slice: number
  shard: number
  component: string
  tally: Tally
}

/** What is known of a slice's tally without reading its arrays. */
export interface TallyOutline extends Omit<SliceTally, 'tally'> {
  /** Number of values of each array. */
  lengths: Readonly<Record<string, number>>
  /** Fields that are no arrays. */
  values: Readonly<Record<string, JsonValue>>
}

/** Reads rows again, in row order; each row group is decoded once a call. */
export interface SecondLook {
  examples(rows: readonly RowRef[]): AsyncIterable<Example>
}

/** Figures of the rows of one slice, by name; one value per row. */
export type RowFigures = Readonly<Record<string, Uint32Array>>

export interface ReduceContext extends SecondLook {
  plan: Plan
  /** 128-bit hashes of every column of rows, four 32-bit words each; in row order, every row once. */
  records(rows: readonly RowRef[]): AsyncIterable<Uint32Array>
  /** What other stages counted of each row of the corpus audited (tokens by tokenizer), slice by slice, in their order. */
  rowFigures(): AsyncIterable<RowFigures>
  evidence: EvidenceLevel
  /**
   * One reduce round: runs `stage.rounds[name]` on every input in the worker pool and yields the answers in the
   * order of the inputs. Inputs and answers are moved between threads, so an input is gone after the call.
   */
  round(name: string, inputs: Iterable<RoundInput> | AsyncIterable<RoundInput>): AsyncIterable<Tally>
  /** The stage's tallies in slice order, without their arrays. */
  outlines(): AsyncIterable<TallyOutline>
  /**
   * A round over the stage's tallies: `inputs` are one per slice, in slice order, and each is handed over with the fields
   * of the slice's tally, which the thread reads itself.
   */
  tallyRound(name: string, inputs: Iterable<RoundInput>): AsyncIterable<Tally>
  /** How many inputs of a round may be worked on at once. */
  readonly threads: number
  /** Says that memory shared for the last rounds is no longer used: it is given back. */
  roundsDone(): void
  notChecked(entry: NotChecked): void
  warn(message: string): void
}

export interface Scanner {
  /** Called for every batch of a slice, in row order. The batch is valid only during the call. */
  scan(batch: Batch): void
  /**
   * Called once, after the slice's last batch. Must not depend on how rows were cut into batches. Its arrays are valid until
   * the stage makes the thread's next scanner.
   */
  tally(): Tally
}

/** What a round works on: like a tally, and memory all threads share. */
export interface RoundInput {
  readonly [field: string]: TypedArray | JsonValue | SharedMemory
}

/** Part of a reduce, run in a worker: pure, on one part of the tallies (usually a hash range). */
export type Round<Index> = (input: RoundInput, index: Index, look: SecondLook) => Promise<Tally> | Tally

/**
 * An audit: an index built once, a tally per slice, findings at the end.
 * `Index` must survive structured clone; big arrays go into SharedArrayBuffers so that workers share one copy.
 * Any cut into slices and batches, and any number of workers, must give the same findings and metrics.
 */
export interface Stage<Index = unknown> {
  readonly name: string
  /** Raised whenever the same input could give another result: part of the resume key. */
  readonly version: number
  /** Effective options with defaults filled in: all part of the resume key, all in the report. */
  readonly options: JsonObject
  prepare(context: StageContext): Promise<Index>
  /** May be asynchronous once per worker (loading a native engine), never per batch. */
  scanner(index: Index): Scanner | Promise<Scanner>
  /** Yields findings, one by one or in blocks, in a deterministic order and returns the stage's metrics. */
  reduce(
    tallies: AsyncIterable<SliceTally>,
    index: Index,
    context: ReduceContext,
  ): AsyncGenerator<Finding | FindingBlock, StageResult, undefined>
  /** Whether rows of the second corpus (`--against`) are scanned and reduced too; their shards come last in the plan. */
  readonly readsAgainst?: boolean
  /** What this stage counted of each row of a slice, for stages that weigh rows by it. */
  rowFigures?(tally: Tally, index: Index): RowFigures
  readonly rounds?: Readonly<Record<string, Round<Index>>>
}

export interface StageResult {
  metrics: JsonObject
  /** Shown in the report's list of resources: benchmarks, tokenizers, upstream sets read. */
  resources?: readonly JsonObject[]
  /** Component figures this stage is the owner of; the tokens stage fills them. */
  components?: Readonly<Record<string, ComponentFigures>>
}

export interface ComponentFigures {
  turns: number
  textBytes: number
  words: number
  tokens: Readonly<Record<string, { total: number; byRole: Readonly<Record<string, number>> }>>
}

/** A registry entry: validates options and makes the stage. One per stage, listed in `stages/index.ts`. */
export interface StageDefinition {
  name: string
  /** JSON Schema (draft 2020-12) of the options, for editors and `pipeline.schema.json`. */
  optionsSchema: JsonObject
  /** @throws AuditError PIPELINE_INVALID naming the unknown or wrong key and the closest valid one. */
  create(options: JsonObject): Stage<never>
  /**
   * Plants what the stage looks for into a sample of the user's rows and measures what it finds: a positive
   * control. `{planted, found, byKind: {kind: {planted, found, …}}, untouched: {rows, flagged, …}}`.
   */
  selfTest?(options: JsonObject, context: StageContext, sample: readonly Example[]): Promise<JsonObject>
  /** The stage's metrics with what follows for them from its positive control. */
  withControl?(metrics: JsonObject, control: JsonObject): JsonObject
}
