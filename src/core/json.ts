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
  return JSON.stringify(isSorted(value) ? value : sortKeys(value), null, indent)
}

/** Whether all keys stand in order already and all numbers are finite: then nothing has to be copied. */
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

function sortKeys(value: JsonValue): JsonValue {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`canonicalJson: ${value} is not a JSON number`)
    return Object.is(value, -0) ? 0 : value
  }
  if (value === null || typeof value !== 'object') return value
  if (isArray(value)) return value.map(sortKeys)
  // A null prototype keeps a key named "__proto__" an ordinary key.
  const sorted = Object.create(null) as Record<string, JsonValue>
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) sorted[key] = sortKeys(member)
  }
  return sorted
}

/** Whether a value is an object with members, not a list. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value)
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
