/**
 * assay as a library.
 *
 * ```ts
 * import { audit, loadPipeline } from 'assay'
 * const { record, folder } = await audit(await loadPipeline('pipeline.yaml'), { workers: 4 })
 * ```
 */
export { audit } from './engine/run.ts'
export type { AuditOutcome } from './engine/run.ts'
export type { AuditOptions } from './engine/options.ts'
export { defaultPipeline, loadPipeline, pipelineOf } from './engine/pipeline.ts'
export { countExamples } from './engine/count.ts'
export type { ExampleCount } from './engine/count.ts'
export { AuditError } from './core/error.ts'
export type { AuditRecord } from './core/record.ts'
export type { Finding, Place, Severity } from './core/finding.ts'
export type { ClaimResult, Verdict } from './core/claim.ts'
export type { Pipeline } from './core/pipeline.ts'
export type { ProgressEvent } from './core/event.ts'
export type { LoadedPipeline } from './core/pipeline.ts'
