/**
 * Reading JSON whose layout belongs to someone else: stage metrics and evidence. Every answer is a value of the
 * asked type or undefined, so that a layout the report does not know degrades to a plain table, never to a crash.
 */
import type { JsonObject, JsonValue } from '../core/json.ts'

export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !isList(value) ? value : undefined
}

export function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return value !== undefined && isList(value) ? value : []
}

/** The objects of a list; other members are left out. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return asList(value).flatMap((each) => {
    const object = asObject(each)
    return object === undefined ? [] : [object]
  })
}

export function asNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}

export function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The member at a path of keys. Own keys only: a component may be called `constructor`. */
export function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let here = value
  for (const key of path) {
    const object = asObject(here)
    here = object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined
  }
  return here
}

/** Entries of an object, none for anything else. */
export function entriesAt(value: JsonValue | undefined, ...path: readonly string[]): [string, JsonValue][] {
  return Object.entries(asObject(at(value, ...path)) ?? {})
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
