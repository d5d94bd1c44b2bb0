import { expect, test } from 'vitest'
import { Coverer, NO_WORD } from '../../src/text/cover.ts'
import { GramCoverage } from '../../src/text/gram-coverage.ts'
import { buildNgramTable, findGram } from '../../src/text/ngram-table.ts'
import { buildVocabulary, wordNumber } from '../../src/text/vocabulary.ts'
import { random } from './difflib.ts'

/** The slow reference: every common run by comparing every pair of places, then the same three rules step by step. */
function slowCover(item: number[], region: number[]) {
  const partner = item.map(() => -1)
  const used = region.map(() => false)
  const runs: { length: number; q: number; r: number }[] = []
  for (let q = 0; q < item.length; q++) {
    for (let r = 0; r < region.length; r++) {
      if (q > 0 && r > 0 && item[q - 1] === region[r - 1]) continue
      let length = 0
      while (
        q + length < item.length &&
        r + length < region.length &&
        item[q + length] === region[r + length]
      )
        length++
      if (length >= 2) runs.push({ length, q, r })
    }
  }
  // The longest run of all is home; of several the one met first reading the region, then the item from its end.
  const ends = [...runs].sort(
    (a, b) => a.r + a.length - (b.r + b.length) || b.q + b.length - (a.q + a.length),
  )
  const anchor = ends.reduce<{ length: number; q: number; r: number } | null>(
    (best, run) => (best === null || run.length > best.length ? run : best),
    null,
  )
  const home = anchor === null ? 0 : anchor.r - anchor.q
  const far = (run: { q: number; r: number }) => Math.abs(run.r - run.q - home)
  runs.sort((a, b) => b.length - a.length || far(a) - far(b) || a.q - b.q || a.r - b.r)
  const diagonals: number[] = []
  const anywhere = item.length < 45 && (runs[0]?.length ?? 0) >= 3
  const nearby = anywhere ? Math.max(8, item.length) : 8
  const take = (run: { length: number; q: number; r: number }) => {
    let taken = 0
    for (let i = 0; i < run.length; i++) {
      if (partner[run.q + i] !== -1 || used[run.r + i]) continue
      partner[run.q + i] = run.r + i
      used[run.r + i] = true
      taken++
    }
    if (taken >= 2) diagonals.push(run.r - run.q)
  }
  for (const run of runs) if (run.length >= 5 || diagonals.length === 0) take(run)
  for (const run of runs) {
    if (run.length >= 5) continue
    if (diagonals.some((diagonal) => Math.abs(diagonal - (run.r - run.q)) <= nearby)) take(run)
  }
  fillGaps(item, region, partner, used)
  return partner
}

function fillGaps(item: number[], region: number[], partner: number[], used: boolean[]): void {
  for (let q = 0; q < item.length; q++) {
    if (partner[q] !== -1) continue
    let left = q - 1
    while (left >= 0 && partner[left] === -1) left--
    if (left < 0) continue
    const from = partner[left]! + 1
    for (let r = from; r < Math.min(region.length, from + (q - left) + 4); r++) {
      if (used[r] || region[r] !== item[q]) continue
      partner[q] = r
      used[r] = true
      break
    }
  }
  for (let q = item.length - 1; q >= 0; q--) {
    if (partner[q] !== -1) continue
    let right = q + 1
    while (right < item.length && partner[right] === -1) right++
    if (right === item.length) continue
    const from = partner[right]! - 1
    for (let r = from; r > Math.max(-1, from - (right - q) - 4); r--) {
      if (used[r] || region[r] !== item[q]) continue
      partner[q] = r
      used[r] = true
      break
    }
  }
}

test('covering an item equals the slow reference on random and on edited texts', () => {
  const next = random(11)
  const coverer = new Coverer(50)
  for (let round = 0; round < 2000; round++) {
    const words = 3 + Math.floor(next() * 45)
    const item = Array.from({ length: 1 + Math.floor(next() * 40) }, () => Math.floor(next() * words))
    const kept = item.flatMap((word) => (next() < 0.8 ? [word] : next() < 0.5 ? [] : [NO_WORD, word]))
    const cut = Math.floor(next() * kept.length)
    const noise = () =>
      Array.from({ length: Math.floor(next() * 20) }, () =>
        next() < 0.3 ? NO_WORD : Math.floor(next() * words),
      )
    const region = [...noise(), ...kept.slice(cut), ...noise(), ...kept.slice(0, cut), ...noise()]
    coverer.cover(
      { symbols: Uint32Array.from(item), start: 0, end: item.length },
      { symbols: Uint32Array.from(region), start: 0, end: region.length },
    )
    const expected = slowCover(item, region)
    expect([...coverer.partner.subarray(0, item.length)], `round ${round}`).toEqual(expected)
    expect(coverer.covered).toBe(expected.filter((r) => r >= 0).length)
    expect(new Set(expected.filter((r) => r >= 0)).size).toBe(coverer.covered)
  }
})

test('the n-gram table and the coverage from it equal sets of strings', () => {
  const next = random(5)
  let partly = 0
  for (let round = 0; round < 150; round++) {
    const n = 1 + Math.floor(next() * 5)
    const draw = () => Array.from({ length: Math.floor(next() * 30) }, () => Math.floor(next() * 4))
    // With many texts some grams stand in so many that they are added up beforehand.
    const texts = Array.from({ length: round % 3 === 0 ? 80 : 6 }, draw)
    const least = round % 2 === 0 ? 0 : 0.3 + 0.4 * next()
    const start = new Int32Array(texts.length + 1)
    texts.forEach((text, i) => (start[i + 1] = start[i]! + text.length))
    const table = buildNgramTable({ start, symbols: Uint32Array.from(texts.flat()) }, n)
    const grams = (text: number[]) =>
      text.slice(0, Math.max(0, text.length - n + 1)).map((_, i) => text.slice(i, i + n).join(' '))
    const probe = draw()
    const coverage = new GramCoverage(table, start, least)
    // What an earlier turn held must not count.
    for (let at = 0; at < 3; at++) if (table.grams > at) coverage.add(at, at)
    coverage.startTurn()
    grams(probe).forEach((gram, at) => {
      const found = findGram(table, Uint32Array.from(probe), at)
      const holders = texts.flatMap((text, i) => (grams(text).includes(gram) ? [i] : []))
      expect(
        found < 0
          ? []
          : [...table.postings.subarray(table.postingStart[found], table.postingStart[found + 1])],
      ).toEqual(holders)
      if (found >= 0) coverage.add(found, at)
    })
    const expected = texts.flatMap((text, i) => {
      const under = text.map(() => false)
      grams(text).forEach((gram, at) => {
        if (grams(probe).includes(gram)) under.fill(true, at, at + n)
      })
      const covered = under.filter(Boolean).length
      const places = grams(probe).flatMap((gram, at) => (grams(text).includes(gram) ? [at] : []))
      if (covered > 0 && covered < least * text.length) partly++
      if (covered === 0 || covered < least * text.length) return []
      return [{ text: i, covered, length: text.length, first: places[0], last: places.at(-1) }]
    })
    expect(coverage.covered(), `round ${round}`).toEqual(expected)
  }
  expect(partly).toBeGreaterThan(100)
})

test('the vocabulary numbers each word once and knows no others', () => {
  const next = random(9)
  const hashes = Uint32Array.from({ length: 5000 }, () => Math.floor(next() * 3000) * 1_431_655)
  const vocabulary = buildVocabulary(hashes)
  const known = new Set(hashes)
  expect(vocabulary.size).toBe(known.size)
  expect(new Set([...known].map((hash) => wordNumber(vocabulary, hash))).size).toBe(known.size)
  for (let i = 0; i < 5000; i++) {
    const hash = Math.floor(next() * 4294967296)
    expect(wordNumber(vocabulary, hash) === NO_WORD).toBe(!known.has(hash))
  }
})
