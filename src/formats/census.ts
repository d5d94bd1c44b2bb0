import type { JsonValue } from '../core/json.ts'
import { count, percent } from './numbers.ts'
import { asNumber, at, entriesAt } from './reading.ts'

/** One benchmark of the census: items found by any method, and what the positive control makes of them. */
export interface Census {
  benchmark: string
  items: number
  found: number
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
    return [{ benchmark, items, found, present: known ? { estimate, low, high } : null }]
  })
}

/** "12 to 15 items (1.2 % to 1.5 %)". */
export function presentText({ items, present }: Census): string {
  if (present === null || items === 0) return '–'
  const { low, high } = present
  return `${count(low)} to ${count(high)} items (${percent(low / items)} to ${percent(high / items)})`
}
