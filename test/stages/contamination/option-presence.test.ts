import { describe, expect, it } from 'vitest'
import { turnBounds } from '../../../src/stages/contamination/example-words.ts'
import { exampleWords } from '../../../src/stages/contamination/evidence.ts'
import { packItems } from '../../../src/stages/contamination/items.ts'
import { OptionPresence } from '../../../src/stages/contamination/option-presence.ts'
import { OptionMatcher } from '../../../src/stages/contamination/options-match.ts'
import { pick, randomOf } from '../../support/random.ts'

const OTHERS = ['walks', 'home', 'slowly', 'in', 'rain']
const WORDS = ['acute', 'otitis', 'renal', 'of', 'the', 'stone', 'colour', 'color', '5', 'mg', 'no', 'fever']
const LABELS = ['A. ', '(b) ', '\n', '\\n', ', ', ' ', '\nIII. ', ' or ', '"']

function text(random: () => number, words: number, list = WORDS): string {
  return Array.from({ length: words }, () => pick(random, list)).join(' ')
}

describe('OptionPresence', () => {
  it('is never below what the matcher finds, and often says that it finds nothing', () => {
    const random = randomOf(11)
    let none = 0
    for (let round = 0; round < 400; round++) {
      const options = Array.from({ length: 4 }, (_, j) => ({
        label: 'ABCD'[j] as string,
        text: text(random, 1 + Math.floor(random() * 6)),
      }))
      const item = { id: 'x', question: 'a question of some words', options, answer: 'A', context: null }
      const items = packItems([[item]])
      const strange = random() < 0.2
      const piece = () =>
        random() < 0.6 && !strange ? pick(random, options).text : text(random, 3, strange ? OTHERS : WORDS)
      const pieces = Array.from({ length: 5 }, piece)
      const row = pieces
        .map((one) => (strange ? '' : pick(random, LABELS)) + one)
        .join(pick(random, ['', '.', '\n']))
      const turns = [{ role: 'user' as const, text: new TextEncoder().encode(`question ${row}`) }]
      const words = exampleWords({ shard: 0, row: 0, turns, columns: {}, exampleId: null }, items)
      const turn = turnBounds(words, 0)
      const region = {
        symbols: words.symbols,
        start: 0,
        end: turn.to,
        listFrom: Math.floor(random() * 2),
        close: random() < 0.5,
      }
      const matcher = new OptionMatcher(items)
      matcher.match(0, region, words, turn)
      const most = new OptionPresence(items).most(0, region, words, turn)
      expect(most, row).toBeGreaterThanOrEqual(matcher.found)
      if (matcher.found === 0 && most === 0) none++
    }
    expect(none).toBeGreaterThan(0)
  })
})
