import type { Batch, DecodedBatch, WordView } from '../core/batch.ts'
import { AuditError } from '../core/error.ts'
import type { ExampleColumns } from '../core/example.ts'
import type { Scanner, Stage } from '../core/stage.ts'
import { readSlice } from '../io/decode.ts'
import { writeTallies } from '../io/tally-store.ts'
import { wordsOfBatch } from '../text/words.ts'
import { INTAKE_STAGE } from './intake.ts'
import type { MapAnswer, MapTask } from './messages.ts'

export interface MapKit {
  stages: readonly Stage<never>[]
  indexes: readonly unknown[]
  /** One per shard. */
  columns: readonly ExampleColumns[]
}

/** Reads one slice once, feeds every batch to the scanner of every stage, and leaves the tallies on disk. */
export async function mapSlice(task: MapTask, kit: MapKit): Promise<MapAnswer> {
  const clock = new Clock()
  const retried: MapAnswer['retried'] = []
  const scanners: Scanner[] = []
  for (const [index, stage] of kit.stages.entries()) {
    scanners.push(await stage.scanner(kit.indexes[index] as never))
    clock.charge(stage.name)
  }
  const counted = { rows: 0, bytes: 0 }
  const decoded = readSlice(task.shard, task.slice, {
    columns: columnsOf(kit, task),
    memoryBytes: task.memoryBytes,
    reader: task.reader,
    onRowGroupRetry: (info) => retried.push(info),
  })
  for await (const piece of limited(decoded, task)) {
    clock.charge('read')
    const batch = shared(piece, clock)
    for (const [index, scanner] of scanners.entries()) {
      if (!reads(kit.stages[index]!, task)) continue
      guarded(kit.stages[index]!.name, task, () => scanner.scan(batch))
      clock.charge(kit.stages[index]!.name)
    }
    counted.rows += batch.length
    counted.bytes += batch.textStart[batch.turnStart[batch.length]!]! - batch.textStart[batch.turnStart[0]!]!
  }
  clock.charge('read')
  const tallies = kit.stages.map((stage, index) => {
    const tally = guarded(stage.name, task, () => scanners[index]!.tally())
    clock.charge(stage.name)
    return { stage: stage.name, tally }
  })
  await writeTallies(task.file, { key: task.key, tallies })
  clock.charge('store')
  return { kind: 'map', ...counted, ms: clock.ms, retried }
}

/** The second corpus is counted, and read by the stages that compare with it; the others leave an empty tally. */
function reads(stage: Stage<never>, { shard }: MapTask): boolean {
  return shard.against !== true || stage.readsAgainst === true || stage.name === INTAKE_STAGE
}

function columnsOf(kit: MapKit, task: MapTask): ExampleColumns {
  const columns = kit.columns[task.slice.shard]
  if (columns === undefined) throw new RangeError(`no shard ${task.slice.shard}`)
  return columns
}

/** A stage that throws is a fault of the program, not of the shard: nothing is retried or skipped for it. */
function guarded<T>(stage: string, task: MapTask, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const got = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    const { path } = task.shard
    throw new AuditError('INTERNAL', { what: `The stage ${stage} failed`, where: path, got, cause })
  }
}

/** The slice's batches, checked to follow each other without a gap, and cut off after the rows asked for. */
async function* limited(batches: AsyncIterable<DecodedBatch>, task: MapTask): AsyncGenerator<DecodedBatch> {
  const { firstRow, rows } = task.slice
  let next = firstRow
  let left = rows ?? Infinity
  if (left === 0) return
  for await (const batch of batches) {
    if (next !== null && batch.firstRow !== next) {
      throw new AuditError('INTERNAL', {
        what: 'A batch does not follow the one before',
        where: task.shard.path,
        expected: `row ${next}`,
        got: `row ${batch.firstRow}`,
      })
    }
    const piece = batch.length <= left ? batch : head(batch, left)
    next = batch.firstRow + piece.length
    left -= piece.length
    yield piece
    if (left === 0) return
  }
}

/** The first rows of a batch, as views on it. */
function head(batch: DecodedBatch, length: number): DecodedBatch {
  const turns = batch.turnStart[length] ?? 0
  return {
    ...batch,
    length,
    turnStart: batch.turnStart.subarray(0, length + 1),
    role: batch.role.subarray(0, turns),
    turnFlags: batch.turnFlags.subarray(0, turns),
    textStart: batch.textStart.subarray(0, turns + 1),
    unreadable: batch.unreadable.subarray(0, length),
    records: () => {
      const whole = batch.records()
      return { start: whole.start.subarray(0, length + 1), bytes: whole.bytes }
    },
  }
}

/** Adds the views all stages share; each is computed on first request and charged to its own name. */
function shared(decoded: DecodedBatch, clock: Clock): Batch {
  let words: WordView | null = null
  return {
    ...decoded,
    words: () => (words ??= clock.inside('words', () => wordsOfBatch(turnsOf(decoded)))),
  }
}

function turnsOf(batch: DecodedBatch): { textStart: Int32Array; turns: number; bytes: Uint8Array } {
  return { textStart: batch.textStart, turns: batch.turnStart[batch.length] ?? 0, bytes: batch.bytes }
}

/** Splits the time of a slice between the stages: every interval goes to exactly one name. */
class Clock {
  readonly ms: Record<string, number> = {}
  private last = performance.now()
  private elsewhere = 0

  /** Gives the time since the last charge to `name`, less what `inside` gave to others. */
  charge(name: string): void {
    const now = performance.now()
    this.add(name, now - this.last - this.elsewhere)
    this.last = now
    this.elsewhere = 0
  }

  inside<T>(name: string, work: () => T): T {
    const start = performance.now()
    const value = work()
    const spent = performance.now() - start
    this.add(name, spent)
    this.elsewhere += spent
    return value
  }

  private add(name: string, ms: number): void {
    this.ms[name] = (this.ms[name] ?? 0) + ms
  }
}
