import type { AuditError } from '../core/error.ts'
import type { ShardInfo } from '../core/plan.ts'
import { openBytes } from '../io/bytes.ts'
import { jsonlSchema } from '../io/jsonl-schema.ts'
import { withFooter, withFooters } from '../io/source.ts'
import { isDataError } from './data-error.ts'
import type { Settings } from './options.ts'
import { isOwn } from './own.ts'

/**
 * Footers of Parquet, first rows of JSON lines: what is known of shards before their rows are read. Under `keepGoing`
 * one that is bad from its first bytes is left as it was listed, with the reason; a corpus of nothing else is an error.
 */
export async function describeShards(
  listed: readonly ShardInfo[],
  { keepGoing }: Pick<Settings, 'keepGoing'>,
): Promise<{ shards: ShardInfo[]; broken: Map<number, AuditError> }> {
  const reasons = new Map<ShardInfo, AuditError>()
  const described = async (
    shard: ShardInfo,
    describe: (shard: ShardInfo) => Promise<ShardInfo>,
  ): Promise<ShardInfo> => {
    try {
      return await describe(shard)
    } catch (error) {
      if (!keepGoing || !isDataError(error)) throw error
      reasons.set(shard, error)
      return shard
    }
  }
  const shards = await withFooters(listed, (shard) => described(shard, withFooter))
  for (const [index, shard] of shards.entries())
    if (!reasons.has(shard)) shards[index] = await described(shard, withSchema)
  const own = shards.filter(isOwn)
  const first = reasons.get(own[0]!)
  if (first !== undefined && own.every((shard) => reasons.has(shard))) throw first
  const broken = [...shards.entries()].flatMap(([index, shard]): [number, AuditError][] => {
    const reason = reasons.get(shard)
    return reason === undefined ? [] : [[index, reason]]
  })
  return { shards, broken: new Map(broken) }
}

async function withSchema(shard: ShardInfo): Promise<ShardInfo> {
  if (shard.schema !== null) return shard
  const reader = await openBytes(shard.location)
  try {
    return { ...shard, schema: await jsonlSchema(reader, shard.format, shard.path) }
  } finally {
    await reader.close()
  }
}
