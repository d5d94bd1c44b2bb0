/**
 * What the commands need of the engine. They load it when they run: help, and an answer to bad usage, need none of it,
 * and it brings the readers of every format with it.
 */
export { countExamples } from '../engine/count.ts'
export { diffReports } from '../engine/diff.ts'
export { explain } from '../engine/explain.ts'
export { openCorpus } from '../engine/open.ts'
export { settingsOf } from '../engine/options.ts'
export { defaultPipeline, loadPipeline, nameOf, pipelineOf, withAgainst } from '../engine/pipeline.ts'
export { audit } from '../engine/run.ts'
export { selfTest } from '../engine/self-test.ts'
export { verifyReport } from '../engine/verify.ts'
