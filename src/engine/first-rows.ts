import { AuditError } from '../core/error.ts'
import type { ShardInfo } from '../core/plan.ts'
import { openBytes } from '../io/bytes.ts'
import { countFirstRows } from '../io/jsonl-count.ts'

/**
 * Rows of the JSONL shards by path, counted as far as a limit can ask for them: of every component the files in path
 * order until they hold `limit` rows. Files behind these are not opened, and have no entry.
 * @param shards in the order of the plan.
 */
export async function firstRowsOf(shards: readonly ShardInfo[], limit: number): Promise<Map<string, number>> {
  const rows = new Map<string, number>()
  // The only file has no other to leave rows to.
  if (shards.length < 2) return rows
  const found = new Map<string, number>()
  for (const shard of shards) {
    const before = found.get(shard.component) ?? 0
    if (before >= limit) continue
    const mine = shard.rows ?? (await count(shard, limit - before))
    if (shard.rows === null) rows.set(shard.path, mine)
    found.set(shard.component, before + mine)
  }
  return rows
}

/** A file that cannot be read fails where its rows are read, as without a limit. */
async function count(shard: ShardInfo, most: number): Promise<number> {
  try {
    const reader = await openBytes(shard.location)
    try {
      return await countFirstRows(reader, shard, most)
    } finally {
      await reader.close()
    }
  } catch (error) {
    if (error instanceof AuditError) return Infinity
    throw error
  }
}
