import type { JsonValue } from '../core/json.ts'
import { count, percent } from './numbers.ts'
import { asNumber, at, entriesAt } from './reading.ts'

/** One benchmark of the census: items found by any method and by each, and what the positive control makes of them. */
export interface Census {
  benchmark: string
  items: number
  found: number
  byMethod: readonly (readonly [method: string, items: number])[]
  present: { estimate: number; low: number; high: number } | null
}

export function readCensus(metrics: JsonValue | undefined): Census[] {
  return entriesAt(metrics, 'benchmarks').flatMap(([benchmark, about]) => {
    const items = asNumber(at(about, 'items'))
    const found = asNumber(at(about, 'census', 'found'))
    if (items === undefined || found === undefined) return []
    const present = at(about, 'census', 'present')
    const [estimate, low, high] = ['estimatedItems', 'lowItems', 'highItems'].map((key) =>
      asNumber(at(present, key)),
    )
    const known = estimate !== undefined && low !== undefined && high !== undefined
    const byMethod = entriesAt(about, 'census', 'byMethod').map(([method, n]): [string, number] => [
      method,
      asNumber(n) ?? 0,
    ])
    return [{ benchmark, items, found, byMethod, present: known ? { estimate, low, high } : null }]
  })
}

/**
 * Columns that tell what each method found, where there are several: one that looks for any shared run finds much more.
 * @param only the one method that is told, where another table tells the rest
 */
export function methodColumns(
  all: readonly Census[],
  only?: string,
): { heads: string[]; cells: (of: Census) => number[] } {
  const names = (all[0]?.byMethod ?? []).map(([method]) => method)
  if (names.length < 2) return { heads: [], cells: () => [] }
  const told = names.filter((name) => only === undefined || name === only)
  return {
    heads: told.map((name) => `By ${name} #`),
    cells: ({ byMethod }) => told.map((name) => byMethod.find(([method]) => method === name)?.[1] ?? 0),
  }
}

/** "12 to 15 items (1.2 % to 1.5 %)". */
export function presentText({ items, present }: Census): string {
  if (present === null || items === 0) return '–'
  const { low, high } = present
  return `${count(low)} to ${count(high)} items (${percent(low / items)} to ${percent(high / items)})`
}
