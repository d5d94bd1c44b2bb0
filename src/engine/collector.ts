import type { Finding } from '../core/finding.ts'
import { AuditError } from '../core/error.ts'

/** Findings of each rule that `audit.json` embeds; all of them are in `evidence.parquet`. */
export const EMBEDDED = 100

/** Counts the findings that pass and keeps the first of each rule. */
export class Collector {
  /** Stage → rule → findings. */
  readonly counts = new Map<string, Map<string, number>>()
  /** Rule → the first `EMBEDDED`. */
  readonly first = new Map<string, Finding[]>()
  private readonly severities = new Map<string, number>()
  /** Is told of every finding that passes. */
  watch: (finding: Finding) => void = () => undefined

  add(stage: string, finding: Finding): Finding {
    if (!finding.rule.startsWith(`${stage}/`)) {
      throw new AuditError('INTERNAL', {
        what: `The stage ${stage} yielded a finding of rule ${finding.rule}`,
      })
    }
    this.watch(finding)
    const rules = this.counts.get(stage) ?? new Map<string, number>()
    this.counts.set(stage, rules.set(finding.rule, (rules.get(finding.rule) ?? 0) + 1))
    this.severities.set(finding.severity, (this.severities.get(finding.severity) ?? 0) + 1)
    const first = this.first.get(finding.rule)
    if (first === undefined) this.first.set(finding.rule, [finding])
    else if (first.length < EMBEDDED) first.push(finding)
    return finding
  }

  /** Findings per rule of one stage. */
  rules(stage: string): Record<string, number> {
    return Object.fromEntries(this.counts.get(stage) ?? [])
  }

  bySeverity(): Record<string, number> {
    return Object.fromEntries(this.severities)
  }

  embedded(): Record<string, readonly Finding[]> {
    return Object.fromEntries(this.first)
  }
}
