import { unpackExamples } from '../core/packed-examples.ts'
import type { Example, ExampleColumns } from '../core/example.ts'
import type { Plan, ShardInfo } from '../core/plan.ts'
import type { RowRef } from '../core/source.ts'
import { readRows } from '../io/lookup.ts'
import type { LookAnswer, LookTask } from './messages.ts'
import { WorkerCrash } from './pool.ts'
import type { Pool } from './pool.ts'

/** Reads rows again, in row order, every row once; each row group is decoded once a call. */
export function lookAt(
  shards: readonly ShardInfo[],
  columns: readonly ExampleColumns[],
): (rows: readonly RowRef[]) => AsyncIterable<Example> {
  return async function* examples(rows) {
    for (const [index, wanted] of byShard(rows)) {
      const [shard, schema] = [shards[index], columns[index]]
      if (shard === undefined || schema === undefined) throw new RangeError(`no shard ${index}`)
      yield* readRows(shard, index, wanted, schema)
    }
  }
}

/** The same, slice by slice in the pool. */
export function lookThrough(pool: Pool, plan: Plan): (rows: readonly RowRef[]) => AsyncIterable<Example> {
  return async function* examples(rows) {
    for await (const { examples } of answers(pool, plan, 'examples', rows)) yield* unpackExamples(examples!)
  }
}

/** 128-bit hashes of the records of rows, in row order, every row once: four 32-bit words each. */
export function recordsThrough(
  pool: Pool,
  plan: Plan,
): (rows: readonly RowRef[]) => AsyncIterable<Uint32Array> {
  return async function* hashes(rows) {
    for await (const { records } of answers(pool, plan, 'records', rows))
      for (let at = 0; at < records!.length; at += 4) yield records!.subarray(at, at + 4)
  }
}

/** A few slices are under way at once; answers come in the order of the rows. */
async function* answers(
  pool: Pool,
  plan: Plan,
  what: LookTask['what'],
  rows: readonly RowRef[],
): AsyncGenerator<LookAnswer> {
  const running: Promise<LookAnswer>[] = []
  for (const [index, wanted] of byShard(rows)) {
    for (const task of tasksOf(plan, index, wanted)) {
      const answer = look(pool, { ...task, what })
      // Awaited in order below; until then a rejection must not count as unhandled.
      answer.catch(() => undefined)
      running.push(answer)
      if (running.length > pool.size) yield await running.shift()!
    }
  }
  for (const answer of running) yield await answer
}

/** A thread the first reader killed is replaced, and the slice read by the second. */
async function look(pool: Pool, task: LookTask): Promise<LookAnswer> {
  try {
    return await pool.look(task)
  } catch (error) {
    if (!(error instanceof WorkerCrash)) throw error
    return await pool.look({ ...task, reader: 'second' })
  }
}

/** One task per slice with a wanted row. */
function* tasksOf(plan: Plan, index: number, wanted: Float64Array): Generator<Omit<LookTask, 'what'>> {
  const shard = plan.shards[index]
  if (shard === undefined) throw new RangeError(`no shard ${index}`)
  const slices = plan.slices.filter((slice) => slice.shard === index)
  let at = 0
  for (const [i, slice] of slices.entries()) {
    const from = at
    const end = slices[i + 1]?.firstRow ?? Infinity
    while (at < wanted.length && wanted[at]! < end) at++
    const rows = wanted.slice(from, at)
    if (at > from) yield { kind: 'look', shard, slice, rows, reader: 'first' }
  }
}

/** Rows of each shard, ascending, each once. */
function byShard(rows: readonly RowRef[]): [number, Float64Array][] {
  const lists = new Map<number, number[]>()
  for (const { shard, row } of rows) {
    const list = lists.get(shard)
    if (list === undefined) lists.set(shard, [row])
    else list.push(row)
  }
  return [...lists].sort(([a], [b]) => a - b).map(([shard, list]) => [shard, ascending(list)])
}

function ascending(rows: readonly number[]): Float64Array {
  const sorted = Float64Array.from(rows).sort()
  return sorted.filter((row, index) => index === 0 || row !== sorted[index - 1])
}
