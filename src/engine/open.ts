import { AuditError } from '../core/error.ts'
import type { ExampleColumns } from '../core/example.ts'
import type { LoadedPipeline } from '../core/pipeline.ts'
import type { Plan, ShardInfo } from '../core/plan.ts'
import type { OpenedSource } from '../core/source.ts'
import { recogniseColumns } from '../io/shape.ts'
import type { WantedColumns } from '../io/shape.ts'
import { openSource } from '../io/source.ts'
import type { SourceOptions } from '../io/source.ts'
import { splitsOf } from '../io/splits.ts'
import { describeShards } from './describe.ts'
import { firstRowsOf } from './first-rows.ts'
import type { Settings } from './options.ts'
import { isOwn } from './own.ts'
import { byPlace, makePlan } from './plan.ts'

/** A source whose shards are known, with the work it means. */
export interface Opened {
  /** The corpus itself: its shards are the first of the plan. */
  source: OpenedSource
  /** What it is compared with, whose shards come after. */
  against: OpenedSource | null
  plan: Plan
  /** One per shard of the plan. */
  columns: readonly ExampleColumns[]
  /** By shard of the plan, why it cannot be read at all; only under `keepGoing` is there anything. */
  broken: ReadonlyMap<number, AuditError>
}

/**
 * Resolves the source, recognises the columns of every shard, and plans the work. Of JSON lines the first rows are
 * looked at, because no footer tells their columns and number.
 */
export async function openCorpus(given: { loaded: LoadedPipeline; settings: Settings }): Promise<Opened> {
  const { loaded, settings } = given
  const source = await openOwn(loaded, settings, { readFooters: false })
  const against = await openAgainst(loaded, settings, { readFooters: false })
  const splits = splitsOf(source.shards, source.cards)
  const listed = [...source.shards, ...(against?.shards ?? [])].sort(byPlace).map((shard) => {
    const split = shard.against === true ? undefined : splits.get(shard.path)
    return split === undefined ? shard : { ...shard, split }
  })
  const { shards, broken } = await describeShards(listed, settings)
  const columns = recogniseAll(shards, wanted(loaded))
  const first = columns[0]
  if (first === undefined) {
    throw new AuditError('SOURCE_EMPTY', {
      what: 'The source has no data files',
      where: loaded.pipeline.source,
    })
  }
  const { limit, sliceSize: size } = settings
  const firstRows = limit === null ? new Map<string, number>() : await quotas(shards, broken, limit)
  const planned = makePlan({ ...source, shards }, { columns: first, limit, size, firstRows })
  const plan = against === null ? planned : { ...planned, against: pinOf(against) }
  tellPlan(plan, settings)
  return { source: { ...source, shards: shards.filter(isOwn) }, against, plan, columns, broken }
}

/** Rows that a limit can ask of each shard of JSON lines; a broken one has none to give. */
async function quotas(
  shards: readonly ShardInfo[],
  broken: Opened['broken'],
  limit: number,
): Promise<Map<string, number>> {
  const readable = shards.filter((shard, index) => isOwn(shard) && !broken.has(index))
  const rows = await firstRowsOf(readable, limit)
  for (const index of broken.keys()) rows.set(shards[index]!.path, 0)
  return rows
}

function pinOf({ uri, revision, commitDate }: OpenedSource): NonNullable<Plan['against']> {
  return { uri, revision, commitDate }
}

/** The corpus itself. A copy that stands for it is opened where the user says it is, and goes by its name. */
export async function openOwn(
  loaded: LoadedPipeline,
  settings: Settings,
  other: Partial<SourceOptions> = {},
): Promise<OpenedSource> {
  const { standsFor } = settings
  const trust = standsFor === null ? {} : { allowOutside: true, useToken: true }
  const options = { ...sourceOptions(loaded, settings), ...trust, ...other }
  const source = await openSource(loaded.pipeline.source, options)
  if (standsFor === null) return source
  const { uri, revision, commitDate, declared } = standsFor
  const shards = source.shards.map((shard) => {
    const sha256 = declared[`${shard.component}/${shard.path}`] ?? null
    return { ...shard, sha256 }
  })
  return { ...source, uri, revision, commitDate, shards }
}

/** The second corpus, where there is one. Its components are told apart from the corpus' own by their first word. */
export async function openAgainst(
  loaded: LoadedPipeline,
  settings: Settings,
  other: Partial<SourceOptions> = {},
): Promise<OpenedSource | null> {
  const { against, stages } = loaded.pipeline
  if (against === undefined) return null
  if (!Object.hasOwn(stages, 'duplicates')) {
    throw new AuditError('USAGE', {
      what: 'No stage compares rows with a second corpus',
      expected: 'the stage duplicates beside "against" (--against)',
      fix: 'Add `duplicates: {}` under stages',
    })
  }
  const options = sourceOptions(loaded, settings)
  delete options.components
  const trust = settings.trustAgainst ? { allowOutside: true, useToken: true } : {}
  const source = await openSource(against, { ...options, ...trust, ...other })
  const shards = source.shards.map((shard): ShardInfo => ({
    ...shard,
    component: `against/${shard.component}`,
    against: true,
  }))
  return { ...source, shards }
}

/** An empty file says nothing about columns: it is taken to be like the first one that does. */
function recogniseAll(shards: readonly ShardInfo[], wanted: WantedColumns): ExampleColumns[] {
  const known = shards.map(({ schema, path }) =>
    schema === null || schema.length === 0 ? null : recogniseColumns(schema, wanted, path),
  )
  const first = known.find((columns) => columns !== null)
  return known.map((columns, at) => columns ?? first ?? recogniseColumns([], wanted, shards[at]?.path ?? ''))
}

/** How a source of this pipeline is opened. */
export function sourceOptions({ pipeline, folder }: LoadedPipeline, settings: Settings): SourceOptions {
  return {
    offline: settings.offline,
    folder,
    allowOutside: settings.allowOutside,
    useToken: settings.useToken,
    readFooters: true,
    warn: (message) => settings.onProgress({ kind: 'warning', message }),
    ...(settings.cacheDir === undefined ? {} : { cacheDir: settings.cacheDir }),
    ...(pipeline.components === undefined ? {} : { components: pipeline.components }),
  }
}

function tellPlan({ shards, slices, bytes }: Plan, { onProgress }: Settings): void {
  let rows: number | null = 0
  for (const shard of shards) rows = rows === null || shard.rows === null ? null : rows + shard.rows
  const { total, download } = bytes
  onProgress({ kind: 'plan', shards: shards.length, slices: slices.length, rows, bytes: total, download })
}

function wanted({ pipeline }: LoadedPipeline): WantedColumns {
  return { ...pipeline.columns, ...(pipeline.shape === undefined ? {} : { shape: pipeline.shape }) }
}
