import type { Column, DecodedBatch, PackedBytes } from '../core/batch.ts'
import type { ExampleColumns } from '../core/example.ts'
import { isValid } from './arrow-ffi.ts'
import type { ArrowArray } from './arrow-ffi.ts'
import { arrowColumn } from './arrow-columns.ts'
import { arrowRows } from './arrow-turns.ts'
import { jsonWriter } from './arrow-value.ts'
import { columnKind } from './column-kind.ts'
import { JsonBytes } from './json-bytes.ts'
import { RoleTable } from './roles.ts'
import { shapeColumns } from './shape.ts'
import { TurnBuilder } from './turn-builder.ts'
import type { TypeNode } from './type-text.ts'

/** A batch is closed at this much text, so that a record batch of long documents is handed on in pieces. */
export const BATCH_TEXT_BYTES = 16 << 20

/** What stays the same for every batch of a slice. */
export interface BatchFrame {
  shard: number
  columns: ExampleColumns
  types: readonly { name: string; type: TypeNode }[]
}

/** One decoded record batch. `open` gives views on it that are valid until WebAssembly runs again. */
export interface RecordSource {
  open(): ReadonlyMap<string, ArrowArray>
  rows: number
  firstRow: number
}

/** Cuts a record batch into batches of the house. Each is valid until the next is asked for. */
export function* arrowBatches(source: RecordSource, frame: BatchFrame): Generator<DecodedBatch> {
  for (let start = 0; start < source.rows;) {
    const batch = arrowBatch(source, frame, start)
    yield batch
    start += batch.length
  }
}

function arrowBatch(source: RecordSource, frame: BatchFrame, start: number): DecodedBatch {
  const arrays = source.open()
  const { shape, id } = frame.columns
  const rows = source.rows - start
  const turns = new TurnBuilder(rows, rows * 4, 1 << 16)
  const readRow = arrowRows(arrays, shape, new RoleTable(shape.kind === 'turns' ? shape.roles : {}), turns)
  let length = 0
  while (length < rows && turns.size < BATCH_TEXT_BYTES) readRow(start + length++)
  const used = new Set(shapeColumns(shape))
  const columns = new Map<string, Column>()
  for (const { name, type } of frame.types) {
    if (used.has(name)) continue
    columns.set(name, arrowColumn(arrays.get(name)!, columnKind(type, name === id), start, start + length))
  }
  let records: PackedBytes | null = null
  return {
    shard: frame.shard,
    firstRow: source.firstRow + start,
    length,
    ...turns.build(),
    columns,
    schema: frame.columns,
    records: () => (records ??= arrowRecords(source.open(), start, length)),
  }
}

/** Rows as canonical JSON. A null column is left out: a file that lacks the column holds the same record. */
function arrowRecords(arrays: ReadonlyMap<string, ArrowArray>, start: number, length: number): PackedBytes {
  const out = new JsonBytes(1 << 20)
  const names = [...arrays.keys()].sort()
  const fields = names.map((name) => {
    const array = arrays.get(name)!
    return { name, array, write: jsonWriter(array, out) }
  })
  const starts = new Int32Array(length + 1)
  for (let i = 0; i < length; i++) {
    out.byte(123)
    let written = 0
    for (const { name, array, write } of fields) {
      if (!isValid(array, start + i)) continue
      if (written++ > 0) out.byte(44)
      out.text(name)
      out.byte(58)
      write(start + i)
    }
    out.byte(125)
    starts[i + 1] = out.length
  }
  return { start: starts, bytes: out.bytes.subarray(0, out.length) }
}
