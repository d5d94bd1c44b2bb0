import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../../src/core/json.ts'
import { settleAnswers } from '../../../src/stages/contamination/answers.ts'
import type { Draft } from '../../../src/stages/contamination/answers.ts'
import { readItem } from '../../../src/stages/contamination/fields.ts'
import type { FieldMapping } from '../../../src/stages/contamination/options.ts'
import { summarise } from '../../../src/stages/contamination/unresolved.ts'

const ROPES = ['A hemp rope', 'A wire rope', 'A nylon rope', 'A sisal rope']
const question = 'Which rope floats on salt water for longest?'
const columns = { opa: ROPES[0]!, opb: ROPES[1]!, opc: ROPES[2]!, opd: ROPES[3]! }
const lettered = { A: ROPES[0]!, B: ROPES[1]!, C: ROPES[2]!, D: ROPES[3]! }

function settled(rows: readonly JsonObject[], fields: FieldMapping = {}) {
  const drafts = rows.map((row, i) => (readItem(row, fields, i) as { draft: Draft }).draft)
  const { items, unresolved } = settleAnswers(drafts)
  return { answers: items.map((item) => item.answer), unresolved: summarise(unresolved, 'full') }
}

const answered = (options: JsonValue, ...answers: readonly JsonValue[]) =>
  settled(answers.map((answer) => ({ question, options, answer })))
const cop = (...values: readonly JsonValue[]) =>
  settled(values.map((value) => ({ question, ...columns, cop: value })))

describe('numbers', () => {
  test('cop is counted from 0 or from 1 as its whole file tells', () => {
    expect(cop(0, 3, 1).answers).toEqual(['A', 'D', 'B'])
    expect(cop(1, 4, 2).answers).toEqual(['A', 'D', 'B'])
    expect(cop('1', '4.0').answers).toEqual(['A', 'D'])
  })

  test('cop of a file with neither 0 nor the last number is not guessed', () => {
    const { answers, unresolved } = cop(1, 2, 3)
    expect(answers).toEqual([null, null, null])
    expect(unresolved).toMatchObject({ count: 3, forms: ['cop: 1', 'cop: 2', 'cop: 3'] })
    expect(Object.keys(unresolved?.why ?? {})).toEqual([expect.stringContaining('from 0 or from 1')])
  })

  test('cop of a file with both is counted from 0, and what lies outside is counted as unresolved', () => {
    const { answers, unresolved } = cop(0, 4, -1)
    expect(answers).toEqual(['A', null, null])
    expect(unresolved?.count).toBe(2)
  })

  test('a label wins over a place', () => {
    const numbered = { '1': ROPES[0]!, '2': ROPES[1]!, '3': ROPES[2]!, '4': ROPES[3]! }
    expect(answered(numbered, 1, 4, '2').answers).toEqual(['1', '4', '2'])
    expect(answered({ '0': 'one', '1': 'two' }, 0, 1, '1').answers).toEqual(['0', '1', '1'])
    expect(answered({ text: ROPES, label: ['1', '2', '3', '4'] }, '1', '(3)').answers).toEqual(['1', '3'])
  })

  test('other numbers are places from 0, and from 1 where the file says so', () => {
    expect(answered(ROPES, 0, 2).answers).toEqual(['A', 'C'])
    expect(answered(ROPES, '1').answers).toEqual(['B'])
    expect(answered(ROPES, 1, 4).answers).toEqual(['A', 'D'])
    const numbered = { question, option1: 'rope', option2: 'wire' }
    expect(
      settled([
        { ...numbered, answer: '1' },
        { ...numbered, answer: 'option2' },
      ]).answers,
    ).toEqual(['A', 'B'])
  })

  test('numbers that are texts of options are texts', () => {
    expect(answered(['2', '4', '6'], '4', '6').answers).toEqual(['B', 'C'])
    expect(answered([2, 4, 6], 4, 6).answers).toEqual(['B', 'C'])
    expect(answered([1, 2, 3], 0, 2).answers).toEqual(['A', 'C'])
  })
})

describe('answers in words', () => {
  test.each<[JsonValue]>([
    ['b'],
    ['B'],
    ['(B)'],
    ['B.'],
    ['B)'],
    ['**B**'],
    ['B. A wire rope'],
    ['B) a wire rope.'],
    ['(b) A wire rope'],
    ['B: A wire rope'],
    ['Option B'],
    ['The correct answer is B.'],
    ['A wire rope'],
    [' a wire  ROPE.'],
    [['B']],
    ['["B"]'],
    ["['B']"],
    [{ label: 'B', text: 'A wire rope' }],
    [{ key: 'x', value: 'A wire rope' }],
    [['B', 'A wire rope']],
  ])('%j names its option', (answer) => {
    expect(answered(lettered, answer)).toEqual({ answers: ['B'], unresolved: null })
    expect(answered(ROPES, answer)).toEqual({ answers: ['B'], unresolved: null })
  })

  test('small letters as labels', () => {
    expect(answered({ a: 'rope', b: 'wire' }, 'A', '(b)').answers).toEqual(['a', 'b'])
  })

  test.each<[JsonValue]>([
    ['E'],
    ['B. A hemp rope'],
    ['B because it is made of wire'],
    [['A', 'B']],
    [{ score: 3 }],
    [9],
  ])('%j names none, and is counted', (answer) => {
    const { answers, unresolved } = answered(lettered, answer)
    expect(answers).toEqual([null])
    expect(unresolved?.count).toBe(1)
  })

  test('nothing given is nothing unresolved', () => {
    expect(answered(lettered, null, '')).toEqual({ answers: [null, null], unresolved: null })
  })

  test('without options the answer is its text', () => {
    expect(answered([], 'hemp', 3, ['hemp', 'hemp rope'], { value: 'hemp' }).answers).toEqual([
      'hemp',
      '3',
      'hemp',
      'hemp',
    ])
  })
})

describe('columns', () => {
  test.each([
    'correct_answer',
    'correct_option',
    'Correct Answer',
    'correct',
    'gold',
    'label',
    'answerKey',
    'answer_key',
    'answer_idx',
    'ANSWER',
    'target',
    'final_decision',
  ])('%s holds the answer', (name) => {
    expect(settled([{ question, options: ROPES, [name]: 'C' }]).answers).toEqual(['C'])
  })

  test('of two columns the one that names options is read, for the whole file', () => {
    const row = { question, options: ROPES, answer: 'It floats, as anyone at sea knows.' }
    expect(
      settled([
        { ...row, answer_idx: 'C' },
        { ...row, answer_idx: 'A' },
      ]),
    ).toEqual({
      answers: ['C', 'A'],
      unresolved: null,
    })
  })

  test('options marked as right', () => {
    const options = [
      { text: 'rope', correct: false },
      { text: 'wire', correct: true },
    ]
    expect(settled([{ question, options }]).answers).toEqual(['B'])
  })
})

describe('what the report says of answers nobody can read', () => {
  test('no more than forty characters of a text, five forms, and no text at all where none is wanted', () => {
    const text = 'The sailmaker says it is the one that is kept in the dry locker. '.repeat(3)
    const given = { column: 'answer', value: text }
    const list = Array.from({ length: 9 }, (_, i) => ({
      given: { ...given, value: `${i} ${text}` },
      why: 'w',
    }))
    const full = summarise(list, 'full')
    expect(full).toMatchObject({ count: 9, why: { w: 9 } })
    expect(full?.forms).toHaveLength(5)
    for (const form of full?.forms ?? []) expect([...form].length).toBeLessThanOrEqual('answer: '.length + 40)
    expect(JSON.stringify(summarise(list, 'hash'))).not.toContain('sailmaker')
  })
})
