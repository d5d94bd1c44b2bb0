import { describe, expect, it } from 'vitest'
import { chat } from '../../support/corpus.ts'
import { randomOf } from '../../support/random.ts'
import { edited, pairs, prose, run } from './near-run.ts'

/** Longest common subsequence by the whole table. */
function lcs(a: readonly string[], b: readonly string[]): number {
  let row = new Uint32Array(b.length + 1)
  for (const word of a) {
    const next = new Uint32Array(b.length + 1)
    for (let j = 0; j < b.length; j++)
      next[j + 1] = word === b[j] ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!)
    row = next
  }
  return row[b.length]!
}

/** Three groups of edited copies of one text each among unrelated rows, and the pairs whose words are near. */
function grouped({ copies, words, rate }: { copies: number; words: number; rate: number }) {
  const random = randomOf(copies * words)
  const fill = Array.from({ length: 300 }, () => [prose(random, 30), prose(random, 150)] as const)
  const groups = Array.from({ length: 3 }, () => {
    const text = prose(random, words)
    return Array.from({ length: copies }, () => [prose(random, 5), edited(random, text, rate)] as const)
  })
  const rows = [...fill, ...groups.flat()]
  const split = rows.map((turns) => turns.join(' ').split(' '))
  const expected = () =>
    groups.flatMap((group, g) => {
      const first = fill.length + g * copies
      return group.flatMap((_, i) =>
        group.slice(0, i).flatMap((_, j) => {
          const [a, b] = [split[first + j]!, split[first + i]!]
          return lcs(a, b) >= 0.75 * Math.max(a.length, b.length) ? [`${first + j}-${first + i}`] : []
        }),
      )
    })
  return { examples: rows.map(([prompt, answer]) => chat(prompt, answer)), expected: () => expected().sort() }
}

interface Near {
  clusters: { count: number; chains: number; largest: number }
  removable: number
}

describe('groups of edited copies', () => {
  // What only two of many copies share is rare; their texts must be found by what all of them share.
  it.each([
    { copies: 3, words: 1000, rate: 0.1 },
    { copies: 5, words: 1500, rate: 0.05 },
    { copies: 8, words: 120, rate: 0.06 },
    { copies: 8, words: 500, rate: 0.1 },
    { copies: 8, words: 1500, rate: 0.1 },
  ])('are found whole, every pair: %o', async (group) => {
    const { examples, expected } = grouped(group)
    expect(expected().length).toBeGreaterThan(0)
    const { findings } = await run(examples)
    expect(pairs(findings, 'near-duplicate')).toEqual(expected())
  })

  it.each([
    { copies: 20, words: 800, rate: 0.05 },
    { copies: 16, words: 300, rate: 0.08 },
  ])('too large to list every pair are one cluster each, and no chain: %o', async (group) => {
    const { metrics } = await run(grouped(group).examples)
    const near = (metrics['levels'] as unknown as Record<string, Near>)['near-duplicate']!
    expect(near.clusters).toEqual({ count: 3, chains: 0, largest: group.copies })
    expect(near.removable).toBe(3 * (group.copies - 1))
  })

  it('are completed where the search leaves pairs of them out', async () => {
    const { examples, expected } = grouped({ copies: 8, words: 400, rate: 0.125 })
    const { findings, metrics } = await run(examples, {}, { joinWords: 0 })
    expect(pairs(findings, 'near-duplicate')).toEqual(expected())
    const levels = metrics['levels'] as unknown as Record<string, { search: { inGroups: { near: number } } }>
    expect(levels['near-duplicate']!.search.inGroups.near).toBeGreaterThan(0)
  })
})
