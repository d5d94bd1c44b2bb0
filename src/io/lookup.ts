import type { Column, DecodedBatch } from '../core/batch.ts'
import { ROLES } from '../core/example.ts'
import type { Example, ExampleColumns, UnreadField } from '../core/example.ts'
import { AuditError } from '../core/error.ts'
import type { JsonValue } from '../core/json.ts'
import type { ShardInfo } from '../core/plan.ts'
import type { Slice } from '../core/source.ts'
import { openBytes } from './bytes.ts'
import { readSlice } from './decode.ts'
import { openFooter } from './footer.ts'
import { LineMarks } from './line-marks.ts'
import type { ObtainedShard } from '../core/source.ts'
import type { ReadOptions } from './read-options.ts'

/** Memory a second look may take at once. */
const MEMORY_BYTES = 512 << 20

/**
 * Reads single rows again as objects, in row order. Each row group (each marked range of JSON lines) that holds a
 * wanted row is decoded once.
 * @param rows ascending row numbers of this shard.
 * @throws AuditError as `readSlice`; INTERNAL for a row the shard does not have.
 */
export async function* readRows(
  shard: ShardInfo,
  shardIndex: number,
  rows: ArrayLike<number>,
  columns: ExampleColumns,
): AsyncGenerator<Example> {
  if (rows.length === 0) return
  const pieces = shard.format === 'parquet' ? await rowGroupPieces(shard) : await linePieces(shard)
  const slices = withRows(pieces, shardIndex, rows)
  for await (const { batch, i } of wantedRows(shard, slices, rows, { columns })) yield exampleAt(batch, i)
}

type LookOptions = Pick<ReadOptions, 'columns' | 'reader'>

/** The same for rows of one slice of a plan. */
export async function* readRowsOfSlice(
  shard: ShardInfo,
  slice: Slice,
  rows: ArrayLike<number>,
  options: LookOptions,
): AsyncGenerator<Example> {
  const slices = withRows(await piecesOf(shard, slice), slice.shard, rows)
  for await (const { batch, i } of wantedRows(shard, slices, rows, options)) yield exampleAt(batch, i)
}

/** Numbers of the rows of a shard that declare an id, ascending; reads no further than the last one asked for. */
export async function* rowsById(
  shard: ShardInfo,
  shardIndex: number,
  id: string,
  columns: ExampleColumns,
): AsyncGenerator<number> {
  if (columns.id === null) return
  const pieces = shard.format === 'parquet' ? await rowGroupPieces(shard) : [wholeFile(shard)]
  for (const piece of pieces) {
    const slice = { shard: shardIndex, ...piece, rows: null }
    for await (const batch of readSlice(shard, slice, { columns, memoryBytes: MEMORY_BYTES }))
      for (let i = 0; i < batch.length; i++) if (exampleIdAt(batch, i) === id) yield batch.firstRow + i
  }
}

/** Canonical bytes of every column of rows of one slice; valid until the next is asked for. */
export async function* readRecordsOfSlice(
  shard: ShardInfo,
  slice: Slice,
  rows: ArrayLike<number>,
  options: LookOptions,
): AsyncGenerator<Uint8Array> {
  const slices = withRows(await piecesOf(shard, slice), slice.shard, rows)
  for await (const { batch, i } of wantedRows(shard, slices, rows, options)) {
    const { start, bytes } = batch.records()
    yield bytes.subarray(start[i], start[i + 1])
  }
}

/** Row groups of a slice of Parquet; a slice of lines is one piece. */
async function piecesOf(shard: ShardInfo, slice: Slice): Promise<Piece[]> {
  if (shard.format !== 'parquet') return [{ ...slice, firstRow: slice.firstRow ?? 0 }]
  const groups = await rowGroupPieces(shard)
  return groups.filter(({ start, end }) => start >= slice.start && end <= slice.end)
}

async function* wantedRows(
  shard: ShardInfo,
  slices: Iterable<Slice>,
  rows: ArrayLike<number>,
  options: LookOptions,
): AsyncGenerator<{ batch: DecodedBatch; i: number }> {
  let next = 0
  let asked = 0
  const only = (row: number): boolean => {
    while (asked < rows.length && rows[asked]! < row) asked++
    return rows[asked] === row
  }
  for (const slice of slices) {
    for await (const batch of readSlice(shard, slice, { ...options, memoryBytes: MEMORY_BYTES, only })) {
      const end = batch.firstRow + batch.length
      for (; next < rows.length && rows[next]! < end; next++) yield { batch, i: rows[next]! - batch.firstRow }
      if (next === rows.length) return
    }
  }
  throw new AuditError('INTERNAL', { what: `There is no row ${rows[next]}`, where: shard.path })
}

/** Slices of one row group or marked range each, only those that hold a wanted row. */
function* withRows(pieces: readonly Piece[], shard: number, rows: ArrayLike<number>): Generator<Slice> {
  let at = 0
  for (let i = 0; i < pieces.length && at < rows.length; i++) {
    const piece = pieces[i]!
    const lastRow = pieces[i + 1]?.firstRow ?? Infinity
    if (rows[at]! >= lastRow) continue
    while (at < rows.length && rows[at]! < lastRow) at++
    yield { shard, ...piece, rows: null }
  }
}

type Piece = Pick<Slice, 'start' | 'end'> & { firstRow: number }

function wholeFile({ bytes }: ShardInfo): Piece {
  return { start: 0, end: bytes, firstRow: 0 }
}

async function rowGroupPieces(shard: ShardInfo): Promise<Piece[]> {
  const groups = shard.rowGroups ?? (await footerGroups(shard))
  let firstRow = 0
  return groups.map((group, i) => {
    const piece = { start: i, end: i + 1, firstRow }
    firstRow += group.rows
    return piece
  })
}

async function footerGroups(shard: ShardInfo): Promise<readonly { rows: number }[]> {
  const reader = await openBytes(shard.location)
  try {
    return (await openFooter(reader, shard.path)).rowGroups
  } finally {
    await reader.close()
  }
}

type Marks = NonNullable<ObtainedShard['lines']>

/** Marks of the files looked into last; finding them costs one read of the file. */
const marksByPlace = new Map<string, Marks>()
const KEEP_MARKS = 64
const CHUNK_BYTES = 4 << 20

async function linePieces(shard: ShardInfo): Promise<Piece[]> {
  if (shard.format !== 'jsonl') return [wholeFile(shard)]
  const { offset, row } = await marksOf(shard)
  return [...offset].map((start, i) => ({ start, end: offset[i + 1] ?? shard.bytes, firstRow: row[i]! }))
}

async function marksOf(shard: ShardInfo): Promise<Marks> {
  const place = JSON.stringify(shard.location)
  const known = marksByPlace.get(place)
  if (known !== undefined) return known
  const reader = await openBytes(shard.location)
  try {
    const marks = new LineMarks()
    for (let at = 0; at < reader.bytes; at += CHUNK_BYTES) {
      marks.add(await reader.read(at, Math.min(reader.bytes, at + CHUNK_BYTES)))
    }
    const found = marks.finish()
    if (marksByPlace.size >= KEEP_MARKS) marksByPlace.clear()
    marksByPlace.set(place, found)
    return found
  } finally {
    await reader.close()
  }
}

/** One example of a batch as an object; its bytes are copied, so it outlives the batch. */
export function exampleAt(batch: DecodedBatch, i: number): Example {
  const turns = []
  for (let turn = batch.turnStart[i]!; turn < batch.turnStart[i + 1]!; turn++) {
    const text = batch.bytes.slice(batch.textStart[turn], batch.textStart[turn + 1])
    turns.push({ role: ROLES[batch.role[turn]!] ?? 'unknown', text })
  }
  const columns = Object.create(null) as Record<string, JsonValue>
  for (const [name, column] of batch.columns) columns[name] = valueAt(column, i)
  const unread = unreadAt(batch, i)
  return {
    ...{ shard: batch.shard, row: batch.firstRow + i, turns, columns, exampleId: exampleIdAt(batch, i) },
    ...(unread.length > 0 ? { unread } : {}),
  }
}

/** What the turns of one example hold beside what was read of them. */
function unreadAt({ turnStart, unread }: DecodedBatch, i: number): UnreadField[] {
  if (unread === undefined) return []
  const { turn, field, sha256 } = unread
  const [first, end] = [turnStart[i]!, turnStart[i + 1]!]
  const found: UnreadField[] = []
  for (let at = firstAtLeast(turn, first); at < turn.length && turn[at]! < end; at++)
    found.push({ turn: turn[at]! - first, field: field[at]!, sha256: sha256[at]! })
  return found
}

/** The first place of an ascending list whose value is no smaller than one wanted. */
function firstAtLeast(values: readonly number[], wanted: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** The declared id of one example of a batch, as text; null where it declares none. */
export function exampleIdAt({ columns, schema: { id } }: DecodedBatch, i: number): string | null {
  const column = id === null ? undefined : columns.get(id)
  return column === undefined || column.valid[i] === 0 ? null : idText(valueAt(column, i))
}

function idText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function valueAt(column: Column, i: number): JsonValue {
  if (column.valid[i] === 0) return null
  if (column.kind === 'boolean') return column.values[i] === 1
  if (column.kind === 'number') return numberValue(column.values[i]!)
  const text = Buffer.from(column.bytes.subarray(column.start[i], column.start[i + 1])).toString('utf8')
  return column.json ? (JSON.parse(text) as JsonValue) : text
}

/** JSON has no NaN and no infinities; they are shown as text rather than lost. */
function numberValue(value: number): JsonValue {
  return Number.isFinite(value) ? value : String(value)
}
