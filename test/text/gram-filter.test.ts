import { expect, test } from 'vitest'
import { buildGramFilter } from '../../src/text/gram-filter.ts'
import { random } from './difflib.ts'
import { slowRuns } from './gram-runs.ts'

test('no gram of a text is missed, and few others are taken for one', () => {
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
    const run = slowRuns(filter, probe)
    for (let i = n - 1; i < whole.length; i++) expect(run[40 + i], `round ${round}`).toBeGreaterThan(0)
    passed += run.slice(n - 1, 40).filter((row) => row > 0).length
    absent += Math.max(0, 41 - n)
  }
  // A filter that lets everything pass would be right and of no use.
  expect(passed / absent).toBeLessThan(0.2)
})
