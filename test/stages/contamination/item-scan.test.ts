import { expect, test } from 'vitest'
import { packItems } from '../../../src/stages/contamination/items.ts'
import type { PackedItems } from '../../../src/stages/contamination/items.ts'
import { ItemScan } from '../../../src/stages/contamination/item-scan.ts'
import type { ItemLinks } from '../../../src/stages/contamination/item-scan.ts'
import { listReach, listWords } from '../../../src/stages/contamination/restated.ts'
import { LEAST, optionWords } from '../../../src/stages/contamination/verify.ts'
import type { Candidate } from '../../../src/stages/contamination/verify.ts'
import { buildSeedIndex, pairCheck, pairHash, seedCell } from '../../../src/stages/contamination/seeds.ts'
import type { SeedIndex } from '../../../src/stages/contamination/seeds.ts'
import { CONSTANTS } from '../../../src/text/kernels/layouts.ts'
import { NO_WORD } from '../../../src/text/cover.ts'
import { wordNumber } from '../../../src/text/vocabulary.ts'
import { batchOf } from '../../support/corpus.ts'
import { random } from '../../text/difflib.ts'
import { slowRuns } from '../../text/gram-runs.ts'

const next = random(77)
const word = () => `w${Math.floor(120 * next() * next())}`
const items = packItems([
  Array.from({ length: 60 }, (_, i) => ({
    id: String(i),
    question: Array.from({ length: 6 + Math.floor(next() * 30) }, word).join(' '),
    options: (i % 2 === 0 ? ['A', 'B'] : ['A', 'B', 'C']).map((label) => ({
      label,
      text: `${word()} ${word()} ${word()}`,
    })),
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

/** Enough words of the question, each as often as it has it, stand where it may lie; or else of a short one's options. */
function isLikely(turn: Uint32Array, { item, first, last }: Candidate): boolean {
  const [question, ...options] = fieldsOf(items, item) as [Uint32Array, ...Uint32Array[]]
  const reach = question.length + optionWords(items, item) + CONSTANTS.AROUND
  const share = (wanted: readonly number[], to: number) => {
    const around = new Set(turn.subarray(Math.max(0, first - reach), to))
    return wanted.filter((word) => around.has(word)).length / wanted.length
  }
  if (share([...question], last + question.length + CONSTANTS.AROUND) >= LEAST.cover) return true
  const listed = listWords(items, item)
  if (listed === 0) return false
  const list = options.slice(0, 3).flatMap((option) => [...option])
  expect(list).toHaveLength(listed)
  const rarest = list.reduce((a, b) => (items.itemsWith[b]! < items.itemsWith[a]! ? b : a))
  const to = last + listReach(items, item)
  return share([rarest], to) === 1 && share(list, to) >= LEAST.listed
}

/** Texts of one example: pieces of items, edited, among words of theirs and of nobody's. */
function exampleTexts(): string[] {
  const noise = () =>
    Array.from({ length: Math.floor(next() * 50) }, () => (next() < 0.1 ? 'elsewhere' : word()))
  const texts = Array.from({ length: 1 + Math.floor(next() * 4) }, () => {
    const item = Math.floor(next() * items.count)
    const question = fieldsOf(items, item)[0]!
    const told =
      next() < 0.5
        ? question
        : fieldsOf(items, item)
            .slice(1, 4)
            .flatMap((option) => [...option])
    const words = [...told].filter(() => next() > 0.1).map((number) => wordOf.get(number)!)
    return [...noise(), ...words, ...noise()].join(' ')
  })
  return next() < 0.2 ? [...texts, ''] : texts
}

const decoder = new TextDecoder()
/** How each word of the items is written. */
const wordOf = new Map(
  [...items.word].map((number, w) => [
    number,
    decoder.decode(items.bytes.slice(items.wordStart[w], items.wordEnd[w])),
  ]),
)

function candidatesOf(links: ItemLinks, turn: number): Candidate[] {
  const found: Candidate[] = []
  for (let at = 0; at < links.candidates.length; at += CONSTANTS.CANDIDATE) {
    const [of, item, first, last] = links.candidates.subarray(at, at + CONSTANTS.CANDIDATE)
    if (of === turn) found.push({ item: item!, first: first!, last: last! })
  }
  return found
}

test('numbers, counts, rows of grams and candidates are what a plain look at every word and pair finds', () => {
  const scan = new ItemScan(index, items)
  let candidates = 0
  for (const examples of [1, 7, 40, 60]) {
    const rows = Array.from({ length: examples }, () => ({
      turns: exampleTexts().map((text) => ({ role: 'user' as const, text })),
    }))
    const batch = batchOf(rows)
    const words = batch.words()
    const links = scan.link(batch, words)
    const documents = new Uint32Array(items.vocabulary.size)
    for (let row = 0; row < batch.length; row++) {
      const [from, to] = [batch.turnStart[row]!, batch.turnStart[row + 1]!]
      const seen = new Set(links.symbols.subarray(words.turnWord[from], words.turnWord[to]))
      for (const number of seen) if (number !== NO_WORD) documents[number]!++
      for (let t = from; t < to; t++) {
        const turn = links.symbols.subarray(words.turnWord[t], words.turnWord[t + 1])
        const hashes = [...words.hash.subarray(words.turnWord[t], words.turnWord[t + 1])]
        expect([...turn]).toEqual(hashes.map((hash) => wordNumber(items.vocabulary, hash)))
        const runs = slowRuns(index.parts, turn)
        const longest = Math.max(0, ...runs)
        expect(links.longest[t]).toBe(longest < CONSTANTS.LEAST_ROW ? 0 : longest)
        const row = links.runs.subarray(words.turnWord[t], words.turnWord[t + 1])
        if (longest >= CONSTANTS.LEAST_ROW) expect([...row]).toEqual(runs)
        expect(candidatesOf(links, t), `turn ${t}`).toEqual(
          slowCandidates(turn, index).filter((one) => isLikely(turn, one)),
        )
      }
    }
    candidates += links.candidates.length / CONSTANTS.CANDIDATE
    expect(scan.takeDocuments()).toEqual(documents)
  }
  expect(candidates).toBeGreaterThan(300)
})

test('a batch finds the candidates its examples find one by one, however many there are', () => {
  const rows = Array.from({ length: 1500 }, () => ({
    turns: exampleTexts().map((text) => ({ role: 'user' as const, text })),
  }))
  const [whole, single] = [new ItemScan(index, items), new ItemScan(index, items)]
  const batch = batchOf(rows)
  const together = [...whole.link(batch, batch.words()).candidates]
  const apart = rows.flatMap((row, number) => {
    const one = batchOf([row])
    const list = [...single.link(one, one.words()).candidates]
    for (let at = 0; at < list.length; at += CONSTANTS.CANDIDATE) list[at]! += batch.turnStart[number]!
    return list
  })
  expect(together.join(' ')).toBe(apart.join(' '))
  // So many that the room for them had to grow.
  expect(apart.length / CONSTANTS.CANDIDATE).toBeGreaterThan(5000)
  expect(whole.takeDocuments()).toEqual(single.takeDocuments())
})

test('texts of words that have their numbers give the same candidates, and nothing is counted again', () => {
  const scan = new ItemScan(index, items)
  const turns = Array.from({ length: 300 }, exampleTexts)
    .flat()
    .map((text) => ({ role: 'user' as const, text }))
  const batch = batchOf([{ turns }])
  const { symbols, candidates } = scan.link(batch, batch.words())
  const [numbered, known] = [symbols.slice(), [...candidates]]
  const documents = scan.takeDocuments()
  expect(known.length).toBeGreaterThan(300)
  expect([...scan.linkNumbered(numbered, batch.words().turnWord)]).toEqual(known)
  expect(scan.takeDocuments()).toEqual(new Uint32Array(documents.length))
  expect([...scan.link(batch, batch.words()).candidates]).toEqual(known)
  expect(scan.takeDocuments()).toEqual(documents)
})

test('every gram of five words of an item is on the way to the longer ones', () => {
  const scan = new ItemScan(index, items)
  for (let item = 0; item < items.count; item++) {
    const question = fieldsOf(items, item)[0]!
    const text = [...question].map((number) => wordOf.get(number)!).join(' ')
    const batch = batchOf([{ turns: [{ role: 'user', text }] }])
    expect(scan.link(batch, batch.words()).longest[0]).toBe(question.length < 8 ? 0 : question.length - 4)
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
