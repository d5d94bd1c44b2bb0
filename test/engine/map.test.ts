import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { AuditError } from '../../src/core/error.ts'
import { intakeStage } from '../../src/engine/intake.ts'
import { countShards, inputRecords } from '../../src/engine/inputs.ts'
import { mapCorpus } from '../../src/engine/map.ts'
import type { Mapped } from '../../src/engine/map.ts'
import type { MapAnswer, MapTask, WorkerSetup } from '../../src/engine/messages.ts'
import { openCorpus } from '../../src/engine/open.ts'
import { settingsOf } from '../../src/engine/options.ts'
import { pipelineOf } from '../../src/engine/pipeline.ts'
import { Pool, WorkerCrash, carry, uncarry } from '../../src/engine/pool.ts'
import type { Prepared } from '../../src/engine/prepare.ts'
import type { Session } from '../../src/engine/session.ts'
import { openWorkFolder } from '../../src/io/work-folder.ts'
import { conversationsParquet, wardTalk } from '../hub/parquet.ts'
import { ensureBuilt } from '../support/cli.ts'

let folder = ''

/** A real pool whose threads die on some tasks, as a trap in native code would kill them. */
class FaultyPool extends Pool {
  readonly tried: MapTask[] = []
  private readonly dies: (task: MapTask) => boolean

  constructor(setup: () => WorkerSetup, dies: (task: MapTask) => boolean) {
    super(2, setup)
    this.dies = dies
  }

  override async map(task: MapTask): Promise<MapAnswer> {
    this.tried.push(task)
    if (this.dies(task)) throw new WorkerCrash(new Error('trap'))
    return super.map(task)
  }
}

async function mapWith(
  dies: (task: MapTask) => boolean,
  options: { keepGoing?: boolean } = {},
): Promise<{ mapped: Mapped; tried: MapTask[] }> {
  const loaded = pipelineOf({ name: 'm', source: 'one.parquet', stages: {} }, folder)
  const settings = settingsOf({ ...options, sliceSize: { bytes: 1e9, rows: 1e9 } }, 'm')
  const opened = await openCorpus({ loaded, settings })
  const work = await openWorkFolder(null, false)
  const prepared: Prepared = { stages: [intakeStage()], indexes: [null], notChecked: [], resourcesSha256: '' }
  let pool: FaultyPool | null = null
  const startPool = (setup: () => WorkerSetup): Pool => (pool = new FaultyPool(setup, dies))
  const session = { loaded, settings, work, startPool } as unknown as Session
  try {
    return { mapped: await mapCorpus({ session, opened, prepared }), tried: pool!.tried }
  } finally {
    await (pool as FaultyPool | null)?.close()
  }
}

beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-map-'))
  writeFileSync(join(folder, 'one.parquet'), conversationsParquet(wardTalk(250, 1), 100))
}, 240_000)

describe('a thread that dies', () => {
  it('costs one second read of the row group it died on, and no row', async () => {
    const { mapped, tried } = await mapWith(
      (task) => task.reader === 'first' && task.slice.start <= 1 && task.slice.end > 1,
    )
    expect(tried.map(({ slice, reader }) => [slice.start, slice.end, reader])).toEqual([
      [0, 3, 'first'],
      [0, 1, 'first'],
      [1, 2, 'first'],
      [2, 3, 'first'],
      [1, 2, 'second'],
    ])
    expect(mapped.slices.map(({ slice }) => [slice.firstRow, slice.rows])).toEqual([
      [0, 100],
      [100, 100],
      [200, 50],
    ])
    expect(mapped.profile.retriedRowGroups).toEqual([expect.objectContaining({ rowGroup: 1 })])
    expect((await countShards(mapped))[0]).toMatchObject({ rows: 250, unreadable: {}, turns: 750 })
  })

  it('on both readers stops the run', async () => {
    await expect(mapWith((task) => task.slice.end > 2)).rejects.toMatchObject({ code: 'SHARD_FAILED' })
  })

  it('on both readers loses one row group with --keep-going, and the sum still closes', async () => {
    const { mapped } = await mapWith((task) => task.slice.end > 2, { keepGoing: true })
    expect(mapped.lost).toEqual([
      {
        slice: expect.objectContaining({ start: 2, rows: 50 }),
        failure: expect.objectContaining({ rows: 50 }),
      },
    ])
    const [input] = inputRecords(mapped, await countShards(mapped))
    expect(input).toMatchObject({ rows: 250, audited: 200, unreadable: { 'decode-failure': 50 } })
  })
})

describe('the pool', () => {
  const setup: WorkerSetup = {
    stages: [{ name: 'no such stage', options: {} }],
    indexes: [null],
    columns: [],
    shards: [],
  }

  it('tells when a thread dies, takes the next task, and ends', async () => {
    const pool = new Pool(1, () => setup)
    const task = { kind: 'round' as const, stage: 'x', round: 'y', input: {} }
    await expect(pool.run(task)).rejects.toBeInstanceOf(WorkerCrash)
    await expect(pool.run(task)).rejects.toBeInstanceOf(WorkerCrash)
    await pool.close()
    await expect(pool.run(task)).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  it('rejects a task that cannot be sent, and goes on with the next', async () => {
    const pool = new Pool(1, () => ({ ...setup, stages: [] }))
    const task = (values: Float64Array) => ({
      kind: 'round' as const,
      stage: 'x',
      round: 'y',
      input: { values },
    })
    const values = new Float64Array(8)
    const moved = pool.run(task(values), [values.buffer])
    const again = pool.run(task(values), [values.buffer])
    await expect(moved).rejects.toThrow('no round')
    // Node 20 sends the buffer that is gone and the thread cannot read it; later versions refuse to send it.
    const reason: unknown = await again.catch((error: unknown) => error)
    expect(reason instanceof WorkerCrash || (reason as Error).name === 'DataCloneError').toBe(true)
    const unsendable = { ...task(values), input: { values: (() => 0) as never } }
    await expect(pool.run(unsendable)).rejects.toThrow(/could not be cloned/)
    await expect(pool.run(task(new Float64Array(8)))).rejects.toThrow('no round')
    await pool.close()
  })

  it('hands an error of a thread on with its code and its story', () => {
    const cause = new Error('deep')
    const error = new AuditError('PARQUET_INVALID', { what: 'Broken', where: 'a.parquet', cause })
    const carried = structuredClone(carry(error))
    const back = uncarry(carried)
    expect(back).toBeInstanceOf(AuditError)
    expect(back).toMatchObject({ code: 'PARQUET_INVALID', message: error.message, stack: error.stack })
    expect(uncarry(carry(new RangeError('x')))).toMatchObject({ name: 'RangeError', message: 'x' })
  })
})
