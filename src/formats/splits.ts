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
  const rows = asNumber(at(metrics, 'splits', 'splits', split, 'rows')) ?? 0
  return { split, other, rows, ...levels(counts) }
}

type Levels = Pick<SplitOverlap, 'exact' | 'normalised' | 'near' | 'prompt'>

function levels(counts: JsonValue | undefined): Levels {
  const count = (level: string): number => asNumber(at(counts, level)) ?? 0
  return {
    exact: count('record-exact') + count('conversation-exact'),
    normalised: count('normalised-exact'),
    near: count('near-duplicate'),
    prompt: count('same-prompt') + count('options-shuffled'),
  }
}

/** What the second corpus shares with the corpus; null without one. */
export interface AgainstFigures {
  uri: string
  revision: string | null
  rows: number
  rowsAgainst: number
  /** Rows of either side that repeat rows of the other. */
  inCorpus: number
  inAgainst: number
  components: (Levels & { component: string; against: string })[]
}

export function readAgainst(metrics: JsonValue | undefined): AgainstFigures | null {
  const found = at(metrics, 'against')
  const uri = asText(at(found, 'source', 'uri'))
  if (uri === undefined) return null
  return {
    ...{ uri, revision: asText(at(found, 'source', 'revision')) ?? null },
    rows: asNumber(at(found, 'rows')) ?? 0,
    rowsAgainst: asNumber(at(found, 'rowsAgainst')) ?? 0,
    inCorpus: asNumber(at(found, 'inCorpus', 'repeats')) ?? 0,
    inAgainst: asNumber(at(found, 'inAgainst', 'repeats')) ?? 0,
    components: objectsOf(at(found, 'components')).map((each) => ({
      ...{ component: asText(each['component']) ?? '', against: asText(each['against']) ?? '' },
      ...levels(each),
    })),
  }
}
