import type { ShardInfo } from '../core/plan.ts'
import type { ByteLocation } from '../core/source.ts'
import type { Assigned } from './components.ts'

/** A shard before its footer was read. */
export function shardOf({ component, file, format }: Assigned, location: ByteLocation): ShardInfo {
  return {
    component,
    path: file.path,
    bytes: file.bytes,
    rows: null,
    sha256: file.sha256,
    format,
    location,
    schema: null,
    writer: null,
    rowGroups: null,
  }
}

/** Cards an audit reads, the root one first. */
export const CARDS = ['README.md', 'data/README.md'] as const
/** A larger card is no card. */
export const LARGEST_CARD = 4 * 1024 * 1024
