/** Units, signs and formulae: one item written with others, and the same with another value. */
import { afterAll, describe, expect, test } from 'vitest'
import { classOf, finder } from './finder.ts'
import type { Item } from './finder.ts'

const CASE: Item = {
  id: 'case',
  question:
    'A 47-year-old man who repairs church organs comes to the clinic with dizziness for 3 days. His temperature is 36.4 °C, and his blood pressure is 96/58 mm Hg. His platelet count is 41,000 per microlitre and his serum calcium is decreased. Which of the following is the best next step?',
  options: {
    A: 'Increased intake of salt',
    B: 'Decreased dose of the bellows tonic',
    C: 'Increased light',
    D: 'Decreased sleep',
  },
  answer: 'B',
}
const IONS: Item = {
  id: 'ions',
  question: 'Opening of which channel lets the bellows cells of the lantern fish rest?',
  options: { A: 'Na+ influx', B: 'K+ efflux', C: 'Ca2+ influx', D: 'Cl- influx' },
  answer: 'B',
}
const WARM: Item = {
  id: 'warm',
  question:
    'At which temperature in degrees Celsius does the wax of harbour candles begin to bend in the hand?',
  options: { A: '31', B: '38', C: '44', D: '52' },
  answer: 'B',
}
const GREEK: Item = {
  id: 'greek',
  question: 'Which receptor of the lantern fish closes its lid when the beta current of the lagoon rises?',
  options: { A: 'Alpha-1', B: 'Beta-2', C: 'Gamma-7', D: 'Delta-3' },
  answer: 'D',
}
const { find, close } = finder([CASE, IONS, GREEK, WARM])
afterAll(close)

const written = ({ question, options }: Item, change: (text: string) => string) =>
  `${change(question)}\n${Object.entries(options)
    .map(([label, text]) => `${label}. ${change(text)}`)
    .join('\n')}`
const ask = async (item: Item, change: (text: string) => string) =>
  classOf(
    await find([
      ['user', written(item, change)],
      ['assistant', 'I am not sure.'],
    ]),
    item,
  )
const replaced =
  (...pairs: readonly (readonly [string | RegExp, string])[]) =>
  (text: string) =>
    pairs.reduce((sum, [from, to]) => sum.replaceAll(from, to), text)

const FIRM = /^(?:exact-match|near-match|options-shuffled)$/

describe('is the item', () => {
  test.each<[string, readonly (readonly [string | RegExp, string])[]]>([
    ['age and sex in short', [['A 47-year-old man', '47M']]],
    ['with the year', [['A 47-year-old man', 'A 47yoM']]],
    ['with a sign for the sex', [['year-old man', 'year-old ♂']]],
    ['signs of degrees', [[/ °C/g, '℃']]],
    ['degrees in words', [[/ °C/g, ' degrees Celsius']]],
    ['mmHg', [['mm Hg', 'mmHg']]],
    ['thousands by a space', [['41,000', '41 000']]],
    ['thousands by none', [['41,000', '41000']]],
    ['decimal comma', [['36.4', '36,4']]],
    [
      'arrows',
      [
        [/[Ii]ncreased/g, '↑'],
        [/[Dd]ecreased/g, '↓'],
      ],
    ],
    [
      'arrows of LaTeX',
      [
        [/[Ii]ncreased/g, '$\\uparrow$'],
        [/[Dd]ecreased/g, '$\\downarrow$'],
      ],
    ],
    [
      'numbers in LaTeX',
      [
        ['36.4', '$36.4$'],
        ['96/58', '$96/58$'],
      ],
    ],
  ])('%s', async (_, pairs) => {
    expect(await ask(CASE, replaced(...pairs))).toMatch(FIRM)
  })

  test.each<[string, readonly (readonly [string, string])[]]>([
    [
      'as formulae',
      [
        ['Na+', '$\\mathrm{Na}^+$'],
        ['K+', '$\\mathrm{K}^{+}$'],
        ['Ca2+', '$\\mathrm{Ca}^{2+}$'],
        ['Cl-', '$\\mathrm{Cl}^-$'],
      ],
    ],
    [
      'with raised signs',
      [
        ['Na+', 'Na⁺'],
        ['K+', 'K⁺'],
        ['Ca2+', 'Ca²⁺'],
        ['Cl-', 'Cl⁻'],
      ],
    ],
  ])('ions %s', async (_, pairs) => {
    const findings = await find([['user', written(IONS, replaced(...pairs))]])
    expect(classOf(findings, IONS)).toMatch(FIRM)
    expect(findings[0]?.evidence).toMatchObject({ optionsFound: 4, optionsAltered: 0 })
  })

  test('other ions with raised signs are other options', async () => {
    const pairs = [
      ['Na+', 'Li⁺'],
      ['K+', 'Rb⁺'],
      ['Ca2+', 'Sr²⁺'],
      ['Cl-', 'Br⁻'],
    ] as const
    const findings = await find([['user', written(IONS, replaced(...pairs))]])
    expect(findings[0]?.evidence['optionsFound']).toBeLessThan(2)
  })

  test('Greek letters as commands', async () => {
    const form = replaced(
      ['Alpha', '$\\alpha$'],
      ['Beta', '$\\beta$'],
      ['beta', '$\\beta$'],
      ['Gamma', '$\\gamma$'],
      ['Delta', '$\\delta$'],
    )
    const findings = await find([['user', written(GREEK, form)]])
    expect(classOf(findings, GREEK)).toMatch(FIRM)
    expect(findings[0]?.evidence).toMatchObject({ optionsFound: 4 })
  })
})

describe('is another item', () => {
  test.each<[string, readonly (readonly [string | RegExp, string])[]]>([
    ['another sex in short', [['A 47-year-old man', '47F']]],
    ['another age in short', [['A 47-year-old man', '74M']]],
    ['another sign for the sex', [['year-old man', 'year-old ♀']]],
    ['another number of thousands', [['41,000', '410 000']]],
    ['the contrary arrow', [['calcium is decreased', 'calcium is ↑']]],
  ])('%s', async (_, pairs) => {
    expect(await ask(CASE, replaced(...pairs))).toBe('sibling-item')
  })

  test('the contrary arrow in front of an option', async () => {
    const findings = await find([['user', written(CASE, replaced(['Decreased dose', '↑ dose']))]])
    expect(classOf(findings, CASE)).toBe('sibling-item')
    expect(findings[0]?.evidence).toMatchObject({ optionsAltered: 1 })
  })

  test.each(['degrees Fahrenheit', '℉'])('the other scale: %s', async (scale) => {
    expect(await ask(WARM, replaced(['degrees Celsius', scale]))).toBe('sibling-item')
  })

  test('another Greek letter', async () => {
    const form = replaced(['beta current', '$\\gamma$ current'])
    expect(classOf(await find([['user', written(GREEK, form)]]), GREEK)).toBe('sibling-item')
  })
})
