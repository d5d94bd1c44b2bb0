import { describe, expect, test } from 'vitest'
import { nextPlace } from '../../../src/stages/duplicates/stated-labels.ts'
import { randomOf } from '../../support/random.ts'

const SMALL = /[a-z]/
const WORD = /[A-Za-z0-9\u00c0-\u052f]/
const SET_APART = /[.):\]*}"`<,$\r\n\u3002]/

/** Slow and obvious: a digit that begins a word, a letter that is one, a small letter only before a mark or at the end. */
function isPlace(text: string, at: number): boolean {
  const [before, sign, behind] = [text[at - 1] ?? '', text[at] as string, text[at + 1] ?? '']
  if (!WORD.test(sign) || WORD.test(before)) return false
  if (/\d/.test(sign)) return true
  if (WORD.test(behind)) return false
  return !SMALL.test(sign) || behind === '' || SET_APART.test(behind)
}

describe('places where a label may begin', () => {
  test('are those of the obvious reading, on random text', () => {
    const random = randomOf(29)
    const next = (below: number): number => Math.floor(random() * below)
    const signs = [...'aAbB1 2.,)(\n:éЖ。答 cC']
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: next(14) }, () => signs[next(signs.length)]).join('')
      const from = next(text.length + 1)
      const to = from + next(text.length + 1 - from)
      const places = Array.from({ length: to - from }, (_, i) => from + i).filter((at) => isPlace(text, at))
      expect([text, nextPlace(text, from, to)]).toEqual([text, places[0] ?? to])
    }
  })
})
