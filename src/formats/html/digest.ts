import { standalone } from '../../core/finding-block.ts'
import type { Finding, Severity } from '../../core/finding.ts'
import type { FindingNotes } from '../../core/record.ts'
import { subjectOf } from '../place.ts'
import { severityRank } from '../verdict.ts'

/** Most cards and pairs any page shows; the sizes of the buffers of the pass. */
export const KEPT = { perBenchmark: 5, benchmarks: 40, pairsPerRule: 25, perRule: 25, rules: 400 } as const

export interface RuleDigest {
  rule: string
  findings: number
  severity: Severity
  components: Map<string, number>
  /** The first findings, worst severity first, then in stream order. */
  first: Finding[]
}

/** What the page needs of the findings, in memory bounded by `KEPT` whatever their number. */
export interface Digest {
  findings: number
  severities: Record<Severity, number>
  rules: ReadonlyMap<string, RuleDigest>
  /** Best contamination findings per benchmark: worst severity, then highest score, then stream order. */
  benchmarks: ReadonlyMap<string, Finding[]>
  /** Pair findings per rule. */
  pairs: ReadonlyMap<string, Finding[]>
}

/** Keeps what the page can show of the findings that pass. */
export class FindingDigest implements Digest, FindingNotes {
  findings = 0
  readonly severities = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  readonly rules = new Map<string, RuleDigest>()
  readonly benchmarks = new Map<string, Finding[]>()
  readonly pairs = new Map<string, Finding[]>()

  add(finding: Finding): void {
    this.findings++
    this.severities[finding.severity]++
    tally(this.rules, finding)
    if (finding.benchmark !== undefined) keep(this.benchmarks, finding.benchmark, finding, KEPT.perBenchmark)
    else if (finding.place.kind === 'pair') keep(this.pairs, finding.rule, finding, KEPT.pairsPerRule)
  }
}

/** Reads the findings once and keeps what the page can show. */
export async function digestFindings(findings: AsyncIterable<Finding>): Promise<Digest> {
  const digest = new FindingDigest()
  for await (const finding of findings) digest.add(finding)
  return digest
}

function tally(rules: Map<string, RuleDigest>, finding: Finding): void {
  const { rule: name, severity } = finding
  let rule = rules.get(name)
  if (rule === undefined) {
    if (rules.size >= KEPT.rules) return
    rule = { rule: name, findings: 0, severity, components: new Map(), first: [] }
    rules.set(name, rule)
  }
  rule.findings++
  if (severityRank(severity) < severityRank(rule.severity)) rule.severity = severity
  const component = subjectOf(finding)?.component ?? null
  if (component !== null && (rule.components.size < KEPT.rules || rule.components.has(component))) {
    rule.components.set(component, (rule.components.get(component) ?? 0) + 1)
  }
  insert(rule.first, finding, KEPT.perRule, bySeverity)
}

function keep(lists: Map<string, Finding[]>, name: string, finding: Finding, limit: number): void {
  let list = lists.get(name)
  if (list === undefined) {
    if (lists.size >= KEPT.benchmarks) return
    list = []
    lists.set(name, list)
  }
  insert(list, finding, limit, byWeight)
}

/** Keeps `list` sorted and at most `limit` long; equals stay in stream order. */
function insert(
  list: Finding[],
  finding: Finding,
  limit: number,
  order: (a: Finding, b: Finding) => number,
): void {
  const last = list[list.length - 1]
  if (list.length >= limit && last !== undefined && order(finding, last) >= 0) return
  let at = list.length
  while (at > 0 && order(finding, list[at - 1] as Finding) < 0) at--
  list.splice(at, 0, standalone(finding))
  if (list.length > limit) list.pop()
}

function bySeverity(a: Finding, b: Finding): number {
  return severityRank(a.severity) - severityRank(b.severity)
}

function byWeight(a: Finding, b: Finding): number {
  return bySeverity(a, b) || (b.score ?? 0) - (a.score ?? 0)
}
