import type { z } from 'zod'
import type { ClaimResult, Verdict } from '../core/claim.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { AuditRecord, FailureRecord } from '../core/record.ts'
import type { SourceDocument } from '../core/source.ts'
import type { ResourceRef } from '../core/stage.ts'

/** What a run measured, before claims are judged: the audit record so far. */
export type Measured = Pick<
  AuditRecord,
  'pipeline' | 'source' | 'card' | 'inputs' | 'components' | 'stages' | 'findings' | 'notChecked' | 'failures'
>

/** A published log a claim is compared with, read by the engine; or why it could not be read. */
export type LogText = { text: string; sha256: string; origin: string } | { unread: string }

export interface ClaimInputs {
  /** By `logKey` of the log a claim names. */
  logs?: ReadonlyMap<string, LogText>
  /** Rows of the components some claim looks up, that the contamination stage counts as found. */
  sightings?: Sightings
  /** The cards the source carries: quotations are looked up in them. */
  documents?: readonly SourceDocument[]
}

/** One row in which a method found a benchmark item, as its finding says. */
export interface Sighting {
  path: string
  /** 0-based row in the file. */
  row: number
  /** The finding's rule: it names the class of the match. */
  rule: string
  method: string
  benchmark: string
  item: string
  /** 0-based number of the item in its benchmark, where the method gives it. */
  evalIndex: number | null
  finding: string
}

/** By component; within it in the order of the findings. */
export type Sightings = ReadonlyMap<string, readonly Sighting[]>

/** Where something is stated: the words and their address. */
export interface Statement {
  quote: string
  /** Web address, or a path in the source's own repository such as `README.md`. */
  address: string
}

/** What one kind says of one claim: a `ClaimResult` without the claim's identity. */
export interface Judged extends Omit<ClaimResult, 'id' | 'statement' | 'statedAt' | 'file' | 'line'> {
  verdict: Verdict
  /** A contradiction that stands although rows were left out (`--limit`), e.g. a match that was found. */
  stands?: boolean
}

/** A part of a claim with a verdict of its own, as it stands in `ClaimResult.parts`. */
export interface Part {
  name: string
  verdict: Verdict
  because: string
  stated?: JsonValue
  measured?: JsonValue
  /** A contradiction that stands although part of the data was not read. */
  stands?: boolean
}

/** A claim after validation; each kind adds its own keys. */
export interface Claim {
  id: string
  kind: string
  statement: string
  statedAt: readonly Statement[]
}

/** A claim of one kind, without the keys every claim has. */
export type ClaimBody = JsonObject & { kind: string }

export interface JudgeContext {
  measured: Measured
  inputs: ClaimInputs
  /** Judges a claim inside another one by the registry. */
  judgeBody(body: ClaimBody): Judged
}

/** One kind of claim: its own keys and how a record answers it. Listed in `claims/index.ts`. */
export interface ClaimKind {
  name: string
  /** What this kind expresses, for the published JSON Schema. */
  title: string
  /** The keys of the kind, without `id`, `kind`, `statement`, `statedAt`. */
  keys: z.ZodRawShape
  /** `body` has been validated against `keys`. */
  judge(body: ClaimBody, context: JudgeContext): Judged
  /** Failures of files the claim is about; default: those of the components its key `components` names. */
  touched?(body: ClaimBody, measured: Measured): readonly FailureRecord[]
  /** Published logs the engine should read for this claim. */
  logs?(body: ClaimBody): readonly LogRef[]
  /** Components whose found rows the claim looks up one by one. */
  sightings?(body: ClaimBody): readonly string[]
}

export interface LogRef {
  key: string
  ref: ResourceRef
}

/** Types `judge` by the kind's own schema. */
export function defineKind<Shape extends z.ZodRawShape>(kind: {
  name: string
  title: string
  keys: Shape
  judge(body: z.output<z.ZodObject<Shape>>, context: JudgeContext): Judged
  touched?(body: z.output<z.ZodObject<Shape>>, measured: Measured): readonly FailureRecord[]
  logs?(body: z.output<z.ZodObject<Shape>>): readonly LogRef[]
  sightings?(body: z.output<z.ZodObject<Shape>>): readonly string[]
}): ClaimKind {
  return kind as unknown as ClaimKind
}
