import { describe, expect, it } from 'vitest'
import { findChoices } from '../../../src/stages/duplicates/choices.ts'
import { LABELS } from '../../../src/stages/duplicates/label-kinds.ts'
import type { LabelKind } from '../../../src/stages/duplicates/label-kinds.ts'
import { statedOptions } from '../../../src/stages/duplicates/stated.ts'
import { chat } from '../../support/corpus.ts'
import { run } from './near-run.ts'

const stem = 'A cook burnt her thumb on a kettle an hour ago and asks what to put on it. Which is best?'
const OPTIONS = ['cold water', 'a slice of onion', 'butter and salt']
const SHUFFLED = [OPTIONS[1]!, OPTIONS[0]!, OPTIONS[2]!]
const ROMAN = ['i', 'ii', 'iii']

const object =
  (quote: string, label: (i: number) => string, lead = '\nOptions: ', between = ', ') =>
  (options: readonly string[]): string =>
    `${stem}${lead}{${options.map((text, i) => `${quote}${label(i)}${quote}: ${quote}${text}${quote}`).join(between)}}`
const letter = (i: number): string => 'ABC'[i]!

type Labelled = (letter: string, i: number) => string
const lines =
  (label: Labelled) =>
  (options: readonly string[]): string =>
    `${stem}\n${options.map((text, i) => `${label('ABC'[i]!, i)}${text}`).join('\n')}`
const inline =
  (label: Labelled, between = ' ') =>
  (options: readonly string[]): string =>
    `${stem} ${options.map((text, i) => `${label('ABC'[i]!, i)}${text}`).join(between)}`

const LAYOUTS: [string, (options: readonly string[]) => string, answer: string | null][] = [
  ['**A.** x', lines((letter) => `**${letter}.** `), 'A'],
  ['**A**. x', lines((letter) => `**${letter}**. `), 'A'],
  ['- **A)** x', lines((letter) => `- **${letter})** `), 'A'],
  ['[A] x', lines((letter) => `[${letter}] `), 'A'],
  ['A - x', lines((letter) => `${letter} - `), 'A'],
  ['Option A: x', lines((letter) => `Option ${letter}: `), 'A'],
  ['a) x', lines((letter) => `${letter.toLowerCase()}) `), 'a'],
  ['a. x', lines((letter) => `${letter.toLowerCase()}. `), 'A'],
  ['(a) x', lines((letter) => `(${letter.toLowerCase()}) `), 'a'],
  ['1. x', lines((_, i) => `${i + 1}. `), '1'],
  ['1) x', lines((_, i) => `${i + 1}) `), '1'],
  ['i. x', lines((_, i) => `${ROMAN[i]!}. `), null],
  ['- x', lines(() => '- '), null],
  ['* x', lines(() => '* '), null],
  ['A. x B. y', inline((letter) => `${letter}. `), 'A'],
  ['A) x, B) y', inline((letter) => `${letter}) `, ', '), 'A'],
  ['[A] x [B] y', inline((letter) => `[${letter}] `), 'A'],
  ['A.x', lines((letter) => `${letter}.`), 'A'],
  ['(A)x', lines((letter) => `(${letter})`), 'A'],
  ['A、x', lines((letter) => `${letter}、`), 'A'],
  ['A．x', lines((letter) => `${letter}．`), 'A'],
  ['A：x', lines((letter) => `${letter}：`), 'A'],
  ['• x', lines(() => '• '), null],
  [
    '1. x, by letter',
    (options) => `${lines((_, i) => `${i + 1}. `)(options)}\n\nAnswer with the letter only.`,
    'A',
  ],
  ['- x, by letter', (options) => `${lines(() => '- ')(options)}\nAnswer with the LETTER only.`, 'A'],
  ['1) x 2) y 3) z', inline((_, i) => `${i + 1}) `), '2'],
  ['(1) x; (2) y; (3) z', inline((_, i) => `(${i + 1}) `, '; '), '2'],
  ['1) x, 2) y, Answer:', (options) => `${inline((_, i) => `${i + 1}) `, ', ')(options)}\nAnswer:`, '1'],
  ['a) x b) y', inline((letter) => `${letter.toLowerCase()}) `), 'b'],
  ['{"A": "x", "B": "y"}', object('"', letter), 'A'],
  ["{'A': 'x', 'B': 'y'}", object("'", letter, ' '), 'A'],
  ['{"a": "x"}', object('"', (i) => letter(i).toLowerCase()), 'a'],
  ['{"1": "x"}, Answer:', (options) => `${object('"', (i) => `${i + 1}`)(options)}\nAnswer:`, '1'],
  ['an object of several lines', object('"', letter, '\n', ',\n  '), 'A'],
  ['1. x, Answer:', (options) => `${lines((_, i) => `${i + 1}. `)(options)}\n\nAnswer:`, '1'],
]

describe('options in other layouts', () => {
  it.each(LAYOUTS)('are recognised in another order: %s', async (_, layout, answer) => {
    const reply = answer === null ? 'It is the one with water.' : `Answer: ${answer}`
    const { findings } = await run([chat(layout(OPTIONS), reply), chat(layout(SHUFFLED), reply)])
    expect(
      findings.map(({ rule, evidence }) => [rule, evidence['outcome'], evidence['permutation']]),
    ).toEqual([
      [
        'duplicates/options-shuffled',
        answer === null ? 'unknown-answer' : 'conflicting-answer',
        ['B', 'A', 'C'],
      ],
    ])
  })

  it('are two behind a question: "A) x B) y"', async () => {
    const ask = (a: string, b: string): string => `${stem} A) ${a} B) ${b}`
    const { findings } = await run([
      chat(ask('cold water', 'butter'), 'B) butter'),
      chat(ask('butter', 'cold water'), 'The answer is A.'),
      chat(ask('butter', 'cold water'), 'The answer is B.'),
    ])
    const outcomes = findings.map(({ rule, evidence }) => `${rule.slice(11)} ${String(evidence['outcome'])}`)
    expect(outcomes.sort()).toEqual([
      'options-shuffled conflicting-answer',
      'options-shuffled same-answer',
      'same-prompt conflicting-letter',
    ])
  })

  it('are named by their texts where they stand in an object', async () => {
    const [one, two] = [object('"', letter)(OPTIONS), object('"', letter)(SHUFFLED)]
    const { findings } = await run([chat(one, 'The answer is A.'), chat(two, 'Cold water.')])
    expect(findings.map(({ evidence }) => evidence['outcome'])).toEqual(['same-answer'])
  })

  it('are one question in whatever layout they stand', async () => {
    const { findings } = await run(
      LAYOUTS.map(([, layout], i) => chat(layout(i % 2 === 0 ? OPTIONS : SHUFFLED), `Reply ${i}`)),
    )
    const sizes = findings
      .filter(({ rule }) => rule === 'duplicates/options-shuffled')
      .map(({ evidence }) => (evidence['group'] as { size: number }).size)
    expect(new Set(sizes)).toEqual(new Set([LAYOUTS.length]))
  })

  it.each([
    ['letters inside a sentence', 'Vitamin A. is not vitamin B. and that is all.'],
    ['a numbered list with a task behind it', 'Read this:\n1. Wash it.\n2. Dry it.\n\nWhich step is wrong?'],
    ['a numbered list with a task behind it', 'Read this:\n1. Wash it.\n2. Dry it.\n\nAnswer in French.'],
    ['small letters without a space', 'Read this:\na.m. only\nb.i.d. only'],
    ['capitals without a space in a line', 'He read A.D. and B.C. and C.E. dates'],
    ['two round bullets', 'Read this:\n• wash it\n• dry it'],
    ['two bullets', 'Read this:\n- wash it\n- dry it'],
    ['decimals', 'Look:\n1.5 mg\n2.5 mg'],
    ['nothing before them', 'A. one\nB. two'],
    ['numbers in a sentence', 'She has 1) a fever, 2) a cough and 3) a rash since Monday.'],
    ['numbers in a sentence before a question', 'Given 1) fever 2) cough 3) rash, which test is best?'],
    ['numbers at the end of a task', 'Write a story with 1) a dog 2) a cat 3) a bird'],
    ['two numbers behind a question', 'What helps? 1) heat 2) cold'],
    [
      'numbers with a sentence in the next line',
      'What helps? 1) heat 2) cold 3) rest\nExplain each in a line.',
    ],
    ['numbers with full stops in a line', 'What was measured? 1. of May 2. of June 3. of July'],
    ['numbers out of order', 'What helps? 2) heat 1) cold 3) rest'],
    ['two letters in a sentence', 'Compare plan A) with the older plan B) for her.'],
    ['two letters before a question', 'Given A) fever or B) cough, which test is best?'],
    ['two letters with full stops', 'Is it vitamin A. or B. that helps? Vitamin A. or vitamin B. did.'],
    ['one letter', 'What helps? A) heat'],
    ['an object of data', 'Turn this into XML: {"A": "one", "B": "two"}'],
    ['an object with text behind it', 'Is this right? {"A": "one", "B": "two"} Say so in French and why.'],
    ['an object of other keys', 'Which is best?\n{"A": "one", "C": "two"}'],
    ['an object of numbers', 'Which is best?\n{"A": 1, "B": 2}'],
    ['an object with more in it', 'Which is best?\n{"A": "one", "B": {"C": "two"}}'],
    ['an object with an empty text', 'Which is best?\n{"A": "one", "B": " "}'],
    ['an object cut short', 'Which is best?\n{"A": "one", "B": "two'],
    ['an object of one', 'Which is best?\n{"A": "one"}'],
    ['an object alone', '{"A": "one", "B": "two"}'],
  ])('are not seen in %s', (_, text) => {
    const bytes = Buffer.from(text)
    expect(findChoices(bytes, 0, bytes.length)).toBeNull()
  })
})

describe('the option an answer names', () => {
  it.each<[string, LabelKind, number]>([
    ['Answer: C', LABELS.upper, 2],
    ['The answer is **B**', LABELS.upper, 1],
    ['the answer is a cold cloth', LABELS.lower, -1],
    ['The answer is b.', LABELS.lower, 1],
    ['b) butter', LABELS.lower, 1],
    ['b', LABELS.lower, 1],
    ['b', LABELS.upper, -1],
    ['2', LABELS.digits, 1],
    ['2. butter', LABELS.digits, 1],
    ['The correct answer is 3.', LABELS.digits, 2],
    ['2 spoons of salt', LABELS.digits, -1],
    ['2.5 spoons', LABELS.digits, -1],
    ['The answer is 30%', LABELS.digits, -1],
    ['Answer: 2', LABELS.upper, -1],
    ['Answer: B', LABELS.other, -1],
  ])('"%s" of labels %i: %i', (text, kind, index) => {
    const bytes = Buffer.from(text)
    const offered = { labels: kind, count: 4, optionOf: () => -1 }
    expect(statedOptions(bytes, 0, bytes.length, offered)).toBe(index < 0 ? 0 : 1 << index)
  })
})
