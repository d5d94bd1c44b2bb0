/** A value that survives `JSON.stringify` unchanged. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/**
 * JSON with keys in code-unit order, so that equal values give equal bytes.
 * @param indent spaces per level; 0 writes one line.
 * @throws TypeError for a number that is not finite: silently writing `null` would change a measurement.
 */
export function canonicalJson(value: JsonValue, indent = 0): string {
  return isSorted(value) ? JSON.stringify(value, null, indent) : write(value, ' '.repeat(indent), '\n')
}

/** Whether all keys stand in order already and all numbers are finite: then nothing has to be sorted. */
function isSorted(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value === null || typeof value !== 'object') return true
  if (isArray(value)) return value.every(isSorted)
  let before: string | null = null
  for (const key in value) {
    if (before !== null && key <= before) return false
    if (!isSorted(value[key] as JsonValue)) return false
    before = key
  }
  return true
}

/** Written by hand: an object always lists keys like "10" first and by value, so sorting into another one is no order. */
function write(value: JsonValue, indent: string, lineStart: string): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`canonicalJson: ${value} is not a JSON number`)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const inner = lineStart + indent
  if (isArray(value)) {
    const list = value.map((entry: JsonValue | undefined) =>
      entry === undefined ? 'null' : write(entry, indent, inner),
    )
    return enclosed(['[', ']'], list, indent, lineStart)
  }
  const colon = indent === '' ? ':' : ': '
  const members: string[] = []
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) members.push(JSON.stringify(key) + colon + write(member, indent, inner))
  }
  return enclosed(['{', '}'], members, indent, lineStart)
}

function enclosed(
  ...[[open, close], parts, indent, lineStart]: [[string, string], readonly string[], string, string]
): string {
  if (parts.length === 0 || indent === '') return open + parts.join(',') + close
  const inner = lineStart + indent
  return open + inner + parts.join(`,${inner}`) + lineStart + close
}

/** Whether a value is an object with members, not a list. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value)
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
