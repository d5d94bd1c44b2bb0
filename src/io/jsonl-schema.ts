import type { SchemaField } from '../core/plan.ts'
import type { ByteReader, Shard } from '../core/source.ts'
import { refuseArray } from './json-array.ts'
import { parseLine, rowsOf } from './jsonl-rows.ts'
import { lineBlocks } from './jsonl-lines.ts'
import { typeText } from './type-text.ts'
import type { TypeNode } from './type-text.ts'

/** Rows and bytes a schema is inferred from. */
const SAMPLE_ROWS = 1000
const SAMPLE_BYTES = 8 << 20
const MAX_DEPTH = 16

/**
 * The columns of a JSON lines file, from its first rows: the union of their keys in order of appearance, each with
 * the kind most of its values have. Lines that are not objects say nothing about columns.
 * @throws AuditError JSONL_INVALID, also for a file that is one JSON array
 */
export async function jsonlSchema(
  reader: ByteReader,
  format: Shard['format'],
  where: string,
): Promise<SchemaField[]> {
  await refuseArray(reader, format, where)
  const columns = new Map<string, Seen>()
  let rows = 0
  let bytes = 0
  for await (const block of lineBlocks(reader, { format, start: 0, end: reader.bytes, where })) {
    for (const line of rowsOf(block)) {
      const value = parseLine(block.bytes, line)
      if (typeof value !== 'string') addRow(columns, value)
      if (++rows >= SAMPLE_ROWS) return fields(columns)
    }
    bytes += block.bytes.length
    if (bytes >= SAMPLE_BYTES) break
  }
  return fields(columns)
}

/** What the values of one column were, by kind. */
type Seen = Map<TypeNode['kind'], { type: TypeNode; values: number }>

function fields(columns: ReadonlyMap<string, Seen>): SchemaField[] {
  return [...columns].map(([name, seen]) => ({ name, type: typeText(commonest(seen)), nullable: true }))
}

/** The kind most values have: one strange row must not hide what a column is. Nulls say nothing. */
function commonest(seen: Seen): TypeNode {
  const kinds = [...seen.values()].sort((a, b) => b.values - a.values)
  return kinds[0]?.type ?? scalar('null')
}

function addRow(columns: Map<string, Seen>, row: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(row)) {
    const seen: Seen = columns.get(name) ?? new Map()
    columns.set(name, seen)
    if (value === null) continue
    const type = typeOf(value, 0)
    const known = seen.get(type.kind)
    seen.set(type.kind, {
      type: known === undefined ? type : unify(known.type, type),
      values: (known?.values ?? 0) + 1,
    })
  }
}

function scalar(name: string): TypeNode {
  return { kind: 'scalar', name }
}

function typeOf(value: unknown, depth: number): TypeNode {
  if (value === null || value === undefined) return scalar('null')
  if (typeof value === 'string') return scalar('utf8')
  if (typeof value === 'boolean') return scalar('bool')
  if (typeof value === 'bigint') return scalar('int64')
  if (typeof value === 'number') return scalar(Number.isInteger(value) ? 'int64' : 'float64')
  if (depth > MAX_DEPTH) return scalar('json')
  if (Array.isArray(value)) {
    const items = (value as unknown[]).map((item) => typeOf(item, depth + 1))
    return { kind: 'list', item: items.reduce(unify, scalar('null')) }
  }
  const entries = Object.entries(value as Record<string, unknown>)
  return {
    kind: 'struct',
    fields: entries.map(([name, member]) => ({ name, type: typeOf(member, depth + 1) })),
  }
}

function unify(a: TypeNode, b: TypeNode): TypeNode {
  if (a.kind === 'scalar' && a.name === 'null') return b
  if (b.kind === 'scalar' && b.name === 'null') return a
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', item: unify(a.item, b.item) }
  if (a.kind === 'struct' && b.kind === 'struct') return mergeStructs(a, b)
  // Inside lists and structs what has parts wins: it is what turns are read from.
  if (a.kind === 'scalar' && b.kind !== 'scalar') return b
  if (b.kind === 'scalar' && a.kind !== 'scalar') return a
  if (a.kind !== 'scalar' || b.kind !== 'scalar') return scalar('json')
  if (a.name === b.name) return a
  const numbers = ['int64', 'float64']
  return numbers.includes(a.name) && numbers.includes(b.name) ? scalar('float64') : scalar('json')
}

type Struct = Extract<TypeNode, { kind: 'struct' }>

/** One object where others have text must not hide that the member is text; lists of parts are content themselves. */
function unifyMembers(a: TypeNode, b: TypeNode): TypeNode {
  const isNull = (type: TypeNode): boolean => type.kind === 'scalar' && type.name === 'null'
  const [one, other] = a.kind === 'struct' ? [a, b] : [b, a]
  const mixed = one.kind === 'struct' && other.kind === 'scalar' && !isNull(other)
  return mixed ? scalar('json') : unify(a, b)
}

function mergeStructs(a: Struct, b: Struct): TypeNode {
  const types = new Map(a.fields.map((field) => [field.name, field.type]))
  for (const { name, type } of b.fields) {
    const known = types.get(name)
    types.set(name, known === undefined ? type : unifyMembers(known, type))
  }
  return { kind: 'struct', fields: [...types].map(([name, type]) => ({ name, type })) }
}
