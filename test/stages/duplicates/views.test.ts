import { describe, expect, it } from 'vitest'
import { rangesByWords } from '../../../src/stages/duplicates/near/views.ts'
import { randomOf } from '../../support/random.ts'

describe('ranges of about equal numbers of words', () => {
  it('hold every view once, however long the views are', () => {
    const random = randomOf(12)
    for (let round = 0; round < 300; round++) {
      const count = Math.floor(random() * 60)
      const most = 1 + Math.floor(random() ** 3 * 400)
      const lengths = Array.from({ length: count }, () => Math.floor(random() ** 4 * most))
      // Views are numbered by length, and stored in the order of their words.
      const byLength = [...lengths.keys()].sort((a, b) => lengths[a]! - lengths[b]!)
      const [stored, start, length] = [0, 0, 0].map(() => new Uint32Array(count)) as [
        Uint32Array,
        Uint32Array,
        Uint32Array,
      ]
      byLength.forEach((k, v) => (stored[k] = v))
      let words = 7
      lengths.forEach((n, k) => {
        start[stored[k]!] = words
        length[stored[k]!] = n
        words += n
      })
      const parts = 1 + Math.floor(random() * 8)
      const ranges = rangesByWords({ count, stored, start, length }, parts)
      const all = ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))
      expect(all).toEqual([...lengths.keys()])
      expect(ranges.length).toBeLessThanOrEqual(parts)
      const share = (words - 7) / parts + Math.max(0, ...lengths)
      for (const { from, to } of ranges) {
        const sum = lengths.slice(from, to).reduce((before, n) => before + n, 0)
        expect(sum).toBeLessThanOrEqual(share)
      }
    }
  })
})
