import { hash } from 'node:crypto'
import type { JsonValue } from '../core/json.ts'
import type { StageRecord } from '../core/record.ts'
import { isObject } from '../core/json.ts'
import { at, numberAt } from './measure.ts'

/** What the attribution stage tabulated of a column over some components. */
export interface ColumnFacts {
  column: string
  rows: number
  nulls: number
  /** Exact, over the components together; null where it was not counted for exactly these. */
  distinct: number | null
  /** All values with their rows, most frequent first; null when there were too many to keep. */
  values: ColumnValue[] | null
  /** The first row of a file that has the column and nothing in it; null where there is none. */
  firstNull: JsonValue
}

/** A value of a column, or the sha256 of one the report keeps out; how many rows hold it, and where the first of them is. */
export interface ColumnValue {
  value?: string
  sha256?: string
  rows: number
  first: JsonValue
}

/** Facts of the first of these columns that exists. */
export function factsOfFirst(
  stage: StageRecord,
  columns: readonly string[],
  components: readonly string[],
): ColumnFacts | 'no such column' | 'not tabulated' {
  const found = columns.map((column) => columnFacts(stage, column, components))
  return found.find((facts) => facts !== 'no such column') ?? 'no such column'
}

/** Reads `metrics.columns[column]`; components without the column count all their rows as null. */
export function columnFacts(
  stage: StageRecord,
  column: string,
  components: readonly string[],
): ColumnFacts | 'no such column' | 'not tabulated' {
  const table = at(stage.metrics, 'columns', column)
  if (!isObject(table)) {
    const known = at(stage.metrics, 'schema')
    return Array.isArray(known) && known.includes(column) ? 'not tabulated' : 'no such column'
  }
  const each = components.map((name) => at(table, 'components', name)).filter(isObject)
  if (each.every((one) => at(one, 'present') !== true)) return 'no such column'
  const lists = each.map((one) => at(one, 'values'))
  const merged = new Map<string, ColumnValue>()
  let complete = true
  for (const list of lists) {
    if (!Array.isArray(list)) complete = false
    else for (const entry of list) add(merged, entry)
  }
  const everyone = isObject(at(table, 'components')) ? Object.keys(at(table, 'components') as object) : []
  const whole = everyone.length === components.length
  return {
    column,
    rows: each.reduce((sum, one) => sum + (numberAt(one, 'rows') ?? 0), 0),
    nulls: each.reduce((sum, one) => sum + (numberAt(one, 'nulls') ?? 0), 0),
    distinct: complete
      ? merged.size
      : each.length === 1
        ? numberAt(each[0], 'distinct')
        : whole
          ? numberAt(table, 'distinct')
          : null,
    values: complete ? ranked([...merged.values()]) : null,
    firstNull: each.map((one) => at(one, 'firstNull')).find((first) => first !== null) ?? null,
  }
}

function add(values: Map<string, ColumnValue>, entry: JsonValue): void {
  const sha256 = at(entry, 'sha256')
  const named = typeof sha256 === 'string' ? { sha256 } : { value: String(at(entry, 'value')) }
  const rows = numberAt(entry, 'rows') ?? 0
  const key = nameOf(named)
  const before = values.get(key)
  if (before === undefined) values.set(key, { ...named, rows, first: at(entry, 'first') })
  else before.rows += rows
}

/** The value as a sentence names it: by its hash where the report keeps it out. */
export function nameOf({ value, sha256 }: Pick<ColumnValue, 'value' | 'sha256'>): string {
  return sha256 === undefined ? `"${value ?? ''}"` : `sha256 ${sha256}`
}

/** Whether the value is one of those stated, which their hashes tell as well. */
export function isStated({ value, sha256 }: ColumnValue, stated: readonly string[]): boolean {
  return sha256 === undefined
    ? value !== undefined && stated.includes(value)
    : stated.some((text) => hash('sha256', text) === sha256)
}

function ranked(values: ColumnValue[]): ColumnValue[] {
  const key = ({ value, sha256 }: ColumnValue): string => value ?? sha256 ?? ''
  return values.sort((a, b) => b.rows - a.rows || (key(a) < key(b) ? -1 : 1))
}
