import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/core/json.ts'
import { settleAnswers } from '../../../src/stages/contamination/answers.ts'
import type { Draft } from '../../../src/stages/contamination/answers.ts'
import { readItem } from '../../../src/stages/contamination/fields.ts'
import type { FieldMapping } from '../../../src/stages/contamination/options.ts'
import { parseLiteral } from '../../../src/stages/contamination/literal.ts'

const asked = 'Which lamp is lit at low tide?'
const LAMPS = ['The red one', "The keeper's own", 'The "blue" one', 'None of them']
const [a, b, c, d] = LAMPS as [string, string, string, string]

function read(row: JsonObject, fields: FieldMapping = {}) {
  const result = readItem(row, fields, 0)
  if ('unusable' in result) return result
  const { items } = settleAnswers([(result as { draft: Draft }).draft])
  return items[0]!
}

const repr = `['The red one', "The keeper's own", 'The "blue" one', 'None of them']`

describe('a row of a benchmark', () => {
  test.each<[string, JsonObject]>([
    ['capitals', { Question: asked, A: a, B: b, C: c, D: d, Answer: 'B' }],
    ['small letters', { QUESTION: asked, a, b, c, d, answer: 'b' }],
    ['option_a', { question: asked, option_a: a, option_b: b, option_c: c, option_d: d, answer: 'B' }],
    [
      'Option A',
      { Question: asked, 'Option A': a, 'Option B': b, 'Option C': c, 'Option D': d, Answer: 'Option B' },
    ],
    ['option1', { question: asked, option1: a, option2: b, option3: c, option4: d, answer: 2 }],
    ['choice_a', { question: asked, choice_a: a, choice_b: b, choice_c: c, choice_d: d, answer: 'choice_b' }],
    ['ending0', { ctx: asked, ending0: a, ending1: b, ending2: c, ending3: d, label: 1 }],
    ['endings', { ctx: asked, endings: LAMPS, label: '1' }],
    ['alternatives', { stem: asked, alternatives: LAMPS, gold: 'B' }],
    ['mc1', { question: asked, mc1_targets: { choices: LAMPS, labels: [0, 1, 0, 0] } }],
    ['mc2', { question: asked, mc2_targets: { choices: LAMPS, labels: [0, 1, 0, 0] } }],
    ['mc1 by text', { question: asked, mc1_targets: { [a]: 0, [b]: 1, [c]: 0, [d]: 0 } }],
    [
      'ARC',
      {
        question: { stem: asked, choices: LAMPS.map((text, i) => ({ text, label: 'ABCD'[i]! })) },
        answerKey: 'B',
      },
    ],
    [
      'text and label',
      { question: asked, choices: { text: LAMPS, label: ['A', 'B', 'C', 'D'] }, answerKey: 'B' },
    ],
    ['JSON in a cell', { question: asked, options: JSON.stringify(LAMPS), answer: 'B' }],
    [
      'an object in a cell',
      { question: asked, options: JSON.stringify({ A: a, B: b, C: c, D: d }), answer: 'B' },
    ],
    ['Python in a cell', { question: asked, options: repr, answer: 'B' }],
    ['numpy in a cell', { question: asked, options: repr.replaceAll(', ', '\n '), answer: 'B' }],
    [
      'id and option',
      { question: asked, options: LAMPS.map((option, i) => ({ id: 'ABCD'[i]!, option })), answer: 'B' },
    ],
    [
      'key and text',
      { question: asked, options: LAMPS.map((text, i) => ({ key: 'ABCD'[i]!, text })), answer: 'B' },
    ],
    [
      'one key each',
      { question: asked, options: LAMPS.map((text, i) => ({ ['ABCD'[i]!]: text })), answer: 'B' },
    ],
    [
      'labels in the texts',
      { question: asked, options: LAMPS.map((text, i) => `${'ABCD'[i]!}. ${text}`), answer: 'B' },
    ],
    [
      'a line each',
      { question: asked, options: LAMPS.map((text, i) => `${'ABCD'[i]!}) ${text}`).join('\n'), answer: 'B' },
    ],
  ])('%s', (_, row) => {
    expect(read(row)).toMatchObject({
      question: asked,
      options: LAMPS.map((text, i) => ({ label: 'ABCD'[i], text })),
      answer: 'B',
    })
  })

  test('as many columns as there are', () => {
    expect(read({ question: asked, A: a, B: b, C: c, D: d, E: 'All', answer: 'E' })).toMatchObject({
      answer: 'E',
    })
    const row = { question: asked, option_a: a, option_b: b, option_c: '', option_d: '', answer: 'B' }
    expect(read(row)).toMatchObject({ options: [{ label: 'A' }, { label: 'B' }] })
  })

  test('numbers as options', () => {
    expect(read({ question: asked, options: [10, 20.5], answer: 1 })).toMatchObject({
      options: [
        { label: 'A', text: '10' },
        { label: 'B', text: '20.5' },
      ],
      answer: 'B',
    })
  })

  test("PubMedQA's own columns", () => {
    const row = { id: '7', QUESTION: asked, CONTEXTS: ['It is dark.', 'It is low.'], final_decision: 'yes' }
    expect(read(row)).toMatchObject({
      id: '7',
      question: asked,
      context: 'It is dark. It is low.',
      answer: 'yes',
    })
  })

  test('a mapped column in another spelling', () => {
    const fields = { question: 'frage', options: ['wahl a', 'wahl_b'], answer: 'Loesung' }
    const row = { Frage: asked, Wahl_A: a, 'Wahl B': b, loesung: 'b' }
    expect(read(row, fields)).toMatchObject({
      question: asked,
      options: [{ text: a }, { text: b }],
      answer: 'B',
    })
  })

  test('names every object has are no columns', () => {
    expect(read({ question: asked }, { question: 'constructor' })).toEqual({ unusable: 'no question text' })
    expect(read(JSON.parse('{"__proto__": {"question": "x"}}') as JsonObject)).toEqual({
      unusable: 'no question text',
    })
  })

  test.each([[3], [[a, { nothing: [] }]], ['one, two or three'], ['[unclosed']])(
    '%j is no form of options',
    (options) => {
      expect(read({ question: asked, options } as JsonObject)).toEqual({
        unusable: 'options of an unknown form',
      })
    },
  )
})

describe('a list written as text', () => {
  test('is read as JSON, Python or numpy write it', () => {
    expect(parseLiteral(`['it\\'s', "a \\"b\\"", None, True, -2.5, {'k': 'v'}]`)).toEqual([
      "it's",
      'a "b"',
      null,
      true,
      -2.5,
      { k: 'v' },
    ])
    expect(parseLiteral(`['' 'x']`)).toEqual(['', 'x'])
    expect(parseLiteral('plain text')).toBeUndefined()
    expect(parseLiteral('[import os]')).toBeUndefined()
  })

  test('takes little time, whatever stands there', () => {
    for (const text of [`['${'\\'.repeat(50_000)}`, `[${'"'.repeat(50_001)}`, `[${'('.repeat(90_000)}`])
      expect(parseLiteral(text)).toBeUndefined()
  })
})
