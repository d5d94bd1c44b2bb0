import { createHash } from 'node:crypto'
import { AuditError } from '../core/error.ts'
import { canonicalJson } from '../core/json.ts'
import { TOOL } from '../core/package.ts'
import type { Plan, ShardInfo } from '../core/plan.ts'
import type { FailureRecord } from '../core/record.ts'
import type { ObtainedShard, Slice } from '../core/source.ts'
import { needBytes } from '../io/decode.ts'
import { readTally, talliesValid } from '../io/tally-store.ts'
import { isDataError } from './data-error.ts'
import { Gate } from './gate.ts'
import { readIntake } from './intake.ts'
import type { MapAnswer } from './messages.ts'
import type { Opened } from './open.ts'
import type { Settings } from './options.ts'
import { cutLines, cutShard, splitSlice } from './plan.ts'
import { WorkerCrash } from './pool.ts'
import type { Pool } from './pool.ts'
import type { Prepared } from './prepare.ts'
import type { Session } from './session.ts'
import { withoutPaths } from './without-folders.ts'

/** A slice that was read, and the file its tallies lie in. */
export interface MappedSlice {
  slice: Slice
  file: string
}

export interface LostSlice {
  slice: Slice
  failure: FailureRecord
}

export interface Mapped {
  /** The plan with the slices as they were read and the shards where they were found. */
  plan: Plan
  /** In slice order. */
  slices: readonly MappedSlice[]
  /** Per shard; null where it was not read whole. */
  obtained: readonly (ObtainedShard | null)[]
  lost: readonly LostSlice[]
  profile: Profile
  /** The workers, for the rounds of the reduce. */
  pool: Pool
}

/** Where the time of the map went, summed over workers; for run.json. */
export interface Profile {
  ms: Record<string, number>
  rows: number
  bytes: number
  resumedSlices: number
  retriedRowGroups: { path: string; rowGroup: number; why: string }[]
}

export interface MapInput {
  session: Session
  opened: Opened
  prepared: Prepared
}

/** Reads every slice once, in the pool. A shard's slices start as soon as its bytes are here. */
export async function mapCorpus(input: MapInput): Promise<Mapped> {
  const { opened, prepared } = input
  const shards = { now: opened.plan.shards }
  const pool = input.session.startPool(() => ({
    stages: prepared.stages.map(({ name, options }) => ({ name, options })),
    indexes: prepared.indexes,
    columns: opened.columns,
    shards: shards.now,
  }))
  const map = new CorpusMap(input, pool)
  await Promise.all(input.opened.plan.shards.map((_, index) => map.shard(index)))
  const mapped = map.result()
  // A worker started during the reduce finds the rows where they lie now.
  shards.now = mapped.plan.shards
  // What decoding took is given back before the reduce needs its own; a reader of Parquet keeps its memory.
  const parquet = mapped.plan.shards.some(({ format }) => format === 'parquet')
  if (parquet && mapped.profile.bytes >= WORTH_A_THREAD) pool.recycleIdle()
  else pool.collect()
  return mapped
}

/** A new thread takes a second to start: after fewer bytes of text the old one is kept. */
const WORTH_A_THREAD = 64 << 20

/** Two at a time keep the line busy; more would only make every first shard arrive later. */
const DOWNLOADS = 2

class CorpusMap {
  private readonly input: MapInput
  private readonly pool: Pool
  private readonly settings: Settings
  private readonly downloads = new Gate(DOWNLOADS, DOWNLOADS)
  private readonly gate: Gate
  private readonly shards: ShardInfo[]
  private readonly obtained: (ObtainedShard | null)[]
  private readonly done: MappedSlice[] = []
  private readonly lost: LostSlice[] = []
  private readonly profile: Profile = { ms: {}, rows: 0, bytes: 0, resumedSlices: 0, retriedRowGroups: [] }

  constructor(input: MapInput, pool: Pool) {
    this.input = input
    this.pool = pool
    this.settings = input.session.settings
    this.gate = new Gate(pool.size, this.settings.memoryBytes)
    this.shards = [...input.opened.plan.shards]
    this.obtained = this.shards.map(() => null)
  }

  async shard(index: number): Promise<void> {
    let slices: Slice[]
    try {
      slices = await this.obtain(index)
      // Known since it was opened; its bytes are hashed all the same.
      const broken = this.input.opened.broken.get(index)
      if (broken !== undefined) throw broken
    } catch (error) {
      const shard = this.shards[index]!
      this.lose({ shard: index, start: 0, end: shard.bytes, firstRow: 0, rows: shard.rows }, error)
      return
    }
    await Promise.all(slices.map((slice) => this.slice(slice)))
  }

  result(): Mapped {
    const slices = [...this.done].sort((a, b) => byStart(a.slice, b.slice))
    const lost = [...this.lost].sort((a, b) => byStart(a.slice, b.slice))
    const plan = { ...this.input.opened.plan, shards: this.shards, slices: slices.map(({ slice }) => slice) }
    return { plan, slices, obtained: this.obtained, lost, profile: this.profile, pool: this.pool }
  }

  /** Gets the shard's bytes (a limited run reads by range instead) and cuts the final slices. */
  private async obtain(index: number): Promise<Slice[]> {
    const { plan, source, against } = this.input.opened
    const shard = this.shards[index]!
    const from = shard.against === true ? against! : source
    if (plan.limit !== null && shard.against !== true)
      return plan.slices.filter((slice) => slice.shard === index)
    const obtained = await this.downloads.enter(1, () =>
      from.obtain(shard, (done) =>
        this.settings.onProgress({ kind: 'download', path: shard.path, bytes: shard.bytes, done }),
      ),
    )
    this.obtained[index] = obtained
    this.shards[index] = {
      ...shard,
      location: obtained.location,
      rows: shard.rows ?? obtained.lines?.rows ?? null,
    }
    const size = this.settings.sliceSize
    return obtained.lines === null
      ? cutShard(shard, index, size)
      : cutLines(obtained.lines, { index, bytes: obtained.bytes }, size)
  }

  private async slice(slice: Slice, reader: 'first' | 'second' = 'first'): Promise<void> {
    const shard = this.shards[slice.shard]!
    const key = this.key(slice)
    const file = this.input.session.work.tallyFile(key)
    if (await this.resumed({ slice, file }, key)) return
    try {
      const answer = await this.gate.enter(needBytes(shard, slice), (memoryBytes) =>
        this.pool.map({ kind: 'map', slice, shard, file, key, memoryBytes, reader }),
      )
      this.finish({ slice, file }, answer)
    } catch (error) {
      await this.again({ slice, reader }, error)
    }
  }

  /** A slice that failed is cut into row groups, each tried with the first reader, then, after a crash, the second. */
  private async again(tried: { slice: Slice; reader: 'first' | 'second' }, error: unknown): Promise<void> {
    const crashed = error instanceof WorkerCrash
    const parts = splitSlice(tried.slice, this.shards[tried.slice.shard]!)
    const worthSplitting = crashed || (this.settings.keepGoing && isDataError(error))
    if (parts.length > 1 && worthSplitting) {
      await Promise.all(parts.map((part) => this.slice(part)))
    } else if (crashed && tried.reader === 'first') {
      this.retried(tried.slice, error)
      await this.slice(tried.slice, 'second')
    } else {
      this.lose(tried.slice, error)
    }
  }

  private retried(slice: Slice, error: WorkerCrash): void {
    const { path } = this.shards[slice.shard]!
    this.profile.retriedRowGroups.push({ path, rowGroup: slice.start, why: error.message })
  }

  private finish(mapped: MappedSlice, answer: MapAnswer): void {
    const { path } = this.shards[mapped.slice.shard]!
    this.done.push(mapped)
    this.profile.rows += answer.rows
    this.profile.bytes += answer.bytes
    for (const [name, ms] of Object.entries(answer.ms))
      this.profile.ms[name] = (this.profile.ms[name] ?? 0) + ms
    for (const retry of answer.retried) this.profile.retriedRowGroups.push({ path, ...retry })
    this.settings.onProgress({ kind: 'map', path, rows: answer.rows, bytes: answer.bytes })
  }

  private async resumed(mapped: MappedSlice, key: string): Promise<boolean> {
    const { settings } = this
    const { prepared } = this.input
    if (!settings.resume || settings.limit !== null) return false
    const names = prepared.stages.map((stage) => stage.name)
    if (!(await talliesValid(mapped.file, key, names))) return false
    const { rows } = readIntake(await readTally(mapped.file, 'input'))
    this.profile.resumedSlices++
    this.finish(mapped, { kind: 'map', rows, bytes: 0, ms: {}, retried: [] })
    return true
  }

  /** What a tally depends on: the program, what was asked, the files the indexes were made of, and the bytes read. */
  private key(slice: Slice): string {
    const { opened, prepared, session } = this.input
    const shard = this.shards[slice.shard]!
    const parts = {
      tool: TOOL.version,
      pipeline: session.loaded.sha256,
      stages: prepared.stages.map(({ name, version, options }) => ({ name, version, options })),
      resources: prepared.resourcesSha256,
      evidence: session.settings.evidence,
      columns: JSON.parse(JSON.stringify(opened.columns[slice.shard] ?? null)),
      shard: [slice.shard, shard.component, shard.path, this.obtained[slice.shard]?.sha256 ?? null],
      slice: [slice.start, slice.end, slice.firstRow, slice.rows],
    }
    return createHash('sha256').update(canonicalJson(parts)).digest('hex')
  }

  private lose(slice: Slice, error: unknown): void {
    const shard = this.shards[slice.shard]!
    const crashed = error instanceof WorkerCrash
    if (!crashed && !isDataError(error)) throw error
    const message = error instanceof Error ? error.message : String(error)
    if (!this.settings.keepGoing) throw shardFailed(shard, error)
    const code = error instanceof AuditError ? error.code : 'SHARD_FAILED'
    const failure = {
      ...{ component: shard.component, path: shard.path, rows: slice.rows, code },
      message: withoutPaths(message),
    }
    this.lost.push({ slice, failure })
    this.settings.onProgress({ kind: 'warning', message })
  }
}

function shardFailed(shard: ShardInfo, cause: unknown): AuditError {
  return new AuditError('SHARD_FAILED', {
    what: 'A shard could not be read',
    where: `${shard.component}/${shard.path}`,
    ...reasonOf(cause),
    cause,
  })
}

/** What the cause says, its advice taken over instead of given twice. */
function reasonOf(cause: unknown): { got: string; fix: string } {
  const rest = 'or audit the rest with --keep-going'
  if (!(cause instanceof AuditError)) {
    const got = cause instanceof Error ? cause.message : String(cause)
    return { got, fix: `Fetch the file again, ${rest}` }
  }
  const { what, where, expected, got, fix } = cause.detail
  const facts = [what, where && `at ${where}`, expected && `expected ${expected}`, got && `got ${got}`]
  const advice = fix ?? 'Fetch the file again'
  const whole = advice.includes('--keep-going') ? advice : `${advice}, ${rest}`
  return { got: facts.filter(Boolean).join(', '), fix: whole }
}

function byStart(a: Slice, b: Slice): number {
  return a.shard - b.shard || a.start - b.start
}
