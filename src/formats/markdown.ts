import { benchmarkNotes } from '../core/benchmark-notes.ts'
import type { ClaimResult } from '../core/claim.ts'
import type { JsonValue } from '../core/json.ts'
import type { AuditRecord, Format } from '../core/record.ts'
import { auditDigest } from './json.ts'
import { methodColumns, presentText, readCensus } from './census.ts'
import { readControl } from './control.ts'
import { markdownCode, markdownTable, markdownText } from './markdown-text.ts'
import { asObject, asText } from './reading.ts'
import { readAgainst, readSplits } from './splits.ts'
import { count, percent, plural, signed } from './numbers.ts'
import {
  corpusTotals,
  headline,
  ruleCounts,
  severityRank,
  tokenizerNames,
  VERDICT_ORDER,
  VERDICT_WORDS,
  verdictCounts,
} from './verdict.ts'

const CLAIMS_SHOWN = 20
const COMPONENTS_SHOWN = 12
const BENCHMARKS_SHOWN = 12
const RULES_SHOWN = 12
const SPLITS_SHOWN = 12
const NOT_CHECKED_SHOWN = 6

/** `report.md`: the report's first screen, short enough to paste into a pull request. */
export const markdown: Format = {
  name: 'markdown',
  file: 'report.md',
  async *render(record) {
    yield markdownReport(record)
  },
}

/** @param digest sha256 of `audit.json`, where the caller has it already. */
export function markdownReport(record: AuditRecord, digest = auditDigest(record)): string {
  const parts = [
    `## Audit of ${markdownText(record.pipeline.name)}`,
    markdownText(headline(record), 600),
    identity(record, digest),
    claims(record),
    components(record),
    contamination(record),
    splits(record),
    against(record),
    positiveControl(record),
    rules(record),
    failures(record),
    notChecked(record),
    'Everything above is in `report.html` with its evidence; every finding is a row of `evidence.parquet`.',
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function identity(record: AuditRecord, digest: string): string {
  const { uri, revision } = record.source
  const total = corpusTotals(record)
  const lines = [
    `Source ${markdownCode(uri)}${revision === null ? '' : ` at ${markdownCode(revision)}`}`,
    `${plural(total.rows, 'row')} in ${plural(record.inputs.length, 'file')}: ${count(total.examples)} audited, ${count(total.unreadable)} unreadable`,
    `Report ${markdownCode(`sha256:${digest}`)}, ${markdownText(record.tool.name)} ${markdownText(record.tool.version)}`,
  ]
  return lines.map((line) => `- ${line}`).join('\n')
}

function claims(record: AuditRecord): string {
  if (record.claims.length === 0) return ''
  const counts = verdictCounts(record)
  const tiles = VERDICT_ORDER.filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `**${counts[verdict]}** ${VERDICT_WORDS[verdict].toLowerCase()}`)
    .join(' · ')
  const ordered = [...record.claims].sort(
    (a, b) => VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict),
  )
  const table = markdownTable(
    ['Verdict', 'Claim', 'Stated', 'Measured', 'Why'],
    ordered.slice(0, CLAIMS_SHOWN).map(claimRow),
  )
  return `### Claims\n\n${tiles}\n\n${table}${rest(ordered.length, CLAIMS_SHOWN)}`
}

function claimRow(claim: ClaimResult): string[] {
  const difference =
    claim.difference === null || claim.difference === 0 ? '' : ` (${signed(claim.difference)})`
  return [
    VERDICT_WORDS[claim.verdict],
    `**${markdownText(claim.id, 40)}** ${markdownText(claim.statement, 140)}`,
    value(statedValue(claim)),
    `${value(claim.measured)}${difference}`,
    markdownText(claim.because, 200),
  ]
}

/** The words of the claim where it keeps them beside the number. */
function statedValue(claim: ClaimResult): JsonValue {
  return asText(asObject(claim.stated)?.['text']) ?? claim.stated
}

/** A stated or measured value in a cell: numbers grouped, objects as `key value` pairs, cut short. */
function value(json: JsonValue): string {
  if (json === null) return '–'
  if (typeof json === 'number') return count(json)
  if (typeof json === 'string') return markdownText(json, 60)
  if (typeof json === 'boolean') return json ? 'yes' : 'no'
  const entries = Object.entries(json) as [string, JsonValue][]
  const named = Array.isArray(json) ? entries.map(([, member]) => value(member)) : entries.map(pair)
  return named.length > 4 ? `${named.slice(0, 4).join(', ')}, …` : named.join(', ')
}

function pair([key, member]: [string, JsonValue]): string {
  const flat = typeof member === 'object' && member !== null ? '…' : value(member)
  return `${markdownText(key, 30)} ${flat}`
}

function components(record: AuditRecord): string {
  const all = Object.entries(record.components)
  if (all.length === 0) return ''
  const examples = all.reduce((sum, [, component]) => sum + component.examples, 0)
  const tokenizers = tokenizerNames(record).slice(0, 3)
  const rows = all
    .slice(0, COMPONENTS_SHOWN)
    .map(([name, component]) => [
      markdownText(name, 60),
      count(component.examples),
      examples === 0 ? '–' : percent(component.examples / examples),
      component.words === null ? '–' : count(component.words),
      ...tokenizers.map((tokenizer) => count(component.tokens[tokenizer]?.total ?? 0)),
    ])
  const heads = [
    'Component',
    'Examples #',
    'Share #',
    'Words #',
    ...tokenizers.map((name) => `${markdownText(name, 40)} tokens #`),
  ]
  return `### Composition\n\n${markdownTable(heads, rows)}${rest(all.length, COMPONENTS_SHOWN)}`
}

function contamination(record: AuditRecord): string {
  const all = readCensus(record.stages['contamination']?.metrics)
  if (all.length === 0) return ''
  const methods = methodColumns(all)
  const rows = all
    .slice(0, BENCHMARKS_SHOWN)
    .map((each) => [
      markdownText(each.benchmark, 60),
      count(each.items),
      ...methods.cells(each).map(count),
      count(each.found),
      each.items === 0 ? '–' : percent(each.found / each.items),
      presentText(each),
    ])
  const any = methods.heads.length === 0 ? 'Found #' : 'By any #'
  const heads = [
    'Benchmark',
    'Items #',
    ...methods.heads,
    any,
    'Share #',
    'Present, by the positive control (95%)',
  ]
  const table = `${markdownTable(heads, rows)}${rest(all.length, BENCHMARKS_SHOWN)}`
  return `### Benchmark items in the corpus\n\n${table}${readInPart(record)}`
}

/** Items and answers of the benchmarks that could not be read. */
function readInPart(record: AuditRecord): string {
  const notes = benchmarkNotes(record.stages['contamination']?.metrics)
  if (notes.length === 0) return ''
  const items = notes
    .slice(0, BENCHMARKS_SHOWN)
    .map(({ benchmark, text }) => `- **${markdownText(benchmark, 60)}**: ${markdownText(text, 600)}`)
  return `\n\nRead in part:\n\n${items.join('\n')}${rest(notes.length, BENCHMARKS_SHOWN)}`
}

function splits(record: AuditRecord): string {
  const all = readSplits(record.stages['duplicates']?.metrics)
  if (all.length === 0) return ''
  const rows = all
    .slice(0, SPLITS_SHOWN)
    .map(({ split, other, rows: of, exact, normalised, near, prompt }) => [
      ...[markdownText(split, 40), count(of), markdownText(other, 40)],
      ...[exact, normalised, near, prompt].map(count),
    ])
  const heads = ['Split', 'Rows #', 'Stand in', 'Exactly #', 'Normalised #', 'Nearly #', 'Same prompt #']
  return `### Rows of one split in another\n\n${markdownTable(heads, rows)}${rest(all.length, SPLITS_SHOWN)}`
}

function against(record: AuditRecord): string {
  const found = readAgainst(record.stages['duplicates']?.metrics)
  if (found === null) return ''
  const { uri, revision, rows, rowsAgainst, inCorpus, inAgainst } = found
  const pin = revision === null ? '' : ` at ${markdownCode(revision)}`
  return `### Against a second corpus\n\n${count(inCorpus)} of ${plural(rows, 'row')} stand in ${markdownCode(uri)}${pin} too; ${count(inAgainst)} of its ${plural(rowsAgainst, 'row')} stand here.`
}

/** What the stages found of what was planted; the kinds are in `report.html`. */
function positiveControl(record: AuditRecord): string {
  const rows = Object.keys(record.stages)
    .sort()
    .flatMap((stage) => {
      const found = readControl(record, stage)
      if (found === null) return []
      const share =
        found.planted === 0
          ? '–'
          : `${percent(found.found / found.planted)} (${percent(found.low)} to ${percent(found.high)})`
      return [[markdownText(stage, 40), count(found.planted), count(found.found), share]]
    })
  if (rows.length === 0) return ''
  return `### Positive control\n\n${markdownTable(['Stage', 'Planted #', 'Found #', 'Recall (95%)'], rows)}`
}

function rules(record: AuditRecord): string {
  const all = [...ruleCounts(record)]
    .filter(([, number]) => number > 0)
    .map(([rule, number]) => ({ rule, number, severity: record.findings[rule]?.[0]?.severity ?? 'info' }))
    .sort(
      (a, b) =>
        severityRank(a.severity) - severityRank(b.severity) ||
        b.number - a.number ||
        (a.rule < b.rule ? -1 : 1),
    )
  if (all.length === 0) return '### Findings\n\nNo finding by the checks that ran.'
  const rows = all
    .slice(0, RULES_SHOWN)
    .map(({ rule, number, severity }) => [severity, markdownCode(rule), count(number)])
  return `### Findings\n\n${markdownTable(['Severity', 'Rule', 'Findings #'], rows)}${rest(all.length, RULES_SHOWN)}`
}

function failures(record: AuditRecord): string {
  if (record.failures.length === 0) return ''
  const items = record.failures
    .slice(0, NOT_CHECKED_SHOWN)
    .map((failure) => `- ${markdownCode(failure.path)}: ${markdownText(failure.message)}`)
  return `### Could not be read\n\n${items.join('\n')}${rest(record.failures.length, NOT_CHECKED_SHOWN)}`
}

function notChecked(record: AuditRecord): string {
  if (record.notChecked.length === 0) return ''
  const items = record.notChecked
    .slice(0, NOT_CHECKED_SHOWN)
    .map(
      ({ what, why, needs }) =>
        `- **${markdownText(what, 120)}**: ${markdownText(why)}; needed: ${markdownText(needs)}`,
    )
  return `### What was not checked\n\n${items.join('\n')}${rest(record.notChecked.length, NOT_CHECKED_SHOWN)}`
}

function rest(total: number, limit: number): string {
  return total > limit ? `\n\nShowing ${limit} of ${count(total)}; the rest is in \`audit.json\`.` : ''
}
