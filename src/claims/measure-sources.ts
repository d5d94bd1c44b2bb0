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
  /** All rows of the components. */
  rows: number
  read: boolean
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
    rows: components.reduce((total, one) => total + (numberAt(stage.metrics, 'rows', one) ?? 0), 0),
    read: at(source, 'read') === true,
    why: typeof why === 'string' ? why : null,
  }
  if (isObject(source)) return found
  return { ...found, declared: declaredValue(stage, name, components), read: false, why: null }
}

function declaredValue(stage: StageRecord, value: string, components: readonly string[]): number {
  const column = at(stage.metrics, 'sourceColumn')
  if (typeof column !== 'string') return 0
  return components.reduce((total, one) => {
    const values = at(stage.metrics, 'columns', column, 'components', one, 'values')
    if (!Array.isArray(values)) return total
    const entry = values.find((candidate) => at(candidate, 'value') === value)
    return total + (numberAt(entry, 'rows') ?? 0)
  }, 0)
}
