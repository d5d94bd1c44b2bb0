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
    return [
      ...unusableText(benchmark, items, about['unusable']),
      ...unresolvedText(items, about['answersUnresolved']),
    ].map((text) => ({ benchmark, text }))
  })
}

/** "4 of 20 items of ward cannot be used: 4 × no question text"; nothing where all could be. */
export function unusableText(benchmark: string, items: number, unusable: JsonValue | undefined): string[] {
  const left = unusableItems(unusable)
  if (left === 0) return []
  return [`${left} of ${items + left} items of ${benchmark} cannot be used: ${reasons(unusable)}`]
}

/** How many items could not be used, whatever the reason. */
export function unusableItems(unusable: JsonValue | undefined): number {
  if (!isObject(unusable)) return 0
  return Object.values(unusable).reduce<number>((sum, n) => sum + (typeof n === 'number' ? n : 0), 0)
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
