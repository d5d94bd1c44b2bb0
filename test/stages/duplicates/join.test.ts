import { describe, expect, it } from 'vitest'
import { memoryOf } from '../../../src/stages/duplicates/near/round-input.ts'
import { leastAligned } from '../../../src/stages/duplicates/near/near-rule.ts'
import { hasBit } from '../../../src/stages/duplicates/near/views.ts'
import { u8At } from '../../../src/text/kernels/heap.ts'
import { Struct } from '../../../src/text/kernels/struct.ts'
import { randomOf } from '../../support/random.ts'
import { searchViews, shingleSets } from './search-views.ts'
import type { Answers, SearchedViews } from './search-views.ts'

/** Counts of 3-word shingles may be too high and never too low: here they are, at random. */
const SPOILED: Readonly<Record<string, ((random: () => number) => number) | null>> = {
  exact: null,
  'all alike': () => 255,
  random: (random) => Math.floor(random() ** 4 * 256),
}

function spoil(noise: (random: () => number) => number): (done: Answers) => void {
  const random = randomOf(5)
  return ({ round, input }) => {
    if (round !== 'count' || input['part'] !== 0) return
    const search = new Struct('Search', memoryOf(input), input['search'] as number)
    const table = u8At(memoryOf(input), search.get('table'), search.get('tableMask') + 1)
    // A shingle that stands in no other view must not be believed common by one view and rare by another: the table is one.
    for (let slot = 0; slot < table.length; slot++) table[slot] = Math.max(table[slot]!, noise(random))
  }
}

/** Pairs of the join with the shingles they share, by rows. */
function joined({ answers, search }: SearchedViews): string[] {
  const found: string[] = []
  for (const { round, answer } of answers) {
    if (round !== 'pairs') continue
    const pairs = answer['joined'] as Uint32Array
    for (let i = 0; i < pairs.length; i += 3) {
      const rows = [search.rowOf[pairs[i]!]!, search.rowOf[pairs[i + 1]!]!].sort((a, b) => a - b)
      found.push(`${rows.join('-')} ${pairs[i + 2]}`)
    }
  }
  return found.sort()
}

/** Every pair of views by their sets of shingles as strings; shingles of template text alone do not count. */
function bruteForce(views: readonly number[][], tau: number, { search }: SearchedViews): string[] {
  const sets = shingleSets(views, 5)
  search.rowOf.forEach((row, v) => {
    const own = (i: number): boolean => !hasBit(search.views.template, search.views.start[v]! + i)
    const visible = views[row]!.slice(4).flatMap((_, i) => {
      const shingle = views[row]!.slice(i, i + 5).join()
      return [0, 1, 2, 3, 4].some((j) => own(i + j)) ? [shingle] : []
    })
    sets[row] = new Set(visible)
  })
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

function longestCommon(a: readonly number[], b: readonly number[]): number {
  let row = new Int32Array(b.length + 1)
  for (const word of a) {
    const next = new Int32Array(b.length + 1)
    b.forEach((other, j) => (next[j + 1] = other === word ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!)))
    row = next
  }
  return row[b.length]!
}

/** Views that share parts of many lengths, with words exchanged here and there; short and repetitive ones too. */
function mosaic(random: () => number, count: number): number[][] {
  const bank = Array.from({ length: 30 }, () =>
    Array.from({ length: 3 + Math.floor(random() * 15) }, () => Math.floor(random() * 400)),
  )
  const views = Array.from({ length: count }, () => {
    const parts = Array.from({ length: 1 + Math.floor(random() * 5) }, () => bank[Math.floor(random() * 30)]!)
    return parts.flat().map((word) => (random() < 0.02 ? Math.floor(random() * 400) : word))
  })
  const same = Array.from({ length: 80 }, () => 7)
  return [...views, [], [1], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5], same, [...same, 7, 7], [...same, 8]]
}

describe('the exact set-similarity join', () => {
  const cases = [0.5, 0.6, 0.8, 1].flatMap((tau) => Object.keys(SPOILED).map((counts) => ({ tau, counts })))
  it.each(cases)(
    'equals brute force at Jaccard $tau with $counts counts: all pairs, none more',
    async (of) => {
      const random = randomOf(61 + of.tau * 10)
      const noise = SPOILED[of.counts]!
      let templateWords = 0
      for (let round = 0; round < 8; round++) {
        const views = mosaic(random, round < 6 ? 150 : 350)
        const after = noise === null ? {} : { after: spoil(noise) }
        const found = await searchViews(views, { jaccard: of.tau }, { threads: 1 + (round % 3), ...after })
        const expected = bruteForce(views, of.tau, found)
        expect(joined(found)).toEqual(expected)
        templateWords += found.figures.templateWords
        expect(found.figures.join.pairs).toBe(expected.length)
        if (of.tau === 0.5) expect(expected.length).toBeGreaterThan(10)
      }
      expect(templateWords).toBeGreaterThan(100)
    },
  )

  it('holds every near pair it proposes against the words, and reports each once', async () => {
    const random = randomOf(77)
    for (const ratio of [0.6, 0.75, 0.9]) {
      const views = mosaic(random, 300)
      const found = await searchViews(views, { alignedRatio: ratio })
      const { pairs, figures } = found
      const near = new Map<string, number>()
      for (const { a, b, aligned } of pairs) {
        expect(near.has(`${a}-${b}`)).toBe(false)
        expect(a).toBeLessThan(b)
        near.set(`${a}-${b}`, aligned)
        expect(aligned).toBe(longestCommon(views[a]!, views[b]!))
        const least = leastAligned(views[a]!.length, views[b]!.length, ratio)
        expect(least).toBeGreaterThan(0)
        expect(aligned).toBeGreaterThanOrEqual(least)
      }
      let expected = 0
      for (const pair of bruteForce(views, 0.5, found)) {
        const [a, b] = pair.split(' ')[0]!.split('-').map(Number) as [number, number]
        const least = leastAligned(views[a]!.length, views[b]!.length, ratio)
        if (least < 0 || longestCommon(views[a]!, views[b]!) < least) continue
        expect(near.has(`${a}-${b}`)).toBe(true)
        expected++
      }
      expect(figures.join.near).toBe(expected)
      expect(expected).toBeGreaterThan(3)
    }
  })

  it('gives the same for any number of threads', async () => {
    const views = mosaic(randomOf(78), 400)
    const [one, three] = [
      await searchViews(views, {}, { threads: 1 }),
      await searchViews(views, {}, { threads: 3 }),
    ]
    expect(three.pairs).toEqual(one.pairs)
    expect(three.figures).toEqual(one.figures)
  })
})
