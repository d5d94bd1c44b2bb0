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
