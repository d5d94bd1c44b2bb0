import { describe, expect, it } from 'vitest'
import { finding } from '../../src/core/finding-id.ts'
import type { Finding, Severity } from '../../src/core/finding.ts'
import { SEVERITIES } from '../../src/core/finding.ts'
import { flaggedLines } from '../../src/formats/flagged-rows.ts'
import { randomOf } from '../support/random.ts'
import { hostileFindings } from './hostile-record.ts'
import { rendered, stream } from './record.ts'

/** The obvious way: every flagged row as an object, sorted at the end. */
function slow(findings: readonly Finding[]): string {
  const rows = new Map<
    string,
    { component: string; path: string; row: number; exampleId: string | null; rules: string[] }
  >()
  for (const { severity, place, rule } of findings) {
    if (severity === 'info') continue
    const target = place.kind === 'row' ? place : place.kind === 'pair' ? place.b : null
    if (target === null) continue
    const key = JSON.stringify([target.component, target.path, target.row])
    const line = rows.get(key) ?? {
      component: target.component,
      exampleId: target.exampleId ?? null,
      path: target.path,
      row: target.row,
      rules: [],
    }
    line.exampleId ??= target.exampleId ?? null
    if (!line.rules.includes(rule)) line.rules.push(rule)
    rows.set(key, line)
  }
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return [...rows.values()]
    .sort((a, b) => order(a.component, b.component) || order(a.path, b.path) || a.row - b.row)
    .map(
      (line) =>
        `${JSON.stringify({ component: line.component, exampleId: line.exampleId, path: line.path, row: line.row, rules: line.rules.sort() })}\n`,
    )
    .join('')
}

function randomFindings(seed: number, size: number): Finding[] {
  const random = randomOf(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const row = (): { component: string; path: string; row: number; exampleId?: string } => {
    const at = below(200_000)
    const place = { component: `c${below(3)}`, path: `data/${below(4)}.parquet`, row: at }
    return at % 3 === 0 ? place : { ...place, exampleId: `id-${at}` }
  }
  return Array.from({ length: size }, (_, index) => {
    const severity = SEVERITIES[below(SEVERITIES.length)] as Severity
    const rule = `duplicates/r${below(4)}`
    const kind = below(3)
    const place =
      kind === 0
        ? { kind: 'row' as const, ...row() }
        : kind === 1
          ? { kind: 'pair' as const, a: row(), b: row() }
          : { kind: 'shard' as const, name: 'x' }
    return finding({ rule, severity, place, message: '', evidence: {}, key: String(index) })
  })
}

describe('flagged-rows.jsonl', () => {
  it.each([1, 2, 3, 4])(
    'equals the obvious collection for any number held per pass (seed %i)',
    async (seed) => {
      const findings = randomFindings(seed, 3000)
      const expected = slow(findings)
      expect(expected.split('\n').length).toBeGreaterThan(1000)
      for (const held of [1, 50, 700, 1_000_000]) {
        expect(await rendered(flaggedLines(() => stream(findings), held))).toBe(expected)
      }
    },
  )

  it('keeps the representative of a pair and what is only information', async () => {
    const row = (at: number): { component: string; path: string; row: number } => ({
      component: 'c',
      path: 'p',
      row: at,
    })
    const findings = [
      finding({
        rule: 'duplicates/near',
        severity: 'low',
        place: { kind: 'pair', a: row(1), b: row(2) },
        message: '',
        evidence: {},
      }),
      finding({
        rule: 'contamination/template',
        severity: 'info',
        place: { kind: 'row', ...row(3) },
        message: '',
        evidence: {},
      }),
    ]
    const lines = (await rendered(flaggedLines(() => stream(findings), 10))).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { component: 'c', path: 'p', row: 2, exampleId: null, rules: ['duplicates/near'] },
    ])
  })

  it('writes one valid JSON line per row whatever the text, ids unshortened', async () => {
    const findings = [...hostileFindings()]
    const text = await rendered(flaggedLines(() => stream(findings), 5))
    expect(text).toBe(slow(findings))
    for (const line of text.trimEnd().split('\n'))
      expect(Object.keys(JSON.parse(line) as object)).toEqual([
        'component',
        'exampleId',
        'path',
        'row',
        'rules',
      ])
  })

  it('is empty without findings', async () => {
    expect(await rendered(flaggedLines(() => stream([]), 10))).toBe('')
  })
})
