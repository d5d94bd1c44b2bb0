import type { InputRecord, StageRecord } from '../../src/core/record.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { Measured } from '../../src/claims/kind.ts'

/** A file of a record a test writes. */
export function input(
  component: string,
  path: string,
  rows: number,
  more: Partial<InputRecord> = {},
): InputRecord {
  return {
    component,
    path,
    bytes: rows * 100,
    rows,
    audited: rows,
    unreadable: {},
    sha256: { declared: null, recomputed: 'a'.repeat(64) },
    verified: null,
    schema: [
      { name: 'conversations', type: 'list<struct<from: utf8, value: utf8>>', nullable: true },
      { name: 'source', type: 'utf8', nullable: true },
    ],
    writer: null,
    ...more,
  } as InputRecord
}

export function stage(metrics: JsonObject, more: Partial<StageRecord> = {}): StageRecord {
  return { version: 1, options: {}, metrics, findings: {}, resources: [], ...more }
}

/** A record as far as claims look at it; what is not given is empty. */
export function measured(more: Partial<Measured> = {}): Measured {
  const inputs = more.inputs ?? [
    input('alpha', 'data/alpha/a.parquet', 600),
    input('beta', 'data/beta/b.parquet', 401),
  ]
  const components: Record<string, Measured['components'][string]> = {}
  for (const { component, rows } of inputs) {
    const before = components[component]?.examples ?? 0
    components[component] = { examples: before + rows, turns: 0, textBytes: 0, words: 0, tokens: {} }
  }
  return {
    pipeline: { name: 'test', sha256: '0'.repeat(64), limit: null },
    source: { uri: 'data', revision: null, commitDate: null } as Measured['source'],
    card: null,
    inputs,
    components,
    stages: {},
    findings: {},
    notChecked: [],
    failures: [],
    ...more,
  }
}
