import { AuditError } from '../core/error.ts'
import type { ExampleColumns, ExampleShape, Role } from '../core/example.ts'
import type { SchemaField } from '../core/plan.ts'
import { turnColumns } from './arrow-turns.ts'
import { parseType } from './type-text.ts'
import type { TypeNode } from './type-text.ts'

/** What the pipeline names itself; everything else is recognised. */
export interface WantedColumns {
  shape?: ExampleShape
  id?: string
  source?: string
}

/** Pairs of fields that hold a turn, in order of preference. */
const TURN_FIELDS: readonly (readonly [string, string])[] = [
  ['from', 'value'],
  ['role', 'content'],
  ['role', 'value'],
  ['from', 'content'],
  ['speaker', 'text'],
  ['role', 'text'],
]
/** Lists of turns of which a conversation is made: the first column's turns, then the other's. */
const TURN_PAIRS = [
  ['prompt', 'completion'],
  ['prompt', 'response'],
  ['prompt', 'chosen'],
] as const
const TURN_COLUMNS = ['conversations', 'messages', 'conversation', 'dialogue', 'dialog', 'turns', 'chat']

type RoleColumns = readonly (readonly [string, Role])[]
/** Whole sets of columns; the first set of which every required column exists wins. Optional ones end in `?`. */
const COLUMN_SETS: readonly RoleColumns[] = [
  ...['output', 'response'].map((answer): RoleColumns => [
    ['system?', 'system'],
    ['system_prompt?', 'system'],
    ['instruction', 'user'],
    ['input?', 'user'],
    ['context?', 'document'],
    [answer, 'assistant'],
  ]),
  ...(
    [
      ['prompt', 'response'],
      ['prompt', 'completion'],
      ['question', 'answer'],
      ['question', 'response'],
      ['query', 'response'],
      ['input', 'output'],
      // Of preferences what is preferred is read; what is rejected is named among what was not.
      ['prompt', 'chosen'],
      ['question', 'chosen'],
      ['patient', 'doctor'],
    ] as const
  ).map(([ask, answer]): RoleColumns => [
    ['system?', 'system'],
    ['system_prompt?', 'system'],
    [ask, 'user'],
    [answer, 'assistant'],
  ]),
]
const TEXT_COLUMNS = ['text', 'content', 'document', 'clean_text', 'raw_content', 'body']
/** Names a conversation or text is recognised by, in small letters. */
export const SHAPE_COLUMNS: ReadonlySet<string> = new Set([
  ...[...TURN_COLUMNS, ...TURN_PAIRS.flat(), ...TEXT_COLUMNS],
  ...COLUMN_SETS.flatMap((set) => set.map(([name]) => name.replace('?', ''))),
])
const ID_COLUMNS = [
  'id',
  'example_id',
  'conversation_id',
  'uid',
  'uuid',
  'doc_id',
  'document_id',
  '_id',
  'idx',
]
const SOURCE_COLUMNS = [
  'source',
  'dataset',
  'data_source',
  'source_dataset',
  'origin',
  'subset',
  'guideline_id',
  'source_id',
]

/**
 * Finds the conversation, the declared id and the declared source among the columns.
 * @throws AuditError SHAPE_UNKNOWN listing the columns, COLUMN_TYPE for a named column that cannot be what it is named as.
 */
export function recogniseColumns(
  schema: readonly SchemaField[],
  wanted: WantedColumns,
  where: string,
): ExampleColumns {
  const shape = wanted.shape ?? recogniseShape(schema)
  if (shape === null) {
    throw new AuditError('SHAPE_UNKNOWN', {
      what: 'No column holds a conversation or a text',
      where,
      expected:
        'conversations [{from, value}], messages [{role, content}], prompt/response, question/answer, prompt/chosen, or text',
      got: listing(schema),
      fix: 'name the columns under `shape:` in the pipeline',
    })
  }
  checkShape(schema, shape, where)
  const used = new Set(shapeColumns(shape))
  return {
    shape,
    id: named(schema, wanted.id, where) ?? firstOf(schema, ID_COLUMNS, used),
    source: named(schema, wanted.source, where) ?? firstOf(schema, SOURCE_COLUMNS, used),
  }
}

/** Names of the columns a shape is read from. */
export function shapeColumns(shape: ExampleShape): string[] {
  if (shape.kind === 'columns') return shape.columns.map((entry) => entry.column)
  return shape.kind === 'turns' ? turnColumns(shape) : [shape.column]
}

/** A column whose values are text: declared so, or bytes without a declaration (old writers). */
export function isText(type: TypeNode): boolean {
  return type.kind === 'scalar' && /^(large_)?(utf8|binary)(_view)?$|^(null|json)$/.test(type.name)
}

/** Text, or a list of content parts `{type, text}` (or of plain strings). */
export function isContent(type: TypeNode): boolean {
  if (isText(type)) return true
  if (type.kind !== 'list') return false
  if (isText(type.item)) return true
  return (
    type.item.kind === 'struct' &&
    type.item.fields.some((field) => field.name === 'text' && isText(field.type))
  )
}

function recogniseShape(schema: readonly SchemaField[]): ExampleShape | null {
  return turnsShape(schema) ?? columnsShape(schema) ?? textShape(schema)
}

function turnsShape(schema: readonly SchemaField[]): ExampleShape | null {
  const lists = schema.filter((field) => turnFields(parseType(field.type)) !== null).map(listShape)
  const byName = (name: string) => lists.find((list) => list.column === name)
  const whole = TURN_COLUMNS.map(byName).find((found) => found)
  if (whole !== undefined) return whole
  for (const [first, second] of TURN_PAIRS.map((names) => names.map(byName))) {
    if (first === undefined || second === undefined) continue
    const alike = first.roleField === second.roleField && first.contentField === second.contentField
    if (alike) return { ...first, more: [second.column] }
  }
  return lists[0] ?? null
}

function listShape(field: SchemaField) {
  const [roleField, contentField] = turnFields(parseType(field.type))!
  return { kind: 'turns' as const, column: field.name, roleField, contentField }
}

function turnFields(type: TypeNode): readonly [string, string] | null {
  if (type.kind !== 'list' || type.item.kind !== 'struct') return null
  const types = new Map(type.item.fields.map((field) => [field.name, field.type]))
  const found = TURN_FIELDS.find(([role, content]) => {
    const roleType = types.get(role)
    const contentType = types.get(content)
    return roleType !== undefined && isText(roleType) && contentType !== undefined && isContent(contentType)
  })
  return found ?? null
}

function columnsShape(schema: readonly SchemaField[]): ExampleShape | null {
  // A set fits in the spelling of the columns: `Question` and `question` are both found.
  const byLower = new Map(
    schema
      .filter((field) => isText(parseType(field.type)))
      .map((field) => [field.name.toLowerCase(), field.name]),
  )
  for (const set of COLUMN_SETS) {
    const columns = set.flatMap(([name, role]) => {
      const column = byLower.get(name.replace('?', ''))
      return column === undefined ? [] : [{ column, role }]
    })
    const required = set.filter(([name]) => !name.endsWith('?'))
    if (required.every(([name]) => byLower.has(name))) return { kind: 'columns', columns }
  }
  return null
}

function textShape(schema: readonly SchemaField[]): ExampleShape | null {
  const texts = schema.filter((field) => isText(parseType(field.type)))
  const column = TEXT_COLUMNS.find((name) => texts.some((field) => field.name === name))
  if (column !== undefined) return { kind: 'text', column }
  return texts.length === 1 && schema.length === 1 ? { kind: 'text', column: texts[0]!.name } : null
}

/** @throws AuditError when a column of the shape is missing or has a type no turn can be read from. */
function checkShape(schema: readonly SchemaField[], shape: ExampleShape, where: string): void {
  for (const name of shapeColumns(shape)) {
    const field = schema.find((candidate) => candidate.name === name)
    if (field === undefined) throw missing(schema, name, where)
    const type = parseType(field.type)
    if (!fits(type, shape)) throw wrongType(field, shape, where)
  }
}

function fits(type: TypeNode, shape: ExampleShape): boolean {
  if (type.kind === 'scalar' && type.name === 'null') return true
  if (shape.kind !== 'turns') return isContent(type)
  if (type.kind !== 'list' || type.item.kind !== 'struct') return false
  const content = type.item.fields.find((field) => field.name === shape.contentField)
  const role = type.item.fields.find((field) => field.name === shape.roleField)
  return content !== undefined && isContent(content.type) && role !== undefined && isText(role.type)
}

function missing(schema: readonly SchemaField[], name: string, where: string): AuditError {
  return new AuditError('SHAPE_UNKNOWN', {
    what: `There is no column "${name}"`,
    where,
    got: listing(schema),
    fix: 'name an existing column in the pipeline',
  })
}

function wrongType(field: SchemaField, shape: ExampleShape, where: string): AuditError {
  const expected =
    shape.kind === 'turns'
      ? `list<struct<${shape.roleField}: utf8, ${shape.contentField}: utf8>>`
      : 'utf8, or a list of text parts'
  return new AuditError('COLUMN_TYPE', {
    what: `Column "${field.name}" cannot be read as ${shape.kind === 'turns' ? 'a conversation' : 'text'}`,
    where,
    expected,
    got: field.type,
    fix: 'name another column or its fields under `shape:` in the pipeline',
  })
}

function named(schema: readonly SchemaField[], name: string | undefined, where: string): string | null {
  if (name === undefined) return null
  if (!schema.some((field) => field.name === name)) throw missing(schema, name, where)
  return name
}

function firstOf(
  schema: readonly SchemaField[],
  names: readonly string[],
  used: ReadonlySet<string>,
): string | null {
  const scalar = (field: SchemaField): boolean =>
    parseType(field.type).kind === 'scalar' && !used.has(field.name)
  return names.find((name) => schema.some((field) => field.name === name && scalar(field))) ?? null
}

function listing(schema: readonly SchemaField[]): string {
  const shown = schema.slice(0, 40).map((field) => `${field.name}: ${field.type}`)
  return shown.length === 0 ? 'no columns' : `${shown.join(', ')}${schema.length > 40 ? ', …' : ''}`
}
