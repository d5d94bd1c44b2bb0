import type { JsonValue } from '../core/json.ts'
import type { StageRecord } from '../core/record.ts'
import { isObject } from '../core/json.ts'
import { at, numberAt } from './measure.ts'

/** Rows of one source over some components. */
export interface SourceCoverage {
  /** Rows that declare it in a column. */
  declared: number
  /** Of these, rows found in the upstream set. */
  verified: number
  /** Of these, rows found only in another source's upstream set. */
  contradicted: number
  /** Rows that declare no known source and were found in this upstream set. */
  matched: number
  /** Whether the whole upstream set was read. */
  read: boolean
  /** Whether any of it was read. */
  some: boolean
  /** Rows by the split of the upstream set they were found in. */
  splits: Readonly<Record<string, number>>
  why: string | null
}

/** Reads `metrics.sources[name]`, or the rows whose declared value is exactly `name`. */
export function sourceCoverage(
  stage: StageRecord,
  name: string,
  components: readonly string[],
): SourceCoverage {
  const source = at(stage.metrics, 'sources', name)
  const why = at(source, 'why')
  const sum = (key: string): number =>
    components.reduce((total, one) => total + (numberAt(source, 'components', one, key) ?? 0), 0)
  const found = {
    declared: sum('declared'),
    verified: sum('verified'),
    contradicted: sum('contradicted'),
    matched: sum('matched'),
    read: at(source, 'read') === true && isEmpty(at(source, 'unread')),
    some: at(source, 'read') === true,
    splits: splitsOf(source, components),
    why: typeof why === 'string' ? why : null,
  }
  if (isObject(source)) return found
  return { ...found, declared: declaredValue(stage, name, components), read: false, why: null }
}

function splitsOf(source: JsonValue, components: readonly string[]): Record<string, number> {
  const rows: Record<string, number> = {}
  for (const component of components) {
    const splits = at(source, 'components', component, 'splits')
    for (const split of isObject(splits) ? Object.keys(splits).sort() : [])
      rows[split] = (rows[split] ?? 0) + (numberAt(splits, split) ?? 0)
  }
  return rows
}

function isEmpty(list: JsonValue): boolean {
  return !Array.isArray(list) || list.length === 0
}

function declaredValue(stage: StageRecord, value: string, components: readonly string[]): number {
  return components.reduce((total, one) => {
    const entry = declaredList(stage, one).find((candidate) => at(candidate, 'value') === value)
    return total + (numberAt(entry, 'rows') ?? 0)
  }, 0)
}

/** Rows of some components, and how many of them declare no source at all. */
export function rowsOf(
  stage: StageRecord,
  components: readonly string[],
): { rows: number; undeclared: number } {
  const column = at(stage.metrics, 'sourceColumn')
  let [rows, undeclared] = [0, 0]
  for (const one of components) {
    const all = numberAt(stage.metrics, 'rows', one) ?? 0
    rows += all
    undeclared +=
      typeof column === 'string'
        ? (numberAt(stage.metrics, 'columns', column, 'components', one, 'nulls') ?? all)
        : all
  }
  return { rows, undeclared }
}

/** Declared values that mean none of the named sources, with their rows, most frequent first. */
export function otherValues(
  stage: StageRecord,
  components: readonly string[],
  named: readonly string[],
): string[] {
  const meant = at(stage.metrics, 'declaredValues')
  const counts = new Map<string, number>()
  for (const one of components) {
    const values = declaredList(stage, one)
    for (const entry of values) {
      const value = String(at(entry, 'value'))
      const source = at(meant, value)
      if (named.includes(value) || (typeof source === 'string' && named.includes(source))) continue
      counts.set(value, (counts.get(value) ?? 0) + (numberAt(entry, 'rows') ?? 0))
    }
  }
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return ranked.map(([value, rows]) => `"${value}" (${rows} rows)`)
}

function declaredList(stage: StageRecord, component: string): readonly JsonValue[] {
  const column = at(stage.metrics, 'sourceColumn')
  if (typeof column !== 'string') return []
  const values = at(stage.metrics, 'columns', column, 'components', component, 'values')
  return Array.isArray(values) ? values : []
}
