import type { ExampleShape } from './example.ts'
import type { JsonObject } from './json.ts'

/** A validated pipeline. The YAML file's keys are the same, in the same spelling. */
export interface Pipeline {
  name: string
  source: string
  /** A second corpus that rows are compared with; it is no part of any figure. */
  against?: string
  /** Component name → glob(s) relative to the source root. */
  components?: Readonly<Record<string, string | readonly string[]>>
  /** Only when the shape is not recognised by itself. */
  shape?: ExampleShape
  /** Names of the columns with a meaning: the declared id, the declared source. */
  columns?: { id?: string; source?: string }
  /** Stage name → options; the order does not matter. */
  stages: Readonly<Record<string, JsonObject>>
  claims?: string
  formats?: readonly string[]
  /** File of reviewed findings. */
  suppressions?: string
}

/** A pipeline with the text it was read from. */
export interface LoadedPipeline {
  pipeline: Pipeline
  /** sha256 of the canonical JSON of the validated pipeline. */
  sha256: string
  /** Folder that local paths in it are relative to. */
  folder: string
}
