import { standalone } from '../core/finding-block.ts'
import type { Finding } from '../core/finding.ts'
import { AuditError } from '../core/error.ts'

/** Findings of each rule that `audit.json` embeds; all of them are in `evidence.parquet`. */
export const EMBEDDED = 100

/** What is kept of one rule. */
interface OfRule {
  count: number
  /** The first `EMBEDDED`. */
  first: Finding[]
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
    const { rule, severity } = finding
    const kept = this.ofRule(stage, rule)
    this.watch(finding)
    kept.count++
    if (kept.first.length < EMBEDDED) kept.first.push(standalone(finding))
    this.severities.set(severity, (this.severities.get(severity) ?? 0) + 1)
    return finding
  }

  private ofRule(stage: string, rule: string): OfRule {
    const { last } = this
    if (last?.rule === rule && last.stage === stage) return last.kept
    if (!rule.startsWith(`${stage}/`)) {
      throw new AuditError('INTERNAL', { what: `The stage ${stage} yielded a finding of rule ${rule}` })
    }
    const rules = this.stages.get(stage) ?? new Map<string, OfRule>()
    const kept = rules.get(rule) ?? { count: 0, first: [] }
    this.stages.set(stage, rules.set(rule, kept))
    this.last = { stage, rule, kept }
    return kept
  }

  /** Findings per rule of one stage. */
  rules(stage: string): Record<string, number> {
    const rules = [...(this.stages.get(stage) ?? [])]
    return Object.fromEntries(rules.map(([rule, { count }]) => [rule, count]))
  }

  bySeverity(): Record<string, number> {
    return Object.fromEntries(this.severities)
  }

  embedded(): Record<string, readonly Finding[]> {
    const rules = [...this.stages.values()].flatMap((stage) => [...stage])
    return Object.fromEntries(rules.map(([rule, { first }]) => [rule, first]))
  }
}
