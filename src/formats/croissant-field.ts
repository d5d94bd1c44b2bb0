import type { JsonObject } from '../core/json.ts'
import type { SchemaField } from '../core/plan.ts'
import { inAddress } from './address.ts'

interface Owner {
  /** Id of the record set or field it belongs to. */
  id: string
  fileSet: string
}

/** Croissant data types of flat columns. */
const DATA_TYPES: readonly [RegExp, string][] = [
  [/^(large_?)?utf8|^string|^utf8_?view/i, 'sc:Text'],
  [/^u?int\d*/i, 'sc:Integer'],
  [/^(float|double|decimal)/i, 'sc:Float'],
  [/^bool/i, 'sc:Boolean'],
  [/^(date|timestamp)/i, 'sc:Date'],
]

/** A column as a Croissant field; null for a type the vocabulary has no faithful word for. */
export function croissantField(field: SchemaField, owner: Owner): JsonObject | null {
  const id = `${owner.id}/${inAddress(field.name)}`
  const base = { '@type': 'cr:Field', '@id': id, name: field.name }
  const source = { fileSet: { '@id': owner.fileSet }, extract: { column: field.name } }
  const list = /^(?:large_?)?list<(.*)>$/is.exec(field.type)
  const struct = /^struct<(.*)>$/is.exec(list?.[1] ?? field.type)
  const array = list === null ? {} : { isArray: true, arrayShape: '-1' }
  if (struct === null) {
    const dataType = dataTypeOf(list?.[1] ?? field.type)
    return dataType === null ? null : { ...base, ...array, dataType, source }
  }
  const members = membersOf(struct[1]!)
  const parts = members.map(({ name, type }) => {
    const dataType = dataTypeOf(type)
    if (dataType === null) return null
    const inner = { ...source, transform: { jsonPath: name } }
    return { '@type': 'cr:Field', '@id': `${id}/${inAddress(name)}`, name, dataType, source: inner }
  })
  if (parts.length === 0 || parts.some((part) => part === null)) return null
  return { ...base, ...array, subField: parts as JsonObject[] }
}

function dataTypeOf(type: string): string | null {
  return DATA_TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? null
}

/** `from: utf8, value: utf8` → its parts; commas inside brackets do not separate. */
function membersOf(text: string): { name: string; type: string }[] {
  const members: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i <= text.length; i++) {
    const char = text[i]
    if (char === '<') depth++
    else if (char === '>') depth--
    else if (char === undefined || (char === ',' && depth === 0)) {
      members.push(text.slice(start, i))
      start = i + 1
    }
  }
  return members.flatMap((member) => {
    const colon = member.indexOf(':')
    return colon < 0 ? [] : [{ name: member.slice(0, colon).trim(), type: member.slice(colon + 1).trim() }]
  })
}
