import { describe, expect, it } from 'vitest'
import type { Tally } from '../../../src/core/tally.ts'
import { countShingles } from '../../../src/stages/duplicates/near/frequency.ts'
import { joinViews } from '../../../src/stages/duplicates/near/join.ts'
import { indexJoin, joinArrays } from '../../../src/stages/duplicates/near/join-index.ts'
import { orderBySize } from '../../../src/stages/duplicates/near/order.ts'
import { candidatesTally, postingInputs, sortPostings } from '../../../src/stages/duplicates/near/postings.ts'
import { countCoarse } from '../../../src/stages/duplicates/near/templates.ts'
import { sharedArray } from '../../../src/stages/duplicates/near/views.ts'
import { randomOf } from '../../support/random.ts'

/** The join as the stage runs it, over views given as numbers; `slots` makes the table of counts as bad as wanted. */
function join(views: readonly number[][], tau: number, slots: number, parts: number): string[] {
  const length = Uint32Array.from(views, (view) => view.length)
  const start = length.map((_, v) => length.subarray(0, v).reduce((sum, n) => sum + n, 0))
  // The two lowest bits of a word do not count.
  const words = Uint32Array.from(views.flat(), (word) => (Math.imul(word + 1, 0x9e3779b1) << 2) >>> 0)
  const content = new Uint32Array(views.length)
  const count = views.length
  const shared = {
    ...{ count, words, start, length, content },
    masked: new Uint32Array(count),
    template: new Uint32Array(words.length + 1),
    stored: Uint32Array.from(views.keys()),
  }
  const table = new Uint8Array(slots)
  for (let part = 0; part < parts; part++) countShingles({ ...shared, table, part, parts })
  const counts = new Uint8Array(words.length)
  countCoarse({ ...shared, table, counts, least: 255, from: 0, to: count })
  const arrays = joinArrays(count, sharedArray)
  const whole = { ...shared, ...arrays, counts, tau, from: 0, to: count }
  const middle = count >> 1
  const halves = [indexJoin({ ...whole, to: middle }), indexJoin({ ...whole, from: middle })]
  const order = orderBySize(shared, arrays.size, (small, large) => small >= tau * large - 1e-9)
  const sorted = [...postingInputs(halves, order)].map(sortPostings)
  const ranks = [middle, count].map((to, i) => ({ from: i * middle, to }))
  const answers: Tally[] = ranks.map((range) =>
    joinViews({ ...whole, ...candidatesTally(sorted, order), ...range }),
  )
  const found: string[] = []
  for (const answer of answers) {
    const pairs = answer['pairs'] as Uint32Array
    for (let i = 0; i < pairs.length; i += 3) {
      const [x, v] = [pairs[i]!, pairs[i + 1]!].sort((a, b) => a - b)
      found.push(`${x}-${v} ${pairs[i + 2]}`)
    }
  }
  return found.sort()
}

/** Every pair of views, sets of shingles as strings. */
function bruteForce(views: readonly number[][], tau: number): string[] {
  const sets = views.map((view) => new Set(view.slice(4).map((_, i) => view.slice(i, i + 5).join())))
  const found: string[] = []
  sets.forEach((a, x) => {
    sets.slice(x + 1).forEach((b, offset) => {
      const shared = [...a].filter((shingle) => b.has(shingle)).length
      if (shared > 0 && shared >= tau * (a.size + b.size - shared) - 1e-9)
        found.push(`${x}-${x + 1 + offset} ${shared}`)
    })
  })
  return found.sort()
}

describe('the exact set-similarity join', () => {
  it.each([0.5, 0.6, 0.8, 1])('equals brute force at Jaccard %d: all pairs, none more', (tau) => {
    const random = randomOf(61 + tau * 10)
    for (let round = 0; round < 12; round++) {
      const bank = Array.from({ length: 30 }, () =>
        Array.from({ length: 3 + Math.floor(random() * 15) }, () => Math.floor(random() * 400)),
      )
      const views = Array.from({ length: 150 }, () => {
        const view = Array.from(
          { length: 1 + Math.floor(random() * 5) },
          () => bank[Math.floor(random() * 30)]!,
        ).flat()
        return view.map((word) => (random() < 0.02 ? Math.floor(random() * 400) : word))
      })
      views.push(
        [],
        [1],
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
        Array.from({ length: 80 }, () => 7),
      )
      const expected = bruteForce(views, tau)
      // A table far too small counts badly, which may cost time and never a pair.
      expect(join(views, tau, 1 << 16, 1)).toEqual(expected)
      expect(join(views, tau, 64, 4)).toEqual(expected)
      if (tau === 0.5) expect(expected.length).toBeGreaterThan(10)
    }
  })
})
