import type { Example, ExampleColumns } from '../core/example.ts'
import type { ShardInfo } from '../core/plan.ts'
import type { RowRef } from '../core/source.ts'
import { readRows } from '../io/lookup.ts'

/** Reads rows again, in row order, every row once; each row group is decoded once a call. */
export function lookAt(
  shards: readonly ShardInfo[],
  columns: readonly ExampleColumns[],
): (rows: readonly RowRef[]) => AsyncIterable<Example> {
  return async function* examples(rows) {
    const byShard = new Map<number, number[]>()
    for (const { shard, row } of rows) {
      const list = byShard.get(shard)
      if (list === undefined) byShard.set(shard, [row])
      else list.push(row)
    }
    for (const index of [...byShard.keys()].sort((a, b) => a - b)) {
      const shard = shards[index]
      const schema = columns[index]
      if (shard === undefined || schema === undefined) throw new RangeError(`no shard ${index}`)
      yield* readRows(shard, index, ascending(byShard.get(index) ?? []), schema)
    }
  }
}

function ascending(rows: readonly number[]): number[] {
  const sorted = Float64Array.from(rows).sort()
  return [...sorted.filter((row, index) => index === 0 || row !== sorted[index - 1])]
}
