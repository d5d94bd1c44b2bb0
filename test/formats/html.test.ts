import { HtmlValidate } from 'html-validate'
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JsonValue } from '../../src/core/json.ts'
import type { AuditRecord } from '../../src/core/record.ts'
import { html as page, PAGE_BYTES } from '../../src/formats/html.ts'
import { html } from '../../src/formats/html/template.ts'
import { asList, asObject } from '../../src/formats/reading.ts'
import { visible } from '../../src/formats/visible.ts'
import { ATTACKS } from './hostile.ts'
import { hostileFindings, hostileRecord } from './hostile-record.ts'
import { inTurns, sampleFindings } from './record-findings.ts'
import { LARGE, TINY } from './record-sizes.ts'
import { rendered, sampleRecord, stream } from './record.ts'

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'valid-id': ['error', { relaxed: true }],
    'long-title': 'off',
    // A region that scrolls must be reachable by keyboard; a section has a heading inside.
    'prefer-native-element': 'off',
    // void elements and doctype spelling are matters of taste
    'void-style': 'off',
    'doctype-style': 'off',
    'no-trailing-whitespace': 'off',
    'attribute-boolean-style': 'off',
    'tel-non-breaking': 'off',
  },
})

async function complaints(text: string): Promise<string[]> {
  const report = await validator.validateString(text)
  return report.results.flatMap((result) =>
    result.messages.map((each) => `${each.line}:${each.column} ${each.ruleId} ${each.message}`),
  )
}

describe('report.html', () => {
  let report = ''
  let hostile = ''
  beforeAll(async () => {
    report = await rendered(page.render(sampleRecord(TINY), () => stream(sampleFindings(TINY))))
    hostile = await rendered(page.render(hostileRecord(), () => stream(hostileFindings())))
  })

  it('is valid HTML, also for a hostile corpus', async () => {
    expect((await complaints(report)).slice(0, 5)).toEqual([])
    expect((await complaints(hostile)).slice(0, 5)).toEqual([])
  })

  it('shows no sum of words that were not counted', async () => {
    const lastRow = async (words: number | null): Promise<string> => {
      const record = sampleRecord(TINY)
      const components = Object.entries(record.components).map(([name, one]) => [name, { ...one, words }])
      const changed = { ...record, components: Object.fromEntries(components) } as AuditRecord
      const text = await rendered(page.render(changed, () => stream([])))
      const section = text.slice(text.indexOf('id="composition"'))
      return section.slice(section.indexOf('<tfoot>'), section.indexOf('</tfoot>')).replace(/\s+/g, ' ')
    }
    expect(await lastRow(1000)).toContain('data-h="Words" data-v="3000"')
    expect(await lastRow(null)).toContain('data-h="Words">–<')
  })

  it('says how near-duplicates were looked for, and what part of them is found that way', async () => {
    const words = report.replace(/\s+/g, ' ')
    expect(words).toContain('an exact join proposed 5,200 pairs')
    expect(words).toContain('find 119 of the 120 near pairs of the join')
    const sample = sampleRecord(TINY)
    const level = {
      search: {
        minhash: { bands: 32, candidates: 7000, crowds: 0, near: 900 },
        recall: { views: 5000, near: 41, found: 40 },
      },
    }
    const duplicates = { ...sample.stages['duplicates']!, metrics: { levels: { 'near-duplicate': level } } }
    const record = { ...sample, stages: { ...sample.stages, duplicates } }
    const text = (await rendered(page.render(record, () => stream([])))).replace(/\s+/g, ' ')
    expect(text).toContain('MinHash with 32 bands proposed 7,000 pairs')
    expect(text).toContain(
      'Of the 41 near pairs the exact search finds in a sample of 5,000 rows it found 40 (97.6%; 95% interval 87.4% to 99.6%).',
    )
  })

  it('says what was found of what was planted, for each stage that was tested, and that none was where none was', async () => {
    const words = report.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
    expect(words).toContain('191 of 200 planted leaks found: 95.5%')
    expect(words).toContain('97 of 100 planted copies found: 97.0%')
    expect(words).toContain('Pairs of untouched rows: 3 conversation-exact, 1 same-prompt.')
    expect(words).toMatch(/edited-20 near-duplicate 50 47 94.0% \S+% to \S+% 2 12/)
    expect(words).toContain('options-shuffled: not planted, no row of the sample lists options, one a line.')
    const { extra, ...bare } = sampleRecord(TINY)
    void extra
    const without = await rendered(page.render(bare, () => stream(sampleFindings(TINY))))
    const said = without.replace(/\s+/g, ' ')
    expect(said).toContain('how many planted leaks would be found in this corpus is unknown')
    expect(said).toContain('how many planted copies would be found in this corpus is unknown')
  })

  it('shows each licence with its places, who checked it, and what follows for the components', async () => {
    const hostileText = '<img src=x onerror=alert(1)>'
    const licences = {
      declared: [{ card: 'README.md', declared: 'cc-by-4.0', spdx: 'CC-BY-4.0' }],
      sources: [
        {
          ...{ name: 'Ward', licence: 'MIT', verifiedBy: hostileText, foundBy: 'declared source column' },
          components: { alpha: 5 },
          statements: [
            { licence: 'MIT', spdx: 'MIT', statedAt: 'https://example.org/a' },
            { licence: 'CC-BY-SA-4.0', spdx: 'CC-BY-SA-4.0', statedAt: 'https://example.org/b' },
          ],
          conflict: 'its licence is stated as two',
        },
      ],
      components: { alpha: { rows: 9, licences: { MIT: 5 }, unknown: 4, concluded: 'NOASSERTION' } },
    }
    const record = { ...sampleRecord(TINY), extra: { licences } }
    const text = await rendered(page.render(record, () => stream(sampleFindings(TINY))))
    for (const part of [
      'its licence is stated as two',
      'CC-BY-SA-4.0: https://example.org/b',
      'NOASSERTION',
      'MIT: 5',
    ])
      expect(text).toContain(part)
    expect(text).toContain('not legal advice')
    expect(text).not.toContain(hostileText)
    expect((await complaints(text)).slice(0, 5)).toEqual([])
  })

  it('refers to nothing outside itself and forbids what it does not need', () => {
    expect(report).not.toMatch(/(src|href|action|data|poster|srcset)="?(https?:)?\/\//i)
    expect(report).not.toMatch(/url\(|@import/)
    expect(report).toContain('<meta name="robots" content="noindex, nofollow">'.replace('>', ''))
    const policy = /Content-Security-Policy"\s+content="([^"]*)"/.exec(report)?.[1] ?? ''
    expect(policy).toContain(`default-src 'none'`)
    expect(policy).not.toContain('unsafe')
    for (const tag of ['style', 'script']) {
      const inside = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(report)?.[1] ?? ''
      expect(policy).toContain(`'sha256-${createHash('sha256').update(inside).digest('base64')}'`)
    }
    expect(report).not.toMatch(/ style="/)
  })

  it('gives every finding it shows one anchor', () => {
    for (const text of [report, hostile]) {
      const ids = [...text.matchAll(/ id="([^"]*)"/g)].map((match) => match[1])
      expect(new Set(ids).size).toBe(ids.length)
      for (const [, target] of text.matchAll(/href="#([^"]*)"/g)) expect(ids, target).toContain(target)
    }
  })

  it('is the same for the same record and findings', async () => {
    expect(await rendered(page.render(sampleRecord(TINY), () => stream(sampleFindings(TINY))))).toBe(report)
  })

  it('stays under 2 MB for 601,346 examples and for a hostile corpus', async () => {
    const large = await rendered(page.render(sampleRecord(LARGE), () => stream(sampleFindings(LARGE))))
    expect(Buffer.byteLength(large)).toBeLessThan(2_000_000)
    expect(large).toContain('601,346 examples')
    expect(Buffer.byteLength(hostile)).toBeLessThan(2_000_000)
  })

  it('stays under its limit with thousands of components, files, claims and rules', async () => {
    const record = sampleRecord()
    const many = <T>(list: readonly T[], times: number): T[] =>
      Array.from({ length: times }, () => list).flat()
    const [figures] = Object.values(record.components)
    const wide: AuditRecord = {
      ...record,
      components: Object.fromEntries(
        Array.from({ length: 5000 }, (_, index) => [`component ${index} ${'x'.repeat(900)}`, figures]),
      ) as AuditRecord['components'],
      inputs: many(record.inputs, 2000),
      claims: Array.from({ length: 4000 }, (_, index) => ({
        ...record.claims[index % 8],
        id: `C${index}`,
        because: 'y'.repeat(1100),
      })) as AuditRecord['claims'],
      notChecked: many(record.notChecked, 3000),
    }
    const text = await rendered(page.render(wide, () => stream(sampleFindings(TINY))))
    expect(Buffer.byteLength(text)).toBeLessThan(PAGE_BYTES)
    expect(text).toMatch(/Showing [\d,]+ of 5,000/)
  })

  it('shows a reader of a bare record what was not done', async () => {
    const bare: AuditRecord = {
      ...sampleRecord(TINY),
      card: null,
      components: {},
      inputs: [],
      stages: {},
      claims: [],
      findings: {},
      notChecked: [],
    }
    const text = await rendered(page.render(bare, () => stream([])))
    expect(await complaints(text)).toEqual([])
    expect(text).toContain('no claims were given to check them against')
    expect(text).toContain('the contamination stage was not part of the pipeline')
  })

  it('shows an item that stands in many turns beside the first of them', async () => {
    const all = sampleFindings(TINY).map((finding) =>
      finding.benchmark === undefined ? finding : inTurns(finding, 5),
    )
    const text = await rendered(page.render(sampleRecord(TINY), () => stream(all)))
    expect(await complaints(text)).toEqual([])
    for (const shown of ['Part 0', 'Part 1', 'Part 2', 'The whole']) expect(text).toContain(`${shown} `)
    expect(text).not.toContain('Part 3 ')
    expect(text).toContain('2 more texts in the evidence file.')
  })

  it('quotes no text at evidence level hash', async () => {
    const quiet = sampleFindings(TINY).map((finding) => ({
      ...finding,
      evidence: { ...finding.evidence, texts: withoutText(finding.evidence['texts']) },
    }))
    const text = await rendered(page.render({ ...sampleRecord(TINY), findings: {} }, () => stream(quiet)))
    expect(text).toContain('Not quoted at this evidence level')
    expect(text).not.toContain('which medicine on his chart')
  })
})

/** The same quotations as evidence level hash leaves them. */
function withoutText(texts: JsonValue | undefined): JsonValue {
  return asList(texts).map((side) =>
    Object.fromEntries(Object.entries(asObject(side) ?? {}).filter(([key]) => key !== 'text')),
  )
}

describe('the html template', () => {
  it.each(ATTACKS)('escapes %j in text and attributes', (attack) => {
    const { text } = html`<p title="${attack}">${attack}</p>`
    expect(text.replace(/^<p title="|<\/p>$|">/g, '')).not.toMatch(/[<>"']/)
    expect(visible(text)).toBe(text)
  })

  it('drops nothing, false and null but keeps zero', () => {
    expect(html`${null}${undefined}${false}${0}${''}`.text).toBe('0')
  })
})
