import { describe, expect, it } from 'vitest'
import { benchmarkNotes } from '../../src/core/benchmark-notes.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { AuditRecord } from '../../src/core/record.ts'
import { html } from '../../src/formats/html.ts'
import { markdownReport } from '../../src/formats/markdown.ts'
import { ATTACKS } from './hostile.ts'
import { rendered, sampleRecord, stream } from './record.ts'

const ABOUT = {
  items: 16,
  unusable: { 'no question text': 3, 'empty question': 1 },
  answersUnresolved: { count: 2, why: { 'no option of this label': 2 }, forms: ['answer: E'] },
  census: { found: 0 },
  methods: {},
}

function recordWith(benchmarks: JsonObject): AuditRecord {
  const record = sampleRecord()
  const stage = record.stages['contamination']!
  const metrics = { ...stage.metrics, benchmarks }
  return { ...record, stages: { ...record.stages, contamination: { ...stage, metrics } } }
}

describe('what could not be read of a benchmark', () => {
  it('is said with its reasons, and is nothing where all was read', () => {
    expect(benchmarkNotes({ benchmarks: { ward: ABOUT } }).map(({ text }) => text)).toEqual([
      '4 of 20 items of ward cannot be used: 3 × no question text, 1 × empty question',
      'the answers of 2 of 16 items cannot be read: 2 × no option of this label ("answer: E"); the items are searched for without them',
    ])
    expect(benchmarkNotes({ benchmarks: { ward: { items: 20, unusable: {} } } })).toEqual([])
    expect(benchmarkNotes(undefined)).toEqual([])
  })

  it('stands in report.md and report.html', async () => {
    const record = recordWith({ ward: ABOUT })
    expect(markdownReport(record)).toContain('4 of 20 items of ward cannot be used')
    expect(await rendered(html.render(record, () => stream([])))).toContain(
      '4 of 20 items of ward cannot be used',
    )
  })

  it.each(ATTACKS)('leaves nothing active in %j', async (attack) => {
    const about = { ...ABOUT, answersUnresolved: { ...ABOUT.answersUnresolved, forms: [attack] } }
    const record = recordWith({ [`b ${attack}`]: about })
    expect(markdownReport(record).split('Read in part')[1]).not.toMatch(/<[a-z/!]|(?<!\\)\]\(/i)
    const page = await rendered(html.render(record, () => stream([])))
    expect(page.split('Benchmarks read in part')[1]?.split('</ul>')[0]).not.toMatch(
      /<(?!\/?(ul|li|b|h3)>)[a-z/!]/,
    )
  })
})
