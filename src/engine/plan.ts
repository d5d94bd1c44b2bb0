import type { ExampleColumns } from '../core/example.ts'
import type { Plan, ShardInfo } from '../core/plan.ts'
import type { ObtainedShard, OpenedSource, Slice } from '../core/source.ts'

/** Where slices are cut. The cut never changes a result, only how evenly the workers are busy. */
export interface SliceSize {
  /** Uncompressed bytes as the footer counts them, or bytes of JSONL. */
  bytes: number
  rows: number
}

export const SLICE_SIZE: SliceSize = { bytes: 16 * 1024 * 1024, rows: 32_768 }

export interface PlanOptions {
  columns: ExampleColumns
  limit: number | null
  size: SliceSize
  /** Rows by path of shards that do not tell themselves, counted as far as the limit can ask for them. */
  firstRows?: ReadonlyMap<string, number>
}

/** What would be read, in which pieces: plain data. */
export function makePlan(source: OpenedSource, options: PlanOptions): Plan {
  const shards = [...source.shards].sort(byPlace)
  // A limit is on the corpus audited; what it is compared with is read whole.
  const own = shards.filter(({ against }) => against !== true)
  const quota = options.limit === null ? null : shareLimit(own, options.limit, options.firstRows)
  const slices = shards.flatMap((shard, index) =>
    quota === null || shard.against === true
      ? cutShard(shard, index, options.size)
      : cutLimited(shard, index, quota[index] ?? 0),
  )
  return {
    source: { uri: source.uri, revision: source.revision, commitDate: source.commitDate },
    shards,
    slices,
    columns: options.columns,
    bytes: countBytes(shards),
    limit: options.limit,
  }
}

/** Order of shards everywhere: the corpus before what it is compared with, then component, then path, by code unit. */
export function byPlace(a: ShardInfo, b: ShardInfo): number {
  if (a.against !== b.against) return a.against === true ? 1 : -1
  if (a.component !== b.component) return a.component < b.component ? -1 : 1
  return a.path === b.path ? 0 : a.path < b.path ? -1 : 1
}

/** Slices of a whole shard as far as they are known before its bytes are here. */
export function cutShard(shard: ShardInfo, index: number, size: SliceSize): Slice[] {
  if (shard.rowGroups !== null) return cutRowGroups(shard.rowGroups, index, size)
  if (shard.bytes === 0) return []
  return [{ shard: index, start: 0, end: shard.bytes, firstRow: 0, rows: null }]
}

/** Slices of a plain JSONL shard, cut where its lines are known to start. */
export function cutLines(
  lines: NonNullable<ObtainedShard['lines']>,
  { index, bytes }: { index: number; bytes: number },
  size: SliceSize,
): Slice[] {
  const slices: Slice[] = []
  const marks = lines.offset.length
  for (let first = 0; first < marks;) {
    const start = lines.offset[first] ?? 0
    const firstRow = lines.row[first] ?? 0
    let next = first + 1
    while (next < marks && (lines.offset[next] ?? 0) - start < size.bytes) next++
    const end = next < marks ? (lines.offset[next] ?? bytes) : bytes
    const endRow = next < marks ? (lines.row[next] ?? lines.rows) : lines.rows
    if (endRow > firstRow) slices.push({ shard: index, start, end, firstRow, rows: endRow - firstRow })
    first = next
  }
  return slices
}

/** One slice per row group: how a slice that failed is tried again. */
export function splitSlice(slice: Slice, shard: ShardInfo): Slice[] {
  if (shard.rowGroups === null || slice.end - slice.start <= 1) return [slice]
  const groups = shard.rowGroups.slice(slice.start, slice.end)
  return cutRowGroups(groups, slice.shard, { bytes: 0, rows: 0 }).map((part) => ({
    ...part,
    start: part.start + slice.start,
    end: part.end + slice.start,
    firstRow: (part.firstRow ?? 0) + (slice.firstRow ?? 0),
  }))
}

function cutRowGroups(groups: NonNullable<ShardInfo['rowGroups']>, shard: number, size: SliceSize): Slice[] {
  const slices: Slice[] = []
  let [start, bytes, rows, firstRow] = [0, 0, 0, 0]
  groups.forEach((group, index) => {
    bytes += group.bytes
    rows += group.rows
    const last = index === groups.length - 1
    if (!last && bytes < size.bytes && rows < size.rows) return
    if (rows > 0) slices.push({ shard, start, end: index + 1, firstRow, rows })
    ;[start, bytes, rows, firstRow] = [index + 1, 0, 0, firstRow + rows]
  })
  return slices
}

/** The first `quota` rows of a shard as one slice. */
function cutLimited(shard: ShardInfo, index: number, quota: number): Slice[] {
  if (quota === 0) return []
  if (shard.rowGroups === null) {
    return shard.bytes === 0 ? [] : [{ shard: index, start: 0, end: shard.bytes, firstRow: 0, rows: quota }]
  }
  let rows = 0
  let end = 0
  while (end < shard.rowGroups.length && rows < quota) rows += shard.rowGroups[end++]?.rows ?? 0
  return rows === 0 ? [] : [{ shard: index, start: 0, end, firstRow: 0, rows: Math.min(rows, quota) }]
}

/**
 * Rows to read of each shard under a limit: every component gets an equal share, what a small component does not
 * need goes to the others, and inside a component the first rows in path order are read.
 */
export function shareLimit(
  shards: readonly ShardInfo[],
  limit: number,
  firstRows: ReadonlyMap<string, number> = new Map(),
): number[] {
  const rowsOf = (shard: ShardInfo): number => shard.rows ?? firstRows.get(shard.path) ?? Infinity
  const wanted = new Map<string, number>()
  for (const shard of shards) wanted.set(shard.component, (wanted.get(shard.component) ?? 0) + rowsOf(shard))
  const share = new Map<string, number>()
  let left = limit
  const bySize = [...wanted].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
  bySize.forEach(([component, rows], index) => {
    const mine = Math.min(rows, Math.ceil(left / (bySize.length - index)))
    share.set(component, mine)
    left -= mine
  })
  return shards.map((shard) => {
    const mine = Math.min(rowsOf(shard), share.get(shard.component) ?? 0)
    share.set(shard.component, (share.get(shard.component) ?? 0) - mine)
    return mine
  })
}

function countBytes(shards: readonly ShardInfo[]): Plan['bytes'] {
  let total = 0
  let download = 0
  for (const shard of shards) {
    total += shard.bytes
    if (shard.location.kind === 'hub') download += shard.bytes
  }
  return { total, cached: total - download, download, diskNeeded: download }
}
