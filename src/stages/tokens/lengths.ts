import type { JsonObject } from '../../core/json.ts'
import type { Histogram } from './tally.ts'

const QUANTILES = { p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 } as const

/**
 * Lengths of examples as the report shows them: exact quantiles (the smallest length that at least that share of the
 * examples does not exceed), a histogram with edges half an octave apart, and what goes beyond each sequence length.
 */
export function describeLengths(histogram: Histogram, sequenceLengths: readonly number[]): JsonObject {
  const sorted = histogram.sorted()
  const examples = sorted.reduce((sum, [, times]) => sum + times, 0)
  const total = sorted.reduce((sum, [value, times]) => sum + value * times, 0)
  if (examples === 0) return { examples: 0 }
  const over: Record<string, number> = {}
  const cut: Record<string, JsonObject> = {}
  for (const limit of sequenceLengths) {
    const beyond = sorted.filter(([value]) => value > limit)
    const long = beyond.reduce((sum, [, times]) => sum + times, 0)
    const lost = beyond.reduce((sum, [value, times]) => sum + (value - limit) * times, 0)
    over[String(limit)] = long
    cut[String(limit)] = { examples: long, tokens: lost, ratio: total === 0 ? 0 : lost / total }
  }
  const quantiles = Object.entries(QUANTILES).map(([name, share]) => [
    name,
    quantile(sorted, examples, share),
  ])
  return {
    examples,
    min: sorted[0]![0],
    max: sorted.at(-1)![0],
    mean: total / examples,
    ...(Object.fromEntries(quantiles) as Record<string, number>),
    histogram: binned(sorted),
    over,
    cut,
  }
}

function quantile(sorted: readonly [number, number][], examples: number, share: number): number {
  const rank = Math.ceil(share * examples)
  let seen = 0
  for (const [value, times] of sorted) {
    seen += times
    if (seen >= rank) return value
  }
  return sorted.at(-1)?.[0] ?? 0
}

/** Bin i counts lengths in [edges[i], edges[i+1]). */
function binned(sorted: readonly [number, number][]): JsonObject {
  const max = sorted.at(-1)?.[0] ?? 0
  const edges = [0, 16]
  while (edges.at(-1)! <= max) {
    const last = edges.at(-1)!
    // 16, 24, 32, 48, 64, …: powers of two and the middles between them, all whole.
    edges.push(Number.isInteger(Math.log2(last)) ? last * 1.5 : (last / 3) * 4)
  }
  const counts = new Array<number>(edges.length - 1).fill(0)
  let bin = 0
  for (const [value, times] of sorted) {
    while (value >= edges[bin + 1]!) bin++
    counts[bin]! += times
  }
  return { edges, counts }
}
