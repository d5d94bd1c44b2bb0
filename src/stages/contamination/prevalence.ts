import { wilson } from '../../core/interval.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import { isObject } from './options.ts'

/** 2.5 %: what each side of a 95 % interval leaves out. */
const SIDE = 0.025

/** Items of a benchmark that are in the corpus, given those that were found and how often planted ones are. */
export interface Prevalence {
  /** found / recall, at most all: Rogan and Gladen's estimate with specificity 1. */
  estimatedItems: number
  lowItems: number
  highItems: number
}

/**
 * Corrects a census by the recall of the positive control, after W. J. Rogan and B. Gladen, "Estimating prevalence
 * from the results of a screening test", Am. J. Epidemiology 107 (1978). Every item was looked for, so nothing is a
 * sample but the recall: the low end is what was found (each hit is shown; coincidence is not subtracted), the high
 * end is the largest number of present items of which so few would be found with a probability of 2.5 % if each
 * were found with the lower end of the recall's Wilson interval. Found nothing with a recall of 0: all may be there.
 */
export function prevalence(
  { items, found }: { items: number; found: number },
  control: { planted: number; found: number },
): Prevalence {
  const [low] = wilson(control.found, control.planted)
  const recall = control.planted === 0 ? 0 : control.found / control.planted
  const estimate = found === 0 ? 0 : recall === 0 ? items : Math.min(items, found / recall)
  return {
    estimatedItems: Math.round(estimate * 100) / 100,
    lowItems: found,
    highItems: mostPresent({ items, found }, low),
  }
}

/** Largest n ≤ items with P(X ≤ found) ≥ 2.5 % for X ~ Binomial(n, recall); the probability falls with n. */
function mostPresent({ items, found }: { items: number; found: number }, recall: number): number {
  let [low, high] = [found, items]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (lowerTail(found, middle, recall) >= SIDE) low = middle
    else high = middle - 1
  }
  return low
}

/** P(X ≤ k) for X ~ Binomial(n, p), summed in logarithms from k = 0. */
export function lowerTail(k: number, n: number, p: number): number {
  if (k >= n || p <= 0) return 1
  if (p >= 1) return 0
  let log = n * Math.log1p(-p)
  let sum = Math.exp(log)
  for (let i = 1; i <= k; i++) {
    log += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p)
    sum += Math.exp(log)
  }
  return Math.min(1, sum)
}

/** What is corrected: by `assay` alone where it was used, because text that any items share makes the other methods find too much. */
interface Corrected {
  control: JsonObject
  /** Items of a benchmark it found. */
  found: (census: JsonObject) => number
  by: string
}

function corrected(control: JsonObject): Corrected | null {
  const { any, methods } = control
  const own = isObject(methods) ? methods['assay'] : undefined
  if (isObject(own)) {
    const byMethod = (census: JsonObject) => census['byMethod'] as Readonly<Record<string, number>>
    return { control: own, found: (census) => byMethod(census)['assay'] ?? 0, by: 'the method assay' }
  }
  if (!isObject(any)) return null
  return { control: any, found: (census) => census['found'] as number, by: 'any method used' }
}

/** The stage's metrics with what follows from the positive control in the census of every benchmark. */
export function withControl(metrics: JsonObject, control: JsonObject): JsonObject {
  const by = corrected(control)
  const benchmarks = metrics['benchmarks']
  if (by === null || !isObject(benchmarks)) return metrics
  const [planted, hits] = [by.control['planted'] as number, by.control['found'] as number]
  const [lowRatio, highRatio] = wilson(hits, planted)
  const corrections = Object.entries(benchmarks).map(([name, about]): [string, JsonValue] => {
    if (!isObject(about) || !isObject(about['census'])) return [name, about]
    const census = about['census']
    const counts = { items: about['items'] as number, found: by.found(census) }
    return [
      name,
      { ...about, census: { ...census, present: { ...prevalence(counts, { planted, found: hits }) } } },
    ]
  })
  return {
    ...metrics,
    benchmarks: Object.fromEntries(corrections),
    censusRecall: {
      ...{ planted, found: hits, recallRatio: planted === 0 ? 0 : hits / planted, lowRatio, highRatio },
      note: `Items found by ${by.by}, corrected by its recall of the positive control over the kinds it plants, in equal parts and over all benchmarks together. A leak of another kind may be found less often.`,
      source:
        'Rogan & Gladen 1978, specificity 1; Wilson 1927 for the recall; exact binomial bound for the items',
    },
  }
}
