import { isObject } from './json.ts'
import type { JsonValue } from './json.ts'

/** What could not be read of one benchmark: plain sentences, not escaped for any format. */
export interface BenchmarkNote {
  benchmark: string
  text: string
}

/** What the metrics of the contamination stage say of items and answers that were left out. */
export function benchmarkNotes(metrics: JsonValue | undefined): BenchmarkNote[] {
  const benchmarks = isObject(metrics) ? metrics['benchmarks'] : undefined
  if (!isObject(benchmarks)) return []
  return Object.entries(benchmarks).flatMap(([benchmark, about]) => {
    if (!isObject(about)) return []
    const items = typeof about['items'] === 'number' ? about['items'] : 0
    return unresolvedText(items, about['answersUnresolved']).map((text) => ({ benchmark, text }))
  })
}

function unresolvedText(items: number, value: JsonValue | undefined): string[] {
  if (!isObject(value) || typeof value['count'] !== 'number') return []
  const forms = Array.isArray(value['forms']) ? (value['forms'] as readonly JsonValue[]) : []
  const shown = forms.length === 0 ? '' : ` (${forms.map((form) => `"${String(form)}"`).join(', ')})`
  return [
    `the answers of ${value['count']} of ${items} items cannot be read: ${reasons(value['why'])}${shown}; the items are searched for without them`,
  ]
}

/** "2 × no question text, 1 × empty question" */
export function reasons(counts: JsonValue | undefined): string {
  if (!isObject(counts)) return ''
  return Object.entries(counts)
    .map(([why, n]) => `${String(n)} × ${why}`)
    .join(', ')
}
