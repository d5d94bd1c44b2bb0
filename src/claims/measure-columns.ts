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

/** A value of a column, how many rows hold it, and where the first of them is. */
export interface ColumnValue {
  value: string
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
  const value = String(at(entry, 'value'))
  const rows = numberAt(entry, 'rows') ?? 0
  const before = values.get(value)
  if (before === undefined) values.set(value, { value, rows, first: at(entry, 'first') })
  else before.rows += rows
}

function ranked(values: ColumnValue[]): ColumnValue[] {
  return values.sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1))
}
