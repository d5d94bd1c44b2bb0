import { ROLE_CODE, TURN_FLAG } from '../core/example.ts'
import type { ExampleShape } from '../core/example.ts'
import { isOptional, turnColumns } from './arrow-turns.ts'
import { JsonBytes } from './json-bytes.ts'
import { NO_ROLE, NOT_A_NAME } from './roles.ts'
import type { NamedRole, RoleTable } from './roles.ts'
import { isText } from './shape.ts'
import { reasonCode } from './turn-builder.ts'
import type { TurnBuilder } from './turn-builder.ts'
import { notePart, readFields, reasoningField, writeReasoning } from './turn-fields.ts'
import type { TurnField } from './turn-fields.ts'
import type { TypeNode } from './type-text.ts'
import { hasLoneSurrogate, validUtf8 } from './utf8.ts'
import { parsedJson, scalarText, writeJson } from './value-json.ts'
import type { RowValue } from './value-json.ts'

const READABLE = 0

/** Reads the turns of one row held as values by column name. */
export type ValueRowReader = (value: (column: string) => RowValue) => void

/** What is known of the values beside the values themselves. */
export interface ValueSource {
  /** Whether the bytes the values were parsed from were ill-formed UTF-8 (JSON lines): then a turn with U+FFFD is flagged. */
  damaged?: () => boolean
  /** Declared types by column (Parquet); values of JSON lines say themselves what they are. */
  types?: ReadonlyMap<string, TypeNode>
}

export function valueRows(
  shape: ExampleShape,
  roles: RoleTable,
  out: TurnBuilder,
  { damaged = () => false, types }: ValueSource = {},
): ValueRowReader {
  const isDamaged = (text: string): boolean =>
    hasLoneSurrogate(text) || (damaged() && text.includes('\ufffd'))
  const content: ContentReader = (value, type) =>
    readContent(value, { out, isDamaged, json: (part) => asJson(part, itemOf(type)) })
  if (shape.kind === 'turns') {
    const fieldTypes = turnTypes(shape, types)
    return (value) =>
      conversation(turnColumns(shape).map(value), shape, {
        roles,
        out,
        content,
        isDamaged,
        types: fieldTypes,
      })
  }
  if (shape.kind === 'text')
    return (value) => single(value(shape.column), out, (cell) => content(cell, types?.get(shape.column)))
  return (value) => columns(value, shape.columns, out, (cell, column) => content(cell, types?.get(column)))
}

type Content = 'text' | 'null' | 'wrong'
/** Adds the content of a turn; its declared type says how parts of it are written. */
type ContentReader = (value: RowValue, type: TypeNode | undefined) => Content
type TurnsShape = Extract<ExampleShape, { kind: 'turns' }>
type ColumnsShape = Extract<ExampleShape, { kind: 'columns' }>
type FieldTypes = ReadonlyMap<string, TypeNode>
interface Tools {
  roles: RoleTable
  out: TurnBuilder
  content: ContentReader
  isDamaged: (text: string) => boolean
  /** Types of the fields of a turn; none of JSON lines. */
  types: FieldTypes | null
}
/** What content is read with. */
interface ContentTools {
  out: TurnBuilder
  /** Was a text ill-formed in the bytes it was parsed from? */
  isDamaged: (text: string) => boolean
  /** A part as a parser of JSON gives it. */
  json: (part: unknown) => unknown
}

function turnTypes(shape: TurnsShape, types: ValueSource['types']): FieldTypes | null {
  if (types === undefined) return null
  const items = turnColumns(shape).map((column) => itemOf(types.get(column)))
  const fields = items.flatMap((item) => (item?.kind === 'struct' ? item.fields : []))
  return new Map(fields.map(({ name, type }) => [name, type]))
}

function itemOf(type: TypeNode | undefined): TypeNode | undefined {
  return type?.kind === 'list' ? type.item : undefined
}

/** A value as a parser of JSON gives it: values of Parquet hold bytes, and only their type says what these are. */
function asJson(value: unknown, type: TypeNode | undefined): unknown {
  if (type === undefined || isNull(value)) return value
  const json = new JsonBytes(256)
  writeJson(value, type, json)
  return parsedJson(json)
}

function conversation(values: readonly RowValue[], shape: TurnsShape, tools: Tools): void {
  const { out } = tools
  const lists = values.filter((value) => !isNull(value))
  if (lists.length === 0) return out.endRow(reasonCode('null-conversation'))
  if (!lists.every((list) => Array.isArray(list))) return out.endRow(reasonCode('wrong-type'))
  let readable = 0
  let wrong = 0
  for (const item of lists.length === 1 ? (lists[0] as unknown[]) : lists.flat()) {
    if (isNull(item)) out.beginNamedTurn(NO_ROLE, TURN_FLAG.nullContent)
    else if (turn(item, shape, tools)) readable++
    else wrong++
    out.endTurn()
  }
  if (readable > 0) return out.endRow(READABLE)
  out.dropRow()
  out.endRow(reasonCode(wrong > 0 ? 'wrong-type' : 'no-turns'))
}

/** False when its type or its content is none of a turn's; it stays as a turn whose text is what stands there. */
function turn(item: unknown, shape: TurnsShape, tools: Tools): boolean {
  const { roles, out, isDamaged } = tools
  if (typeof item !== 'object' || Array.isArray(item) || item instanceof Uint8Array) {
    out.beginNamedTurn(NO_ROLE)
    writeWrong(item, out)
    return false
  }
  const fields = item as Record<string, unknown>
  const role = roleOf(own(fields, shape.roleField), roles)
  out.beginNamedTurn(role)
  const others = otherFields(fields, shape)
  const reasoning = others === null ? -1 : readReasoning(others, role.code, tools)
  const contentStart = out.turnSize
  const read = tools.content(own(fields, shape.contentField), tools.types?.get(shape.contentField))
  if (others !== null && reasoning >= 0) others.splice(reasoning, 1)
  const called = others !== null && readFields(others.map(jsonField(tools)), { contentStart, isDamaged }, out)
  // A turn that calls something has no other content as a rule.
  if (read === 'null' && !called) out.flag(TURN_FLAG.nullContent)
  return read !== 'wrong'
}

/** Fields beside role and content, which most turns do not have; null where there is none. */
function otherFields(fields: Record<string, unknown>, shape: TurnsShape): TurnField[] | null {
  let others: TurnField[] | null = null
  for (const name in fields) {
    if (name === shape.roleField || name === shape.contentField || isNull(fields[name])) continue
    others ??= []
    others.push({ name, value: fields[name] })
  }
  return others
}

/** Writes the reasoning among the fields in front of the content; says which field it was. */
function readReasoning(fields: readonly TurnField[], role: number, { out, content, types }: Tools): number {
  const index = reasoningField(role, fields, (i) => {
    const { name, value } = fields[i]!
    const type = types?.get(name)
    return isFilledText(value) && (type === undefined || isText(type))
  })
  if (index >= 0) writeReasoning(out, () => void content(fields[index]!.value, undefined))
  return index
}

function jsonField({ types }: Tools): (field: TurnField) => TurnField {
  return ({ name, value }) => ({ name, value: asJson(value, types?.get(name)) })
}

function roleOf(value: unknown, roles: RoleTable): NamedRole {
  if (value instanceof Uint8Array) return roles.roleAt(value, 0, value.length)
  if (typeof value === 'string') return roles.roleOf(value)
  return isNull(value) ? NO_ROLE : NOT_A_NAME
}

function single(value: RowValue, out: TurnBuilder, content: (value: RowValue) => Content): void {
  if (isNull(value)) return out.endRow(reasonCode('null-conversation'))
  out.beginTurn(ROLE_CODE.document, 0)
  const read = content(value)
  out.endTurn()
  if (read !== 'wrong') return out.endRow(READABLE)
  out.dropRow()
  out.endRow(reasonCode('wrong-type'))
}

function columns(
  value: (column: string) => RowValue,
  entries: ColumnsShape['columns'],
  out: TurnBuilder,
  content: (value: RowValue, column: string) => Content,
): void {
  if (entries.every((entry) => isNull(value(entry.column))))
    return out.endRow(reasonCode('null-conversation'))
  let wrong = false
  entries.forEach((entry, i) => {
    const cell = value(entry.column)
    if (isOptional(entries, i) && isEmpty(cell)) return
    out.beginTurn(ROLE_CODE[entry.role], entry.role === 'unknown' ? TURN_FLAG.unknownRole : 0)
    const read = content(cell, entry.column)
    if (read === 'null') out.flag(TURN_FLAG.nullContent)
    if (read === 'wrong') wrong = true
    out.endTurn()
  })
  if (!wrong) return out.endRow(READABLE)
  out.dropRow()
  out.endRow(reasonCode('wrong-type'))
}

function readContent(value: RowValue, tools: ContentTools): Content {
  const { out, isDamaged } = tools
  if (isNull(value)) return 'null'
  if (value instanceof Uint8Array) {
    const text = validUtf8(value)
    if (text.damaged) out.flag(TURN_FLAG.invalidUtf8)
    out.piece(text.bytes, 0, text.bytes.length)
    return 'text'
  }
  if (typeof value === 'string') {
    if (isDamaged(value)) out.flag(TURN_FLAG.invalidUtf8)
    out.text(value)
    return 'text'
  }
  return Array.isArray(value) ? readParts(value, tools) : writeWrong(value, out)
}

/** What is no content is kept as written: an empty turn would make it equal to null and to every other such value. */
function writeWrong(value: RowValue, out: TurnBuilder): Content {
  const text = scalarText(value, null)
  out.flag(TURN_FLAG.wrongContent)
  out.piece(text, 0, text.length)
  return 'wrong'
}

/** As in the Arrow path: text parts joined by a newline, others left out and flagged. */
function readParts(parts: readonly unknown[], tools: ContentTools): Content {
  const { out } = tools
  let written = 0
  for (const [index, part] of parts.entries()) {
    const fields =
      typeof part === 'object' && !isNull(part) && !(part instanceof Uint8Array)
        ? (part as Record<string, unknown>)
        : null
    const text = fields === null ? part : own(fields, 'text')
    const read = typeof text === 'string' || text instanceof Uint8Array
    if (!read || (fields !== null && hasMore(fields))) notePart(tools.json(part), { index, read }, out)
    if (!read) {
      out.flag(TURN_FLAG.partsOmitted)
      continue
    }
    if (written++ > 0) out.text('\n')
    readContent(text, tools)
  }
  return 'text'
}

/** Does a part hold anything beside its kind and its text? */
function hasMore(part: Record<string, unknown>): boolean {
  for (const name in part) if (name !== 'type' && name !== 'text' && !isNull(part[name])) return true
  return false
}

function own(fields: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

function isEmpty(value: unknown): boolean {
  return isNull(value) || ((typeof value === 'string' || value instanceof Uint8Array) && value.length === 0)
}

function isFilledText(value: unknown): boolean {
  return (typeof value === 'string' || value instanceof Uint8Array) && value.length > 0
}
