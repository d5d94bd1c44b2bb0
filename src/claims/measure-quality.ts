import type { JsonValue } from '../core/json.ts'
import type { Measured } from './kind.ts'
import { isObject } from '../core/json.ts'
import { at, numberAt } from './measure.ts'

/** Rows per answer letter over some components; null when the quality stage did not count them. */
export function letterCounts(
  components: readonly string[],
  measured: Measured,
): Record<string, number> | null {
  return added(components.map((name) => at(measured.stages['quality']?.metrics, 'answerLetters', name)))
}

/** Rows each letter would have if every option offered were right equally often; null when that was not counted. */
export function expectedLetters(
  components: readonly string[],
  measured: Measured,
): Record<string, number> | null {
  return added(components.map((name) => at(measured.stages['quality']?.metrics, 'answersExpected', name)))
}

/** Examples per main writing system over some components; null when the quality stage did not count them. */
export function scriptCounts(
  components: readonly string[],
  measured: Measured,
): Record<string, number> | null {
  return added(components.map((name) => at(measured.stages['quality']?.metrics, 'scripts', name)))
}

function added(tables: readonly JsonValue[]): Record<string, number> | null {
  const total: Record<string, number> = {}
  const known = tables.filter(isObject)
  if (known.length === 0) return null
  for (const table of known) {
    for (const key of Object.keys(table)) total[key] = (total[key] ?? 0) + (numberAt(table, key) ?? 0)
  }
  return total
}
