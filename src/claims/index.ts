import { z } from 'zod'
import type { ClaimResult } from '../core/claim.ts'
import type { Finding } from '../core/finding.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { NotChecked, ResourceRef } from '../core/stage.ts'
import { claimFindings, judgeClaims } from './judge.ts'
import type { ClaimInputs, ClaimKind, Measured } from './kind.ts'
import { allOf } from './kinds/all.ts'
import { columnValues } from './kinds/column-values.ts'
import { columns } from './kinds/columns.ts'
import { configs } from './kinds/configs.ts'
import { distinct } from './kinds/distinct.ts'
import { distribution } from './kinds/distribution.ts'
import { examples } from './kinds/examples.ts'
import { files } from './kinds/files.ts'
import { language } from './kinds/language.ts'
import { licence } from './kinds/licence.ts'
import { loggedRows } from './kinds/logged-rows.ts'
import { noContamination } from './kinds/no-contamination.ts'
import { notVerifiable } from './kinds/not-verifiable.ts'
import { publishedLog } from './kinds/published-log.ts'
import { share } from './kinds/share.ts'
import { sources } from './kinds/sources.ts'
import { splitOverlap } from './kinds/split-overlap.ts'
import { sum } from './kinds/sum.ts'
import { tokens } from './kinds/tokens.ts'
import { licenceFindings, licenceTable } from './licences.ts'
import { listNotChecked } from './not-checked.ts'
import { FILE_KEYS, claimSchema, parseClaimFile } from './parse.ts'
import type { ClaimFile } from './parse.ts'

const SIMPLE: readonly ClaimKind[] = [
  examples,
  sum,
  share,
  tokens,
  noContamination,
  publishedLog,
  loggedRows,
  splitOverlap,
  licence,
  language,
  columns,
  columnValues,
  distinct,
  distribution,
  sources,
  configs,
  files,
  notVerifiable,
]

/** Every kind of claim. */
export const KINDS: readonly ClaimKind[] = [...SIMPLE, allOf(SIMPLE)]

/**
 * Reads a claim file. `where` is its path as the pipeline names it.
 * @throws AuditError CLAIMS_INVALID naming the line, the key, and the closest valid one.
 */
export function parseClaims(text: string, where: string): ClaimFile {
  return parseClaimFile(text, where, KINDS)
}

/** What the judge needs beside the record. */
export interface ClaimNeeds {
  /** Published logs to read before judging; hand their texts over in `ClaimInputs.logs` under `key`. */
  logs: readonly { key: string; ref: ResourceRef }[]
  /** Components whose found rows to keep for `ClaimInputs.sightings`. */
  sightings: readonly string[]
}

export function claimNeeds(file: ClaimFile): ClaimNeeds {
  const logs = new Map<string, ResourceRef>()
  const sightings = new Set<string>()
  for (const { body } of file.claims) {
    const kind = KINDS.find((candidate) => candidate.name === body.kind)
    for (const { key, ref } of kind?.logs?.(body) ?? []) logs.set(key, ref)
    for (const component of kind?.sightings?.(body) ?? []) sightings.add(component)
  }
  return { logs: [...logs].map(([key, ref]) => ({ key, ref })), sightings: [...sightings] }
}

/** Judges every claim against what was measured. Pure. */
export function judge(file: ClaimFile, measured: Measured, inputs: ClaimInputs = {}): ClaimResult[] {
  return judgeClaims(file, measured, inputs, KINDS)
}

/** Everything that follows from the measurements once all stages are done. */
export interface Conclusions {
  claims: ClaimResult[]
  /** `claims/…` findings: last in the findings stream. */
  findings: Finding[]
  /** The full list: what stages recorded, what the settings left out, what no run can do. */
  notChecked: NotChecked[]
  /** Declared and concluded licences, for `extra.licences`. */
  licences: JsonObject
}

/** Judges the claims and concludes what the record says beside them. Pure; `file` is null without claims. */
export function conclude(measured: Measured, file: ClaimFile | null, inputs: ClaimInputs = {}): Conclusions {
  const claims = file === null ? [] : judge(file, measured, inputs)
  const notChecked = listNotChecked(measured)
  if (file === null) {
    const needs = 'a claim file (claims: in the pipeline)'
    notChecked.unshift({ what: 'what the card claims', why: 'no claim file was given', needs })
  }
  return {
    claims,
    findings: [...claimFindings(claims), ...licenceFindings(measured)],
    notChecked,
    licences: licenceTable(measured) as unknown as JsonObject,
  }
}

/** JSON Schema (draft 2020-12) of a claim file, for editors; published as `data/schemas/claims.schema.json`. */
export function claimsJsonSchema(): JsonValue {
  const claim = z.discriminatedUnion('kind', KINDS.map(claimSchema) as [z.ZodObject, ...z.ZodObject[]])
  const file = z.strictObject({ ...FILE_KEYS, claims: z.array(claim).min(1) })
  return z.toJSONSchema(file, { io: 'input', reused: 'ref' }) as unknown as JsonValue
}

export { Sighted } from './sighted.ts'
export { describeCard } from './card.ts'
export type { ClaimFile, ClaimInputs, Measured }
