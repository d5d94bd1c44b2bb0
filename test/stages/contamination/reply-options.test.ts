/** A question asked without its options, and the reply that lists them. */
import { afterAll, describe, expect, test } from 'vitest'
import { classOf, finder } from './finder.ts'
import type { Item } from './finder.ts'

const CASE: Item = {
  id: 'case',
  question:
    'A 51-year-old bell founder has had a burning pain in both soles for four months, worst at night, and walks on ice to ease it. Which of the following is the most likely cause?',
  options: {
    A: 'Chronic exposure to tin fumes',
    B: 'Deficiency of cobalamin',
    C: 'Compression of the tibial nerve',
    D: 'Erythromelalgia',
  },
  answer: 'B',
}
const SHORT: Item = {
  id: 'short',
  question: 'Which lamp oil stains the fingernails of lighthouse keepers?',
  options: { A: 'Colza', B: 'Naphtha', C: 'Spermaceti', D: 'Paraffin' },
  answer: 'C',
}
const POLAR: Item = {
  id: 'polar',
  question: 'Does the tolling of fog bells impair the hearing of harbour pilots?',
  options: { A: 'yes', B: 'no', C: 'maybe' },
  answer: 'A',
}
const { find, close } = finder([CASE, SHORT, POLAR])
afterAll(close)

const listOf = (item: Item, form: (label: string, text: string) => string, between = '\n') =>
  Object.entries(item.options)
    .map(([label, text]) => form(label, text))
    .join(between)

describe.each([CASE, SHORT])('options in the reply, $id', (item) => {
  const replies: Record<string, string> = {
    'in a sentence, labelled': `The choices are ${listOf(item, (l, t) => `${l}. ${t}`, ' ')}; the answer is B.`,
    'in a list': `Here is what we can choose from:\n\n${listOf(item, (l, t) => `${l}) ${t}`)}\n\nI would take B.`,
    'each explained': `Let me take them one by one.\n\n${listOf(
      item,
      (l, t) =>
        `**${l}. ${t}** – this would be told in another way, and much of what was said would not be explained by it, so that it can be weighed against the others with some care.`,
      '\n\n',
    )}`,
    'side by side': `The candidates are ${listOf(item, (_, t) => t.toLowerCase(), ', ').replace(/, (?=[^,]*$)/, ' or ')}.`,
  }
  test.each(Object.keys(replies))('%s', async (form) => {
    const reply = replies[form] as string
    const findings = await find([
      ['user', `Please help me with this one. ${item.question}`],
      ['assistant', reply],
    ])
    const [finding] = findings
    expect(classOf(findings, item)).toBe('exact-match')
    expect(finding?.evidence).toMatchObject({ optionsFound: 4, optionsTurn: 1, role: 'user', turns: [0, 1] })
    expect(finding?.message).toContain("in the user's and the assistant's turns")
    const quoted = (
      finding?.evidence['texts'] as { turn?: number; text: string; marks: [number, number][] }[]
    ).find(({ turn }) => turn === 1)
    const marked = quoted?.marks.map(([from, to]) => quoted.text.slice(from, to).toLowerCase()).join(' ')
    for (const text of Object.values(item.options)) expect(marked).toContain(text.toLowerCase())
  })
})

test('the answer is looked for outside the list', async () => {
  const reply = `The choices are ${listOf(CASE, (l, t) => `${l}. ${t}`, ' ')} – hard to say.`
  const [finding] = await find([
    ['user', CASE.question],
    ['assistant', reply],
  ])
  expect(finding?.evidence['answerFound']).toBeNull()
})

test('in another order under other labels', async () => {
  const other = {
    ...CASE,
    options: { A: CASE.options['C'], B: CASE.options['A'], C: CASE.options['D'], D: CASE.options['B'] },
  }
  const findings = await find([
    ['user', CASE.question],
    ['assistant', listOf(other as Item, (l, t) => `${l}. ${t}`)],
  ])
  expect(classOf(findings, CASE)).toBe('options-shuffled')
})

describe('is no list of the item', () => {
  test.each([
    [
      'half of them and others',
      'A. Chronic exposure to tin fumes\nB. Gout\nC. Compression of the tibial nerve\nD. Cold feet',
    ],
    [
      'mentioned here and there',
      'Erythromelalgia would be rare. I would first ask how much he drinks, what he eats and whether he has diabetes, since that is what one sees most often in such a case. Then there is compression of the tibial nerve, which is mostly on one side, so that both soles burning speaks against it. Only after all that would I think of chronic exposure to tin fumes, and deficiency of cobalamin can be looked for in the blood.',
    ],
  ])('%s', async (_, reply) => {
    const [finding] = await find([
      ['user', CASE.question],
      ['assistant', reply],
    ])
    expect(finding?.evidence).not.toHaveProperty('optionsTurn')
    expect(classOf(finding === undefined ? [] : [finding], CASE)).toMatch(/^question-(?:match|and-answer)$/)
  })

  test('yes and no in a reply', async () => {
    const [finding] = await find([
      ['user', POLAR.question],
      ['assistant', 'Yes, it does. There are no trials, so that maybe more will be known later.'],
    ])
    expect(finding?.evidence).not.toHaveProperty('optionsTurn')
  })

  test('the question is only near to the item and the options are the same', async () => {
    const findings = await find([
      ['user', 'Which lamp oil never stains the fingernails of lighthouse keepers?'],
      ['assistant', listOf(SHORT, (l, t) => `${l}. ${t}`)],
    ])
    expect(classOf(findings, SHORT)).toBe('sibling-item')
  })
})

describe('single words in front of the question', () => {
  test.each(['Out of colza, naphtha, spermaceti and paraffin:', 'Colza, naphtha, spermaceti or paraffin?'])(
    '%s',
    async (lead) => {
      const findings = await find([
        ['user', `${lead} which lamp oil stains the nails of lighthouse keepers?`],
        ['assistant', 'I would have to look.'],
      ])
      expect(classOf(findings, SHORT)).toBe('near-match')
      expect(findings[0]?.evidence).toMatchObject({ optionsFound: 4 })
    },
  )

  test('told here and there they are none', async () => {
    const story =
      'She burnt colza, which was dear. Then came a winter with naphtha, and everybody coughed for weeks and went early to bed. When spermaceti, whiter than snow, was sold at the pier her brother bought paraffin.'
    const [finding] = await find([
      ['user', `${story} Which lamp oil stains the fingernails of lighthouse keepers?`],
      ['assistant', 'I would have to look.'],
    ])
    expect(finding?.evidence).toMatchObject({ optionsFound: 0 })
  })
})
