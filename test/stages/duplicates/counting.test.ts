import { describe, expect, it } from 'vitest'
import { seenInLowerCase } from '../../../src/stages/duplicates/near/small-words.ts'
import { isCrowd, templateThreshold } from '../../../src/stages/duplicates/near/templates.ts'
import { hasBit } from '../../../src/stages/duplicates/near/views.ts'
import { mix32 } from '../../../src/text/hash.ts'
import { randomOf } from '../../support/random.ts'
import { FLAG_SHIFT, plain, searchViews, shingleSets, wordOf } from './search-views.ts'

/** The hash of a shingle as `text/shingle.ts` defines it, from its words. */
function shingleHash(words: readonly number[]): number {
  let h = 0
  for (const word of words) h = (Math.imul(h, 0x9e3779b1) + (wordOf(word) >>> 2)) | 0
  return mix32(h)
}

describe('the counts of 3-word shingles', () => {
  it.each([1, 2, 3])('equal counting one by one, with %d threads', async (threads) => {
    const random = randomOf(5)
    const views = Array.from({ length: 400 }, () =>
      Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() ** 6 * 500)),
    )
    const table = new Map<number, number>()
    let mask = 0
    const { search } = await searchViews(
      views,
      {},
      {
        threads,
        after: ({ round, input }) => {
          if (round === 'count') mask = input['tableMask'] as number
        },
      },
    )
    const slots = views.map((view) =>
      view.slice(2).map((_, i) => (shingleHash(view.slice(i, i + 3)) & mask) >>> 0),
    )
    for (const slot of slots.flat()) table.set(slot, (table.get(slot) ?? 0) + 1)
    expect(Math.max(...table.values())).toBeGreaterThan(255)
    search.rowOf.forEach((row, v) => {
      const start = search.views.start[v]!
      const counts = [...search.counts.subarray(start, start + views[row]!.length)]
      const expected = slots[row]!.map((slot) => Math.min(255, table.get(slot)!))
      expect(counts).toEqual([...expected, 0, 0].slice(0, views[row]!.length))
    })
  })
})

describe('words written small', () => {
  it('are those with the flag somewhere', async () => {
    const random = randomOf(6)
    const views = Array.from({ length: 50 }, () =>
      Array.from(
        { length: 40 },
        () => Math.floor(random() * 3000) + (random() < 0.3 ? 1 : 0) * 2 ** FLAG_SHIFT,
      ),
    )
    const { lowerCaseBits } = await searchViews(views, {})
    const seen = seenInLowerCase(lowerCaseBits)
    const small = new Set(
      views
        .flat()
        .filter((value) => value >= 2 ** FLAG_SHIFT)
        .map((value) => plain([value])[0]!),
    )
    for (const word of new Set(plain(views.flat()))) expect(seen(wordOf(word))).toBe(small.has(word))
  })
})

describe('template text', () => {
  it('is every run of 8 words that stands in enough views, but in crowds of near copies', async () => {
    const random = randomOf(8)
    const fresh = (n: number): number[] => Array.from({ length: n }, () => Math.floor(random() * 2 ** 20))
    const scaffolds = Array.from({ length: 12 }, (_, i) => fresh(6 + 3 * i))
    const answer = (words: readonly number[]): number[] => words.map((word) => word + 2 * 2 ** FLAG_SHIFT)
    const whole = fresh(60)
    const views = Array.from({ length: 500 }, (_, i) => {
      // Scaffold s stands in about 12 · s views; a crowd of 30 copies of one example differs in a word each.
      if (i < 30) return [...whole.slice(0, 30), ...answer([...fresh(1), ...whole.slice(31)])]
      const used = scaffolds.filter((_, s) => random() < s / 42)
      return [...used.flatMap((run) => [...run, ...fresh(5)]), ...answer(fresh(15))]
    })
    const { search, figures } = await searchViews(views, {})
    const standsIn = new Map<string, number>()
    for (const set of shingleSets(views.map(plain), 8))
      for (const run of set) standsIn.set(run, (standsIn.get(run) ?? 0) + 1)
    let [masked, crowds] = [0, 0]
    search.rowOf.forEach((row, v) => {
      const view = views[row]!
      const expected = new Uint8Array(view.length)
      plain(view).forEach((_, i, words) => {
        if (i + 8 > words.length) return
        if (standsIn.get(words.slice(i, i + 8).join())! >= templateThreshold(500)) expected.fill(1, i, i + 8)
      })
      const isAnswer = (i: number): boolean => view[i]! >= 2 * 2 ** FLAG_SHIFT
      const judged = { mask: (i: number): boolean => expected[i] === 1, isAnswer }
      const crowd = expected.includes(1) && isCrowd(view.length, judged, () => false)
      if (crowd) expected.fill(0)
      crowds += Number(crowd)
      const start = search.views.start[v]!
      expect([...view.keys()].map((i) => Number(hasBit(search.views.template, start + i)))).toEqual([
        ...expected,
      ])
      expect(search.views.masked[v]).toBe(expected.reduce((sum, bit) => sum + bit, 0))
      masked += search.views.masked[v]!
    })
    expect(figures.templateWords).toBe(masked)
    expect(masked).toBeGreaterThan(1000)
    expect(crowds).toBe(30)
  })
})

describe('templates', () => {
  it.each([1, 2, 3])('are counted in every view they stand in, with %d threads', async (threads) => {
    const random = randomOf(9)
    const fresh = (n: number): number[] => Array.from({ length: n }, () => Math.floor(random() * 2 ** 20))
    // Parts of one text and two that follow each other: stretches stand in longer ones, at their ends too.
    const text = fresh(60)
    const cut = (): number[] => {
      const from = Math.floor(random() * 4) * 10
      return text.slice(from, from + 10 * (1 + Math.floor(random() * 3)))
    }
    const views = Array.from({ length: 600 }, () => {
      const gap = random() < 0.5 ? [] : fresh(3)
      const all = random() < 0.7 ? [...cut(), ...gap, ...cut()] : fresh(30)
      return random() < 0.5 ? all : [...fresh(12), ...all, ...fresh(2)]
    })
    const { templates } = await searchViews(views, {}, { threads })
    const plainViews = views.map((view) => `,${plain(view).join()},`)
    for (const { row, start, words, views: counted } of templates.listed) {
      const own = `,${plain(views[row]!.slice(start, start + words)).join()},`
      expect(counted).toBe(plainViews.filter((view) => view.includes(own)).length)
    }
    expect(templates.listed.length).toBeGreaterThan(20)
  })
})
