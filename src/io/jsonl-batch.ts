import type { Column, DecodedBatch, PackedBytes } from '../core/batch.ts'
import type { ByteReader } from '../core/source.ts'
import { BATCH_TEXT_BYTES } from './arrow-batch.ts'
import type { BatchFrame } from './arrow-batch.ts'
import { JsonBytes } from './json-bytes.ts'
import { damageOf, parseLine, rowsOf } from './jsonl-rows.ts'
import { lineBlocks } from './jsonl-lines.ts'
import type { LineRange } from './jsonl-lines.ts'
import { RoleTable } from './roles.ts'
import { shapeColumns } from './shape.ts'
import { TurnBuilder, reasonCode } from './turn-builder.ts'
import { valueColumn } from './value-batch.ts'
import { writeJson } from './value-json.ts'
import { valueRows } from './value-turns.ts'
import type { ValueRowReader } from './value-turns.ts'

const BATCH_ROWS = 2048

type Row = Record<string, unknown> | null

export interface LineFrame extends BatchFrame {
  /** Number of the range's first row. */
  firstRow: number
  /** Rows to be parsed; the others come back empty. Absent: all. */
  wanted?: ReadonlySet<number> | undefined
}

/** Batches of a JSON lines file or of a byte range of one. */
export async function* jsonlBatches(
  reader: ByteReader,
  range: LineRange,
  frame: LineFrame,
): AsyncGenerator<DecodedBatch> {
  const { wanted } = frame
  let next = frame.firstRow
  for await (const block of lineBlocks(reader, range)) {
    let rows = new RowCollector(frame)
    const damaged = damageOf(block)
    for (const line of rowsOf(block)) {
      const skipped = wanted?.has(next + rows.length) === false
      rows.add(skipped ? null : parseLine(block.bytes, line), () => damaged(line))
      if (!rows.full) continue
      yield rows.batch(next)
      next += rows.length
      rows = new RowCollector(frame)
    }
    if (rows.length > 0) yield rows.batch(next)
    next += rows.length
  }
}

/** Parsed rows on their way into one batch. */
class RowCollector {
  private readonly frame: BatchFrame
  private readonly rows: Row[] = []
  private readonly turns = new TurnBuilder(BATCH_ROWS, BATCH_ROWS * 4, 1 << 20)
  private readonly read: ValueRowReader
  private damaged: () => boolean = () => false

  constructor(frame: BatchFrame) {
    this.frame = frame
    const { shape } = frame.columns
    const roles = new RoleTable(shape.kind === 'turns' ? shape.roles : {})
    this.read = valueRows(shape, roles, this.turns, () => this.damaged())
  }

  get length(): number {
    return this.rows.length
  }

  get full(): boolean {
    return this.rows.length === BATCH_ROWS || this.turns.size >= BATCH_TEXT_BYTES
  }

  add(row: Row, damaged: () => boolean): void {
    this.rows.push(row)
    this.damaged = damaged
    if (row === null) this.turns.endRow(reasonCode('invalid-json'))
    else this.read((column) => own(row, column))
  }

  batch(firstRow: number): DecodedBatch {
    const { rows, frame } = this
    let records: PackedBytes | null = null
    return {
      shard: frame.shard,
      firstRow,
      length: rows.length,
      ...this.turns.build(),
      columns: columnsOf(rows, frame),
      schema: frame.columns,
      records: () => (records ??= recordsOf(rows)),
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

/** A line that is no object has no columns: its record is `null`. */
function recordsOf(rows: readonly Row[]): PackedBytes {
  const out = new JsonBytes(1 << 20)
  const start = new Int32Array(rows.length + 1)
  rows.forEach((row, i) => {
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
