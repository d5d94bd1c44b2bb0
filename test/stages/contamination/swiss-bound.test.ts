import { expect, test } from 'vitest'
import { SWISS, mayReach } from '../../../src/stages/contamination/swiss-bound.ts'
import { SwissTurn } from '../../../src/stages/contamination/swiss-turn.ts'
import { SwissMatcher, buildSwissIndex } from '../../../src/stages/contamination/swiss-ai.ts'
import { gramHash } from '../../../src/text/gram-filter.ts'
import { mayHold } from '../../text/gram-runs.ts'
import { matchingBlocks, random } from '../../text/difflib.ts'

const ROUNDS = 200

test('an item that reaches the ratio is never rejected, and most others are', () => {
  const next = random(61)
  let rejected = 0
  let below = 0
  let reached = 0
  for (let round = 0; round < ROUNDS; round++) {
    const { items, turn } = corpus(next)
    const { bound, byLength, filter, confirm } = buildSwissIndex(pack(items), 0)
    const presence = new SwissTurn(filter, confirm)
    const any = presence.take(Uint32Array.from(turn), 1) > 0
    byLength.forEach((number, i) => {
      const item = items[number]!
      const reaches = item.length > 0 && matchedOf(turn, item) / item.length >= SWISS.ratio
      const may = any && mayReach(bound, i, presence)
      if (reaches) {
        reached++
        expect(may, `round ${round} item ${i}`).toBe(true)
      } else {
        below++
        if (!may) rejected++
      }
    })
  }
  expect(reached).toBeGreaterThan(ROUNDS)
  expect(rejected / below).toBeGreaterThan(0.8)
})

test('the kernel notes the rows, symbols and hashes of the 5-grams that have both their bits', () => {
  const next = random(67)
  for (let round = 0; round < ROUNDS / 4; round++) {
    const { items, turn } = corpus(next)
    const { filter, confirm } = buildSwissIndex(pack(items), 0)
    const taken = new SwissTurn(filter, confirm)
    const text = Uint32Array.from(round % 9 === 0 ? Array.from({ length: 50 }, () => turn).flat() : turn)
    const longest = taken.take(text, 1)
    const rows = new Array<number>(text.length).fill(0)
    const under = new Set<number>()
    let missing = 0
    for (let at = 0; at + SWISS.block <= text.length; at++) {
      const h = gramHash(text, at, SWISS.block)
      const bit = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> confirm.shift
      if (!mayHold(filter, text, at) || ((confirm.bits[bit >>> 5]! >>> (bit & 31)) & 1) === 0) continue
      rows[at + SWISS.block - 1] = (rows[at + SWISS.block - 2] ?? 0) + 1
      for (let i = at; i < at + SWISS.block; i++) under.add(i)
      if (!taken.has(h)) missing++
    }
    expect(missing).toBe(0)
    expect(longest).toBe(Math.max(0, ...rows))
    expect(taken.covered).toBe(under.size)
    if (longest > 0) expect([...taken.runs.subarray(0, text.length)]).toEqual(rows)
    expect(taken.take(text, longest + 1)).toBe(0)
  }
})

test.each([0, 1])('one matcher gives turn after turn what the rule gives (grams lost: %i)', (dropLast) => {
  const next = random(62 + dropLast)
  let hits = 0
  for (let round = 0; round < ROUNDS / 4; round++) {
    const { items } = corpus(next)
    const matcher = new SwissMatcher(buildSwissIndex(pack(items), dropLast))
    for (let row = 0; row < 8; row++) {
      const turn = turnOf(items, next)
      const text = Uint32Array.from(turn)
      const expected = items.flatMap((item, i) => {
        if (!sharesGram(turn, item, dropLast)) return []
        const matched = matchedOf(turn, item)
        return matched / item.length >= SWISS.ratio ? [`${i}:${matched}/${item.length}`] : []
      })
      const found: string[] = []
      matcher.match(text, (item, matched, length) => found.push(`${item}:${matched}/${length}`))
      expect(found, `round ${round} row ${row}`).toEqual(expected)
      hits += expected.length
    }
  }
  expect(hits).toBeGreaterThan(ROUNDS)
})

/** Items from empty to long ones, some with phrases in common, some of one symbol over and over; and a turn. */
function corpus(next: () => number) {
  const letters = 2 + Math.floor(next() ** 2 * 400)
  const draw = (length: number) => Array.from({ length }, () => Math.floor(next() * letters))
  const phrases = Array.from({ length: 4 }, () => draw(4 + Math.floor(next() * 10)))
  const items = Array.from({ length: 20 + Math.floor(next() * 40) }, () => {
    const dice = next()
    if (dice < 0.1) return draw(Math.floor(next() * 12))
    if (dice < 0.15) return new Array<number>(Math.floor(next() * 30)).fill(Math.floor(next() * letters))
    const own = draw(6 + Math.floor(next() * 40))
    return dice < 0.5 ? [...own, ...(phrases[Math.floor(next() * 4)] as number[])] : own
  })
  return { items, turn: turnOf(items, next) }
}

/** Pieces of items, edited and not, between symbols of their own. */
function turnOf(items: readonly number[][], next: () => number): number[] {
  const turn: number[] = []
  for (let piece = 0; piece < 1 + next() * 4; piece++) {
    const item = items[Math.floor(next() * items.length)] as number[]
    const from = next() < 0.5 ? 0 : Math.floor(next() * item.length)
    const edits = next() < 0.5 ? 0 : 0.12
    for (const symbol of item.slice(from, from + 5 + Math.floor(next() * 60)))
      turn.push(next() < edits ? 1000 : symbol)
    for (let i = 0; i < next() * 6; i++) turn.push(1000 + Math.floor(next() * 3))
  }
  return turn
}

function matchedOf(turn: readonly number[], item: readonly number[]): number {
  return matchingBlocks(turn, item)
    .filter((block) => block[2] >= SWISS.block)
    .reduce((sum, block) => sum + block[2], 0)
}

function sharesGram(turn: readonly number[], item: readonly number[], dropLast: number): boolean {
  const grams = (symbols: readonly number[]) =>
    Array.from({ length: Math.max(0, symbols.length - SWISS.gram + 1 - dropLast) }, (_, at) =>
      symbols.slice(at, at + SWISS.gram).join(' '),
    )
  const mine = new Set(grams(turn))
  return grams(item).some((gram) => mine.has(gram))
}

function pack(items: readonly number[][]) {
  const start = new Int32Array(items.length + 1)
  items.forEach((item, i) => (start[i + 1] = (start[i] as number) + item.length))
  return { start, symbols: Uint32Array.from(items.flat()) }
}
