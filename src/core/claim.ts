import type { JsonObject, JsonValue } from './json.ts'

/** From best to worst: a composite claim is at best as good as its worst part. */
export const VERDICTS = [
  'verified',
  'within-tolerance',
  'undetermined',
  'not-checked',
  'not-verifiable',
  'contradicted',
] as const
export type Verdict = (typeof VERDICTS)[number]

/** A judged claim, as it stands in `audit.json`. */
export interface ClaimResult {
  id: string
  statement: string
  /** Where it is stated: a quotation and its address. */
  statedAt: JsonValue
  stated: JsonValue
  measured: JsonValue
  /** measured − stated where both are numbers, else null. */
  difference: number | null
  tolerance: JsonValue
  verdict: Verdict
  /** One sentence a reader can check. */
  because: string
  evidence: readonly JsonValue[]
  /** Verdicts of the parts (definitions, benchmarks, components) where the claim has several. */
  parts?: readonly JsonObject[]
  /** The claim file as the pipeline names it, and the 1-based line of the claim in it. */
  file?: string
  line?: number
}
