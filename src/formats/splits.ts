import type { JsonValue } from '../core/json.ts'
import { asNumber, asText, at, objectsOf } from './reading.ts'

/** Rows of one split that stand in another split, each counted once under the strongest level. */
export interface SplitOverlap {
  split: string
  other: string
  rows: number
  exact: number
  normalised: number
  near: number
  /** Rows that share only a prompt or a question. */
  prompt: number
}

/** Both directions of every pair of splits; empty where the corpus names fewer than two. */
export function readSplits(metrics: JsonValue | undefined): SplitOverlap[] {
  return objectsOf(at(metrics, 'splits', 'pairs')).flatMap((pair) => {
    const [a, b] = [asText(pair['a']), asText(pair['b'])]
    if (a === undefined || b === undefined) return []
    return [overlap(metrics, [a, b], pair['inA']), overlap(metrics, [b, a], pair['inB'])]
  })
}

function overlap(
  metrics: JsonValue | undefined,
  [split, other]: readonly [string, string],
  counts: JsonValue | undefined,
): SplitOverlap {
  const count = (level: string): number => asNumber(at(counts, level)) ?? 0
  return {
    ...{ split, other, rows: asNumber(at(metrics, 'splits', 'splits', split, 'rows')) ?? 0 },
    exact: count('record-exact') + count('conversation-exact'),
    normalised: count('normalised-exact'),
    near: count('near-duplicate'),
    prompt: count('same-prompt') + count('options-shuffled'),
  }
}
