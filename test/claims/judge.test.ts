import { describe, expect, it } from 'vitest'
import { conclude, judge, parseClaims } from '../../src/claims/index.ts'
import type { ClaimInputs } from '../../src/claims/index.ts'
import type { Measured } from '../../src/claims/kind.ts'
import { worst } from '../../src/claims/verdict.ts'
import { VERDICTS } from '../../src/core/claim.ts'
import type { ClaimResult } from '../../src/core/claim.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { input, measured, stage } from './record.ts'

const HEAD = { id: 'X', statement: 's', statedAt: { quote: 'q', address: 'README.md' } }

function judged(body: JsonObject, record: Measured = measured(), inputs: ClaimInputs = {}): ClaimResult {
  const file = parseClaims(JSON.stringify({ claims: [{ ...HEAD, ...body }] }), 'claims.yaml')
  return judge(file, record, inputs)[0]!
}

const failed = {
  component: 'beta',
  path: 'data/beta/b.parquet',
  rows: 401,
  code: 'SHARD_FAILED',
  message: 'broken',
}

describe('counts', () => {
  it.each<[JsonObject, string, number | null]>([
    [{ value: 1001 }, 'verified', 0],
    [{ value: 1000 }, 'contradicted', 1],
    [{ value: 'about 1000' }, 'within-tolerance', 1],
    [{ value: 'about 1k' }, 'within-tolerance', 1],
    [{ value: '1,001', components: ['alpha', 'beta'] }, 'verified', 0],
    [{ value: 600, components: 'alpha' }, 'verified', 0],
    [{ value: 1, components: ['nowhere', 'alpha'] }, 'contradicted', 599],
    [{ value: 990, tolerance: '2%' }, 'within-tolerance', 11],
  ])('%j is %s', (body, verdict, difference) => {
    expect(judged({ kind: 'examples', ...body })).toMatchObject({ verdict, difference })
  })

  it('counts rows in, unreadable ones too', () => {
    const inputs = [input('alpha', 'a', 10, { audited: 7, unreadable: { 'no-turns': 3 } })]
    expect(judged({ kind: 'examples', value: 10 }, measured({ inputs })).verdict).toBe('verified')
  })

  it('is undetermined where not all was read, and only there', () => {
    const limited = measured({ pipeline: { name: 't', sha256: '', limit: 100 } })
    expect(judged({ kind: 'examples', value: 1001 }, limited)).toMatchObject({ verdict: 'undetermined' })
    const broken = measured({ failures: [failed] })
    expect(judged({ kind: 'examples', value: 1001 }, broken).because).toMatch(/b\.parquet could not be read/)
    expect(judged({ kind: 'examples', value: 1001 }, broken).verdict).toBe('undetermined')
    expect(judged({ kind: 'examples', value: 600, components: 'alpha' }, broken).verdict).toBe('verified')
  })

  it('is undetermined where it is about a component the corpus does not have, and names those it has', () => {
    for (const value of [0, 1])
      expect(judged({ kind: 'examples', value, components: 'nowhere' })).toMatchObject({
        verdict: 'undetermined',
        because: expect.stringMatching(
          /^no file belongs to nowhere \(components of the corpus: alpha, beta\)/,
        ) as string,
      })
    for (const claim of [
      { kind: 'share', value: '10%', components: 'nowhere' },
      { kind: 'columns', columns: [{ name: 'id' }], components: 'nowhere' },
      { kind: 'examples', value: 700, components: ['alpha', 'nowhere'] },
    ])
      expect(judged(claim)).toMatchObject({
        verdict: 'undetermined',
        because: expect.stringContaining('components of the corpus: alpha, beta') as string,
      })
  })

  it('of columns does not ask for them in a file without rows', () => {
    const record = measured({
      inputs: [input('alpha', 'a.jsonl', 600), input('alpha', 'empty.jsonl', 0, { schema: [], bytes: 0 })],
    })
    expect(judged({ kind: 'columns', columns: [{ name: 'source' }] }, record).verdict).toBe('verified')
  })

  it('has evidence that names every file', () => {
    expect(judged({ kind: 'examples', value: 600, components: 'alpha' }).evidence).toEqual([
      { path: 'data/alpha/a.parquet', component: 'alpha', rows: 600, sha256: 'a'.repeat(64) },
    ])
  })

  it('holds a share exactly: 600 of 1001 is not 60%, and is inside what "60%" stands for', () => {
    const share = { kind: 'share', components: 'alpha' }
    expect(judged({ ...share, value: 0.6 }).verdict).toBe('contradicted')
    expect(judged({ ...share, value: '60%' }).verdict).toBe('within-tolerance')
  })
})

describe('token counts', () => {
  const record = (words: number, o200k: number, more: object = {}): Measured => {
    const base = measured({ inputs: [input('alpha', 'a', 10)] })
    const tokens = { o200k: { total: o200k, byRole: { system: o200k / 10, user: 0, assistant: 0 } } }
    const alpha = { ...base.components['alpha']!, words, tokens }
    return { ...base, components: { alpha }, stages: { tokens: stage({}) }, ...more }
  }

  it('has a verdict for each definition and says under which it holds', () => {
    const claim = judged({ kind: 'tokens', value: '~150M' }, record(151_000_000, 210_000_000))
    expect(claim.verdict).toBe('undetermined')
    expect(claim.because).toMatch(/does not name its tokenizer.*holds for whitespace-separated words only/)
    const parts = claim.parts!.map(({ tokenizer, scope, verdict }) => [tokenizer, scope, verdict])
    expect(parts).toContainEqual(['words', 'all', 'within-tolerance'])
    expect(parts).toContainEqual(['o200k', 'all', 'contradicted'])
    expect(parts).toContainEqual(['o200k', 'without-system', 'contradicted'])
  })

  it.each<[string, number, number, string]>([
    ['all definitions lie below', 50e6, 90e6, 'contradicted'],
    ['all definitions lie above', 200e6, 290e6, 'contradicted'],
    ['it lies between two definitions', 100e6, 200e6, 'undetermined'],
  ])('with no tokenizer named and %s', (_what, words, tokens, verdict) => {
    expect(judged({ kind: 'tokens', value: '~150M', scopes: ['all'] }, record(words, tokens)).verdict).toBe(
      verdict,
    )
  })

  it('judges a named tokenizer by itself, and only by itself', () => {
    const named = { kind: 'tokens', value: 150_000_000, scopes: ['all'] }
    const found = record(1, 150_000_000)
    expect(judged({ ...named, tokenizer: 'o200k' }, found).verdict).toBe('verified')
    expect(judged({ ...named, tokenizer: 'words' }, found).verdict).toBe('contradicted')
    expect(judged({ ...named, tokenizer: 'another' }, found)).toMatchObject({
      verdict: 'undetermined',
      because: expect.stringMatching(/another was not measured/) as string,
    })
  })

  it('is not checked without the stage', () => {
    expect(judged({ kind: 'tokens', value: '~150M' }).verdict).toBe('not-checked')
  })
})

describe('absence of contamination', () => {
  const hits = (rows: number, more: JsonObject = {}): Measured =>
    measured({
      stages: {
        contamination: stage({
          benchmarks: { exam: { items: 10, expectedItems: null, ...more }, other: { items: 5 } },
          methods: {
            rule: {
              tokenizer: 'hf:org/tok@main',
              benchmarks: {
                exam: { items: 1, components: { alpha: { rows, pairs: rows }, beta: { rows: 0, pairs: 0 } } },
                other: { items: 0, components: { alpha: { rows: 0, pairs: 0 } } },
              },
            },
          },
        }),
      },
    })
  const claim = (benchmarks: (string | JsonObject)[], more: JsonObject = {}): JsonObject => ({
    kind: 'no-contamination',
    method: 'rule',
    benchmarks,
    ...more,
  })

  it('holds when nothing was found, and names what was found', () => {
    expect(judged(claim(['exam', 'other']), hits(0)).verdict).toBe('verified')
    const found = judged(claim(['exam', 'other']), hits(3))
    expect(found).toMatchObject({ verdict: 'contradicted', measured: { exam: 3, other: 0 } })
    expect(found.because).toMatch(/exam: 3 rows .*holds for other/)
  })

  it.each<[string, (string | JsonObject)[]]>([
    ['was not part of the run', ['exam', 'unread']],
    ['is not published', ['exam', { name: 'private', unavailable: 'the set is not published' }]],
  ])('is undetermined at best when a benchmark %s', (_what, benchmarks) => {
    const result = judged(claim(benchmarks), hits(0))
    expect(result.verdict).toBe('undetermined')
    expect(result.because).toMatch(/holds for exam/)
    expect(judged(claim(benchmarks), hits(2)).verdict).toBe('contradicted')
  })

  it('is undetermined when only some of the items were read', () => {
    expect(judged(claim(['exam']), hits(0, { expectedItems: 100 })).because).toMatch(
      /only 10 of its 100 items/,
    )
    expect(judged(claim(['exam']), hits(0, { expectedItems: 100 })).verdict).toBe('undetermined')
  })

  it('says how many items are too short for the rule, and is undetermined where all of them are', () => {
    const some = judged(claim(['exam']), hits(0, { tooShort: { rule: 4 } }))
    expect(some.verdict).toBe('verified')
    expect(JSON.stringify(some)).toMatch(/4 of its 10 items are too short/)
    const all = judged(claim(['exam']), hits(0, { tooShort: { rule: 10 } }))
    expect(all.verdict).toBe('undetermined')
    expect(all.because).toMatch(/10 of its 10 items are too short/)
  })

  it('is undetermined at best with another tokenizer than the claimant’s; a match that was found stands', () => {
    expect(judged(claim(['exam'], { tokenizer: 'org/tok' }), hits(0)).verdict).toBe('verified')
    expect(judged(claim(['exam'], { tokenizer: 'org/other' }), hits(0)).verdict).toBe('undetermined')
    expect(judged(claim(['exam'], { tokenizer: 'org/other' }), hits(1)).verdict).toBe('contradicted')
  })

  it('stands when found in part of the data, and is undetermined when not', () => {
    const limit = { pipeline: { name: 't', sha256: '', limit: 5 } }
    expect(judged(claim(['exam']), { ...hits(1), ...limit }).verdict).toBe('contradicted')
    expect(judged(claim(['exam']), { ...hits(0), ...limit }).verdict).toBe('undetermined')
  })
})

describe('published logs', () => {
  const logs = { log: { address: 'https://example.org/log', file: 'log.json' } }
  const check = {
    name: 'rows left',
    left: { examples: 'alpha' },
    right: { log: 'log', pointer: '/steps/0/after' },
    unlike: {
      value: {
        add: [
          { log: 'log', pointer: '/steps/0/after' },
          { log: 'log', pointer: '/steps/0/removed' },
        ],
      },
      means: 'nothing was removed',
    },
  }
  const withLog = (text: string): ClaimInputs => ({
    logs: new Map([['log.json', { text, sha256: '0', origin: 'log.json' }]]),
  })
  const body = { kind: 'published-log', logs, checks: [check] }

  it('agree or say what they are instead', () => {
    const left = (after: number): ClaimInputs =>
      withLog(JSON.stringify({ steps: [{ after, removed: [1, 2] }] }))
    expect(judged(body, measured(), left(600)).verdict).toBe('verified')
    const before = judged(body, measured(), left(598))
    expect(before.verdict).toBe('contradicted')
    expect(before.because).toMatch(/nothing was removed \(598 at .* \+ 2 at .* = 600\)/)
    expect(judged(body, measured(), left(500)).because).not.toMatch(/nothing was removed/)
  })

  it.each(['not json', '{}', '{"steps": [{"after": "many"}]}'])(
    'are not checked when they say %s',
    (text) => {
      expect(judged(body, measured(), withLog(text)).verdict).toBe('not-checked')
      expect(judged(body).verdict).toBe('not-checked')
    },
  )
})

describe('licences', () => {
  const card = (declared: string): Measured =>
    measured({ card: { licences: [{ card: 'README.md', declared }] } })

  it.each<[string, string, string]>([
    ['cc-by-nc-4.0', 'CC-BY-NC-4.0', 'verified'],
    ['apache-2.0', 'Apache-2.0', 'verified'],
    ['mit', 'CC-BY-NC-4.0', 'contradicted'],
    ['other', 'MIT', 'contradicted'],
  ])('card says %s, claim says %s', (declared, value, verdict) => {
    expect(judged({ kind: 'licence', value }, card(declared)).verdict).toBe(verdict)
  })

  it('are findings when they differ or are unknown, and never legal advice', () => {
    const sources = {
      Open: { licence: 'MIT', components: { alpha: { declared: 5, matched: 0 } } },
      Alike: { licence: 'CC-BY-SA-4.0', components: { alpha: { declared: 5, matched: 0 } } },
      Silent: { licence: null, components: { alpha: { declared: 0, matched: 2 } } },
      Absent: { licence: null, components: { alpha: { declared: 0, matched: 0 } } },
    }
    const { findings, licences } = conclude(
      { ...card('mit'), stages: { attribution: stage({ sources }) } },
      null,
    )
    expect(findings.map(({ rule, place }) => [rule, 'name' in place && place.name])).toEqual([
      ['claims/licence-conflict', 'Alike'],
      ['claims/licence-unknown', 'Silent'],
      ['claims/licence-unknown', 'alpha'],
    ])
    expect(findings[0]!.message).toMatch(/not legal advice/)
    expect((licences['sources'] as JsonObject[]).map((source) => source['name'])).toEqual([
      'Alike',
      'Open',
      'Silent',
    ])
  })
})

describe('answer letters', () => {
  const letters = (counts: Record<string, number>, expected?: Record<string, number>): Measured =>
    measured({
      stages: {
        quality: stage({
          answerLetters: { alpha: counts },
          ...(expected ? { answersExpected: { alpha: expected } } : {}),
        }),
      },
    })
  const body = { kind: 'distribution', of: 'answer-letters' }

  it('are judged by effect size and largest deviation, whatever the number of rows', () => {
    for (const scale of [1, 1000]) {
      expect(
        judged(body, letters({ A: 26 * scale, B: 24 * scale, C: 25 * scale, D: 25 * scale })).verdict,
      ).toBe('verified')
      const skewed = judged(body, letters({ A: 40 * scale, B: 20 * scale, C: 20 * scale, D: 20 * scale }))
      expect(skewed.verdict).toBe('contradicted')
      expect(skewed.measured).toMatchObject({ effect: 0.34641, deviation: 0.15, letter: 'A' })
    }
  })

  it('are compared with the options offered', () => {
    const counts = { A: 30, B: 30, C: 30, D: 30, E: 6 }
    expect(judged(body, letters(counts)).verdict).toBe('contradicted')
    expect(judged(body, letters(counts, counts)).verdict).toBe('verified')
  })
})

describe('verdicts', () => {
  it('of a whole are at best as good as the worst part', () => {
    for (const a of VERDICTS)
      for (const b of VERDICTS) {
        const whole = VERDICTS.indexOf(worst([a, b]))
        const parts = [VERDICTS.indexOf(a), VERDICTS.indexOf(b)]
        // A part nobody looked at beside one that was looked at is undetermined, not unseen as a whole.
        if (a === 'not-checked' || b === 'not-checked') expect(whole).toBeGreaterThanOrEqual(2)
        else expect(whole).toBe(Math.max(...parts))
      }
    expect(worst(['verified', 'not-checked'])).toBe('undetermined')
    expect(worst(['not-checked', 'not-checked'])).toBe('not-checked')
  })

  it('that contradict are high findings at the claim', () => {
    const text = JSON.stringify({ claims: [{ ...HEAD, kind: 'examples', value: 7 }] })
    const { findings, claims } = conclude(measured(), parseClaims(text, 'c.yaml'))
    expect(findings).toMatchObject([
      { rule: 'claims/contradicted', severity: 'high', place: { kind: 'claim', name: 'X' } },
    ])
    expect(claims[0]).toMatchObject({ file: 'c.yaml', line: 1, stated: 7, measured: 1001, difference: 994 })
  })

  it('look a quotation up in the card it is from', () => {
    const documents = [{ path: 'README.md', text: 'It has **1001\n examples**.' }]
    const quote = (text: string): unknown =>
      judged({ kind: 'examples', value: 1001, statedAt: { quote: text, address: 'README.md' } }, measured(), {
        documents,
      }).statedAt
    expect(quote('1001 examples')).toMatchObject([{ foundInSource: true }])
    expect(quote('1002 examples')).toMatchObject([{ foundInSource: false }])
    const text = JSON.stringify({ claims: [{ ...HEAD, kind: 'examples', value: 1001 }] })
    const { findings } = conclude(measured(), parseClaims(text, 'c.yaml'), { documents })
    expect(findings).toMatchObject([
      { rule: 'claims/quotation-not-found', severity: 'low', evidence: { quote: 'q', address: 'README.md' } },
    ])
  })
})

describe('what was not checked', () => {
  it('always names what no run can do, and what this one did not', () => {
    const { notChecked } = conclude(measured({ failures: [failed] }), null)
    const text = notChecked.map(({ what, why }) => `${what}: ${why}`).join('\n')
    for (const topic of [
      /clinical correctness/,
      /patient identifiers and re-identification/,
      /paraphrase/,
      /private benchmarks/,
      /removed rows/,
      /rows of data\/beta\/b\.parquet/,
      /stage "contamination" was not part/,
      /no claim file/,
    ]) {
      expect(text).toMatch(topic)
    }
    expect(notChecked.filter(({ needs }) => needs === undefined)).toEqual([])
  })
})
