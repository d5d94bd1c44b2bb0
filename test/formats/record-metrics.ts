/** Stage metrics of the hand-made record, in the layouts the report draws. */
import type { JsonObject } from '../../src/core/json.ts'
import type { AuditRecord } from '../../src/core/record.ts'
import { sha } from './record-sizes.ts'
import type { Sizes } from './record-sizes.ts'

export function stages(sizes: Sizes, counts: ReadonlyMap<string, number>): AuditRecord['stages'] {
  const found = (room: string): Record<string, number> =>
    Object.fromEntries(
      [...counts].filter(([rule]) => rule.startsWith(`${room}/`)).sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  const stage = (
    name: string,
    metrics: JsonObject,
    resources: JsonObject[] = [],
  ): AuditRecord['stages'][string] => ({
    version: 1,
    options: { defaults: true },
    metrics,
    findings: found(name),
    resources,
  })
  return {
    input: stage('input', {}),
    tokens: stage('tokens', tokenMetrics(sizes), [{ tokenizer: 'o200k_base', sha256: sha('o200k') }]),
    duplicates: stage('duplicates', duplicateMetrics(sizes)),
    contamination: stage('contamination', contaminationMetrics(sizes)),
    attribution: stage('attribution', attributionMetrics(sizes)),
    quality: stage('quality', qualityMetrics(sizes)),
  }
}

function tokenMetrics(sizes: Sizes): JsonObject {
  const edges = [0, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]
  const shape = [1, 3, 9, 20, 28, 22, 10, 5, 2, 1]
  const components = Object.entries(sizes.components).map(([name, examples], index) => {
    const counts = shape.map((_, bin) =>
      Math.round((examples * (shape[Math.max(0, bin - index)] ?? 0)) / 101),
    )
    const lengths = {
      min: 12,
      p05: 40,
      p25: 130,
      p50: 240 + 90 * index,
      p75: 480,
      p95: 1400,
      p99: 2900,
      max: 7800,
      mean: 380.5,
      histogram: { edges, counts },
      over: { '2048': Math.round(examples * 0.03), '4096': Math.round(examples * 0.004), '8192': 0 },
    }
    return [name, { lengths: { o200k_base: lengths } }] as const
  })
  const tokenizers = {
    o200k_base: { sha256: sha('o200k'), engine: 'assay-bpe', revision: null },
    cl100k_base: { sha256: sha('cl100k'), engine: 'assay-bpe', revision: null },
  }
  return { tokenizers, components: Object.fromEntries(components) }
}

function duplicateMetrics(sizes: Sizes): JsonObject {
  const names = Object.keys(sizes.components)
  const level = (share: number): JsonObject => {
    const removable = Object.fromEntries(
      names.map((name) => [
        name,
        { groups: 3, rows: 6, removable: Math.round((sizes.components[name] ?? 0) * share) },
      ]),
    )
    const all = Object.values(removable).reduce((sum, each) => sum + each.removable, 0)
    return {
      groups: Math.round(all * 0.8),
      rows: Math.round(all * 1.8),
      removable: all,
      components: removable,
      pairs: names.flatMap((a, i) =>
        names.slice(i).map((b, j) => ({
          a,
          b,
          groups: Math.round((all * 0.5) / (1 + i + 4 * j)),
          rows: Math.round(all / (1 + i + 4 * j)),
        })),
      ),
      sizes: [
        [2, Math.round(all * 0.6)],
        [3, Math.round(all * 0.12)],
        [4, Math.max(1, Math.round(all * 0.04))],
        [9, 1],
      ],
    }
  }
  return {
    levels: {
      'record-exact': level(0.001),
      'conversation-exact': level(0.005),
      'normalised-exact': level(0.009),
      'near-duplicate': {
        ...level(0.02),
        search: {
          join: { candidates: 5200, verified: 1300, pairs: 140, near: 120 },
          rare: { candidates: 90_000, aligned: 700, near: 130, ofJoin: 119 },
        },
      },
    },
  }
}

function contaminationMetrics(sizes: Sizes): JsonObject {
  const method = (share: number): JsonObject => {
    const items = Math.round(sizes.hitsPerBenchmark * share)
    return {
      items,
      rows: items + 2,
      findings: items + 2,
      classes: {
        exact: { items: Math.round(items * 0.5), rows: 2, findings: 2 },
        strong: { items: items - Math.round(items * 0.5), rows: 2, findings: 2 },
        weak: { items: 4, rows: 4, findings: 4 },
      },
    }
  }
  return {
    classes: [
      { name: 'exact', counted: true, meaning: 'the whole question, after normalisation' },
      { name: 'strong', counted: true, meaning: 'at least half of the question in long shared runs' },
      { name: 'weak', counted: false, meaning: 'one shared run of thirteen words' },
    ],
    benchmarks: Object.fromEntries(
      Array.from({ length: sizes.benchmarks }, (_, index) => [
        `ward_quiz_${index + 1}`,
        {
          items: 1200 + 100 * index,
          sha256: sha(`bench${index}`),
          revision: null,
          origin: 'data/sample/ward.jsonl',
          licence: 'Apache-2.0',
          prompt: 'question+options',
          methods: { assay: method(1), 'swiss-ai': method(0.7) },
        },
      ]),
    ),
  }
}

/** What was planted into the sample, and what of it was found. */
export const CONTROL: JsonObject = {
  sampleRows: 2000,
  stages: {
    contamination: {
      planted: 200,
      found: 191,
      byKind: {
        verbatim: { planted: 50, found: 50 },
        embedded: { planted: 50, found: 50 },
        'words edited 10 %': { planted: 50, found: 48 },
        paraphrase: { planted: 50, found: 43 },
      },
    },
    duplicates: {
      planted: 100,
      found: 97,
      byKind: {
        conversation: { level: 'conversation-exact', planted: 50, found: 50, otherLevel: 0, passedOver: 0 },
        'edited-20': { level: 'near-duplicate', planted: 50, found: 47, otherLevel: 2, passedOver: 12 },
        'options-shuffled': {
          level: 'options-shuffled',
          planted: 0,
          found: 0,
          otherLevel: 0,
          passedOver: 2000,
        },
      },
      untouched: { rows: 2000, flagged: 8, pairs: { 'conversation-exact': 3, 'same-prompt': 1 } },
      notes: ['options-shuffled: not planted, no row of the sample lists options, one a line.'],
    },
  },
}

function attributionMetrics(sizes: Sizes): JsonObject {
  const names = Object.keys(sizes.components)
  const rows = (of: (index: number) => number): JsonObject =>
    Object.fromEntries(
      names
        .map((name, index) => [name, Math.round((sizes.components[name] ?? 0) * of(index))])
        .filter(([, value]) => value !== 0),
    )
  return {
    sources: {
      'example/ward-notes-raw': {
        licence: { card: 'cc-by-4.0', source: 'cc-by-4.0', concluded: 'agrees' },
        components: rows((index) => (index === 0 ? 0.8 : index === 1 ? 0.3 : 0)),
      },
      'example/leaflet-text': {
        licence: { card: 'mit', source: 'cc-by-nc-sa-4.0', concluded: 'conflict' },
        components: rows((index) => (index === 2 ? 1 : 0)),
      },
      'generated by a model': {
        licence: { card: 'not declared', source: null, concluded: 'not declared' },
        components: rows((index) => (index === 1 ? 0.7 : index === 3 ? 1 : 0)),
      },
      'not attributed': { components: rows((index) => (index === 0 ? 0.2 : 0)) },
    },
  }
}

function qualityMetrics(sizes: Sizes): JsonObject {
  return {
    components: Object.fromEntries(
      Object.entries(sizes.components).map(([name, examples], index) => [
        name,
        {
          emptyTurns: index,
          truncated: 3 * index,
          scripts: { latin: examples * 3 - 2, cyrillic: 2 },
          answers: {
            A: Math.round(examples * 0.27),
            B: Math.round(examples * 0.26),
            C: Math.round(examples * 0.24),
            D: Math.round(examples * 0.23),
          },
        },
      ]),
    ),
  }
}
