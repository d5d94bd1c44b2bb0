import type { ShardInfo } from '../core/plan.ts'
import type { Slice } from '../core/source.ts'

/** Code, tables and the batch being built, whatever the file. */
const BASE_BYTES = 48 << 20
/** JSON lines: a 4 MB block, its parsed objects, and the batch; a compressed file adds its window. */
const JSONL_BYTES = 96 << 20
/**
 * Peak memory of decoding over the uncompressed page bytes the footer declares: the compressed bytes once in
 * JavaScript and once in WebAssembly, the decoded values, and the growth of their buffers. Measured on a row group
 * of 410 MB that does not compress, the worst case, by `npm run bench:decode`.
 */
const FACTOR = 3.4

/** Estimated peak memory of decoding a slice, from what the footer declares. */
export function needBytes(shard: ShardInfo, slice: Slice): number {
  if (shard.format !== 'parquet' || shard.rowGroups === null) return BASE_BYTES + JSONL_BYTES
  const groups = shard.rowGroups.slice(slice.start, slice.end)
  const largest = groups.reduce((most, group) => Math.max(most, group.bytes), 0)
  return BASE_BYTES + Math.ceil(largest * FACTOR)
}

/** Decoded values and the growth of their buffers. */
const DECODED_FACTOR = 1.6
/** Each range decompresses the pages before it again; more ranges than this would be a standstill. */
const MOST_RANGES = 32

/** What is known of one row group once its bytes and page headers were read. */
export interface GroupSize {
  rows: number
  compressed: number
  decoded: number
  pages: number
}

/**
 * In how many row ranges a row group has to be decoded for its peak to stay under `memoryBytes`; null when its
 * compressed bytes alone do not fit. Each range decompresses the pages before it once more.
 */
export function rangesFor(group: GroupSize, memoryBytes: number): number | null {
  const fixed = BASE_BYTES + 2 * group.compressed + 2 * group.pages
  const left = memoryBytes - fixed
  if (left <= 0) return null
  const ranges = Math.max(1, Math.ceil((group.decoded * DECODED_FACTOR) / left))
  return ranges > MOST_RANGES ? null : Math.min(group.rows, ranges)
}
