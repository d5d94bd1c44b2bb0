import { expect, test } from 'vitest'
import { buildGramFilter, gramRuns, mayHold } from '../../src/text/gram-filter.ts'
import { random } from './difflib.ts'

/** Rows of grams that may stand in the texts, gram by gram. */
function slowRuns(filter: Parameters<typeof mayHold>[0], symbols: Uint32Array): number[] {
  const run: number[] = []
  for (let i = 0; i < symbols.length; i++) {
    const at = i - filter.n + 1
    run.push(at >= 0 && mayHold(filter, symbols, at) ? (run[i - 1] ?? 0) + 1 : 0)
  }
  return run
}

test('rolled hashes give what each gram gives alone, and no gram of a text is missed', () => {
  const next = random(21)
  let passed = 0
  let absent = 0
  for (let round = 0; round < 200; round++) {
    const n = 1 + Math.floor(next() * 8)
    const any = () => (next() < 0.05 ? 0xffffffff : Math.floor(next() * 2 ** (4 + (round % 28))))
    const texts = Array.from({ length: 5 }, () => Array.from({ length: Math.floor(next() * 60) }, any))
    const start = new Int32Array(texts.length + 1)
    texts.forEach((text, i) => (start[i + 1] = start[i]! + text.length))
    const filter = buildGramFilter({ start, symbols: Uint32Array.from(texts.flat()) }, n)
    const whole = texts[Math.floor(next() * texts.length)]!
    const probe = Uint32Array.from([...Array.from({ length: 40 }, any), ...whole, any()])
    const run = new Int32Array(probe.length + 3).fill(7)
    const longest = gramRuns(filter, probe, probe.length, run)
    const expected = slowRuns(filter, probe)
    expect([...run.subarray(0, probe.length)], `round ${round}`).toEqual(expected)
    expect([...run.subarray(probe.length)]).toEqual([7, 7, 7])
    expect(longest).toBe(Math.max(...expected))
    for (let i = n - 1; i < whole.length; i++) expect(run[40 + i]).toBeGreaterThan(0)
    passed += expected.slice(n - 1, 40).filter((row) => row > 0).length
    absent += Math.max(0, 41 - n)
  }
  // A filter that lets everything pass would be right and of no use.
  expect(passed / absent).toBeLessThan(0.2)
})
