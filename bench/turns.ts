import { openSource } from '../src/io/source.ts'
import { readSlice } from '../src/io/decode.ts'
import { recogniseColumns } from '../src/io/shape.ts'
import { jsonlSchema } from '../src/io/jsonl-schema.ts'
import { openBytes } from '../src/io/bytes.ts'
import type { ShardInfo } from '../src/core/plan.ts'

/** Turn contents of a corpus end to end in shared memory: turn i is bytes [starts[i], starts[i+1]). */
export interface Turns {
  bytes: Uint8Array
  starts: Int32Array
  turns: number
}

/** Reads every turn of a corpus on disk, decoded as a run decodes it. */
export async function readTurns(folder: string): Promise<Turns> {
  const source = await openSource('data', {
    offline: true,
    folder,
    allowOutside: true,
    useToken: false,
    readFooters: true,
    warn: () => {},
  })
  let bytes = new Uint8Array(new SharedArrayBuffer(1 << 24))
  let used = 0
  const starts: number[] = [0]
  for (const [number, shard] of source.shards.entries()) {
    const columns = recogniseColumns(await schemaOf(shard), {}, shard.path)
    const end = shard.format === 'parquet' ? shard.rowGroups!.length : shard.bytes
    const slice = { shard: number, start: 0, end, firstRow: 0, rows: null }
    for await (const batch of readSlice(shard, slice, { columns, memoryBytes: 1 << 30 })) {
      const turns = batch.turnStart[batch.length]!
      const from = batch.textStart[0]!
      const text = batch.bytes.subarray(from, batch.textStart[turns])
      if (used + text.length > bytes.length) {
        const grown = new Uint8Array(new SharedArrayBuffer(Math.max(2 * bytes.length, used + text.length)))
        grown.set(bytes)
        bytes = grown
      }
      bytes.set(text, used)
      for (let turn = 1; turn <= turns; turn++) starts.push(used + batch.textStart[turn]! - from)
      used += text.length
    }
  }
  const shared = new Int32Array(new SharedArrayBuffer(4 * starts.length))
  shared.set(starts)
  return { bytes: bytes.subarray(0, used), starts: shared, turns: starts.length - 1 }
}

async function schemaOf(shard: ShardInfo): Promise<NonNullable<ShardInfo['schema']>> {
  if (shard.schema !== null) return shard.schema
  const reader = await openBytes(shard.location)
  try {
    return await jsonlSchema(reader, shard.format, shard.path)
  } finally {
    await reader.close()
  }
}

/** About `bytes` bytes of turns spread evenly over the corpus. */
export function sample(all: Turns, bytes: number): Turns {
  const step = Math.max(1, Math.round(all.bytes.length / bytes))
  if (step === 1) return all
  const parts: Uint8Array[] = []
  for (let turn = 0; turn < all.turns; turn += step)
    parts.push(all.bytes.subarray(all.starts[turn], all.starts[turn + 1]))
  const total = parts.reduce((sum, part) => sum + part.length, 0)
  const joined = new Uint8Array(new SharedArrayBuffer(total))
  const starts = new Int32Array(new SharedArrayBuffer(4 * (parts.length + 1)))
  let at = 0
  parts.forEach((part, i) => {
    joined.set(part, at)
    at += part.length
    starts[i + 1] = at
  })
  return { bytes: joined, starts, turns: parts.length }
}

export function textsOf(turns: Turns): string[] {
  const all = Buffer.from(turns.bytes.buffer, turns.bytes.byteOffset, turns.bytes.length)
  return Array.from({ length: turns.turns }, (_, i) =>
    all.toString('utf8', turns.starts[i], turns.starts[i + 1]),
  )
}
