import type { SchemaElement, SchemaTree } from 'hyparquet'
import type { TypeNode } from './type-text.ts'

/**
 * The type of a Parquet column from its schema elements, by the rules of the format's LogicalTypes.md
 * (including its backward-compatible list layouts). Both decoders are held to it.
 */
export function parquetType(node: SchemaTree): TypeNode {
  const { element } = node
  if (element.repetition_type === 'REPEATED') return { kind: 'list', item: unrepeated(node) }
  return unrepeated(node)
}

function unrepeated(node: SchemaTree): TypeNode {
  if (node.children.length === 0) return { kind: 'scalar', name: scalarName(node.element) }
  const repeated = node.children[0]!
  const single = node.children.length === 1 && repeated.element.repetition_type === 'REPEATED'
  if (single && isMap(node.element)) return mapType(node, repeated)
  if (single && isList(node.element)) return { kind: 'list', item: listItem(node, repeated) }
  return structType(node)
}

function structType(node: SchemaTree): TypeNode {
  const fields = node.children.map((child) => ({ name: child.element.name, type: parquetType(child) }))
  return { kind: 'struct', fields }
}

/** A repeated group of one field is the three-level layout, unless its name says that it is the item itself. */
function listItem(list: SchemaTree, repeated: SchemaTree): TypeNode {
  const { name } = repeated.element
  const twoLevel = repeated.children.length !== 1 || name === 'array' || name === `${list.element.name}_tuple`
  return twoLevel ? unrepeated(repeated) : parquetType(repeated.children[0]!)
}

function mapType(node: SchemaTree, entries: SchemaTree): TypeNode {
  const [key, value] = entries.children
  if (key === undefined || value === undefined) return structType(node)
  return { kind: 'map', key: parquetType(key), value: parquetType(value) }
}

function isList(element: SchemaElement): boolean {
  return element.converted_type === 'LIST' || element.logical_type?.type === 'LIST'
}

function isMap(element: SchemaElement): boolean {
  const { converted_type: converted, logical_type: logical } = element
  return converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP'
}

function scalarName(element: SchemaElement): string {
  const logical = element.logical_type
  if (logical === undefined) return convertedName(element) ?? physicalName(element)
  if (logical.type === 'INTEGER') return `${logical.isSigned ? '' : 'u'}int${logical.bitWidth}`
  if (logical.type === 'TIME') return `time[${UNIT[logical.unit]}]`
  if (logical.type === 'TIMESTAMP') return `timestamp[${UNIT[logical.unit]}]`
  if (logical.type === 'DECIMAL') return `decimal(${logical.precision}, ${logical.scale})`
  return LOGICAL[logical.type] ?? convertedName(element) ?? physicalName(element)
}

const LOGICAL: Readonly<Record<string, string>> = {
  STRING: 'utf8',
  JSON: 'utf8',
  ENUM: 'utf8',
  DATE: 'date32',
  FLOAT16: 'float16',
  UUID: 'uuid',
  NULL: 'null',
}

const UNIT = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' } as const

function convertedName(element: SchemaElement): string | null {
  const converted = element.converted_type
  if (converted === 'UTF8' || converted === 'JSON' || converted === 'ENUM') return 'utf8'
  if (converted === 'DECIMAL') return `decimal(${element.precision ?? 0}, ${element.scale ?? 0})`
  if (converted === 'DATE') return 'date32'
  if (converted === 'TIME_MILLIS') return 'time[ms]'
  if (converted === 'TIME_MICROS') return 'time[us]'
  if (converted === 'TIMESTAMP_MILLIS') return 'timestamp[ms]'
  if (converted === 'TIMESTAMP_MICROS') return 'timestamp[us]'
  const integer = /^(U?)INT_(\d+)$/.exec(converted ?? '')
  return integer === null ? null : `${integer[1] === 'U' ? 'u' : ''}int${integer[2]}`
}

function physicalName(element: SchemaElement): string {
  if (element.type === 'FIXED_LEN_BYTE_ARRAY') return `fixed_binary(${element.type_length ?? 0})`
  return element.type === undefined ? 'struct<>' : PHYSICAL[element.type]
}

const PHYSICAL = {
  BOOLEAN: 'bool',
  INT32: 'int32',
  INT64: 'int64',
  INT96: 'timestamp[ns]',
  FLOAT: 'float32',
  DOUBLE: 'float64',
  BYTE_ARRAY: 'binary',
} as const
