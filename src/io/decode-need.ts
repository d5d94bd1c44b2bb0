import type { ShardInfo } from '../core/plan.ts'
import type { Slice } from '../core/source.ts'

/** Code, tables and the batch being built, whatever the file. */
const BASE_BYTES = 48 << 20
/** JSON lines: a 4 MB block, its parsed objects, and the batch; a compressed file adds its window. */
const JSONL_BYTES = 96 << 20
/**
 * Peak memory of decoding over the uncompressed page bytes the footer declares: the compressed bytes once in
 * JavaScript and once in WebAssembly, the decoded values, and the growth of their buffers.
 * Measured by `npm run bench:decode`.
 */
const FACTOR = 2.5

/** Estimated peak memory of decoding a slice, from what the footer declares. */
export function needBytes(shard: ShardInfo, slice: Slice): number {
  if (shard.format !== 'parquet' || shard.rowGroups === null) return BASE_BYTES + JSONL_BYTES
  const groups = shard.rowGroups.slice(slice.start, slice.end)
  const largest = groups.reduce((most, group) => Math.max(most, group.bytes), 0)
  return BASE_BYTES + Math.ceil(largest * FACTOR)
}

/** What is known of one row group once its bytes and page headers were read. */
export interface GroupSize {
  rows: number
  compressed: number
  decoded: number
}

/**
 * In how many row ranges a row group has to be decoded for its peak to stay under `memoryBytes`; null when its
 * compressed bytes alone do not fit. Each range decompresses the pages before it once more.
 */
export function rangesFor(group: GroupSize, memoryBytes: number): number | null {
  const fixed = BASE_BYTES + 2 * group.compressed
  const left = memoryBytes - fixed
  if (left <= 0) return null
  return Math.min(group.rows, Math.max(1, Math.ceil((group.decoded * 1.2) / left)))
}
