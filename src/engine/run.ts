import type { Severity } from '../core/finding.ts'
import type { LoadedPipeline } from '../core/pipeline.ts'
import { readBrief } from './claims.ts'
import type { RuleSummary } from './collector.ts'
import { writeReport } from './conclude.ts'
import type { Written } from './conclude.ts'
import { findingsOf } from './findings.ts'
import { mapCorpus } from './map.ts'
import { openCorpus } from './open.ts'
import type { AuditOptions } from './options.ts'
import { prepareStages } from './prepare.ts'
import { readReview } from './review.ts'
import { ROWS_FILE, rowHashFile } from './row-hash-file.ts'
import { runRecord } from './run-record.ts'
import { controlOf } from './self-test.ts'
import { Session } from './session.ts'

/** What an audit leaves. */
export interface AuditOutcome extends Written {
  /** Findings by severity, those of the claims included. */
  severities: Readonly<Partial<Record<Severity, number>>>
  /** Of these, the ones that are neither suppressed nor in the baseline: what `--fail-on` looks at. */
  open: Readonly<Partial<Record<Severity, number>>>
  /** The rules that found something, the most severe first. */
  rules: readonly RuleSummary[]
}

/**
 * Audits a corpus from end to end.
 * @throws AuditError; what was finished of the map then stays in `<out>.work` for `resume`.
 */
export async function audit(loaded: LoadedPipeline, options: AuditOptions = {}): Promise<AuditOutcome> {
  const session = await Session.start(loaded, options)
  try {
    const brief = await session.step('claims', () => readBrief(session))
    const review = await readReview(session)
    session.collector.watch = (finding) => {
      review.note(finding)
      brief.sighted.note(finding)
    }
    const opened = await session.step('open', () => openCorpus(session))
    session.warmPool(Math.max(opened.plan.slices.length, opened.plan.shards.length))
    const prepared = await session.step('prepare', () => prepareStages(session, opened))
    const mapped = await session.step('map', () => mapCorpus({ session, opened, prepared }))
    const control = await session.step('self-test', () => controlOf(session, mapped, opened.columns))
    const findings = findingsOf({ session, brief, review, opened, prepared, mapped, control })
    const written = await session.step('reduce', () =>
      writeReport(session, findings, (files) => runRecord({ session, opened, mapped, files }), {
        ...(session.settings.out === null ? {} : { [ROWS_FILE]: () => rowHashFile(mapped) }),
      }),
    )
    session.finish()
    const { collector } = session
    return {
      ...written,
      severities: collector.bySeverity(),
      open: review.openBySeverity(),
      rules: collector.byRule(),
    }
  } finally {
    await session.stop()
  }
}
