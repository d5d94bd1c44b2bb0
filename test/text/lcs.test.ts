import { describe, expect, it } from 'vitest'
import { differences } from '../../src/text/differences.ts'
import { LcsKernel } from '../../src/text/lcs.ts'
import { sortPairLists, sortPairs, sortedIndices } from '../../src/text/sort.ts'
import { UnionFind } from '../../src/text/union-find.ts'
import { pick, randomOf } from '../support/random.ts'
import { referenceDifferences } from './differences-reference.ts'

/** The textbook table. */
function referenceLcs(a: readonly number[], b: readonly number[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const x of a) {
    const next = [0]
    b.forEach((y, j) => next.push(x === y ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!)))
    row = next
  }
  return row[b.length]!
}

const sequence = (random: () => number, length: number, words: number): number[] =>
  Array.from({ length }, () => Math.floor(random() * words) * 0x01234567)

describe('alignment of word sequences', () => {
  it('has the length of the textbook table', () => {
    const random = randomOf(31)
    const kernel = new LcsKernel()
    for (let round = 0; round < 1500; round++) {
      const words = 1 + Math.floor(random() * 40)
      const a = sequence(random, Math.floor(random() * 130), words)
      const b = sequence(random, Math.floor(random() * 130), words)
      kernel.prepare(Uint32Array.from(a))
      expect(kernel.length(Uint32Array.from(b))).toBe(
        referenceLcs(
          a.map((w) => w >>> 0),
          b.map((w) => w >>> 0),
        ),
      )
    }
  })

  it('has that length however the lengths change from call to call', () => {
    const random = randomOf(36)
    const kernel = new LcsKernel()
    for (const [n, m] of [
      [0, 5],
      [3000, 10],
      [10, 3000],
      [1100, 2100],
      [64, 64],
      [65, 63],
      [5000, 0],
      [1, 4000],
    ] as const) {
      const [a, b] = [sequence(random, n, 300), sequence(random, m, 300)]
      kernel.prepare(Uint32Array.from(a))
      const expected = referenceLcs(a, b)
      expect([kernel.length(Uint32Array.from(b)), kernel.length(Uint32Array.from(b))]).toEqual([
        expected,
        expected,
      ])
      expect(kernel.length(new Uint32Array(0))).toBe(0)
    }
  })

  it('finds differences that turn one into the other with the fewest edits', () => {
    const random = randomOf(32)
    for (let round = 0; round < 1500; round++) {
      const words = 1 + Math.floor(random() * 30)
      const a = sequence(random, Math.floor(random() * 60), words)
      const b = sequence(random, Math.floor(random() * 60), words)
      const found = differences(Uint32Array.from(a), Uint32Array.from(b), 200)!
      const rebuilt: number[] = []
      let at = 0
      let edits = 0
      for (const { aStart, aEnd, bStart, bEnd } of found) {
        rebuilt.push(...a.slice(at, aStart), ...b.slice(bStart, bEnd))
        expect(rebuilt.length).toBe(bEnd)
        at = aEnd
        edits += aEnd - aStart + bEnd - bStart
      }
      rebuilt.push(...a.slice(at))
      expect(rebuilt).toEqual(b)
      expect(edits).toBe(a.length + b.length - 2 * referenceLcs(a, b))
    }
  })

  it('finds the differences the plain algorithm finds, of all there are with so few edits', () => {
    const random = randomOf(35)
    for (let round = 0; round < 1500; round++) {
      const words = 1 + Math.floor(random() * 60)
      const a = Uint32Array.from(sequence(random, Math.floor(random() * 150), words))
      const b = random() < 0.5 ? a.filter(() => random() < 0.9) : a.map((word) => (random() < 0.2 ? 7 : word))
      const other = random() < 0.3 ? Uint32Array.from(sequence(random, Math.floor(random() * 150), words)) : b
      const most = pick(random, [0, 5, 40, 240, 4000])
      expect(differences(a, other, most)).toEqual(referenceDifferences(a, other, most))
    }
  })

  it('gives up beyond the allowed edits', () => {
    const [a, b, none] = [Uint32Array.of(1, 2, 3), Uint32Array.of(4, 5, 6), new Uint32Array(0)]
    expect(differences(a, b, 5)).toBeNull()
    expect(differences(a, b, 6)).toHaveLength(1)
    expect(differences(none, none, 0)).toEqual([])
  })
})

describe('sorting and sets', () => {
  it('sorts like the standard sort, stably', () => {
    const random = randomOf(33)
    for (const n of [0, 1, 2, 5000]) {
      const keys = Uint32Array.from({ length: n }, () => Math.floor(random() * (n > 100 ? 2 ** 32 : 3)))
      const expected = Array.from(keys.keys()).sort((x, y) => keys[x]! - keys[y]! || x - y)
      expect([...sortedIndices(keys)]).toEqual(expected)
      const pairs = sortPairs(keys.slice(), Uint32Array.from(keys.keys()))
      expect([...pairs.values]).toEqual(expected)
      expect([...pairs.keys]).toEqual(expected.map((i) => keys[i]))
    }
  })

  it('sorts lists of pairs like one list of them, stably, below any number of common bits', () => {
    const random = randomOf(34)
    for (const common of [0, 4, 11, 20]) {
      for (const n of [0, 1, 3, 20_000]) {
        const keys = Uint32Array.from({ length: n }, () => {
          const narrow = random() < 0.5 ? Math.floor(random() * 50) : random() * 2 ** 32
          return common === 0 ? narrow : narrow >>> common
        })
        const interleaved = Uint32Array.from({ length: 2 * n }, (_, i) =>
          i % 2 === 0 ? keys[i >> 1]! : i >> 1,
        )
        const cut = 2 * Math.floor(n / 3)
        const sorted = sortPairLists(
          [interleaved.subarray(0, cut), interleaved.subarray(cut), new Uint32Array(0)],
          common,
        )
        const expected = Array.from(keys.keys()).sort((x, y) => keys[x]! - keys[y]! || x - y)
        expect([...sorted.values]).toEqual(expected)
        expect([...sorted.keys]).toEqual(expected.map((i) => keys[i]))
      }
    }
  })

  it('joins sets whose root is the smallest member, in any order of unions', () => {
    const edges = [
      [5, 6],
      [1, 5],
      [8, 9],
      [3, 4],
      [9, 3],
    ] as const
    for (const order of [edges, [...edges].reverse()]) {
      const sets = new UnionFind(10)
      for (const [a, b] of order) sets.union(a, b)
      expect(Array.from({ length: 10 }, (_, i) => sets.find(i))).toEqual([0, 1, 2, 3, 3, 1, 1, 7, 3, 3])
    }
  })
})
