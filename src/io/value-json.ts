import { hasLongDigits, withExactIntegers } from './exact-integers.ts'
import { JsonBytes } from './json-bytes.ts'
import type { TypeNode } from './type-text.ts'
import { binaryText, hexText, validUtf8 } from './utf8.ts'

/**
 * Values as JavaScript holds them: from the second Parquet reader (text and bytes as Uint8Array, dates already as
 * text) and from JSON lines.
 */
export type RowValue = unknown

/**
 * Writes a value as canonical JSON, the same bytes the Arrow path writes for the same column type.
 * How deep a value is has been looked at before: a Parquet value is as deep as its schema, a line as `parseLine` takes it.
 * @param type the declared type; null for JSON lines, where the value says what it is.
 */
export function writeJson(value: RowValue, type: TypeNode | null, out: JsonBytes): void {
  if (value === null || value === undefined || isNullType(type)) return out.ascii('null')
  if (type?.kind === 'map') return writeMap(value, type, out)
  if (Array.isArray(value)) return writeList(value, type, out)
  if (value instanceof Uint8Array) return writeBytes(value, type, out)
  if (typeof value === 'string') return out.text(value)
  if (typeof value === 'number') return out.number(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return out.ascii(String(value))
  writeStruct(value as Record<string, unknown>, type, out)
}

function isNullType(type: TypeNode | null): boolean {
  return type?.kind === 'scalar' && type.name === 'null'
}

/** What a parser of JSON lines makes of canonical JSON that a reader of Parquet wrote. */
export function parsedJson(json: JsonBytes): unknown {
  const text = Buffer.from(json.bytes.buffer, json.bytes.byteOffset, json.length).toString('utf8')
  const value: unknown = JSON.parse(text)
  return hasLongDigits(json.bytes, 0, json.length) ? withExactIntegers(text, value) : value
}

/** Text of a scalar as a column shows it: without quotes. */
export function scalarText(value: RowValue, type: TypeNode | null): Uint8Array {
  if (value instanceof Uint8Array) return bytesText(value, type)
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  const out = new JsonBytes(64)
  writeJson(value, type, out)
  return out.bytes.subarray(0, out.length)
}

function bytesText(value: Uint8Array, type: TypeNode | null): Uint8Array {
  const name = type?.kind === 'scalar' ? type.name : 'utf8'
  if (name === 'utf8') return validUtf8(value).bytes
  return name === 'binary' ? binaryText(value) : Buffer.from(hexText(value), 'latin1')
}

function writeBytes(value: Uint8Array, type: TypeNode | null, out: JsonBytes): void {
  const text = bytesText(value, type)
  out.string(text, 0, text.length)
}

function writeList(value: readonly unknown[], type: TypeNode | null, out: JsonBytes): void {
  const item = type?.kind === 'list' ? type.item : null
  out.byte(91)
  value.forEach((member, i) => {
    if (i > 0) out.byte(44)
    writeJson(member, item, out)
  })
  out.byte(93)
}

function writeStruct(value: Record<string, unknown>, type: TypeNode | null, out: JsonBytes): void {
  const types = type?.kind === 'struct' ? new Map(type.fields.map((field) => [field.name, field.type])) : null
  const names = types === null ? Object.keys(value).sort() : [...types.keys()].sort()
  out.byte(123)
  names.forEach((name, i) => {
    if (i > 0) out.byte(44)
    out.text(name)
    out.byte(58)
    writeJson(value[name], types?.get(name) ?? null, out)
  })
  out.byte(125)
}

type MapType = Extract<TypeNode, { kind: 'map' }>

/** The second reader hands maps over as objects; byte keys arrive there as "104,105". */
function writeMap(value: unknown, type: MapType, out: JsonBytes): void {
  const entries = Object.entries(value as Record<string, unknown>).map(([key, member]) => {
    const entry = new JsonBytes(256)
    entry.byte(91)
    writeJson(mapKey(key, type.key), type.key, entry)
    entry.byte(44)
    writeJson(member, type.value, entry)
    entry.byte(93)
    return entry.bytes.subarray(0, entry.length)
  })
  out.sortedList(entries)
}

function mapKey(key: string, type: TypeNode): unknown {
  const name = type.kind === 'scalar' ? type.name : ''
  if (name === 'utf8' || name === 'binary')
    return Uint8Array.from(key === '' ? [] : key.split(',').map(Number))
  if (name === 'bool') return key === 'true'
  return /^u?int/.test(name) ? BigInt(key) : key
}
