import { describe, expect, it } from 'vitest'
import type { Explanation } from '../../src/core/explanation.ts'
import { commonWords, differingWords } from '../../src/formats/compare.ts'
import { beside, cells, wrap } from '../../src/formats/terminal-columns.ts'
import { explanationText } from '../../src/formats/terminal.ts'
import type { Terminal } from '../../src/formats/terminal.ts'
import { randomOf } from '../support/random.ts'
import { hostileFindings } from './hostile-record.ts'
import { ATTACKS, HUGE } from './hostile.ts'
import { inTurns, sampleFindings } from './record-findings.ts'

const PLAIN: Terminal = { width: 80, colour: false, bold: (text) => text, mark: (text) => text }

function explained(findings: Explanation['findings'], rows: Explanation['rows'] = []): Explanation {
  return { id: 'x', kind: 'finding', findings, total: findings.length, rows, others: [] }
}

describe('an explanation at a terminal', () => {
  it('puts both texts side by side and marks what they share', () => {
    const hit = sampleFindings().find((finding) => finding.benchmark !== undefined)
    const text = explanationText(explained(hit === undefined ? [] : [hit]), PLAIN)
    expect(text).toContain(`Finding ${hit?.id}`)
    expect(text).toContain('«A 54-year-old man')
    expect(text).toContain(' │ ')
    expect(text).toContain('ward_quiz_1 item-0')
    for (const line of text.split('\n')) expect(cells(line)).toBeLessThanOrEqual(80)
  })

  it('shows every turn an item stands in, and the item', () => {
    const hit = sampleFindings().find((finding) => finding.benchmark !== undefined)!
    const text = explanationText(explained([inTurns(hit, 5)]), PLAIN)
    for (let turn = 0; turn < 5; turn++) expect(text).toContain(`Part ${turn} of the «case».`)
    expect(text).toContain('The whole «case».')
    expect(text).not.toContain(' │ ')
    const bare = inTurns(hit, 2, [])
    expect(explanationText(explained([bare]), PLAIN)).not.toContain('«')
  })

  it.each([40, 80])('stays within %i columns and lets no escape through, whatever the text', (width) => {
    const row = { component: ATTACKS[0] ?? '', path: ATTACKS[5] ?? '', row: 3, exampleId: ATTACKS[6] ?? '' }
    const rows: Explanation['rows'] = [
      {
        place: row,
        why: null,
        columns: { [ATTACKS[1] ?? '']: ATTACKS[2] ?? '' },
        turns: [...ATTACKS, HUGE].map((text) => ({
          role: 'user',
          text,
          bytes: text.length,
          tokens: { 'a b': 1 },
        })),
      },
      { place: row, why: ATTACKS[6] ?? '', columns: {}, turns: null },
    ]
    const text = explanationText(
      { ...explained(hostileFindings(), rows), others: hostileFindings() },
      { ...PLAIN, width },
    )
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    const long = text.split('\n').filter((line) => cells(line) > width)
    expect(long).toEqual([])
  })

  it('paints marks with colour and keeps the guillemets away', () => {
    const hit = sampleFindings().find((finding) => finding.benchmark !== undefined)
    const text = explanationText(explained(hit === undefined ? [] : [hit]), {
      width: 80,
      colour: true,
      bold: (part) => `<b>${part}</b>`,
      mark: (part) => `<m>${part}</m>`,
    })
    expect(text).toContain('<m>')
    expect(text).not.toContain('«')
  })
})

describe('columns', () => {
  it('loses and reorders nothing when it wraps', () => {
    const random = randomOf(5)
    for (let round = 0; round < 200; round++) {
      const words = Array.from({ length: 30 }, () =>
        'ab例é😀'.slice(0, 1 + Math.floor(random() * 4)).repeat(1 + Math.floor(random() * 9)),
      )
      const text = words.join(' ')
      const width = 10 + Math.floor(random() * 40)
      const lines = wrap([{ text, marked: false }], width, true).map((line) =>
        line.map((part) => part.text).join(''),
      )
      expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
      for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(width)
    }
  })

  it('aligns the rule between two columns by cells, not characters', () => {
    const left = wrap([{ text: '例例 e\u0301', marked: false }], 10, true)
    const [line = ''] = beside(left, wrap([{ text: 'b', marked: false }], 10, true), {
      width: 10,
      mark: (text) => text,
    })
    expect(cells(line.slice(0, line.indexOf('│')))).toBe(11)
  })
})

describe('words compared for display', () => {
  /** The longest common subsequence by trying everything. */
  const longest = (a: readonly string[], b: readonly string[]): number => {
    if (a.length === 0 || b.length === 0) return 0
    const rest = a.slice(1)
    return a[0] === b[0] ? 1 + longest(rest, b.slice(1)) : Math.max(longest(rest, b), longest(a, b.slice(1)))
  }
  const marked = (text: string, spans: readonly (readonly [number, number])[]): string[] =>
    spans.flatMap(([start, end]) => text.slice(start, end).split(/\s+/)).filter((word) => word !== '')

  it('marks a longest common subsequence, and its complement', () => {
    const random = randomOf(11)
    for (let round = 0; round < 300; round++) {
      const make = (): string =>
        Array.from({ length: Math.floor(random() * 8) }, () => 'abc'[Math.floor(random() * 3)]).join(' ')
      const [a, b] = [make(), make()]
      const [left, right] = [a.split(' ').filter(Boolean), b.split(' ').filter(Boolean)]
      const shared = commonWords(a, b)
      expect(marked(a, shared.a)).toEqual(marked(b, shared.b))
      expect(marked(a, shared.a).length).toBe(longest(left, right))
      const different = differingWords(a, b)
      expect(marked(a, different.a).length).toBe(left.length - longest(left, right))
      expect(marked(b, different.b).length).toBe(right.length - longest(left, right))
    }
  })
})
