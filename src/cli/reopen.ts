import { openCorpus } from '../engine/open.ts'
import type { Opened } from '../engine/open.ts'
import { settingsOf } from '../engine/options.ts'
import { optionsOfReport, pipelineOfReport, readReport } from '../engine/report.ts'
import type { Reopening, Report } from '../engine/report.ts'

/** A report with the corpus it is about opened again, at the commit that was audited. */
export interface Reopened extends Report, Opened {}

/** @throws AuditError REPORT_INVALID, or what opening the source throws */
export async function reopen(folder: string, reopening: Reopening = {}): Promise<Reopened> {
  const report = await readReport(folder)
  const loaded = pipelineOfReport(report, reopening)
  const settings = settingsOf({ ...optionsOfReport(report, reopening), out: null }, loaded.pipeline.name)
  return { ...report, ...(await openCorpus({ loaded, settings })) }
}
