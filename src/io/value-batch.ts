import type { Column, DecodedBatch, PackedBytes } from '../core/batch.ts'
import type { BatchFrame } from './arrow-batch.ts'
import { columnKind } from './column-kind.ts'
import type { ColumnKind } from './column-kind.ts'
import { JsonBytes } from './json-bytes.ts'
import { RoleTable } from './roles.ts'
import { shapeColumns } from './shape.ts'
import { TurnBuilder } from './turn-builder.ts'
import type { TypeNode } from './type-text.ts'
import { scalarText, writeJson } from './value-json.ts'
import type { RowValue } from './value-json.ts'
import { valueRows } from './value-turns.ts'

/** Rows held as values by column. */
export interface ValueRows {
  firstRow: number
  length: number
  value(row: number, column: string): RowValue
}

/** A batch from rows of values whose columns have declared types (the second Parquet reader). */
export function valueBatch(rows: ValueRows, frame: BatchFrame): DecodedBatch {
  const { shape, id } = frame.columns
  const turns = new TurnBuilder(rows.length, rows.length * 4, 1 << 16)
  const types = new Map(frame.types.map(({ name, type }) => [name, type]))
  const roles = new RoleTable(shape.kind === 'turns' ? shape.roles : {})
  const readRow = valueRows(shape, roles, turns, { types })
  for (let row = 0; row < rows.length; row++) readRow((column) => rows.value(row, column))
  const used = new Set(shapeColumns(shape))
  const columns = new Map<string, Column>()
  for (const { name, type } of frame.types) {
    if (used.has(name)) continue
    const values = Array.from({ length: rows.length }, (_, row) => rows.value(row, name))
    columns.set(name, valueColumn(values, columnKind(type, name === id), type))
  }
  let records: PackedBytes | null = null
  return {
    shard: frame.shard,
    firstRow: rows.firstRow,
    length: rows.length,
    ...turns.build(),
    columns,
    schema: frame.columns,
    records: () => (records ??= valueRecords(rows, frame.types)),
  }
}

export function valueColumn(values: readonly RowValue[], kind: ColumnKind, type: TypeNode | null): Column {
  const valid = validOf(values)
  if (kind === 'boolean')
    return { kind, values: Uint8Array.from(values, (value) => (value === true ? 1 : 0)), valid }
  if (kind === 'number')
    return {
      kind,
      values: Float64Array.from(values, (value, i) => (valid[i] === 1 ? Number(value) : 0)),
      valid,
    }
  const out = new JsonBytes(Math.min(1 << 16, 64 * values.length))
  const start = new Int32Array(values.length + 1)
  for (let i = 0; i < values.length; i++) {
    if (valid[i] === 1) {
      if (kind === 'json') writeJson(values[i], type, out)
      else out.raw(scalarText(values[i], type))
    }
    start[i + 1] = out.length
  }
  return { kind: 'utf8', json: kind === 'json', start, bytes: out.bytes.subarray(0, out.length), valid }
}

function validOf(values: readonly RowValue[]): Uint8Array {
  const valid = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) valid[i] = values[i] === null || values[i] === undefined ? 0 : 1
  return valid
}

function valueRecords(rows: ValueRows, types: BatchFrame['types']): PackedBytes {
  const out = new JsonBytes(1 << 20)
  const sorted = [...types].sort((a, b) => (a.name < b.name ? -1 : 1))
  const start = new Int32Array(rows.length + 1)
  for (let row = 0; row < rows.length; row++) {
    out.byte(123)
    let written = 0
    for (const { name, type } of sorted) {
      const value = rows.value(row, name)
      if (value === null || value === undefined) continue
      if (written++ > 0) out.byte(44)
      out.text(name)
      out.byte(58)
      writeJson(value, type, out)
    }
    out.byte(125)
    start[row + 1] = out.length
  }
  return { start, bytes: out.bytes.subarray(0, out.length) }
}
