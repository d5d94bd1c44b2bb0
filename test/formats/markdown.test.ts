import { describe, expect, it } from 'vitest'
import { markdownCode, markdownText } from '../../src/formats/markdown-text.ts'
import { markdownReport } from '../../src/formats/markdown.ts'
import { visible } from '../../src/formats/visible.ts'
import { ATTACKS, HUGE } from './hostile.ts'
import { hostileRecord } from './hostile-record.ts'
import { LARGE } from './record-sizes.ts'
import { sampleRecord } from './record.ts'

describe('report.md', () => {
  it('says the verdict first and names every claim', () => {
    const record = sampleRecord()
    const text = markdownReport(record)
    expect(text.split('\n')[2]).toBe(
      '4 of 8 claims about these 2,000 examples hold, 1 is contradicted (C3) and 3 could not be decided.',
    )
    for (const claim of record.claims) expect(text).toContain(`**${claim.id}**`)
    expect(text.indexOf('Contradicted')).toBeLessThan(text.indexOf('Verified |'))
  })

  it('says what the stages found of what was planted', () => {
    const text = markdownReport(sampleRecord())
    expect(text).toMatch(/\| contamination \| 200 \| 191 \| 95\.5% \(/)
    expect(text).toMatch(/\| duplicates \| 100 \| 97 \| 97\.0% \(/)
    expect(markdownReport({ ...sampleRecord(), extra: {} })).not.toContain('Positive control')
  })

  it('is short enough to paste, whatever the corpus', () => {
    expect(markdownReport(sampleRecord(LARGE)).length).toBeLessThan(6_000)
    expect(markdownReport(hostileRecord()).length).toBeLessThan(24_000)
  })

  it('keeps every table row whole and every line free of markup from the corpus', () => {
    const text = markdownReport(hostileRecord())
    expect(visible(text)).toBe(text)
    // Nothing in a code span is active.
    const active = text.replace(/(`+)[^\n]*?[^`]\1(?!`)/g, '')
    expect(active).not.toMatch(/<[a-z/!]/i)
    expect(active).not.toMatch(/(?<!\\)\]\(/)
    expect(active).not.toContain('://1')
    expect(active).not.toMatch(/(^|[^\\`\w])@someone/)
    const tables = text.split('\n').filter((line) => line.startsWith('|'))
    const cells = (line: string): number => line.replace(/\\[\s\S]/g, '').split('|').length
    let heads = 0
    for (const [index, line] of tables.entries()) {
      if (/^\| (---:? \| )*---:? \|$/.test(tables[index + 1] ?? '')) heads = cells(line)
      expect(cells(line), line.slice(0, 200)).toBe(heads)
    }
  })
})

describe('markdownText', () => {
  it.each([...ATTACKS, HUGE.slice(0, 1000)])('leaves nothing active in %j', (attack) => {
    const text = markdownText(attack)
    expect(text).not.toMatch(/[<>\n\r]/)
    expect(text.replace(/\\[\s\S]/g, '')).not.toMatch(/[`*[\]|~$\\]/)
    expect(text).not.toContain('@')
    expect(text).not.toContain('://')
  })

  it('leaves plain names readable', () => {
    expect(markdownText('drug_leaflets (v1.0), 5-10 mg')).toBe('drug_leaflets (v1.0), 5-10 mg')
    expect(markdownText('_lead_ and 1. list')).toBe('\\_lead\\_ and 1. list')
    expect(markdownText('- item')).toBe('\\- item')
    expect(markdownText('12. item')).toBe('12\\. item')
  })

  it('fences code with more backticks than it holds', () => {
    expect(markdownCode('a``b')).toBe('```a``b```')
    expect(markdownCode('`x')).toBe('`` `x ``')
    expect(markdownCode('a|b\nc')).toBe('`a¦b␊c`')
  })
})
