import type { JsonObject } from './json.ts'

/** From worst to least; the order is the rank `--fail-on` compares. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

export interface RowPlace {
  component: string
  path: string
  /** 0-based row in the shard. */
  row: number
  exampleId?: string
}

export type Place =
  | ({ kind: 'row' } & RowPlace)
  | { kind: 'pair'; a: RowPlace; b: RowPlace }
  | { kind: 'shard' | 'component' | 'claim' | 'source' | 'benchmark' | 'corpus'; name: string }

/** One thing a reader can check: a rule, a place, and the evidence. */
export interface Finding {
  /** `findingId(rule, place, key)`: the same thing has the same id in every run. */
  id: string
  /** `room/what-happened`, starting with the stage's name. */
  rule: string
  severity: Severity
  place: Place
  message: string
  evidence: JsonObject
  /** Contamination findings: the method, benchmark and item; null elsewhere. */
  method?: string | undefined
  benchmark?: string | undefined
  item?: string | undefined
  score?: number | undefined
}

/** What tells two findings of one rule at one place apart, e.g. method and item. */
export interface FindingDraft extends Omit<Finding, 'id'> {
  key?: string
}

/** How much text of the corpus and the benchmarks a report quotes: quoting republishes it. */
export type EvidenceLevel = 'full' | 'snippet' | 'hash'
