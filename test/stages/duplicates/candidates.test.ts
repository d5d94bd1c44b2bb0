import { describe, expect, it } from 'vitest'
import { orderBySize } from '../../../src/stages/duplicates/near/order.ts'
import {
  Candidates,
  FOUND,
  LOOKS,
  PostingEntries,
  candidatesTally,
  postingInputs,
  sortPostings,
} from '../../../src/stages/duplicates/near/postings.ts'
import type { Views } from '../../../src/stages/duplicates/near/views.ts'
import { randomOf } from '../../support/random.ts'

describe('candidates', () => {
  it('are all smaller views that fit and share a shingle, each once, in any cut', () => {
    const random = randomOf(47)
    for (const count of [1, 7, 300]) {
      const sizes = Uint32Array.from({ length: count }, () => Math.floor(random() * 40))
      const content = Uint32Array.from({ length: count }, () => Math.floor(random() * 1000))
      const fits = (small: number, large: number): boolean => small >= 0.6 * large && large > 2
      const entries = Array.from({ length: 8 * count }, () => ({
        hash: Math.imul(Math.floor(random() ** 2 * 60), 0x9e3779b1) >>> 0,
        view: Math.floor(random() * count),
        role: 1 + Math.floor(random() * 3),
      })).filter(({ hash, view }, i, all) => all.findIndex((e) => e.hash === hash && e.view === view) === i)
      const halves = [0, 1].map((half) => {
        const list = new PostingEntries()
        for (const { hash, view, role } of entries)
          if (Number(view >= count / 2) === half) list.add(hash, view, role)
        return list.take()
      })
      const order = orderBySize({ count, content } as Views, sizes, fits)
      const sorted = [...postingInputs(halves, order)].map(sortPostings)
      const from = Math.floor(count / 3)
      const found = new Candidates(candidatesTally(sorted, order), from)
      for (let rank = from; rank < count; rank++) {
        found.read(rank)
        const v = order.viewOf[rank]!
        const before = (x: number): boolean => {
          const difference = sizes[x]! - sizes[v]! || content[x]! - content[v]! || x - v
          return difference < 0 && fits(sizes[x]!, sizes[v]!)
        }
        const expected = entries
          .filter(({ view, role }) => view === v && (role & LOOKS) !== 0)
          .flatMap(({ hash }) => entries.filter((e) => e.hash === hash && (e.role & FOUND) !== 0))
          .map(({ view }) => view)
          .filter((x) => x !== v && before(x))
        const views = Array.from(found.ranks.trimmed(), (x) => order.viewOf[x]!)
        expect(views.sort((a, b) => a - b)).toEqual([...new Set(expected)].sort((a, b) => a - b))
        expect([...found.ranks.trimmed()].every((x) => found.has(x))).toBe(true)
      }
    }
  })
})
