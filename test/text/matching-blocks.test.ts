import { expect, test } from 'vitest'
import { MatchingBlocks } from '../../src/text/matching-blocks.ts'
import { matchingBlocks, random } from './difflib.ts'

/** Known answers of difflib itself: SequenceMatcher(None, "abxcd", "abcd", False) → (0,0,2) (3,2,2). */
test('the reference finds the blocks difflib documents', () => {
  const codes = (s: string) => [...s].map((c) => c.charCodeAt(0))
  expect(matchingBlocks(codes('abxcd'), codes('abcd'))).toEqual([
    [0, 0, 2],
    [3, 2, 2],
  ])
  expect(matchingBlocks(codes(' abcd'), codes('abcd abcd'))).toEqual([[0, 4, 5]])
})

test('the fast sum equals the reference on random and on edited sequences', () => {
  const next = random(7)
  const fast = new MatchingBlocks()
  for (let round = 0; round < 3000; round++) {
    const letters = 1 + Math.floor(next() * (round % 3 === 0 ? 3 : 30))
    const a = Array.from({ length: Math.floor(next() * 60) }, () => Math.floor(next() * letters))
    const b = round % 2 === 0 ? edited(a, next, letters) : edited([...a].reverse(), next, letters)
    for (const smallest of [1, 2, 5]) {
      const slow = matchingBlocks(a, b)
        .filter((block) => block[2] >= smallest)
        .reduce((sum, block) => sum + block[2], 0)
      expect(fast.matched(Uint32Array.from(a), Uint32Array.from(b), smallest), `round ${round}`).toBe(slow)
    }
  }
})

function edited(a: readonly number[], next: () => number, letters: number): number[] {
  const out: number[] = []
  for (const symbol of a) {
    const dice = next()
    if (dice < 0.85) out.push(symbol)
    if (dice > 0.8) out.push(Math.floor(next() * letters))
  }
  const cut = Math.floor(next() * out.length)
  return next() < 0.3 ? [...out.slice(cut), ...out.slice(0, cut)] : out
}
