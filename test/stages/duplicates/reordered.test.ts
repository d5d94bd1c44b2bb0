import { describe, expect, it } from 'vitest'
import { chat } from '../../support/corpus.ts'
import { randomOf } from '../../support/random.ts'
import { prose, run } from './near-run.ts'

const random = randomOf(88)
const [one, two, three] = [prose(random, 60), prose(random, 55), prose(random, 70)]
const [ask, tell] = ['What was said of it in the end?', 'Nothing that anybody there remembered.']

describe('the same paragraphs in another order', () => {
  it.each([
    [
      'of the prompt',
      chat(`${one}\n\n${two}\n\n${three}`, tell),
      chat(`${three}.\n${one}\n${two}`, tell),
      'shared-passage',
    ],
    [
      'of the answer to one prompt',
      chat(ask, `${one}\n${two}\n${three}`),
      chat(ask, `${two}\n\n${three}\n\n${one}`),
      'same-prompt',
    ],
    [
      'of which the longest stays',
      chat(ask, `${one} ${two} ${three}\nYes.\nNo.`),
      chat(`${ask} `, `${one} ${two} ${three}\nNo.\nYes.`),
      'same-prompt',
    ],
    [
      'of a long prompt',
      chat(`${one} ${two} ${three}\nGood day.\nHow is it?`, tell),
      chat(`${one} ${two} ${three}\nHow is it?\nGood day.`, tell),
      'near-duplicate',
    ],
  ])('are named: %s', async (_, a, b, level) => {
    const { findings } = await run([a, b])
    expect(findings.length).toBeGreaterThan(0)
    for (const { rule, message, evidence } of findings) {
      expect(rule).toBe(`duplicates/${level}`)
      expect(message).toContain('the paragraphs are the same in another order')
      expect(evidence['reordered']).toBe(true)
    }
  })

  it.each([
    [
      'with a word changed',
      chat(`${one}\n${two}\n${three}`, tell),
      chat(`${three}\n${one} too\n${two}`, tell),
    ],
    ['with one more', chat(`${one}\n${two}`, tell), chat(`${two}\n${one}\n${three}`, tell)],
    ['twice instead of another', chat(`${one}\n${two}\n${one}`, tell), chat(`${two}\n${one}\n${two}`, tell)],
    ['in another turn', chat(`${one}\n${two}`, three), chat(`${one}\n${three}`, two)],
    ['with other words behind the answer', chat(ask, `${one}\n${two}`), chat(ask, `${one}\n${two} so`)],
  ])('are not named where they are not: %s', async (_, a, b) => {
    const { findings } = await run([a, b])
    expect(findings.length).toBeGreaterThan(0)
    for (const { evidence } of findings) expect(evidence).not.toHaveProperty('reordered')
  })
})
