/**
 * A record and findings as a run would make them, written by hand at any size, so that formats are tested without
 * engine, disk or stages. Numbers are invented; sums agree with each other.
 */
import type { ClaimResult } from '../../src/core/claim.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { AuditRecord, ComponentRecord, InputRecord } from '../../src/core/record.ts'
import { RECORD_SCHEMA } from '../../src/core/record.ts'
import { sampleFindings } from './record-findings.ts'
import { CONTROL, stages } from './record-metrics.ts'
import { sha, shardPath, SMALL } from './record-sizes.ts'
import type { Sizes } from './record-sizes.ts'

export function sampleRecord(sizes: Sizes = SMALL): AuditRecord {
  const findings = [...sampleFindings(sizes)]
  const byRule = new Map<string, Finding[]>()
  for (const each of findings) byRule.set(each.rule, [...(byRule.get(each.rule) ?? []).slice(0, 19), each])
  const counts = new Map<string, number>()
  for (const each of findings) counts.set(each.rule, (counts.get(each.rule) ?? 0) + 1)
  const components = Object.fromEntries(
    Object.entries(sizes.components).map(([name, examples], index) => [name, component(examples, index)]),
  )
  return {
    schema: RECORD_SCHEMA,
    tool: { name: 'assay', version: '0.1.0', unicode: '16.0.0' },
    pipeline: { name: 'sample', sha256: sha('pipeline'), limit: null },
    source: {
      uri: 'hf://datasets/example/ward-notes',
      revision: sha('revision').slice(0, 40),
      commitDate: '2026-05-15T09:30:00Z',
    },
    card: {
      path: 'README.md',
      licence: 'cc-by-nc-4.0',
      languages: ['en'],
      configs: Object.keys(sizes.components),
    },
    inputs: inputs(sizes),
    components,
    stages: stages(sizes, counts),
    claims: claims(sizes),
    findings: Object.fromEntries([...byRule].sort(([a], [b]) => (a < b ? -1 : 1))),
    notChecked: [
      {
        what: 'benchmark moove_eval',
        why: 'the evaluation split is not public',
        needs: 'a copy of the split',
      },
      { what: 'clinical correctness', why: 'no stage reads for truth', needs: 'review by clinicians' },
      {
        what: 'rows removed before publication',
        why: 'they are not in the artefact',
        needs: 'the makers’ logs',
      },
    ],
    failures: [],
    evidence: { file: 'evidence.parquet', sha256: sha('evidence'), rows: findings.length },
    extra: { control: CONTROL },
  }
}

function component(examples: number, index: number): ComponentRecord {
  const words = examples * (140 + 60 * index)
  const tokens = (rate: number): { total: number; byRole: Record<string, number> } => {
    const total = Math.round(words * rate)
    const system = Math.round(total * 0.1)
    const user = Math.round(total * 0.35)
    return { total, byRole: { system, user, assistant: total - system - user } }
  }
  return {
    examples,
    turns: examples * 3,
    textBytes: Math.round(words * 6.4),
    words,
    tokens: {
      cl100k_base: tokens(1.42),
      o200k_base: tokens(1.36),
      'hf:example/wide-vocabulary': tokens(1.31),
    },
  }
}

function inputs(sizes: Sizes): InputRecord[] {
  return Object.entries(sizes.components).flatMap(([name, examples]) =>
    Array.from({ length: sizes.filesPerComponent }, (_, file) => {
      const rows =
        Math.floor(examples / sizes.filesPerComponent) + (file < examples % sizes.filesPerComponent ? 1 : 0)
      const path = shardPath(name, file, sizes.filesPerComponent)
      return {
        component: name,
        path,
        bytes: rows * 900,
        rows,
        audited: rows,
        unreadable: {},
        sha256: { declared: sha(path), recomputed: sha(path) },
        verified: true,
        schema: [
          { name: 'conversations', type: 'list<struct<from: utf8, value: utf8>>', nullable: true },
          { name: 'id', type: 'utf8', nullable: true },
        ],
        writer: 'parquet-cpp-arrow version 21.0.0',
      }
    }),
  )
}

function claims(sizes: Sizes): ClaimResult[] {
  const total = Object.values(sizes.components).reduce((sum, each) => sum + each, 0)
  const at = { quote: `The corpus has ${total} examples.`, address: 'README.md, line 12' }
  const counts = Object.entries(sizes.components).map(([name, examples], index): ClaimResult => {
    const stated = index === 2 ? examples + 40 : examples
    return {
      id: `C${index + 1}`,
      statement: `${name} has ${stated} examples`,
      statedAt: at,
      stated,
      measured: examples,
      difference: examples - stated,
      tolerance: 'exact',
      verdict: index === 2 ? 'contradicted' : 'verified',
      because:
        index === 2
          ? `The footers and a full scan both count ${examples} rows; the card says ${stated}.`
          : 'The footers and a full scan agree with the card.',
      evidence: [`data/${name}`],
    }
  })
  const tokens = Math.round(total * 320)
  return [
    ...counts,
    {
      id: 'C5',
      statement: 'about two thousand examples in all',
      statedAt: at,
      stated: Math.round(total / 1000) * 1000,
      measured: total,
      difference: total - Math.round(total / 1000) * 1000,
      tolerance: { low: Math.round(total / 1000) * 1000 - 500, high: Math.round(total / 1000) * 1000 + 500 },
      verdict: 'within-tolerance',
      because: 'The measured number rounds to the stated one.',
      evidence: [],
    },
    {
      id: 'C6',
      statement: 'about 300 k tokens',
      statedAt: at,
      stated: tokens,
      measured: {
        words: Math.round(tokens * 0.74),
        o200k_base: tokens,
        cl100k_base: Math.round(tokens * 1.04),
      },
      difference: null,
      tolerance: null,
      verdict: 'undetermined',
      because: 'The claim names no tokenizer: it holds for o200k_base and fails for words.',
      evidence: [],
      parts: [
        { definition: 'words', measured: Math.round(tokens * 0.74), verdict: 'contradicted' },
        { definition: 'o200k_base', measured: tokens, verdict: 'verified' },
      ],
    },
    {
      id: 'C7',
      statement: '12 items were removed before publication',
      statedAt: at,
      stated: 12,
      measured: null,
      difference: null,
      tolerance: null,
      verdict: 'not-verifiable',
      because: 'Removed rows are not in the artefact.',
      evidence: [],
    },
    {
      id: 'C8',
      statement: 'no row shares text with the evaluation split',
      statedAt: at,
      stated: 0,
      measured: null,
      difference: null,
      tolerance: null,
      verdict: 'not-checked',
      because: 'The split is not public.',
      evidence: [],
    },
  ]
}

export async function* stream(findings: Iterable<Finding>): AsyncGenerator<Finding> {
  yield* findings
}

/** All chunks of a format as one text. */
export async function rendered(chunks: AsyncIterable<string | Uint8Array>): Promise<string> {
  let text = ''
  for await (const chunk of chunks)
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
  return text
}
