import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { KINDS, claimsJsonSchema, parseClaims } from '../../src/claims/index.ts'
import { AuditError } from '../../src/core/error.ts'

const GOOD = `
title: A test
claims:
  - id: C1
    kind: examples
    statement: alpha has 600 examples
    statedAt: { quote: "600 examples", address: README.md }
    components: alpha
    value: 600
  - id: C2
    kind: all
    statement: two things
    statedAt:
      - { quote: one, address: https://example.org/a }
      - { quote: two, address: https://example.org/b }
    parts:
      - { name: count, kind: examples, value: about 1k }
      - { name: monitored, kind: not-verifiable, reason: nothing shows it }
`

function failure(text: string): AuditError {
  try {
    parseClaims(text, 'claims.yaml')
  } catch (error) {
    if (error instanceof AuditError) return error
    throw error
  }
  throw new Error('no error')
}

describe('claim files', () => {
  it('are read with the line of every claim', () => {
    const file = parseClaims(GOOD, 'claims.yaml')
    expect(file.title).toBe('A test')
    expect(file.claims.map(({ claim, line }) => [claim.id, claim.statedAt.length, line])).toEqual([
      ['C1', 1, 4],
      ['C2', 2, 10],
    ])
  })

  it.each([
    [
      'a misspelt key',
      GOOD.replace('components: alpha', 'compnents: alpha'),
      /unknown key "compnents".*"components"/,
    ],
    [
      'a misspelt key of a part',
      GOOD.replace('reason: nothing', 'raeson: nothing'),
      /unknown key "raeson"|"C?.*reason/,
    ],
    [
      'a misspelt key of a statement',
      GOOD.replace('{ quote: "600', '{ qoute: "600'),
      /unknown key "qoute".*"quote"/,
    ],
    ['an unknown kind', GOOD.replace('kind: examples\n', 'kind: exmaples\n'), /"exmaples".*"examples"/],
    ['a claim without a kind', GOOD.replace('    kind: all\n', ''), /no "kind"/],
    [
      'a number that is none',
      GOOD.replace('value: 600', 'value: lots'),
      /"0\.value" is not valid.*about 601k/,
    ],
    [
      'a text where a number belongs',
      GOOD.replace('statement: ', 'statement: [1] # '),
      /expected a text; got \[1\]/,
    ],
    ['an id used twice', GOOD.replace('id: C2', 'id: C1'), /used twice.*line 4/],
    ['broken YAML', GOOD.replace('title: A test', 'title: "A'), /not valid YAML/],
    ['no claims', 'title: x\nclaims: []\n', /claims/],
    ['a list', '- a\n', /not valid/],
    ['an empty file', '', /not valid/],
    ['a claim that is a word', 'claims: [abc]\n', /no "kind"/],
    ['a key used twice', `${GOOD}title: again\n`, /not valid YAML/],
  ])('refuses %s', (_what, text, message) => {
    const error = failure(text)
    expect(error.code).toBe('CLAIMS_INVALID')
    expect(error.message).toMatch(message)
    expect(error.detail.where).toMatch(/^claims\.yaml/)
  })

  it.each([
    ['key', 'components: alpha', 'compnents: alpha', 8],
    ['key of the file', 'title: A test', 'tilte: A test', 2],
    ['value', 'value: 600', 'value: lots', 9],
    ['kind', 'kind: examples\n', 'kind: exmaples\n', 5],
    ['key of a part', 'reason: nothing', 'raeson: nothing', 18],
    ['kind of a part', 'kind: not-verifiable', 'kind: not-verifable', 18],
  ])('names the line of a wrong %s', (_what, right, wrong, line) => {
    expect(failure(GOOD.replace(right, wrong)).detail.where).toBe(`claims.yaml:${line}`)
  })

  it('refuses an alias bomb before it grows', () => {
    const rows = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 9; level++) {
      const [name, last] = [String.fromCharCode(97 + level), String.fromCharCode(96 + level)]
      rows.push(`${name}: &${name} [${Array(9).fill(`*${last}`).join(', ')}]`)
    }
    expect(failure(rows.join('\n')).code).toBe('CLAIMS_INVALID')
  })

  it('refuses a file larger than any claim file', () => {
    expect(failure(`title: ${'x'.repeat(4_000_001)}\n`).message).toMatch(/too large/)
  })
})

describe('the published JSON Schema', () => {
  const schema = claimsJsonSchema()

  it('is the committed one', () => {
    const path = new URL('../../data/schemas/claims.schema.json', import.meta.url)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(schema)
  })

  it('accepts what the reader accepts and refuses an unknown key', () => {
    const validate = new Ajv2020({ strict: false }).compile(schema as object)
    expect(validate(parse(GOOD))).toBe(true)
    expect(validate(parse(GOOD.replace('components: alpha', 'compnents: alpha')))).toBe(false)
  })

  it.each(['fully-open-meditron', 'apertus-8b-meditronfo', 'sample'])(
    'accepts the committed file %s',
    (name) => {
      const text = readFileSync(new URL(`../../data/claims/${name}.yaml`, import.meta.url), 'utf8')
      const validate = new Ajv2020({ strict: false }).compile(schema as object)
      expect(validate(parse(text))).toBe(true)
      const { claims } = parseClaims(text, name)
      for (const { claim } of claims) expect(claim.statedAt[0]!.quote, claim.id).toMatch(/\w/)
      const wanted = [...Array(13).keys()].map((i) => `C${i + 1}`)
      if (name === 'fully-open-meditron')
        expect(claims.map(({ claim }) => claim.id)).toEqual(
          expect.arrayContaining([...wanted, 'L1', 'L2', 'L3', 'L4', 'L5']),
        )
    },
  )

  it('describes every kind', () => {
    const text = JSON.stringify(schema)
    for (const kind of KINDS) expect(text).toContain(JSON.stringify(kind.title))
  })
})
