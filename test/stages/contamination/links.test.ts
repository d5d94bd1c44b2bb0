import { expect, test } from 'vitest'
import { packItems } from '../../../src/stages/contamination/items.ts'
import type { PackedItems } from '../../../src/stages/contamination/items.ts'
import { Linker } from '../../../src/stages/contamination/links.ts'
import { SeedCollector } from '../../../src/stages/contamination/seed-collector.ts'
import type { Candidate } from '../../../src/stages/contamination/seed-collector.ts'
import { buildSeedIndex, pairCheck, pairHash, seedCell } from '../../../src/stages/contamination/seeds.ts'
import type { SeedIndex } from '../../../src/stages/contamination/seeds.ts'
import { random } from '../../text/difflib.ts'

const next = random(77)
const word = () => `w${Math.floor(120 * next() * next())}`
const items = packItems([
  Array.from({ length: 60 }, (_, i) => ({
    id: String(i),
    question: Array.from({ length: 6 + Math.floor(next() * 30) }, word).join(' '),
    options: ['A', 'B'].map((label) => ({ label, text: `${word()} ${word()} ${word()}` })),
    answer: 'A',
    context: i % 5 === 0 ? Array.from({ length: 30 }, word).join(' ') : null,
  })),
])
const index = buildSeedIndex(items)

/** Items a pair of words is a seed of, and its weight: straight from the table, without the filter. */
function seedsOf(first: number, second: number): { items: number[]; weight: number; place: number } {
  const confirm = pairCheck(first, second)
  const cell = seedCell(index.cells, pairHash(first, second), confirm)
  const place = index.cells[cell + 1] as number
  if (place === 0) return { items: [], weight: 0, place }
  const count = index.seeds[place] as number
  return {
    items: [...index.seeds.subarray(place + 2, place + 2 + count)],
    weight: index.seeds[place + 1]!,
    place,
  }
}

/** Texts of the words of each item's fields, as the seeds are cut from them. */
function fieldsOf({ itemField, fieldWord, word: words }: PackedItems, item: number): Uint32Array[] {
  const fields: Uint32Array[] = []
  for (let f = itemField[item]!; f < itemField[item + 1]!; f++) {
    fields.push(words.subarray(fieldWord[f], fieldWord[f + 1]))
  }
  return fields
}

/** Seeds added up item by item, one turn after the other, as the definition says. */
function slowCandidates(turn: Uint32Array, { need }: SeedIndex): Candidate[] {
  const open = new Map<number, { last: number; weight: number; first: number; candidate: Candidate | null }>()
  const found: Candidate[] = []
  for (let w = 0; w + 1 < turn.length; w++) {
    const seed = seedsOf(turn[w]!, turn[w + 1]!)
    for (const item of seed.items) {
      let state = open.get(item)
      if (state === undefined || w - state.last > need[2 * item + 1]!) {
        state = { last: w, weight: 0, first: w, candidate: null }
        open.set(item, state)
      }
      state.last = w
      state.weight += seed.weight
      if (state.weight < need[2 * item]!) continue
      if (state.candidate === null) found.push((state.candidate = { item, first: state.first, last: w }))
      state.candidate.last = w
    }
  }
  return found
}

test('linker and collector find the seeds and candidates that a plain look at every pair finds', () => {
  const linker = new Linker(index)
  const collector = new SeedCollector(index, items.count)
  let candidates = 0
  for (let round = 0; round < 300; round++) {
    const turns = Array.from({ length: 1 + Math.floor(next() * 4) }, () => {
      const field = fieldsOf(items, Math.floor(next() * items.count))[0]!
      const noise = () =>
        Array.from({ length: Math.floor(next() * 50) }, () =>
          next() < 0.1 ? 0xffffffff : Math.floor(next() * items.vocabulary.size),
        )
      return Uint32Array.from([...noise(), ...field.filter(() => next() > 0.1), ...noise()])
    })
    if (round % 7 === 0) turns.push(new Uint32Array(0))
    const turnFrom = new Int32Array(turns.length + 1)
    turns.forEach((turn, t) => (turnFrom[t + 1] = turnFrom[t]! + turn.length))
    const symbols = Uint32Array.from(turns.flatMap((turn) => [...turn]))
    const links = linker.link(symbols, turns.length, turnFrom)
    turns.forEach((turn, t) => {
      const [start, end, from] = [links.turnSeed[t]!, links.turnSeed[t + 1]!, turnFrom[t]!]
      const seeds = Array.from({ length: end - start }, (_, i) => [
        links.at[start + i],
        links.place[start + i],
      ])
      const expected = [...turn].flatMap((first, w) => {
        const { place } = w + 1 < turn.length ? seedsOf(first, turn[w + 1]!) : { place: 0 }
        return place > 0 ? [[from + w, place]] : []
      })
      expect(seeds, `round ${round}, turn ${t}`).toEqual(expected)
      collector.startTurn(turn.length)
      collector.collect(links.place, links.at, [start, end, from])
      expect(collector.candidates).toEqual(slowCandidates(turn, index))
      candidates += collector.candidates.length
    })
  }
  expect(candidates).toBeGreaterThan(300)
})

test('every gram of five words of an item is on the way to the longer ones', () => {
  const linker = new Linker(index)
  for (let item = 0; item < items.count; item++) {
    const question = fieldsOf(items, item)[0]!
    const links = linker.link(question, 1, Int32Array.of(0, question.length))
    expect(links.longest[0]).toBe(question.length - 4)
  }
})

test('every seed of an item can be looked up', () => {
  const seen = new Set<number>()
  for (let item = 0; item < items.count; item++) {
    for (const field of fieldsOf(items, item)) {
      for (let w = 0; w + 1 < field.length; w++) {
        for (const one of seedsOf(field[w]!, field[w + 1]!).items) seen.add(one)
      }
    }
  }
  expect(seen.size).toBe(items.count)
})
