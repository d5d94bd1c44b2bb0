import { standalone } from '../core/finding-block.ts'
import { AuditError } from '../core/error.ts'
import { SEVERITIES } from '../core/finding.ts'
import type { Finding, Severity } from '../core/finding.ts'

/** Findings of each rule that `audit.json` embeds; all of them are in `evidence.parquet`. */
export const EMBEDDED = 100

/** What is kept of one rule. */
interface OfRule {
  count: number
  /** The first `EMBEDDED`. */
  first: Finding[]
  severity: Severity
  message: string
}

/** The findings of one rule in a line. */
export interface RuleSummary {
  rule: string
  findings: number
  /** The most severe, and what the first of that severity says. */
  severity: Severity
  message: string
}

/** Counts the findings that pass and keeps the first of each rule. */
export class Collector {
  /** Stage → rule. */
  private readonly stages = new Map<string, Map<string, OfRule>>()
  private readonly severities = new Map<string, number>()
  /** Stage and rule of the finding before: those of one rule come together. */
  private last: { stage: string; rule: string; kept: OfRule } | null = null
  /** Is told of every finding that passes. */
  watch: (finding: Finding) => void = () => undefined

  add(stage: string, finding: Finding): Finding {
    const { severity } = finding
    const kept = this.ofRule(stage, finding)
    this.watch(finding)
    kept.count++
    if (rank(severity) < rank(kept.severity)) [kept.severity, kept.message] = [severity, finding.message]
    if (kept.first.length < EMBEDDED) kept.first.push(standalone(finding))
    this.severities.set(severity, (this.severities.get(severity) ?? 0) + 1)
    return finding
  }

  private ofRule(stage: string, finding: Finding): OfRule {
    const { last } = this
    const { rule } = finding
    if (last?.rule === rule && last.stage === stage) return last.kept
    if (!rule.startsWith(`${stage}/`)) {
      throw new AuditError('INTERNAL', { what: `The stage ${stage} yielded a finding of rule ${rule}` })
    }
    const rules = this.stages.get(stage) ?? new Map<string, OfRule>()
    const { severity, message } = finding
    const kept = rules.get(rule) ?? { count: 0, first: [], severity, message }
    this.stages.set(stage, rules.set(rule, kept))
    this.last = { stage, rule, kept }
    return kept
  }

  /** Findings per rule of one stage. */
  rules(stage: string): Record<string, number> {
    const rules = [...(this.stages.get(stage) ?? [])]
    return Object.fromEntries(rules.map(([rule, { count }]) => [rule, count]))
  }

  /** Every rule that was found, the most severe first, then the most frequent, then by name. */
  byRule(): RuleSummary[] {
    return [...this.stages.values()]
      .flatMap((stage) => [...stage])
      .map(([rule, { count, severity, message }]) => ({ rule, findings: count, severity, message }))
      .sort(
        (a, b) =>
          rank(a.severity) - rank(b.severity) || b.findings - a.findings || (a.rule < b.rule ? -1 : 1),
      )
  }

  bySeverity(): Record<string, number> {
    return Object.fromEntries(this.severities)
  }

  embedded(): Record<string, readonly Finding[]> {
    const rules = [...this.stages.values()].flatMap((stage) => [...stage])
    return Object.fromEntries(rules.map(([rule, { first }]) => [rule, first]))
  }
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}
