import { join } from 'node:path'
import type { Finding, Severity } from '../core/finding.ts'
import type { JsonObject } from '../core/json.ts'
import { readEvidence } from '../io/evidence.ts'
import { readReport } from './report.ts'
import type { Session } from './session.ts'
import { parseSuppressions } from './suppressions.ts'
import type { Suppression } from './suppressions.ts'

/** Ids of new and fixed findings that the record lists; the rest is counted. */
const LISTED = 1000

interface Baseline {
  /** sha256 of its audit.json. */
  sha256: string
  revision: string | null
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
  private readonly met = new Set<string>()
  private readonly baseline: Baseline | null
  private readonly fresh: string[] = []
  private freshCount = 0
  private readonly severities = new Map<Severity, number>()

  constructor(suppressions: readonly Suppression[], baseline: Baseline | null) {
    this.suppressed = new Map(suppressions.map((entry) => [entry.id, entry]))
    this.baseline = baseline
  }

  /** Takes note of a finding as it passes. */
  note(finding: Finding): void {
    const known = this.baseline?.open.delete(finding.id) === true
    if (this.baseline !== null && !known) {
      this.freshCount++
      if (this.fresh.length < LISTED) this.fresh.push(finding.id)
    }
    if (this.suppressed.has(finding.id)) this.met.add(finding.id)
    else if (!known) this.severities.set(finding.severity, (this.severities.get(finding.severity) ?? 0) + 1)
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
    }))
    return {
      ...(suppressions.length === 0 ? {} : { suppressions }),
      ...(this.baseline === null ? {} : { baseline: this.baselineJson(this.baseline) }),
    }
  }

  private baselineJson({ sha256, revision, open, total }: Baseline): JsonObject {
    const fixed = [...open].map(([id, rule]) => ({ id, rule }))
    return {
      audit: sha256,
      revision,
      findings: total,
      newCount: this.freshCount,
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
  const suppressions =
    path === undefined
      ? []
      : parseSuppressions(
          new TextDecoder().decode((await resources.file({ kind: 'local', path })).bytes),
          path,
        )
  return new Review(suppressions, settings.baseline === null ? null : await readBaseline(settings.baseline))
}

async function readBaseline(folder: string): Promise<Baseline> {
  const { record, files } = await readReport(folder)
  const open = new Map<string, string>()
  for await (const { id, rule } of readEvidence(join(folder, record.evidence.file))) open.set(id, rule)
  const sha256 = files['audit.json'] ?? ''
  return { sha256, revision: record.source.revision, open, total: open.size }
}
