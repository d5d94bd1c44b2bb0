import type { Column } from '../core/batch.ts'
import { isValid } from './arrow-ffi.ts'
import type { ArrowArray } from './arrow-ffi.ts'
import { booleanAt, jsonWriter, numberAt, plainTextAt, rangeEnd, rangeStart } from './arrow-value.ts'
import type { ColumnKind } from './column-kind.ts'
import { JsonBytes } from './json-bytes.ts'
import { binaryText } from './utf8.ts'

/** Rows [start, end) of an Arrow column as a column of the batch. */
export function arrowColumn(array: ArrowArray, kind: ColumnKind, start: number, end: number): Column {
  const valid = validity(array, start, end)
  if (kind === 'boolean') {
    const values = Uint8Array.from(valid, (ok, i) => (ok === 1 && booleanAt(array, start + i) ? 1 : 0))
    return { kind, values, valid }
  }
  if (kind === 'number') {
    const values = Float64Array.from(valid, (ok, i) => (ok === 1 ? Number(numberAt(array, start + i)) : 0))
    return { kind, values, valid }
  }
  if (array.type.format === 'u') return textColumn(array, valid, start, end)
  return writtenColumn(array, valid, kind === 'json', start)
}

function validity(array: ArrowArray, start: number, end: number): Uint8Array {
  const valid = new Uint8Array(end - start)
  for (let row = start; row < end; row++) if (isValid(array, row)) valid[row - start] = 1
  return valid
}

/** UTF-8 columns lie in one piece: offsets are shifted, bytes copied once. */
function textColumn(array: ArrowArray, valid: Uint8Array, start: number, end: number): Column {
  const first = rangeStart(array, start)
  const last = end > start ? rangeEnd(array, end - 1) : first
  const starts = new Int32Array(end - start + 1)
  for (let row = start; row < end; row++) starts[row - start + 1] = rangeEnd(array, row) - first
  return { kind: 'utf8', json: false, start: starts, bytes: array.buffers[0]!.slice(first, last), valid }
}

function writtenColumn(array: ArrowArray, valid: Uint8Array, json: boolean, start: number): Column {
  const out = new JsonBytes()
  const write = json ? jsonWriter(array, out) : textWriter(array, out)
  const starts = new Int32Array(valid.length + 1)
  for (let i = 0; i < valid.length; i++) {
    if (valid[i] === 1) write(start + i)
    starts[i + 1] = out.length
  }
  return { kind: 'utf8', json, start: starts, bytes: out.bytes.slice(0, out.length), valid }
}

function textWriter(array: ArrowArray, out: JsonBytes): (row: number) => void {
  if (array.type.format === 'z') {
    return (row) =>
      out.raw(binaryText(array.buffers[0]!.subarray(rangeStart(array, row), rangeEnd(array, row))))
  }
  return (row) => out.ascii(plainTextAt(array, row) ?? String(numberAt(array, row) ?? ''))
}
