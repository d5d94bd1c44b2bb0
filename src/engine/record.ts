import type { JsonObject } from '../core/json.ts'
import { TOOL } from '../core/package.ts'
import type { LoadedPipeline } from '../core/pipeline.ts'
import { RECORD_SCHEMA } from '../core/record.ts'
import type { AuditRecord, ComponentRecord, LastCommit, StageRecord } from '../core/record.ts'
import type { OpenedSource } from '../core/source.ts'
import type { ComponentFigures, NotChecked, StageResult } from '../core/stage.ts'
import { describeCard } from '../claims/index.ts'
import { UNICODE_VERSION } from '../text/unicode/version.ts'
import type { Collector } from './collector.ts'
import { inputRecords } from './inputs.ts'
import type { ShardCount } from './inputs.ts'
import type { Mapped } from './map.ts'
import type { Prepared } from './prepare.ts'
import { isRowHashStage } from './row-hashes.ts'
import { withoutFolders } from './without-folders.ts'

/** Everything that was measured, once every stage is reduced. */
export interface Measured {
  loaded: LoadedPipeline
  source: OpenedSource
  prepared: Prepared
  /** The corpus audited. */
  mapped: Mapped
  /** With the second corpus, if there is one. */
  whole: Mapped
  counts: readonly ShardCount[]
  results: ReadonlyMap<string, StageResult>
  collector: Collector
  notChecked: readonly NotChecked[]
  lastCommits: Readonly<Record<string, LastCommit>>
}

/** The record before the claims are judged and the evidence is bound to it. */
export function recordOf(measured: Measured): AuditRecord {
  const { loaded, source, mapped, collector } = measured
  return {
    schema: RECORD_SCHEMA,
    tool: { ...TOOL, unicode: UNICODE_VERSION },
    pipeline: { name: loaded.pipeline.name, sha256: loaded.sha256, limit: mapped.plan.limit },
    source: { ...mapped.plan.source, ...lastCommits(measured) },
    card: describeCard(source),
    inputs: inputRecords(mapped, measured.counts),
    ...againstOf(measured),
    components: components(measured),
    stages: stages(measured),
    claims: [],
    findings: collector.embedded(),
    notChecked: measured.notChecked,
    failures: measured.whole.lost.map(({ failure }) => failure),
    evidence: { file: 'evidence.parquet', sha256: '', rows: 0 },
  }
}

/** Files of the second corpus, as carefully as the corpus' own. */
function againstOf({ whole, mapped, counts }: Measured): Pick<AuditRecord, 'against'> {
  const { against } = whole.plan
  if (against === undefined) return {}
  return { against: { ...against, inputs: inputRecords(whole, counts).slice(mapped.plan.shards.length) } }
}

function lastCommits({ lastCommits: commits }: Measured): { lastCommits?: Measured['lastCommits'] } {
  return Object.keys(commits).length === 0 ? {} : { lastCommits: commits }
}

function components({ mapped, counts, results }: Measured): Record<string, ComponentRecord> {
  const sums = new Map<string, { examples: number; turns: number; textBytes: number }>()
  for (const [index, shard] of mapped.plan.shards.entries()) {
    const sum = sums.get(shard.component) ?? { examples: 0, turns: 0, textBytes: 0 }
    const count = counts[index]!
    sum.examples += count.rows
    sum.turns += count.turns
    sum.textBytes += count.textBytes
    sums.set(shard.component, sum)
  }
  return Object.fromEntries(
    [...sums].map(([name, sum]) => {
      const figures = figuresOf(results, name)
      return [name, { ...sum, words: figures?.words ?? null, tokens: figures?.tokens ?? {} }]
    }),
  )
}

/** Words and tokens, from the stage that owns them. */
function figuresOf(results: Measured['results'], component: string): ComponentFigures | undefined {
  for (const { components: figures } of results.values()) {
    if (figures !== undefined && Object.hasOwn(figures, component)) return figures[component]
  }
  return undefined
}

function stages({ prepared, results, collector }: Measured): Record<string, StageRecord> {
  const integrity: StageRecord = {
    version: 1,
    options: {},
    metrics: {},
    findings: collector.rules('integrity'),
    resources: [],
  }
  const audits = prepared.stages.filter((stage) => !isRowHashStage(stage))
  const entries = audits.map(({ name, version, options }): [string, StageRecord] => {
    const { metrics, resources } = results.get(name) ?? { metrics: {} as JsonObject, resources: [] }
    return [
      name,
      {
        version,
        options: withoutFolders(options),
        metrics,
        findings: collector.rules(name),
        resources: resources ?? [],
      },
    ]
  })
  return Object.fromEntries([['integrity', integrity], ...entries])
}
