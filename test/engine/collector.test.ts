import { describe, expect, it } from 'vitest'
import type { Finding, Severity } from '../../src/core/finding.ts'
import { Collector, EMBEDDED } from '../../src/engine/collector.ts'

describe('the findings of a run', () => {
  it('tells of each rule the most severe finding, wherever it came, and sorts the rules by it', () => {
    const collector = new Collector()
    const add = (rule: string, severity: Severity, message: string) =>
      collector.add('copies', {
        ...{ id: message, rule, severity, message, evidence: {} },
        place: { kind: 'corpus' },
      } as Finding)
    for (let i = 0; i <= EMBEDDED; i++) add('copies/many', 'medium', `medium ${i}`)
    add('copies/many', 'high', 'first high')
    add('copies/many', 'high', 'second high')
    add('copies/few', 'high', 'few')
    add('copies/other', 'critical', 'other')
    expect(collector.byRule()).toEqual([
      { rule: 'copies/other', findings: 1, severity: 'critical', message: 'other' },
      { rule: 'copies/many', findings: EMBEDDED + 3, severity: 'high', message: 'first high' },
      { rule: 'copies/few', findings: 1, severity: 'high', message: 'few' },
    ])
  })
})
