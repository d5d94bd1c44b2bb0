import { expect, test } from 'vitest'
import { SwissMatcher, buildSwissIndex } from '../../../src/stages/contamination/swiss-ai.ts'
import { matchingBlocks, random } from '../../text/difflib.ts'

/** The published rule, step by step: grams by the slice `[i:-(n-i)]`, then difflib on every item that shares one. */
function published(train: number[], items: number[][], dropLast: number): string[] {
  const grams = (tokens: number[]) => {
    const out = new Set<string>()
    for (let i = 0; i + 8 + dropLast <= tokens.length; i++) out.add(tokens.slice(i, i + 8).join(' '))
    return out
  }
  const mine = grams(train)
  return items.flatMap((item, index) => {
    if (![...grams(item)].some((gram) => mine.has(gram))) return []
    const matched = matchingBlocks(train, item)
      .filter((block) => block[2] >= 5)
      .reduce((sum, block) => sum + block[2], 0)
    return matched / item.length >= 0.5 ? [`${index}:${matched}/${item.length}`] : []
  })
}

test.each([1, 0])('the matcher equals the published rule on random corpora (grams lost: %i)', (dropLast) => {
  const next = random(40 + dropLast)
  let hits = 0
  for (let round = 0; round < 60; round++) {
    const letters = 4 + Math.floor(next() * 12)
    const draw = (length: number) => Array.from({ length }, () => Math.floor(next() * letters))
    // Some rounds have phrases that stand in more items than the matcher follows one by one, alone or with more.
    const phrase = draw(10)
    const items = Array.from({ length: round % 2 === 0 ? 60 : 30 }, () => {
      const own = draw(4 + Math.floor(next() * 30))
      return round % 4 !== 0 || next() < 0.2 ? own : [...own.slice(0, Math.floor(own.length / 2)), ...phrase]
    })
    const matcher = new SwissMatcher(buildSwissIndex(pack(items), dropLast))
    for (let row = 0; row < 10; row++) {
      const leak = items[Math.floor(next() * items.length)] as number[]
      const edited = leak.map((symbol) => (next() < 0.1 ? 99 : symbol))
      const train = [...draw(Math.floor(next() * 15)), ...edited, ...draw(Math.floor(next() * 15))]
      const found: string[] = []
      matcher.match(Uint32Array.from(train), (item, matched, length) =>
        found.push(`${item}:${matched}/${length}`),
      )
      expect(found).toEqual(published(train, items, dropLast))
      hits += found.length
    }
  }
  expect(hits).toBeGreaterThan(200)
})

test('the quirks of the slice: eight tokens never match, nine only by their first gram', () => {
  const eight = [1, 2, 3, 4, 5, 6, 7, 8]
  const found = (train: number[], item: number[], dropLast: number) => {
    const hits: number[] = []
    new SwissMatcher(buildSwissIndex(pack([item]), dropLast)).match(Uint32Array.from(train), (i) =>
      hits.push(i),
    )
    return hits
  }
  expect(found([...eight, 9], eight, 1)).toEqual([])
  expect(found([...eight, 9], eight, 0)).toEqual([0])
  expect(found([...eight, 50], [...eight, 60], 1)).toEqual([0])
  expect(found([50, ...eight], [60, ...eight], 1)).toEqual([])
})

function pack(items: number[][]) {
  const start = new Int32Array(items.length + 1)
  items.forEach((item, i) => (start[i + 1] = (start[i] as number) + item.length))
  return { start, symbols: Uint32Array.from(items.flat()) }
}
