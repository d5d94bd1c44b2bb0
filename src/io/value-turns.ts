import { ROLE_CODE, TURN_FLAG } from '../core/example.ts'
import type { ExampleShape } from '../core/example.ts'
import { isOptional, turnColumns } from './arrow-turns.ts'
import { NO_ROLE, NOT_A_NAME } from './roles.ts'
import type { NamedRole, RoleTable } from './roles.ts'
import { reasonCode } from './turn-builder.ts'
import type { TurnBuilder } from './turn-builder.ts'
import { hasLoneSurrogate, validUtf8 } from './utf8.ts'
import { scalarText } from './value-json.ts'
import type { RowValue } from './value-json.ts'

const READABLE = 0

/** Reads the turns of one row held as values by column name. */
export type ValueRowReader = (value: (column: string) => RowValue) => void

/**
 * @param damaged whether the bytes the values were parsed from were ill-formed UTF-8 (JSON lines): then a turn
 * with U+FFFD in it is flagged.
 */
export function valueRows(
  shape: ExampleShape,
  roles: RoleTable,
  out: TurnBuilder,
  damaged: () => boolean = () => false,
): ValueRowReader {
  const content = (value: RowValue): Content => readContent(value, out, damaged)
  if (shape.kind === 'turns')
    return (value) => conversation(turnColumns(shape).map(value), shape, { roles, out, content })
  if (shape.kind === 'text') return (value) => single(value(shape.column), out, content)
  return (value) => columns(value, shape.columns, out, content)
}

type Content = 'text' | 'null' | 'wrong'
type TurnsShape = Extract<ExampleShape, { kind: 'turns' }>
type ColumnsShape = Extract<ExampleShape, { kind: 'columns' }>
interface Tools {
  roles: RoleTable
  out: TurnBuilder
  content: (value: RowValue) => Content
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
function turn(item: unknown, shape: TurnsShape, { roles, out, content }: Tools): boolean {
  if (typeof item !== 'object' || Array.isArray(item) || item instanceof Uint8Array) {
    out.beginNamedTurn(NO_ROLE)
    writeWrong(item, out)
    return false
  }
  const fields = item as Record<string, unknown>
  out.beginNamedTurn(roleOf(own(fields, shape.roleField), roles))
  const read = content(own(fields, shape.contentField))
  if (read === 'null') out.flag(TURN_FLAG.nullContent)
  return read !== 'wrong'
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
  content: (value: RowValue) => Content,
): void {
  if (entries.every((entry) => isNull(value(entry.column))))
    return out.endRow(reasonCode('null-conversation'))
  let wrong = false
  entries.forEach((entry, i) => {
    const cell = value(entry.column)
    if (isOptional(entries, i) && isEmpty(cell)) return
    out.beginTurn(ROLE_CODE[entry.role], entry.role === 'unknown' ? TURN_FLAG.unknownRole : 0)
    const read = content(cell)
    if (read === 'null') out.flag(TURN_FLAG.nullContent)
    if (read === 'wrong') wrong = true
    out.endTurn()
  })
  if (!wrong) return out.endRow(READABLE)
  out.dropRow()
  out.endRow(reasonCode('wrong-type'))
}

function readContent(value: RowValue, out: TurnBuilder, damaged: () => boolean): Content {
  if (isNull(value)) return 'null'
  if (value instanceof Uint8Array) {
    const text = validUtf8(value)
    if (text.damaged) out.flag(TURN_FLAG.invalidUtf8)
    out.piece(text.bytes, 0, text.bytes.length)
    return 'text'
  }
  if (typeof value === 'string') {
    if (hasLoneSurrogate(value) || (damaged() && value.includes('\ufffd'))) out.flag(TURN_FLAG.invalidUtf8)
    out.text(value)
    return 'text'
  }
  return Array.isArray(value) ? readParts(value, out, damaged) : writeWrong(value, out)
}

/** What is no content is kept as written: an empty turn would make it equal to null and to every other such value. */
function writeWrong(value: RowValue, out: TurnBuilder): Content {
  const text = scalarText(value, null)
  out.flag(TURN_FLAG.wrongContent)
  out.piece(text, 0, text.length)
  return 'wrong'
}

/** As in the Arrow path: text parts joined by a newline, others left out and flagged. */
function readParts(parts: readonly unknown[], out: TurnBuilder, damaged: () => boolean): Content {
  let written = 0
  for (const part of parts) {
    const text =
      typeof part === 'object' && !isNull(part) && !(part instanceof Uint8Array)
        ? own(part as Record<string, unknown>, 'text')
        : part
    if (typeof text !== 'string' && !(text instanceof Uint8Array)) {
      out.flag(TURN_FLAG.partsOmitted)
      continue
    }
    if (written++ > 0) out.text('\n')
    readContent(text, out, damaged)
  }
  return 'text'
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
