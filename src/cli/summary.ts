import { join } from 'node:path'
import { benchmarkNotes } from '../core/benchmark-notes.ts'
import { VERDICTS } from '../core/claim.ts'
import type { ClaimResult } from '../core/claim.ts'
import { SEVERITIES } from '../core/finding.ts'
import type { Severity } from '../core/finding.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import type { AuditRecord } from '../core/record.ts'
import type { AuditOutcome } from '../engine/run.ts'
import { count, duration, plural, size, table, visible } from './text.ts'
import type { Paint } from './text.ts'

/** 0 done; 1 new and not suppressed findings at or above `failOn`; 2 not everything could be audited. */
export function exitCode(outcome: AuditOutcome, failOn: Severity | undefined): number {
  if (outcome.record.failures.length > 0) return 2
  if (failOn === undefined) return 0
  const bad = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1)
  return bad.some((severity) => (outcome.open[severity] ?? 0) > 0) ? 1 : 0
}

/** What a run concluded, for a person. */
export function summary(outcome: AuditOutcome, paint: Paint): string {
  const { record } = outcome
  return [
    heading(record, paint),
    composition(record),
    claims(record, paint),
    findings(outcome, paint),
    benchmarks(record),
    notChecked(record),
    failures(record, paint),
    closing(outcome, paint),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function heading(record: AuditRecord, paint: Paint): string {
  const { pipeline, source } = record
  const revision = source.revision === null ? '' : ` at ${source.revision.slice(0, 12)}`
  const limit = pipeline.limit === null ? '' : ` (only ${plural(pipeline.limit, 'row')} asked for)`
  return `${paint('bold', visible(pipeline.name))}: ${visible(source.uri)}${revision}${limit}`
}

function composition(record: AuditRecord): string {
  const { rows, audited, unreadable } = totals(record)
  const tokenizers = [
    ...new Set(Object.values(record.components).flatMap(({ tokens }) => Object.keys(tokens))),
  ]
  const header = ['component', 'examples', 'turns', 'words', ...tokenizers.map(visible)]
  const lines = Object.entries(record.components).map(([name, figures]) => [
    visible(name),
    count(figures.examples),
    count(figures.turns),
    figures.words === null ? '–' : count(figures.words),
    ...tokenizers.map((tokenizer) => {
      const total = figures.tokens[tokenizer]?.total
      return total === undefined ? '–' : count(total)
    }),
  ])
  const sum = `${plural(rows, 'row')} in = ${count(audited)} audited + ${count(unreadable)} unreadable`
  return `${table(header, lines)}\n${sum}`
}

function totals(record: AuditRecord): { rows: number; audited: number; unreadable: number } {
  const rows = record.inputs.reduce((sum, input) => sum + input.rows, 0)
  const audited = record.inputs.reduce((sum, input) => sum + input.audited, 0)
  return { rows, audited, unreadable: rows - audited }
}

function claims(record: AuditRecord, paint: Paint): string {
  if (record.claims.length === 0) return ''
  const verdicts = VERDICTS.map((verdict) => [verdict, of(record.claims, verdict).length] as const)
  const counts = verdicts.filter(([, n]) => n > 0).map(([verdict, n]) => `${n} ${verdict}`)
  const wrong = of(record.claims, 'contradicted').map(
    (claim) =>
      `  ${paint('red', 'contradicted')} ${visible(claim.id)}: ${visible(claim.statement)}\n    ${visible(claim.because)}`,
  )
  return [`Claims: ${counts.join(', ')}`, ...wrong].join('\n')
}

function of(claims: readonly ClaimResult[], verdict: ClaimResult['verdict']): ClaimResult[] {
  return claims.filter((claim) => claim.verdict === verdict)
}

const MOST_RULES = 12

function findings(outcome: AuditOutcome, paint: Paint): string {
  const found = SEVERITIES.flatMap((severity) => {
    const n = outcome.severities[severity] ?? 0
    return n === 0 ? [] : [`${count(n)} ${severity}`]
  })
  if (found.length === 0) return `Findings: none${reviewLine(outcome.record)}`
  const { rules } = outcome
  const lines = rules.slice(0, MOST_RULES).map(({ rule, findings: n, severity, message }) => {
    const colour = severity === 'critical' || severity === 'high' ? 'red' : 'yellow'
    return `  ${paint(colour, severity.padEnd(8))} ${rule} × ${count(n)}: ${visible(message)}`
  })
  const reviewed = reviewLine(outcome.record)
  const rest =
    rules.length > MOST_RULES ? [`  and ${rules.length - MOST_RULES} more kinds, see the report`] : []
  return [`Findings: ${found.join(', ')}${reviewed}`, ...lines, ...rest].join('\n')
}

/** What the baseline and the file of suppressions change. */
function reviewLine({ extra }: AuditRecord): string {
  const baseline = extra?.['baseline']
  const suppressions = extra?.['suppressions']
  const entries = Array.isArray(suppressions) ? suppressions.filter(isObject) : []
  const accepted = entries.filter((one) => one['found'] === true)
  const stale = entries.filter((one) => one['found'] !== true)
  const parts = isObject(baseline)
    ? [
        `${String(baseline['newCount'])} new, ${String(baseline['fixedCount'])} fixed since the baseline` +
          (baseline['sameSettings'] === true ? '' : ', which was made with other settings'),
      ]
    : []
  if (accepted.length > 0) parts.push(`${accepted.length} suppressed`)
  if (stale.length > 0) parts.push(`no finding has the suppressed id ${stale.map(idOf).join(', ')}`)
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}

function idOf(entry: JsonObject): string {
  return visible(String(entry['id']))
}

const MOST_NOTES = 12

/** Items and answers that were left out: what was not found of them says nothing. */
function benchmarks(record: AuditRecord): string {
  const notes = benchmarkNotes(record.stages['contamination']?.metrics)
  if (notes.length === 0) return ''
  const lines = notes
    .slice(0, MOST_NOTES)
    .map(({ benchmark, text }) => `  ${visible(benchmark)}: ${visible(text)}`)
  const rest = notes.length > MOST_NOTES ? [`  and ${notes.length - MOST_NOTES} more, see the report`] : []
  return ['Benchmarks read in part:', ...lines, ...rest].join('\n')
}

function notChecked(record: AuditRecord): string {
  if (record.notChecked.length === 0) return ''
  const lines = record.notChecked.slice(0, 8).map(({ what, why }) => `  ${visible(what)}: ${visible(why)}`)
  const rest =
    record.notChecked.length > 8 ? [`  and ${record.notChecked.length - 8} more, see the report`] : []
  return [`Not checked: ${record.notChecked.length}`, ...lines, ...rest].join('\n')
}

function failures(record: AuditRecord, paint: Paint): string {
  if (record.failures.length === 0) return ''
  const lines = record.failures.map(({ path, rows, message }) => {
    const lost = rows === null ? '' : ` (${plural(rows, 'row')} lost)`
    return `  ${visible(path)}${lost}: ${visible(message)}`
  })
  return [paint('red', `Failed: ${plural(record.failures.length, 'part')}`), ...lines].join('\n')
}

function closing(outcome: AuditOutcome, paint: Paint): string {
  const { run, folder, movedAside } = outcome
  const ms = (run['ms'] as Record<string, number> | undefined)?.['total'] ?? 0
  const figures = `${duration(ms)}, peak memory ${size(Number(run['peakRssBytes'] ?? 0))}`
  const aside = movedAside === null ? [] : [`The earlier report is now ${visible(movedAside)}`]
  const files = (run['files'] ?? {}) as JsonObject
  const page = ['report.html', 'report.md', 'audit.json'].find((file) => Object.hasOwn(files, file))
  const where = folder === null ? [] : [`Report: ${paint('bold', visible(join(folder, page ?? '')))}`]
  return [figures, ...aside, ...where].join('\n')
}

/** The same for a program: one JSON object. */
export function summaryJson(outcome: AuditOutcome, code: number): JsonObject {
  const { record, run } = outcome
  return {
    report: outcome.folder,
    movedAside: outcome.movedAside,
    exitCode: code,
    pipeline: record.pipeline as unknown as JsonObject,
    source: record.source as unknown as JsonObject,
    ...totals(record),
    components: record.components as unknown as JsonObject,
    claims: record.claims.map(({ id, verdict, because }) => ({ id, verdict, because })),
    findings: {
      bySeverity: outcome.severities,
      open: outcome.open,
      byRule: Object.fromEntries(outcome.rules.map(({ rule, findings: n }) => [rule, n])),
    },
    notChecked: record.notChecked as unknown as JsonObject[],
    failures: record.failures as unknown as JsonObject[],
    evidence: record.evidence,
    ms: run['ms'] ?? null,
    peakRssBytes: run['peakRssBytes'] ?? null,
  }
}
