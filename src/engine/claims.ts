import { Sighted, conclude, claimNeeds, parseClaims } from '../claims/index.ts'
import type { ClaimFile, ClaimInputs } from '../claims/index.ts'
import type { Finding } from '../core/finding.ts'
import type { AuditRecord, NamedFile } from '../core/record.ts'
import type { SourceDocument } from '../core/source.ts'
import type { Session } from './session.ts'

type Logs = NonNullable<ClaimInputs['logs']>

/** What the judge was given: the claims, and the published logs they rest on. */
export interface Brief {
  file: ClaimFile | null
  logs: Logs
  /** The claim file and the logs that were read. */
  files: readonly NamedFile[]
  /** Is told of every finding; keeps the rows the claims look up. */
  sighted: Sighted
}

/** Reads the claim file and the logs it names, before any row is read: a mistyped claim should not cost an hour. */
export async function readBrief({ loaded, resources }: Session): Promise<Brief> {
  const path = loaded.pipeline.claims
  const logs = new Map<string, { text: string; sha256: string; origin: string } | { unread: string }>()
  if (path === undefined) return { file: null, logs, files: [], sighted: new Sighted([]) }
  const { bytes, sha256, origin } = await resources.file({ kind: 'local', path })
  const files: NamedFile[] = [{ path: origin, sha256 }]
  const file = parseClaims(new TextDecoder().decode(bytes), origin)
  const needs = claimNeeds(file)
  for (const { key, ref } of needs.logs) {
    try {
      const log = await resources.file(ref)
      files.push({ path: log.origin, sha256: log.sha256 })
      logs.set(key, { text: new TextDecoder().decode(log.bytes), sha256: log.sha256, origin: log.origin })
    } catch (error) {
      logs.set(key, { unread: error instanceof Error ? error.message : String(error) })
    }
  }
  return { file, logs, files, sighted: new Sighted(needs.sightings) }
}

/** The record with every claim judged, and what the judge found. */
export function judgeRecord(
  record: AuditRecord,
  brief: Brief,
  documents: readonly SourceDocument[],
): { record: AuditRecord; findings: readonly Finding[] } {
  const { claims, findings, notChecked, licences } = conclude(record, brief.file, {
    logs: brief.logs,
    sightings: brief.sighted.rows,
    documents,
  })
  const extra = Object.keys(licences).length === 0 ? {} : { extra: { ...record.extra, licences } }
  return { record: { ...record, claims, notChecked, ...extra }, findings }
}
