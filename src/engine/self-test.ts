import { AuditError } from '../core/error.ts'
import type { Example, ExampleColumns } from '../core/example.ts'
import type { JsonObject } from '../core/json.ts'
import type { LoadedPipeline } from '../core/pipeline.ts'
import type { Plan, ShardInfo } from '../core/plan.ts'
import type { OpenedSource, RowRef } from '../core/source.ts'
import type { NotChecked, StageDefinition } from '../core/stage.ts'
import { STAGES } from '../stages/index.ts'
import { openCorpus } from './open.ts'
import { ownPlan } from './own.ts'
import { settingsOf } from './options.ts'
import type { AuditOptions, Settings } from './options.ts'
import { lookAt } from './second-look.ts'
import { resourcesOf } from './session.ts'
import type { Session } from './session.ts'
import type { Mapped } from './map.ts'

/** What the stages of a pipeline find of what they planted themselves. */
export interface SelfTest {
  source: Plan['source']
  sampleRows: number
  /** Stage → planted, found, byKind, untouched. */
  stages: Readonly<Record<string, JsonObject>>
  notChecked: readonly NotChecked[]
}

/** Rows of the sample, and the row groups they come from: few groups, so that a large corpus is not read whole. */
const SAMPLE_ROWS = 2000
const SAMPLE_GROUPS = 24

/**
 * A positive control on the user's own data: plants what each stage looks for into a sample of the corpus and
 * measures how much of it the stage finds. @throws AuditError USAGE when no stage of the pipeline can be tested.
 */
export async function selfTest(loaded: LoadedPipeline, options: AuditOptions): Promise<SelfTest> {
  // The limit is on the sample: it is taken from all of the corpus, not from its first rows.
  const { limit, ...settings } = settingsOf(options, loaded.pipeline.name)
  testableStages(loaded)
  const all = { ...settings, limit: null }
  const opened = await openCorpus({ loaded, settings: all })
  const shards = await located(opened.source, opened.source.shards)
  const plan = { ...ownPlan(opened.plan), shards }
  const control = await measureControl({ loaded, settings: all, plan, columns: opened.columns, most: limit })
  return { source: plan.source, ...control }
}

/** What a positive control needs of an audit; the shards must be where their rows can be read. */
export interface ControlInput {
  loaded: LoadedPipeline
  settings: Settings
  plan: Plan
  /** One per shard. */
  columns: readonly ExampleColumns[]
  /** Rows of the sample at most; default 2000. */
  most?: number | null
}

/** The positive control as the record keeps it: sampled rows, and per stage what was planted and found. */
export async function controlOf(
  session: Pick<Session, 'loaded' | 'settings'>,
  mapped: Pick<Mapped, 'plan'>,
  columns: readonly ExampleColumns[],
): Promise<JsonObject | null> {
  const { loaded, settings } = session
  if (!settings.selfTest) return null
  const plan = ownPlan(mapped.plan)
  const { sampleRows: rows, stages } = await measureControl({ loaded, settings, plan, columns })
  return { sampleRows: rows, stages }
}

/** @throws AuditError USAGE when no stage of the pipeline can be tested. */
export async function measureControl(input: ControlInput): Promise<Omit<SelfTest, 'source'>> {
  const { loaded, settings, plan } = input
  const asked = testableStages(loaded)
  const sample: Example[] = []
  for await (const example of lookAt(plan.shards, input.columns)(sampleRows(plan.shards, input.most)))
    sample.push(example)
  const notChecked: NotChecked[] = []
  const context = {
    plan,
    evidence: settings.evidence,
    resources: resourcesOf(loaded, settings),
    notChecked: (entry: NotChecked) => void notChecked.push(entry),
    warn: (message: string) => settings.onProgress({ kind: 'warning', message }),
  }
  const stages: Record<string, JsonObject> = {}
  for (const stage of asked) {
    settings.onProgress({ kind: 'prepare', stage: `${stage.name} (self-test)` })
    stages[stage.name] =
      (await stage.selfTest?.(loaded.pipeline.stages[stage.name] ?? {}, context, sample)) ?? {}
  }
  return { sampleRows: sample.length, stages, notChecked }
}

function testableStages(loaded: LoadedPipeline): StageDefinition[] {
  const testable = STAGES.filter((stage) => stage.selfTest !== undefined)
  const asked = testable.filter((stage) => Object.hasOwn(loaded.pipeline.stages, stage.name))
  if (asked.length > 0) return asked
  throw new AuditError('USAGE', {
    what: 'No stage of the pipeline can be tested',
    expected: `one of ${testable.map((stage) => stage.name).join(', ')} under stages`,
  })
}

/** Rows of JSONL are known once its lines are; Parquet is read where it lies, by row group. */
async function located(source: OpenedSource, shards: readonly ShardInfo[]): Promise<ShardInfo[]> {
  const found: ShardInfo[] = []
  for (const shard of shards) {
    if (shard.rows !== null) {
      found.push(shard)
      continue
    }
    const { location, lines } = await source.obtain(shard)
    found.push({ ...shard, location, rows: lines?.rows ?? null })
  }
  return found
}

/** The same rows every time: evenly spaced row groups, and evenly spaced rows in each. */
export function sampleRows(shards: readonly ShardInfo[], most: number | null = null): RowRef[] {
  const groups = shards.flatMap((shard, index) => groupsOf(shard, index))
  const chosen = spaced(groups.length, SAMPLE_GROUPS).map((index) => groups[index]!)
  const each = Math.ceil((most ?? SAMPLE_ROWS) / Math.max(1, chosen.length))
  const rows = chosen.flatMap(({ shard, firstRow, rows }) =>
    spaced(rows, each).map((row) => ({ shard, row: firstRow + row })),
  )
  return most === null ? rows : spaced(rows.length, most).map((index) => rows[index]!)
}

function groupsOf(shard: ShardInfo, index: number): { shard: number; firstRow: number; rows: number }[] {
  // A compressed JSONL file does not say how many rows it has: it is left out of the sample.
  const groups = shard.rowGroups ?? [{ rows: shard.rows ?? 0 }]
  let firstRow = 0
  return groups.map(({ rows }) => {
    const group = { shard: index, firstRow, rows }
    firstRow += rows
    return group
  })
}

/** At most `most` of the numbers below `length`, evenly spaced. */
function spaced(length: number, most: number): number[] {
  const count = Math.min(length, most)
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count))
}
