import { join } from 'node:path'
import { AuditError } from '../core/error.ts'
import type { JsonValue } from '../core/json.ts'
import type { AuditRecord } from '../core/record.ts'
import { readEvidence } from '../io/evidence.ts'
import { readReport } from './report.ts'
import type { Report } from './report.ts'
import { diffRows } from './row-diff.ts'
import type { RowDiff } from './row-diff.ts'

/** A value in the earlier and the later report; null where it is not there. */
export type Change<T> = { before: T | null; after: T | null }

/** What changed between two reports. */
export interface ReportDiff {
  reports: Change<{ revision: string | null; commitDate: string | null; pipeline: string; tool: string }>
  /** Whether both were made by the same pipeline, with the same tool and limit: else differences may be of settings. */
  sameSettings: boolean
  /** Claims whose verdict or measured value changed. */
  claims: ({ id: string } & Change<{ verdict: string; measured: JsonValue }>)[]
  /** Figures of components that changed. */
  counts: ({ component: string; figure: string } & Change<number>)[]
  files: { added: string[]; removed: string[]; changed: string[]; unchanged: number }
  /** Per component; why not, where a report has no row hashes. */
  rows: Record<string, RowDiff> | { unknown: string }
  findings: {
    added: { id: string; rule: string; message: string }[]
    fixed: { id: string; rule: string; message: string }[]
    addedCount: number
    fixedCount: number
    unchanged: number
  }
}

/** Findings of one kind that are listed; the rest is counted. */
const LISTED = 200

/** Compares two report directories, the earlier one first. @throws AuditError REPORT_INVALID */
export async function diffReports(before: string, after: string): Promise<ReportDiff> {
  const [a, b] = [await readReport(before), await readReport(after)]
  return {
    reports: { before: identity(a.record), after: identity(b.record) },
    sameSettings:
      a.record.pipeline.sha256 === b.record.pipeline.sha256 &&
      a.record.pipeline.limit === b.record.pipeline.limit &&
      a.record.tool.version === b.record.tool.version,
    claims: claimChanges(a.record, b.record),
    counts: countChanges(a.record, b.record),
    files: fileChanges(a.record, b.record),
    rows: await rowChanges(before, after),
    findings: await findingChanges(a, b),
  }
}

function identity({ source, pipeline, tool }: AuditRecord): NonNullable<ReportDiff['reports']['before']> {
  return {
    revision: source.revision,
    commitDate: source.commitDate,
    pipeline: pipeline.sha256,
    tool: tool.version,
  }
}

function claimChanges(a: AuditRecord, b: AuditRecord): ReportDiff['claims'] {
  const view = (record: AuditRecord): Map<string, { verdict: string; measured: JsonValue }> =>
    new Map(record.claims.map(({ id, verdict, measured }) => [id, { verdict, measured }]))
  return changesOf(view(a), view(b)).map(({ key, ...change }) => ({ id: key, ...change }))
}

function countChanges(a: AuditRecord, b: AuditRecord): ReportDiff['counts'] {
  return changesOf(figures(a), figures(b)).map(({ key, ...change }) => {
    const [component = '', figure = ''] = JSON.parse(key) as string[]
    return { component, figure, ...change }
  })
}

function figures(record: AuditRecord): Map<string, number> {
  const values = new Map<string, number>()
  for (const [component, { examples, turns, textBytes, words, tokens }] of Object.entries(
    record.components,
  )) {
    const own: Record<string, number> = { examples, turns, textBytes, ...(words === null ? {} : { words }) }
    for (const [tokenizer, { total }] of Object.entries(tokens)) own[`${tokenizer} tokens`] = total
    for (const [figure, value] of Object.entries(own)) values.set(JSON.stringify([component, figure]), value)
  }
  return values
}

/** Keys whose values differ, in code-unit order. */
function changesOf<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): ({ key: string } & Change<T>)[] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .map((key) => ({ key, before: a.get(key) ?? null, after: b.get(key) ?? null }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after))
}

function fileChanges(a: AuditRecord, b: AuditRecord): ReportDiff['files'] {
  const view = (record: AuditRecord): Map<string, string> =>
    new Map(
      record.inputs.map(({ component, path, sha256, bytes }) => [
        `${component}/${path}`,
        sha256.recomputed ?? sha256.declared ?? `${bytes} bytes`,
      ]),
    )
  const [before, after] = [view(a), view(b)]
  const changes = changesOf(before, after)
  const keys = (keep: (change: Change<string>) => boolean): string[] =>
    changes.filter(keep).map(({ key }) => key)
  const changed = keys((one) => one.before !== null && one.after !== null)
  return {
    added: keys((one) => one.before === null),
    removed: keys((one) => one.after === null),
    changed,
    unchanged: [...before.keys()].filter((key) => after.has(key)).length - changed.length,
  }
}

async function rowChanges(before: string, after: string): Promise<ReportDiff['rows']> {
  try {
    return await diffRows(before, after)
  } catch (error) {
    if (error instanceof AuditError) return { unknown: error.message }
    throw error
  }
}

async function findingChanges(a: Report, b: Report): Promise<ReportDiff['findings']> {
  const earlier = new Map<string, { rule: string; message: string }>()
  for await (const { id, rule, message } of readEvidence(evidencePath(a))) earlier.set(id, { rule, message })
  const added: ReportDiff['findings']['added'] = []
  let [addedCount, unchanged] = [0, 0]
  for await (const { id, rule, message } of readEvidence(evidencePath(b))) {
    if (earlier.delete(id)) unchanged++
    else if (addedCount++ < LISTED) added.push({ id, rule, message })
  }
  const fixed = [...earlier].slice(0, LISTED).map(([id, rest]) => ({ id, ...rest }))
  return { added, fixed, addedCount, fixedCount: earlier.size, unchanged }
}

function evidencePath({ folder, record }: Report): string {
  return join(folder, record.evidence.file)
}
