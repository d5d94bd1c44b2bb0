import { AuditError } from '../core/error.ts'
import { UNREADABLE } from '../core/example.ts'
import type { ShardInfo } from '../core/plan.ts'
import type { InputRecord } from '../core/record.ts'
import { readTally } from '../io/tally-store.ts'
import { readIntake } from './intake.ts'
import type { Mapped } from './map.ts'

/** What came in of one shard. */
export interface ShardCount {
  rows: number
  unreadable: Record<string, number>
  turns: number
  textBytes: number
}

/** Sums the engine's own tallies by shard; rows of parts nobody could read are counted as lost. */
export async function countShards(mapped: Mapped): Promise<ShardCount[]> {
  const counts = mapped.plan.shards.map((): ShardCount => ({
    rows: 0,
    unreadable: {},
    turns: 0,
    textBytes: 0,
  }))
  for (const { slice, file } of mapped.slices) {
    const tally = readIntake(await readTally(file, 'input'))
    const count = counts[slice.shard]!
    count.rows += tally.rows
    for (const [code, rows] of tally.unreadable.entries())
      if (code > 0) addUnreadable(count, UNREADABLE[code]!, rows)
    for (const turns of tally.turns) count.turns += turns
    for (const bytes of tally.textBytes) count.textBytes += bytes
  }
  for (const { slice } of mapped.lost) {
    const count = counts[slice.shard]!
    count.rows += slice.rows ?? 0
    addUnreadable(count, 'decode-failure', slice.rows ?? 0)
  }
  checkSums(mapped, counts)
  return counts
}

function addUnreadable(count: ShardCount, reason: string, rows: number): void {
  if (rows > 0) count.unreadable[reason] = (count.unreadable[reason] ?? 0) + rows
}

/** Nothing may be lost on the way: the rows a footer or a line count promises are the rows that came in. */
function checkSums(mapped: Mapped, counts: readonly ShardCount[]): void {
  if (mapped.plan.limit !== null) return
  const lostUncounted = new Set(
    mapped.lost.filter(({ slice }) => slice.rows === null).map(({ slice }) => slice.shard),
  )
  for (const [index, shard] of mapped.plan.shards.entries()) {
    const rows = counts[index]?.rows ?? 0
    if (shard.rows === null || shard.rows === rows || lostUncounted.has(index)) continue
    throw new AuditError('INTERNAL', {
      what: 'Rows were lost on the way',
      where: `${shard.component}/${shard.path}`,
      expected: `${shard.rows} rows`,
      got: `${rows}`,
      fix: 'This is a fault of assay: please report it with the file',
    })
  }
}

/** One entry per input file: rows = audited + unreadable. */
export function inputRecords(mapped: Mapped, counts: readonly ShardCount[]): InputRecord[] {
  return mapped.plan.shards.map((shard, index) => {
    const { rows, unreadable } = counts[index]!
    const recomputed = mapped.obtained[index]?.sha256 ?? null
    return {
      component: shard.component,
      path: shard.path,
      bytes: shard.bytes,
      rows,
      audited: rows - Object.values(unreadable).reduce((sum, n) => sum + n, 0),
      unreadable,
      sha256: { declared: shard.sha256, recomputed },
      verified: verified(shard, recomputed),
      schema: shard.schema,
      writer: shard.writer,
    }
  })
}

function verified(shard: ShardInfo, recomputed: string | null): InputRecord['verified'] {
  if (recomputed === null) return 'not-read-whole'
  return shard.sha256 === null ? null : shard.sha256 === recomputed
}
