/** All options of an item in one place without its question: listed, not counted, and only where they tell the item. */
import { afterAll, describe, expect, test } from 'vitest'
import { classOf, finder } from './finder.ts'
import type { Item } from './finder.ts'

const LONG: Item = {
  id: 'long',
  question:
    'A 38-year-old sail maker has had tingling in the palm of his right hand since the spring, when he began to sew heavier canvas with a brass thimble. It wakes him at night and goes when he shakes the hand. What should he be told to do first?',
  options: {
    A: 'Sew with the left hand for a month',
    B: 'Wear a splint of whalebone at night',
    C: 'Have the palm opened by a surgeon',
    D: 'Give up his trade and go to sea',
  },
  answer: 'B',
}
const TERMS: Item = {
  id: 'terms',
  question:
    'A 29-year-old rope walker coughs since she sleeps above the tar kettle; her chest is clear, the cough is dry, and no one else in the house is ill. What does she most likely breathe in at night that makes her cough?',
  options: { A: 'Creosote', B: 'Turpentine', C: 'Naphthalene', D: 'Ammonia' },
  answer: 'A',
}
const STOCK = {
  A: 'Both of them are true',
  B: 'Only the first of them is true',
  C: 'Only the second of them is true',
  D: 'None of them is true at all',
}
const SHARED: Item[] = ['tide and the moon', 'keel and the rudder'].map((what, i) => ({
  id: `shared-${i}`,
  question: `An apprentice makes two statements about the ${what}, which his master has to judge before the ship is launched at noon, with all of the owners present and the band playing. What does the master say?`,
  options: STOCK,
  answer: 'A',
}))
const { find, close } = finder([LONG, TERMS, ...SHARED])
afterAll(close)

const list = ({ options }: Item, form: (label: string, text: string) => string, between = '\n') =>
  Object.entries(options)
    .map(([label, text]) => form(label, text))
    .join(between)

describe('the options of an item', () => {
  test.each<[string, string]>([
    ['in a list', list(LONG, (l, t) => `${l}. ${t}`)],
    ['as bullets', list(LONG, (_, t) => `- ${t}`)],
    [
      'in other order',
      list(LONG, (_, t) => `* ${t}`)
        .split('\n')
        .reverse()
        .join('\n'),
    ],
  ])('%s', async (_, text) => {
    const findings = await find([
      ['user', 'Make up a list of four kinds of advice.'],
      ['assistant', `Here it is:\n${text}\nTell me if I should go on.`],
    ])
    const [finding] = findings
    expect(classOf(findings, LONG)).toBe('options-only')
    expect(finding).toMatchObject({
      severity: 'info',
      evidence: { optionsFound: 4, turn: 1, role: 'assistant' },
    })
    const [quoted] = finding?.evidence['texts'] as { text: string; marks: [number, number][] }[]
    const marked = quoted?.marks.map(([from, to]) => quoted.text.slice(from, to)) ?? []
    for (const option of Object.values(LONG.options)) expect(marked.join(' ')).toContain(option)
  })
})

describe('is none', () => {
  test.each<[string, string]>([
    ['single terms', list(TERMS, (l, t) => `${l}. ${t}`)],
    ['options of several questions', list(SHARED[0] as Item, (l, t) => `${l}. ${t}`)],
    [
      'three of four',
      list(LONG, (l, t) => `${l}. ${t}`)
        .split('\n')
        .slice(1)
        .join('\n'),
    ],
    ['one of them changed', list(LONG, (l, t) => `${l}. ${t.replace('left', 'right')}`)],
  ])('%s', async (_, text) => {
    expect(await find([['user', `Which of these do you know?\n${text}`]])).toEqual([])
  })
})

test('with the question it is the item', async () => {
  const findings = await find([['user', `${LONG.question}\n${list(LONG, (l, t) => `${l}. ${t}`)}`]])
  expect(findings.map(({ rule }) => rule)).toEqual(['contamination/exact-match'])
})
