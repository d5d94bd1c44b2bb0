import { TURN_FLAG } from '../core/example.ts'
import type { ExampleShape } from '../core/example.ts'
import { isValid } from './arrow-ffi.ts'
import type { ArrowArray } from './arrow-ffi.ts'
import { jsonWriter, rangeEnd, rangeStart } from './arrow-value.ts'
import { JsonBytes } from './json-bytes.ts'
import { NO_ROLE } from './roles.ts'
import type { NamedRole, RoleTable } from './roles.ts'
import { ROLE_CODE } from '../core/example.ts'
import { reasonCode } from './turn-builder.ts'
import type { TurnBuilder } from './turn-builder.ts'
import { notePart, readFields, reasoningField, writeReasoning } from './turn-fields.ts'
import { validUtf8 } from './utf8.ts'
import { parsedJson } from './value-json.ts'

const READABLE = 0
const UNKNOWN = ROLE_CODE.unknown
const SEPARATOR = new Uint8Array([10])

/** Adds one row's turns to the builder. */
type RowReader = (row: number) => void
/** Adds one turn's text; false when the value is null. */
type ContentReader = (row: number) => boolean

/** A reader of rows for a shape over the columns of one record batch. */
export function arrowRows(
  columns: ReadonlyMap<string, ArrowArray>,
  shape: ExampleShape,
  roles: RoleTable,
  out: TurnBuilder,
): RowReader {
  if (shape.kind === 'turns') {
    const lists = turnColumns(shape).map((name) => columns.get(name)!)
    return conversationReader(lists, shape, roles, out)
  }
  if (shape.kind === 'text') return textReader(columns.get(shape.column)!, out)
  return columnsReader(columns, shape.columns, out)
}

type TurnsShape = Extract<ExampleShape, { kind: 'turns' }>
type ColumnsShape = Extract<ExampleShape, { kind: 'columns' }>

/** The columns a conversation is read from, in the order of its turns. */
export function turnColumns({ column, more = [] }: TurnsShape): string[] {
  return [column, ...more]
}

function conversationReader(
  columns: readonly ArrowArray[],
  shape: TurnsShape,
  roles: RoleTable,
  out: TurnBuilder,
): RowReader {
  const lists = columns.filter((list) => list.type.format !== 'n')
  if (lists.length === 0) return () => out.endRow(reasonCode('null-conversation'))
  const readers = lists.map((list) => listReader(list, shape, roles, out))
  if (readers.includes(null)) return () => out.endRow(reasonCode('wrong-type'))
  return (row) => {
    let valid = false
    let readable = false
    for (let i = 0; i < lists.length; i++) {
      if (!isValid(lists[i]!, row)) continue
      valid = true
      if (readers[i]!(row)) readable = true
    }
    if (!valid) return out.endRow(reasonCode('null-conversation'))
    if (readable) return out.endRow(READABLE)
    out.dropRow()
    out.endRow(reasonCode('no-turns'))
  }
}

/** Adds the turns of one list; says whether one of them is there. Null where no turn can be read from its type. */
function listReader(list: ArrowArray, shape: TurnsShape, roles: RoleTable, out: TurnBuilder) {
  const item = list.children[0]!
  const role = item.children.find((child) => child.type.name === shape.roleField)
  const content = item.children.find((child) => child.type.name === shape.contentField)
  if (role === undefined || content === undefined) return null
  const readContent = turnReader(item, shape, contentReader(content, out), out)
  const beginTurn = turnStarter(item, role, roles, out)
  return (row: number): boolean => {
    const end = rangeEnd(list, row)
    let readable = false
    for (let i = rangeStart(list, row); i < end; i++) {
      // The children of a struct start at the struct's own offset.
      const child = i + item.offset
      const begun = beginTurn(i, child)
      if (begun !== null) {
        readable = true
        if (!readContent(child, begun.code)) out.flag(TURN_FLAG.nullContent)
      }
      out.endTurn()
    }
    return readable
  }
}

/** Adds what a turn of a role holds, with its fields beside role and content; false when that is null. */
function turnReader(item: ArrowArray, shape: TurnsShape, readContent: ContentReader, out: TurnBuilder) {
  const others = item.children.filter(
    ({ type }) => type.name !== shape.roleField && type.name !== shape.contentField && type.format !== 'n',
  )
  if (others.length === 0) return readContent
  const fields = others.map((array) => {
    const isText = array.type.format === 'u' || array.type.format === 'z'
    const readText = isText ? contentReader(array, out) : null
    return { name: array.type.name, array, readText, value: jsonReader(array) }
  })
  return (child: number, role: number): boolean => {
    const held = fields.filter(({ array }) => isValid(array, child))
    if (held.length === 0) return readContent(child)
    const filled = (i: number): boolean => {
      const { array, readText } = held[i]!
      return readText !== null && rangeStart(array, child) < rangeEnd(array, child)
    }
    const at = reasoningField(role, held, filled)
    if (at >= 0) writeReasoning(out, () => void held[at]!.readText!(child))
    const contentStart = out.turnSize
    const read = readContent(child)
    const rest = held.filter((_, i) => i !== at).map(({ name, value }) => ({ name, value: value(child) }))
    return readFields(rest, { contentStart, isDamaged: () => false }, out) || read
  }
}

/** A function that gives value `row` of an array as a parser of JSON gives it. */
function jsonReader(array: ArrowArray): (row: number) => unknown {
  const json = new JsonBytes(256)
  const write = jsonWriter(array, json)
  return (row) => {
    json.length = 0
    write(row)
    return parsedJson(json)
  }
}

/** Begins a turn; null when the whole turn is null (it stays as an empty turn of unknown role). */
function turnStarter(item: ArrowArray, role: ArrowArray, roles: RoleTable, out: TurnBuilder) {
  const names = role.buffers[0]!
  return (i: number, child: number): NamedRole | null => {
    if (!isValid(item, i)) {
      out.beginNamedTurn(NO_ROLE, TURN_FLAG.nullContent)
      return null
    }
    const named = isValid(role, child)
      ? roles.roleAt(names, rangeStart(role, child), rangeEnd(role, child))
      : NO_ROLE
    out.beginNamedTurn(named)
    return named
  }
}

function textReader(column: ArrowArray, out: TurnBuilder): RowReader {
  const read = contentReader(column, out)
  return (row) => {
    if (!isValid(column, row)) return out.endRow(reasonCode('null-conversation'))
    out.beginTurn(ROLE_CODE.document, 0)
    read(row)
    out.endTurn()
    out.endRow(READABLE)
  }
}

/**
 * Prompt and response in columns of their own. A further column of a role already seen (Alpaca's `input`) and a
 * system column add a turn only where they hold text: being empty is their way of not being there.
 */
function columnsReader(
  columns: ReadonlyMap<string, ArrowArray>,
  entries: ColumnsShape['columns'],
  out: TurnBuilder,
): RowReader {
  const readers = entries.map((entry, i) => {
    const column = columns.get(entry.column)!
    const optional = isOptional(entries, i)
    return { column, code: ROLE_CODE[entry.role], optional, read: contentReader(column, out) }
  })
  return (row) => {
    if (readers.every((reader) => !isValid(reader.column, row)))
      return out.endRow(reasonCode('null-conversation'))
    for (const { column, code, optional, read } of readers) {
      if (optional && (!isValid(column, row) || rangeStart(column, row) === rangeEnd(column, row))) continue
      out.beginTurn(code, code === UNKNOWN ? TURN_FLAG.unknownRole : 0)
      if (!read(row)) out.flag(TURN_FLAG.nullContent)
      out.endTurn()
    }
    out.endRow(READABLE)
  }
}

/** May a row do without the column: an empty one is no turn then? A system prompt, what a question is about, a second part. */
export function isOptional(entries: ColumnsShape['columns'], index: number): boolean {
  const { role } = entries[index]!
  if (role === 'document' && entries.some((entry) => entry.role === 'user')) return true
  return role === 'system' || entries.slice(0, index).some((entry) => entry.role === role)
}

function contentReader(column: ArrowArray, out: TurnBuilder): ContentReader {
  const { format } = column.type
  if (format === 'u') return utf8Reader(column, out)
  if (format === 'z') return binaryReader(column, out)
  if (format === '+l') return partsReader(column, out)
  return () => false
}

function utf8Reader(column: ArrowArray, out: TurnBuilder): ContentReader {
  const data = column.buffers[0]!
  return (row) => {
    if (!isValid(column, row)) return false
    out.piece(data, rangeStart(column, row), rangeEnd(column, row))
    return true
  }
}

/** Bytes nobody declared to be UTF-8. */
function binaryReader(column: ArrowArray, out: TurnBuilder): ContentReader {
  const data = column.buffers[0]!
  return (row) => {
    if (!isValid(column, row)) return false
    const { bytes, damaged } = validUtf8(data.subarray(rangeStart(column, row), rangeEnd(column, row)))
    if (damaged) out.flag(TURN_FLAG.invalidUtf8)
    out.piece(bytes, 0, bytes.length)
    return true
  }
}

/** A list of content parts: text parts are joined by a newline, others are left out and flagged. */
function partsReader(column: ArrowArray, out: TurnBuilder): ContentReader {
  const item = column.children[0]!
  const text = item.type.format === '+s' ? item.children.find((child) => child.type.name === 'text') : item
  if (text === undefined) return () => false
  const shift = item.type.format === '+s' ? item.offset : 0
  const read = contentReader(text, out)
  const more = item.type.format === '+s' ? item.children.filter(isMore) : []
  const hasMore = (part: number): boolean => more.some((child) => isValid(child, part + shift))
  const value = jsonReader(item)
  return (row) => {
    if (!isValid(column, row)) return false
    let parts = 0
    const [start, end] = [rangeStart(column, row), rangeEnd(column, row)]
    for (let i = start; i < end; i++) {
      const isRead = isValid(item, i) && isValid(text, i + shift)
      const index = i - start
      if (!isRead || hasMore(i)) notePart(value(i), { index, read: isRead }, out)
      if (!isRead) {
        out.flag(TURN_FLAG.partsOmitted)
        continue
      }
      if (parts++ > 0) out.piece(SEPARATOR, 0, 1)
      read(i + shift)
    }
    return true
  }
}

/** Does a field of a part say more than its kind and its text? */
function isMore({ type }: ArrowArray): boolean {
  return type.name !== 'type' && type.name !== 'text' && type.format !== 'n'
}
