import { describe, expect, it } from 'vitest'
import { conclude, judge, parseClaims } from '../../src/claims/index.ts'
import type { Measured } from '../../src/claims/index.ts'
import { termsNotCarriedOn } from '../../src/claims/licence-terms.ts'
import type { ClaimResult } from '../../src/core/claim.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { input, measured, stage } from './record.ts'

function judged(body: object, record: Measured): ClaimResult {
  const claim = { id: 'X', statement: 'x', statedAt: { quote: 'x', address: 'README.md' }, ...body }
  return judge(parseClaims(JSON.stringify({ claims: [claim] }), 'claims.yaml'), record)[0]!
}

const attributed = (set: JsonObject, counts: JsonObject, more: JsonObject = {}): Measured =>
  measured({
    ...{ inputs: [input('alpha', 'data/alpha/a.parquet', 10)] },
    stages: {
      attribution: stage({
        rows: { alpha: 10 },
        sources: {
          Ward: { why: null, unread: [], read: true, ...set, components: { alpha: counts } },
          ...more,
        },
      }),
    },
  })

describe('a claim about sources', () => {
  const all = { declared: 10, verified: 10, contradicted: 0, matched: 0, splits: { train: 10 } }

  it.each<[string, JsonObject, JsonObject, string, RegExp]>([
    ['every row found', {}, all, 'verified', /10 rows found/],
    ['most rows found', {}, { ...all, verified: 9 }, 'within-tolerance', /9 of the 10 rows/],
    ['half of them found', {}, { ...all, verified: 5 }, 'undetermined', /5 of the 10 rows/],
    ['none of them found', {}, { ...all, verified: 0 }, 'contradicted', /0 of the 10 rows/],
    [
      'rows of another source',
      {},
      { ...all, contradicted: 1, verified: 9 },
      'contradicted',
      /another source/,
    ],
    [
      'a set nobody could read',
      { read: false, unread: ['train'], why: 'no such set' },
      { ...all, verified: 0, splits: {} },
      'undetermined',
      /declare it; the upstream set was not compared: no such set/,
    ],
    [
      'a set read in part',
      { unread: ['test'], why: 'no such split' },
      { ...all, verified: 8 },
      'undetermined',
      /part of it was not read: no such split/,
    ],
  ])('with %s', (_what, set, counts, verdict, because) => {
    const body = { kind: 'sources', components: 'alpha', sources: ['Ward'] }
    const claim = judged(body, attributed(set, counts))
    const [ward] = claim.parts as { because: string }[]
    expect([claim.verdict, ward!.because]).toEqual([verdict, expect.stringMatching(because)])
  })

  it.each<[JsonObject, string, RegExp]>([
    [{ train: 10 }, 'verified', /10 rows found/],
    [{ train: 8, test: 2 }, 'contradicted', /2 rows are of its test split/],
    [{ train: 9, validation: 1 }, 'contradicted', /1 rows are of its validation split/],
    [{ train: 9, unknown: 1 }, 'undetermined', /1 rows are of a split nobody names/],
  ])('that names the train split, with rows of %j', (splits, verdict, because) => {
    const body = { kind: 'sources', components: 'alpha', sources: ['Ward'], splits: ['train'] }
    const claim = judged(body, attributed({}, { ...all, splits }))
    const [ward] = claim.parts as { because: string }[]
    expect([claim.verdict, ward!.because]).toEqual([verdict, expect.stringMatching(because)])
  })
})

describe('a component without a file', () => {
  const found = { components: { alpha: { rows: 0, pairs: 0 } } }
  const stages = {
    contamination: stage({
      benchmarks: { exam: { items: 5 } },
      methods: { assay: { benchmarks: { exam: found } } },
    }),
    attribution: stage({
      ...{ rows: { alpha: 10 }, schema: ['maker'], sourceColumn: 'maker' },
      columns: {
        maker: {
          ...{ distinct: 1 },
          components: {
            alpha: { present: true, rows: 10, nulls: 0, distinct: 1, values: [{ value: 'm', rows: 10 }] },
          },
        },
      },
    }),
    quality: stage({ scripts: { alpha: { Latin: 10 } } }),
  }
  const record = measured({
    ...{ inputs: [input('alpha', 'data/alpha/a.parquet', 10)], stages },
    card: { languages: [{ card: 'README.md', language: 'en' }] },
  })

  it.each<[string, object]>([
    ['no-contamination', { kind: 'no-contamination', method: 'assay', benchmarks: ['exam'] }],
    ['column-values', { kind: 'column-values', column: 'maker', values: ['m'] }],
    ['distinct', { kind: 'distinct', column: 'maker', value: 1 }],
    ['columns', { kind: 'columns', columns: [{ name: 'source' }] }],
    ['language', { kind: 'language', languages: ['en'] }],
  ])('leaves a claim of the kind %s about it undetermined, and names it', (_kind, body) => {
    expect(['verified', 'within-tolerance']).toContain(judged(body, record).verdict)
    const claim = judged({ ...body, components: ['alpha', 'alhpa'] }, record)
    expect([claim.verdict, claim.because]).toEqual(['undetermined', expect.stringMatching(/alhpa/)])
  })

  it('is about nothing that could contradict it: its name may be misspelt', () => {
    expect(judged({ kind: 'examples', components: 'alhpa', value: 10 }, record)).toMatchObject({
      verdict: 'undetermined',
      because: expect.stringMatching(/no file belongs to alhpa/) as string,
    })
  })

  it.each([
    ['wrong-type', 'undetermined'],
    ['null-conversation', 'verified'],
  ])(
    'and rows that are %s: nothing is clean that nobody read, and where there is no text there is nothing',
    (reason, verdict) => {
      const inputs = [input('alpha', 'data/alpha/a.parquet', 10, { unreadable: { [reason]: 1 } })]
      const body = { kind: 'no-contamination', method: 'assay', benchmarks: ['exam'] }
      expect(judged(body, { ...record, inputs }).verdict).toBe(verdict)
    },
  )
})

describe('licences of sources', () => {
  const counts = { declared: 6, verified: 0, contradicted: 0, matched: 0, splits: {} }
  const table = (ward: JsonObject, declared = 'cc-by-4.0'): ReturnType<typeof conclude> => {
    const record = attributed({ licence: 'MIT', licenceStatedAt: 'https://example.org/a', ...ward }, counts)
    return conclude({ ...record, card: { licences: [{ card: 'README.md', declared }] } }, null)
  }
  const source = (ward: JsonObject): JsonObject => (table(ward).licences['sources'] as JsonObject[])[0]!
  const rules = (ward: JsonObject): string[] =>
    table(ward).findings.map(({ rule, place }) => `${rule} ${place.kind}`)

  it('are concluded per component, and left open while rows have no known source', () => {
    expect(table({}).licences['components']).toEqual({
      alpha: { rows: 10, licences: { MIT: 6 }, unknown: 4, concluded: 'NOASSERTION' },
    })
    const whole = attributed(
      { licence: 'MIT' },
      { ...counts, declared: 8 },
      {
        Book: { licence: 'CC-BY-4.0', components: { alpha: { ...counts, declared: 2 } } },
      },
    )
    expect(conclude(whole, null).licences['components']).toMatchObject({
      alpha: { unknown: 0, concluded: 'CC-BY-4.0 AND MIT' },
    })
  })

  it('say who checked the statement, and how the source was found', () => {
    expect(source({})).toMatchObject({
      verifiedBy: expect.stringMatching(/^nobody/) as string,
      foundBy: 'declared source column',
    })
    expect(source({ licenceCheckedBy: 'A. Reader, 2026-01-31' })['verifiedBy']).toBe('A. Reader, 2026-01-31')
    expect(source({ cardLicence: 'mit', cardAddress: 'hf://x' })['verifiedBy']).toMatch(/read in this run/)
  })

  it('are a conflict when two places state different ones, the card that was read among them', () => {
    expect(rules({})).toEqual(['claims/licence-unknown component'])
    expect(rules({ cardLicence: 'cc-by-sa-4.0', cardAddress: 'hf://x' })).toContain(
      'claims/licence-conflict source',
    )
    const also = { licenceAlsoStated: [{ licence: 'CC-BY-SA-4.0', at: 'https://example.org/b' }] }
    expect(rules(also)).toContain('claims/licence-conflict source')
    expect(source(also)['conflict']).toMatch(
      /MIT at https:\/\/example.org\/a and as CC-BY-SA-4.0 at https:\/\/example.org\/b/,
    )
  })

  it('are unknown when the words name none of the SPDX list', () => {
    const claim = judged(
      { kind: 'licence', value: 'CC-BY-4.0' },
      {
        ...attributed({ licence: 'research only' }, counts),
        card: { licences: [{ card: 'README.md', declared: 'cc-by-4.0' }] },
      },
    )
    expect(claim.verdict).toBe('undetermined')
    expect(rules({ licence: 'research only' })).toContain('claims/licence-unknown source')
    expect(source({ licence: 'research only' })['licence']).toBe(null)
  })

  it.each<[string, string, RegExp | null]>([
    ['MIT', 'CC-BY-NC-4.0', null],
    ['CC-BY-4.0', 'CC-BY-NC-4.0', null],
    ['CC-BY-4.0', 'CC0-1.0', /attribution/],
    ['CC-BY-NC-4.0', 'CC-BY-NC-4.0', null],
    ['CC-BY-NC-4.0', 'MIT', /non-commercial/],
    ['CC-BY-NC-SA-4.0', 'CC-BY-NC-4.0', /same licence/],
    ['CC-BY-SA-4.0', 'CC-BY-NC-4.0', /same licence/],
    ['CC-BY-ND-4.0', 'CC-BY-4.0', /no derivatives/],
    ['ODbL-1.0', 'MIT', /same licence/],
    ['GPL-3.0-only', 'MIT', /same licence/],
    ['MIT OR CC-BY-SA-4.0', 'CC-BY-4.0', null],
    ['MIT AND CC-BY-SA-4.0', 'CC-BY-4.0', /same licence/],
    ['CC-BY-SA-4.0', 'MIT AND CC-BY-SA-4.0', null],
  ])('%s under a card that declares %s', (of, card, terms) => {
    const found = termsNotCarriedOn(of, card)
    if (terms === null) expect(found).toBe(null)
    else expect(found).toMatch(terms)
  })
})
