/** Many items told over several turns of one long conversation are found as in conversations of their own. */
import { afterAll, expect, test } from 'vitest'
import type { Finding } from '../../../src/core/finding.ts'
import { random } from '../../text/difflib.ts'
import { finder } from './finder.ts'
import type { Item, Turns } from './finder.ts'

const next = random(5)
const syllables = 'ba ke lo mi nu ra se ti vo du pel gan fis hor jun'.split(' ')
const word = () => Array.from({ length: 3 }, () => syllables[Math.floor(next() * syllables.length)]).join('')
const sentence = (words: number) => Array.from({ length: words }, word).join(' ')
const ITEMS: Item[] = Array.from({ length: 60 }, (_, i) => ({
  id: `item-${i}`,
  question: `A ${sentence(16)}. The ${sentence(14)}. Which ${sentence(8)}?`,
  options: { A: sentence(2), B: sentence(2), C: sentence(2), D: sentence(2) },
  answer: 'A',
}))
const { find, close } = finder(ITEMS)
afterAll(close)

function told(item: Item): Turns {
  const [first = '', ...rest] = item.question.split('. ')
  return [
    ['user', `${first}.`],
    ['assistant', 'Go on.'],
    ['user', rest.join('. ')],
    ['assistant', 'I am not sure.'],
  ]
}

/** What does not depend on where in a conversation an item stands. */
function shown({ item, rule, score, evidence }: Finding, first: number) {
  const texts = (evidence['texts'] as { turn?: number }[]).map((text) => ({
    ...text,
    turn: (text.turn ?? first) - first,
  }))
  return { item, rule, score, turns: (evidence['turns'] as number[]).map((turn) => turn - first), texts }
}

test('as each alone', async () => {
  const together = await find(ITEMS.flatMap(told))
  expect(together).toHaveLength(ITEMS.length)
  for (const [i, item] of ITEMS.entries()) {
    const [alone] = await find(told(item))
    const among = together.find((finding) => finding.item === item.id)
    expect(shown(among as Finding, 4 * i)).toEqual(shown(alone as Finding, 0))
  }
})
