import { join } from 'node:path'
import type { Finding, Severity } from '../core/finding.ts'
import type { JsonObject } from '../core/json.ts'
import { TOOL } from '../core/package.ts'
import type { NamedFile } from '../core/record.ts'
import { readEvidence } from '../io/evidence.ts'
import { EMBEDDED } from './collector.ts'
import { readReport } from './report.ts'
import type { Session } from './session.ts'
import { parseSuppressions } from './suppressions.ts'
import type { Suppression } from './suppressions.ts'

/** Ids of fixed findings that the record lists; the rest is counted. New ones are listed as far as it embeds them. */
const LISTED = 1000

interface Baseline {
  /** sha256 of its audit.json. */
  sha256: string
  revision: string | null
  /** Whether the same pipeline, limit and tool made it: else what is new or fixed need not be so in the data. */
  sameSettings: boolean
  /** Findings of the earlier report that were not met again yet. */
  open: Map<string, string>
  total: number
}

/**
 * What is known of findings before they are found: those somebody accepted, and those an earlier report had. Only
 * what is neither counts for `--fail-on`.
 */
export class Review {
  private readonly suppressed: ReadonlyMap<string, Suppression>
  /** Rule by id. */
  private readonly met = new Map<string, string>()
  private readonly baseline: Baseline | null
  private readonly fresh: string[] = []
  private readonly freshByRule = new Map<string, number>()
  private readonly severities = new Map<Severity, number>()

  /** The file of suppressions, if the pipeline names one. */
  readonly files: readonly NamedFile[]

  constructor(
    suppressions: readonly Suppression[],
    baseline: Baseline | null,
    files: readonly NamedFile[] = [],
  ) {
    this.files = files
    this.suppressed = new Map(suppressions.map((entry) => [entry.id, entry]))
    this.baseline = baseline
  }

  /** Takes note of a finding as it passes. */
  note(finding: Finding): void {
    if (this.baseline === null && this.suppressed.size === 0) return this.count(finding.severity)
    const known = this.baseline?.open.delete(finding.id) === true
    if (this.baseline !== null && !known) {
      const before = this.freshByRule.get(finding.rule) ?? 0
      this.freshByRule.set(finding.rule, before + 1)
      if (before < EMBEDDED) this.fresh.push(finding.id)
    }
    if (this.suppressed.has(finding.id)) this.met.set(finding.id, finding.rule)
    else if (!known) this.count(finding.severity)
  }

  private count(severity: Severity): void {
    this.severities.set(severity, (this.severities.get(severity) ?? 0) + 1)
  }

  /** Findings by severity that are neither accepted nor of the baseline. */
  openBySeverity(): Partial<Record<Severity, number>> {
    return Object.fromEntries(this.severities)
  }

  /** For `extra` of the record; empty without baseline and suppressions. */
  extra(): JsonObject {
    const suppressions = [...this.suppressed.values()].map((entry) => ({
      ...entry,
      found: this.met.has(entry.id),
      ...(this.met.has(entry.id) ? { rule: this.met.get(entry.id)! } : {}),
    }))
    return {
      ...(suppressions.length === 0 ? {} : { suppressions }),
      ...(this.baseline === null ? {} : { baseline: this.baselineJson(this.baseline) }),
    }
  }

  private baselineJson({ sha256, revision, sameSettings, open, total }: Baseline): JsonObject {
    const fixed = [...open].map(([id, rule]) => ({ id, rule }))
    return {
      audit: sha256,
      revision,
      sameSettings,
      findings: total,
      newCount: [...this.freshByRule.values()].reduce((sum, count) => sum + count, 0),
      newByRule: Object.fromEntries(this.freshByRule),
      new: this.fresh,
      unchanged: total - fixed.length,
      fixedCount: fixed.length,
      fixed: fixed.slice(0, LISTED),
    }
  }
}

/** Reads the suppressions a pipeline names and the report a run is compared with, before any row is read. */
export async function readReview({ loaded, settings, resources }: Session): Promise<Review> {
  const path = loaded.pipeline.suppressions
  const made = { sha256: loaded.sha256, limit: settings.limit }
  const baseline = settings.baseline === null ? null : await readBaseline(settings.baseline, made)
  if (path === undefined) return new Review([], baseline)
  const { bytes, sha256, origin } = await resources.file({ kind: 'local', path })
  const suppressions = parseSuppressions(new TextDecoder().decode(bytes), origin)
  return new Review(suppressions, baseline, [{ path: origin, sha256 }])
}

async function readBaseline(
  folder: string,
  made: { sha256: string; limit: number | null },
): Promise<Baseline> {
  const { record, files } = await readReport(folder)
  const open = new Map<string, string>()
  for await (const { id, rule } of readEvidence(join(folder, record.evidence.file))) open.set(id, rule)
  const sha256 = files['audit.json'] ?? ''
  const { pipeline, tool, source } = record
  const sameSettings =
    pipeline.sha256 === made.sha256 && pipeline.limit === made.limit && tool.version === TOOL.version
  return { sha256, revision: source.revision, sameSettings, open, total: open.size }
}
