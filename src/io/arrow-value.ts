import { isValid, widthOf } from './arrow-ffi.ts'
import type { ArrowArray } from './arrow-ffi.ts'
import { JsonBytes } from './json-bytes.ts'
import { dateText, timestampText } from './time-text.ts'
import type { TimeUnit } from './time-text.ts'
import { binaryText, hexText } from './utf8.ts'

/** The bytes of one value of a fixed width. */
function fixed(array: ArrowArray, row: number, width: number): DataView {
  const values = array.buffers[0]!
  return new DataView(values.buffer, values.byteOffset + (row + array.offset) * width, width)
}

/** The range of a variable-length value in `array.buffers[0]`, or of a list in its child. */
export function rangeStart(array: ArrowArray, row: number): number {
  return array.offsets![row + array.offset]!
}
export function rangeEnd(array: ArrowArray, row: number): number {
  return array.offsets![row + array.offset + 1]!
}

export function booleanAt(array: ArrowArray, row: number): boolean {
  const i = row + array.offset
  return ((array.buffers[0]![i >> 3]! >> (i & 7)) & 1) === 1
}

/** A number by format, or null when the format is not a number's. 64-bit integers come exact. */
export function numberAt(array: ArrowArray, row: number): number | bigint | null {
  const { format } = array.type
  switch (format) {
    case 'c':
      return fixed(array, row, 1).getInt8(0)
    case 'C':
      return fixed(array, row, 1).getUint8(0)
    case 's':
      return fixed(array, row, 2).getInt16(0, true)
    case 'S':
      return fixed(array, row, 2).getUint16(0, true)
    case 'i':
    case 'tts':
    case 'ttm':
      return fixed(array, row, 4).getInt32(0, true)
    case 'I':
      return fixed(array, row, 4).getUint32(0, true)
    case 'l':
    case 'ttu':
    case 'ttn':
      return fixed(array, row, 8).getBigInt64(0, true)
    case 'L':
      return fixed(array, row, 8).getBigUint64(0, true)
    case 'e':
      return halfFloat(fixed(array, row, 2).getUint16(0, true))
    case 'f':
      return fixed(array, row, 4).getFloat32(0, true)
    case 'g':
      return fixed(array, row, 8).getFloat64(0, true)
    default:
      return format.startsWith('d:') ? decimalAt(array, row) : null
  }
}

const UNIT: Readonly<Record<string, TimeUnit>> = { s: 's', m: 'ms', u: 'us', n: 'ns' }

/** Text of dates, instants and fixed-size bytes; null for other formats. */
export function plainTextAt(array: ArrowArray, row: number): string | null {
  const { format } = array.type
  if (format === 'tdD') return dateText(fixed(array, row, 4).getInt32(0, true))
  if (format === 'tdm') return dateText(Number(fixed(array, row, 8).getBigInt64(0, true) / 86_400_000n))
  if (format.startsWith('ts'))
    return timestampText(fixed(array, row, 8).getBigInt64(0, true), UNIT[format[2]!] ?? 's')
  const width =
    format.startsWith('w:') || format === 'tin' || format === 'tiD' || format === 'tiM'
      ? widthOf(format)
      : null
  if (width === null) return null
  const view = fixed(array, row, width / 8)
  return hexText(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
}

function decimalAt(array: ArrowArray, row: number): number {
  const [, scale = '0', bits = '128'] = array.type.format.slice(2).split(',')
  const view = fixed(array, row, Number(bits) / 8)
  let value = 0n
  for (let at = view.byteLength - 4; at >= 0; at -= 4) {
    const word =
      at === view.byteLength - 4 ? BigInt(view.getInt32(at, true)) : BigInt(view.getUint32(at, true))
    value = (value << 32n) + word
  }
  return Number(`${value}e${-Number(scale)}`)
}

function halfFloat(bits: number): number {
  const sign = bits >> 15 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * 2 ** -24 * fraction
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
}

/** Children of a struct in code-unit order of their names, so that equal structs give equal bytes. */
function sortedChildren(array: ArrowArray): ArrowArray[] {
  const byName = (a: ArrowArray, b: ArrowArray): number =>
    a.type.name < b.type.name ? -1 : a.type.name > b.type.name ? 1 : 0
  return [...array.children].sort(byName)
}

/** A function that writes value `row` of `array` as canonical JSON; decisions on the type are made once. */
export function jsonWriter(array: ArrowArray, out: JsonBytes): (row: number) => void {
  const write = valueWriter(array, out)
  return (row) => {
    if (isValid(array, row)) write(row)
    else out.ascii('null')
  }
}

function valueWriter(array: ArrowArray, out: JsonBytes): (row: number) => void {
  const { format } = array.type
  const data = array.buffers[0]!
  if (format === 'u') return (row) => out.string(data, rangeStart(array, row), rangeEnd(array, row))
  if (format === 'z')
    return (row) => binaryValue(data.subarray(rangeStart(array, row), rangeEnd(array, row)), out)
  if (format === 'b') return (row) => out.ascii(booleanAt(array, row) ? 'true' : 'false')
  if (format === '+s') return structWriter(array, out)
  if (format === '+l') return listWriter(array, out)
  if (format === '+m') return mapWriter(array, out)
  return (row) => {
    const number = numberAt(array, row)
    if (typeof number === 'number') out.number(number)
    else if (number !== null) out.ascii(String(number))
    else out.text(plainTextAt(array, row) ?? '')
  }
}

function binaryValue(bytes: Uint8Array, out: JsonBytes): void {
  const text = binaryText(bytes)
  out.string(text, 0, text.length)
}

function structWriter(array: ArrowArray, out: JsonBytes): (row: number) => void {
  const fields = sortedChildren(array).map((child) => {
    const key = new JsonBytes(child.type.name.length + 8)
    key.text(child.type.name)
    key.byte(58)
    return { key: key.bytes.slice(0, key.length), write: jsonWriter(child, out) }
  })
  return (row) => {
    out.byte(123)
    fields.forEach(({ key, write }, i) => {
      if (i > 0) out.byte(44)
      out.raw(key)
      write(row + array.offset)
    })
    out.byte(125)
  }
}

function listWriter(array: ArrowArray, out: JsonBytes): (row: number) => void {
  const write = jsonWriter(array.children[0]!, out)
  return (row) => {
    out.byte(91)
    const start = rangeStart(array, row)
    const end = rangeEnd(array, row)
    for (let i = start; i < end; i++) {
      if (i > start) out.byte(44)
      write(i)
    }
    out.byte(93)
  }
}

/** A map is written as its entries, sorted: maps have no order, and their keys need not be text. */
function mapWriter(array: ArrowArray, out: JsonBytes): (row: number) => void {
  const entries = array.children[0]!
  const entry = new JsonBytes(256)
  const key = jsonWriter(entries.children[0]!, entry)
  const value = jsonWriter(entries.children[1]!, entry)
  return (row) => {
    const written: Uint8Array[] = []
    for (let i = rangeStart(array, row); i < rangeEnd(array, row); i++) {
      entry.length = 0
      entry.byte(91)
      key(i + entries.offset)
      entry.byte(44)
      value(i + entries.offset)
      entry.byte(93)
      written.push(entry.bytes.slice(0, entry.length))
    }
    out.sortedList(written)
  }
}
