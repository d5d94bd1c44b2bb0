import { describe, expect, it } from 'vitest'
import { DistinctShingles } from '../../../src/stages/duplicates/near/distinct.ts'
import { SegmentCounter } from '../../../src/stages/duplicates/near/frequency.ts'
import { randomOf } from '../../support/random.ts'

describe('the table of counts', () => {
  it('equals counting one by one, whatever the parts and the order', () => {
    const random = randomOf(5)
    for (const [slots, parts] of [
      [64, 1],
      [64, 4],
      [1 << 20, 1],
      [1 << 21, 3],
    ] as const) {
      const hashes = Uint32Array.from({ length: 200_000 }, () =>
        random() < 0.3 ? Math.floor(random() * 40) * 0x01234567 : random() * 2 ** 32,
      )
      const expected = new Uint8Array(slots)
      for (const hash of hashes) {
        const slot = hash & (slots - 1)
        if (expected[slot]! < 255) expected[slot]!++
      }
      const table = new Uint8Array(slots)
      for (let part = 0; part < parts; part++) {
        const counter = new SegmentCounter(table, part, parts)
        for (let at = 0; at < hashes.length; at += 999)
          counter.add(hashes.subarray(at), Math.min(999, hashes.length - at))
        counter.finish()
      }
      expect(Buffer.compare(table, expected)).toBe(0)
    }
  })
})

describe('distinct shingles', () => {
  it('are those of a set, and the rarest those of a sorted list', () => {
    const random = randomOf(9)
    const distinct = new DistinctShingles()
    for (let round = 0; round < 200; round++) {
      const n = Math.floor(random() * 600)
      const values = Uint32Array.from({ length: n }, () => Math.imul(Math.floor(random() * 300), 0x9e3779b1))
      const counts = Uint8Array.from(values, (value) => 1 + ((value >>> 8) % 9))
      const positions = Uint32Array.from(values.keys(), (i) => 3 * i)
      distinct.take({ values, counts, positions, n })
      const first = new Map([...values.keys()].reverse().map((i) => [values[i]!, i]))
      const order = [...first.values()].sort((a, b) => a - b)
      expect([...distinct.hashes.subarray(0, distinct.size)]).toEqual(order.map((i) => values[i]))
      expect([...distinct.counts.subarray(0, distinct.size)]).toEqual(order.map((i) => counts[i]))
      expect([...distinct.positions.subarray(0, distinct.size)]).toEqual(order.map((i) => 3 * i))
      const ranked = order
        .filter((i) => counts[i]! > 1)
        .sort((a, b) => counts[a]! - counts[b]! || values[a]! - values[b]!)
      const wanted = 1 + Math.floor(random() * 40)
      const bound = distinct.rarest(wanted, 2)
      const within = ranked.filter(
        (i) => counts[i]! < bound.count || (counts[i] === bound.count && values[i]! <= bound.hash),
      )
      expect(within).toEqual(ranked.slice(0, wanted))
    }
  })
})
