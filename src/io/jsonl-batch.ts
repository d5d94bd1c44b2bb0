import { isUtf8 } from 'node:buffer'
import type { Column, DecodedBatch, PackedBytes } from '../core/batch.ts'
import { TURN_FLAG } from '../core/example.ts'
import type { ByteReader } from '../core/source.ts'
import { BATCH_TEXT_BYTES } from './arrow-batch.ts'
import type { BatchFrame } from './arrow-batch.ts'
import { JsonBytes } from './json-bytes.ts'
import { damageOf, parseLine, rowsOf } from './jsonl-rows.ts'
import type { ParsedLine } from './jsonl-rows.ts'
import { lineBlocks } from './jsonl-lines.ts'
import type { LineRange } from './jsonl-lines.ts'
import { RawJson } from './raw-json.ts'
import type { ReadOptions } from './read-options.ts'
import { RoleTable } from './roles.ts'
import { shapeColumns } from './shape.ts'
import { TurnBuilder, reasonCode } from './turn-builder.ts'
import { valueColumn } from './value-batch.ts'
import { writeJson } from './value-json.ts'
import { valueRows } from './value-turns.ts'
import type { ValueRowReader } from './value-turns.ts'

const BATCH_ROWS = 2048

type Row = Record<string, unknown> | null
type CollectorFrame = BatchFrame & Pick<ReadOptions, 'only'>

/** Batches of a JSON lines file or of a byte range of one that starts at row `firstRow`. */
export async function* jsonlBatches(
  reader: ByteReader,
  range: LineRange,
  firstRow: number,
  frame: CollectorFrame,
): AsyncGenerator<DecodedBatch> {
  let next = firstRow
  // A batch is read before the next one is asked for, so that one buffer serves the records of all.
  const records = new JsonBytes(1 << 20)
  const notes = { repeatedName: false }
  for await (const block of lineBlocks(reader, range)) {
    const sound = isUtf8(block.bytes)
    const damaged = damageOf(block, sound)
    let rows = new RowCollector(frame, sound ? block.bytes : null, records)
    for (const line of rowsOf(block)) {
      if (frame.only?.(next + rows.length) === false) {
        // A batch begins with a row somebody wants.
        if (rows.length === 0) next++
        else rows.skip()
      } else {
        rows.add(parseLine(block.bytes, line, notes), line.start, () => damaged(line))
        if (notes.repeatedName) rows.flagRepeatedName()
        notes.repeatedName = false
      }
      if (!rows.full) continue
      yield rows.batch(next)
      next += rows.length
      rows = new RowCollector(frame, sound ? block.bytes : null, records)
    }
    if (rows.length > 0) yield rows.batch(next)
    next += rows.length
  }
}

/** Parsed rows on their way into one batch. */
class RowCollector {
  private readonly frame: BatchFrame
  private readonly rows: Row[] = []
  /** The bytes the rows were parsed from, unless they are ill-formed, and where the line of each starts. */
  private readonly source: Uint8Array | null
  private readonly starts: number[] = []
  private readonly out: JsonBytes
  private readonly turns: TurnBuilder
  private readonly read: ValueRowReader
  /** Columns a conversation is read from. */
  private readonly columns: readonly string[]
  private damaged: () => boolean = () => false

  constructor(frame: CollectorFrame, source: Uint8Array | null, out: JsonBytes) {
    this.frame = frame
    // Of rows picked out there is little text.
    const textBytes = frame.only === undefined ? 1 << 20 : 1 << 16
    this.turns = new TurnBuilder(BATCH_ROWS, BATCH_ROWS * 4, textBytes)
    this.source = source
    this.out = out
    const { shape } = frame.columns
    this.columns = shapeColumns(shape)
    const roles = new RoleTable(shape.kind === 'turns' ? shape.roles : {})
    this.read = valueRows(shape, roles, this.turns, { damaged: () => this.damaged() })
  }

  get length(): number {
    return this.rows.length
  }

  get full(): boolean {
    return this.rows.length === BATCH_ROWS || this.turns.size >= BATCH_TEXT_BYTES
  }

  add(row: ParsedLine, start: number, damaged: () => boolean): void {
    const unreadable = typeof row === 'string'
    this.rows.push(unreadable ? null : row)
    this.starts.push(start)
    this.damaged = damaged
    if (unreadable) this.turns.endRow(reasonCode(row))
    else if (!this.columns.some((column) => Object.hasOwn(row, column)))
      this.turns.endRow(reasonCode('absent-column'))
    else this.read((column) => own(row, column))
  }

  flagRepeatedName(): void {
    this.turns.flagLastRow(TURN_FLAG.repeatedName)
  }

  /** A row nobody wants. */
  skip(): void {
    this.rows.push(null)
    this.starts.push(0)
    this.turns.endRow(0)
  }

  batch(firstRow: number): DecodedBatch {
    const { rows, frame, source, starts, out } = this
    let records: PackedBytes | null = null
    return {
      shard: frame.shard,
      firstRow,
      length: rows.length,
      ...this.turns.build(),
      columns: columnsOf(rows, frame),
      schema: frame.columns,
      records: () => (records ??= recordsOf(rows, { source, starts, out })),
    }
  }
}

function own(row: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined
}

/**
 * Columns of JSON lines are text, whatever the value: a later line may hold another type than the first ones, and
 * a column must not change its kind with the batch. Those declared nested are JSON.
 */
function columnsOf(rows: readonly Row[], frame: BatchFrame): ReadonlyMap<string, Column> {
  const used = new Set(shapeColumns(frame.columns.shape))
  const nested = new Set(frame.types.filter(({ type }) => type.kind !== 'scalar').map(({ name }) => name))
  const names = new Set(frame.types.map(({ name }) => name))
  for (const row of rows) if (row !== null) for (const name of Object.keys(row)) names.add(name)
  const columns = new Map<string, Column>()
  for (const name of names) {
    if (used.has(name)) continue
    const values = rows.map((row) => (row === null ? null : own(row, name)))
    columns.set(name, valueColumn(values, nested.has(name) ? 'json' : 'utf8', null))
  }
  return columns
}

/** A line that was not read has no columns: its record is `null`. */
function recordsOf(
  rows: readonly Row[],
  { source, starts, out }: { source: Uint8Array | null; starts: readonly number[]; out: JsonBytes },
): PackedBytes {
  const raw = new RawJson(out)
  const start = new Int32Array(rows.length + 1)
  out.length = 0
  rows.forEach((row, i) => {
    if (row === null || source === null || !raw.object(source, starts[i]!))
      writeJson(row === null ? null : withoutNulls(row), null, out)
    start[i + 1] = out.length
  })
  return { start, bytes: out.bytes.subarray(0, out.length) }
}

function withoutNulls(row: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.create(null) as Record<string, unknown>
  for (const [name, value] of Object.entries(row)) if (value !== null) kept[name] = value
  return kept
}
