import { VERDICTS } from '../core/claim.ts'
import type { Verdict } from '../core/claim.ts'
import { SEVERITIES } from '../core/finding.ts'
import type { AuditRecord } from '../core/record.ts'
import { count, plural } from './numbers.ts'
import { asList, asText } from './reading.ts'
import { shownLine } from './visible.ts'

/** How each verdict is named to a reader. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  verified: 'Verified',
  'within-tolerance': 'Within tolerance',
  undetermined: 'Undetermined',
  'not-checked': 'Not checked',
  'not-verifiable': 'Not verifiable',
  contradicted: 'Contradicted',
}

/** What each verdict means, in a few words. */
export const VERDICT_MEANING: Readonly<Record<Verdict, string>> = {
  verified: 'measured equals stated',
  'within-tolerance': 'equal within the stated rounding',
  contradicted: 'measured differs from stated',
  undetermined: 'depends on a choice the claim leaves open',
  'not-verifiable': 'the data holds no evidence for or against',
  'not-checked': 'we did not look',
}

/** The order a reader needs: what failed first, what was not looked at last. */
export const VERDICT_ORDER: readonly Verdict[] = [
  'contradicted',
  'undetermined',
  'verified',
  'within-tolerance',
  'not-verifiable',
  'not-checked',
]

export function verdictCounts(record: AuditRecord): Record<Verdict, number> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>
  for (const claim of record.claims) counts[claim.verdict]++
  return counts
}

/** Findings per rule over all stages, worst number first is left to the caller. */
export function ruleCounts(record: AuditRecord): Map<string, number> {
  const counts = new Map<string, number>()
  for (const stage of Object.values(record.stages)) {
    for (const [rule, number] of Object.entries(stage.findings))
      counts.set(rule, (counts.get(rule) ?? 0) + number)
  }
  for (const [rule, list] of Object.entries(record.findings)) {
    if (!counts.has(rule)) counts.set(rule, list.length)
  }
  return counts
}

/** Tokenizers in the order the pipeline names them, others after, by name. */
export function tokenizerNames(record: AuditRecord): string[] {
  const counted = new Set(
    Object.values(record.components).flatMap((component) => Object.keys(component.tokens)),
  )
  const asked = asList(record.stages['tokens']?.options['tokenizers']).flatMap((name) => asText(name) ?? [])
  return [...asked.filter((name) => counted.delete(name)), ...[...counted].sort()]
}

export interface Corpus {
  examples: number
  rows: number
  unreadable: number
  bytes: number
  textBytes: number
}

export function corpusTotals(record: AuditRecord): Corpus {
  const total: Corpus = { examples: 0, rows: 0, unreadable: 0, bytes: 0, textBytes: 0 }
  for (const input of record.inputs) {
    total.rows += input.rows
    total.bytes += input.bytes
    total.examples += input.audited
    for (const number of Object.values(input.unreadable)) total.unreadable += number
  }
  for (const component of Object.values(record.components)) total.textBytes += component.textBytes
  return total
}

/** The verdict in one or two sentences, worst news first. Facts only: never "clean", never a score. */
export function headline(record: AuditRecord): string {
  const sentences = [trouble(record), claimsSentence(record)].filter((sentence) => sentence !== '')
  return sentences.join(' ')
}

function trouble(record: AuditRecord): string {
  if (record.failures.length > 0) {
    return `This audit is incomplete: ${plural(record.failures.length, 'part')} of the corpus could not be read.`
  }
  const mismatches = record.inputs.filter((input) => input.verified === false).length
  if (mismatches > 0) {
    return `${plural(mismatches, 'file')} ${mismatches === 1 ? 'does' : 'do'} not have the content hash declared for ${mismatches === 1 ? 'it' : 'them'}.`
  }
  const { limit } = record.pipeline
  if (limit !== null) {
    return `The run was limited to ${plural(limit, 'row')} (--limit): ${count(corpusTotals(record).rows)} read.`
  }
  return ''
}

function claimsSentence(record: AuditRecord): string {
  const counts = verdictCounts(record)
  const total = record.claims.length
  const examples = plural(corpusTotals(record).examples, 'example')
  if (total === 0) return `${examples} audited; no claims were given to check them against.`
  const holds = counts.verified + counts['within-tolerance']
  const open = total - holds - counts.contradicted
  const parts = [
    `${count(holds)} of ${plural(total, 'claim')} about these ${examples} ${holds === 1 ? 'holds' : 'hold'}`,
  ]
  if (counts.contradicted > 0) parts.push(contradicted(record))
  if (open > 0) parts.push(`${count(open)} could not be decided`)
  const last = parts.pop() ?? ''
  return `${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}.`
}

/** `2 are contradicted (C3, C7)`: named while they are few. */
function contradicted(record: AuditRecord): string {
  const ids = record.claims
    .filter((claim) => claim.verdict === 'contradicted')
    .map((claim) => shownLine(claim.id, 24))
  const names = ids.length <= 4 ? ` (${ids.join(', ')})` : ''
  return `${count(ids.length)} ${ids.length === 1 ? 'is' : 'are'} contradicted${names}`
}

const RANKS: ReadonlyMap<string, number> = new Map(SEVERITIES.map((severity, rank) => [severity, rank]))

export function severityRank(severity: string): number {
  return RANKS.get(severity) ?? SEVERITIES.length
}
