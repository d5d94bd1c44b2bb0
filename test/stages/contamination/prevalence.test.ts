import { describe, expect, it } from 'vitest'
import { wilson } from '../../../src/core/interval.ts'
import { lowerTail, prevalence, withControl } from '../../../src/stages/contamination/prevalence.ts'
import { randomOf } from '../../support/random.ts'

/** The definition, term by term with exact integers as far as they go. */
function slowTail(k: number, n: number, p: number): number {
  let sum = 0
  for (let i = 0; i <= Math.min(k, n); i++) {
    let choose = 1
    for (let j = 1; j <= i; j++) choose = (choose * (n - j + 1)) / j
    sum += choose * p ** i * (1 - p) ** (n - i)
  }
  return sum
}

describe('the corrected census', () => {
  it('sums the binomial as its definition does', () => {
    const next = randomOf(5)
    for (let round = 0; round < 500; round++) {
      const n = Math.floor(next() * 60)
      const k = Math.floor(next() * (n + 1))
      const p = next()
      expect(lowerTail(k, n, p)).toBeCloseTo(slowTail(k, n, p), 9)
    }
  })

  it('is what was found where everything planted is found, but for the doubt of the recall', () => {
    const all = prevalence({ items: 1000, found: 100 }, { planted: 600, found: 600 })
    expect(all).toMatchObject({ estimatedItems: 100, lowItems: 100 })
    expect(all.highItems).toBeGreaterThan(100)
    expect(all.highItems).toBeLessThan(105)
  })

  it('divides by the recall, and knows more with more planted', () => {
    const few = prevalence({ items: 1000, found: 90 }, { planted: 30, found: 27 })
    const many = prevalence({ items: 1000, found: 90 }, { planted: 3000, found: 2700 })
    expect([few.estimatedItems, many.estimatedItems]).toEqual([100, 100])
    expect(many.highItems).toBeLessThan(few.highItems)
    expect(many.highItems).toBeGreaterThan(100)
  })

  it('says how many may be there although none was found', () => {
    expect(prevalence({ items: 50, found: 0 }, { planted: 0, found: 0 }).highItems).toBe(50)
    expect(prevalence({ items: 50, found: 0 }, { planted: 40, found: 0 }).highItems).toBe(50)
    const sure = prevalence({ items: 50, found: 0 }, { planted: 400, found: 390 })
    expect(sure).toEqual({ estimatedItems: 0, lowItems: 0, highItems: 1 })
  })

  it('covers the truth in at least 95 of 100 simulated audits', () => {
    const next = randomOf(9)
    const draw = (n: number, p: number): number => {
      let hits = 0
      for (let i = 0; i < n; i++) if (next() < p) hits++
      return hits
    }
    for (const [present, recall] of [
      [0, 0.9],
      [3, 0.7],
      [40, 0.9],
      [200, 0.98],
      [200, 0.4],
    ] as const) {
      let covered = 0
      for (let round = 0; round < 400; round++) {
        const control = { planted: 120, found: draw(120, recall) }
        const { lowItems, highItems } = prevalence({ items: 500, found: draw(present, recall) }, control)
        if (lowItems <= present && present <= highItems) covered++
      }
      console.log(`${present} present, recall ${recall}: ${covered / 4} % covered`)
      expect(covered / 400).toBeGreaterThanOrEqual(0.95)
    }
  })

  it('stands in the census of each benchmark, with its recall and its source beside', () => {
    const census = { found: 9, foundRatio: 0.09, notFound: 91 }
    const metrics = { benchmarks: { exam: { items: 100, census } } }
    const [lowRatio, highRatio] = wilson(90, 100)
    const corrected = withControl(metrics, { any: { planted: 100, found: 90 } })
    expect(corrected).toMatchObject({
      benchmarks: { exam: { census: { ...census, present: { estimatedItems: 10, lowItems: 9 } } } },
      censusRecall: { planted: 100, found: 90, recallRatio: 0.9, lowRatio, highRatio },
    })
    // What other methods find beside it is no sign of an item, and their recall says nothing of it.
    const own = withControl(
      { benchmarks: { exam: { items: 500, census: { found: 90, byMethod: { assay: 40 } } } } },
      { any: { planted: 100, found: 99 }, methods: { assay: { planted: 100, found: 80 } } },
    )
    expect(own).toMatchObject({
      benchmarks: { exam: { census: { present: { estimatedItems: 50, lowItems: 40 } } } },
      censusRecall: { planted: 100, found: 80, note: expect.stringContaining('the method assay') as string },
    })
    expect(withControl(metrics, {})).toEqual(metrics)
  })
})
