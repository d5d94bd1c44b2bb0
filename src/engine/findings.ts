import { FindingBlock } from '../core/finding-block.ts'
import type { Finding } from '../core/finding.ts'
import type { JsonObject } from '../core/json.ts'
import type { AuditRecord, LastCommit } from '../core/record.ts'
import type { NotChecked, StageResult } from '../core/stage.ts'
import { STAGES } from '../stages/index.ts'
import { judgeRecord } from './claims.ts'
import type { Brief } from './claims.ts'
import { countShards } from './inputs.ts'
import { integrityFindings } from './integrity.ts'
import type { Mapped } from './map.ts'
import type { Opened } from './open.ts'
import type { Prepared } from './prepare.ts'
import type { Review } from './review.ts'
import { ownPart } from './own.ts'
import { recordOf } from './record.ts'
import { reduceStages } from './reduce.ts'
import type { Session } from './session.ts'

export interface FindingsInput {
  session: Session
  brief: Brief
  review: Review
  opened: Opened
  prepared: Prepared
  mapped: Mapped
  /** The positive control, when one was asked for. */
  control: JsonObject | null
}

/**
 * Every finding in the order of the evidence: of the files, of the rows, of every stage, of the claims. Returns
 * the record of everything that was measured and judged on the way, still to be bound to the evidence.
 */
export async function* findingsOf(
  input: FindingsInput,
): AsyncGenerator<Finding | FindingBlock, AuditRecord, undefined> {
  const { session, opened, prepared } = input
  const mapped = ownPart(input.mapped)
  const { collector, settings, loaded } = session
  const counts = await countShards(input.mapped)
  for (const finding of integrityFindings(opened.source, mapped)) yield collector.add('integrity', finding)
  const results = new Map<string, StageResult>()
  const notChecked = [...prepared.notChecked]
  const reduced = reduceStages({ ...input, notChecked }, (stage, result) => results.set(stage, result))
  for await (const { stage, found } of reduced) {
    for (const finding of found instanceof FindingBlock ? found : [found]) collector.add(stage, finding)
    yield found
  }
  settings.onProgress({ kind: 'claims' })
  const lastCommits = await commitsOf(session, opened)
  notChecked.push(...unknownCommits(opened, lastCommits))
  const measured = {
    ...{ loaded, prepared, mapped, counts, results, collector, notChecked, lastCommits },
    whole: input.mapped,
  }
  const recorded = withFiles(recordOf({ ...measured, source: opened.source }), input)
  const record = withControls(recorded, input.control)
  const judged = judgeRecord(record, input.brief, opened.source.cards)
  for (const finding of judged.findings) yield collector.add('claims', finding)
  const control = input.control === null ? {} : { control: input.control }
  const extra = { ...judged.record.extra, ...input.review.extra(), ...control }
  const whole = { ...judged.record, findings: collector.embedded() }
  return Object.keys(extra).length === 0 ? whole : { ...whole, extra }
}

/** Files the pipeline names that the engine itself read: a changed one is another audit. */
function withFiles(record: AuditRecord, { brief, review }: FindingsInput): AuditRecord {
  const files = new Map([...brief.files, ...review.files].map((one) => [one.path, one]))
  if (files.size === 0) return record
  const sorted = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return { ...record, pipeline: { ...record.pipeline, files: sorted } }
}

/** What follows from the positive control stands in the metrics of the stage it is of. */
function withControls(record: AuditRecord, control: JsonObject | null): AuditRecord {
  const of = control?.['stages'] as Readonly<Record<string, JsonObject>> | undefined
  if (of === undefined) return record
  const stages = Object.entries(record.stages).map(([name, stage]) => {
    const definition = STAGES.find((one) => one.name === name)
    const own = of[name]
    if (own === undefined || definition?.withControl === undefined) return [name, stage]
    return [name, { ...stage, metrics: definition.withControl(stage.metrics, own) }]
  })
  return { ...record, stages: Object.fromEntries(stages) as AuditRecord['stages'] }
}

/** Files whose last commits are asked for, fifty a request; the revision pins more of them all the same. */
const MOST_COMMITS = 2000

/** A source with a history that did not tell it: one sentence for every reason, so that a second run says the same. */
function unknownCommits(
  { source }: Opened,
  commits: Readonly<Record<string, LastCommit>>,
): readonly NotChecked[] {
  const unknown = source.shards.filter(({ path }) => commits[path] === undefined).length
  if (source.revision === null || unknown === 0) return []
  return [
    {
      what: `the last commit of ${unknown} files`,
      why: 'the Hub was not asked, or did not say',
      needs: 'a run with a network; the revision pins the files all the same',
    },
  ]
}

async function commitsOf({ settings }: Session, { source }: Opened): Promise<Record<string, LastCommit>> {
  const commits: Record<string, LastCommit> = {}
  if (settings.knownCommits !== null) return { ...settings.knownCommits }
  if (settings.offline || source.revision === null || source.shards.length > MOST_COMMITS) return commits
  try {
    for (const { path } of source.shards) {
      const commit = await source.lastCommit(path)
      if (commit !== null) commits[path] = commit
    }
    return commits
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    settings.onProgress({ kind: 'warning', message: `The last commits are not known: ${message}` })
    return {}
  }
}
