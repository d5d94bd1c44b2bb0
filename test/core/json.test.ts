import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/core/json.ts'
import type { JsonValue } from '../../src/core/json.ts'
import { randomOf } from '../support/random.ts'

/** Slow and obvious: sorted members, one by one. */
function reference(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(reference).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value as Record<string, JsonValue | undefined>)
    .filter((member): member is [string, JsonValue] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${reference(one)}`).join(',')}}`
}

const KEYS = ['a', 'b', 'B', 'é', '__proto__', '10', '9', 'z z', '']

function randomValue(random: () => number, depth: number): JsonValue {
  const kind = Math.floor(random() * (depth > 0 ? 7 : 5))
  if (kind === 0) return null
  if (kind === 1) return random() < 0.5
  if (kind === 2) return random() < 0.1 ? -0 : (random() - 0.5) * 10 ** Math.floor(random() * 12)
  if (kind < 5) return KEYS[Math.floor(random() * KEYS.length)] ?? ''
  if (kind === 5) return Array.from({ length: 3 }, () => randomValue(random, depth - 1))
  const object = Object.create(null) as Record<string, JsonValue | undefined>
  for (const key of KEYS.filter(() => random() < 0.4).sort(() => random() - 0.5)) {
    object[key] = random() < 0.1 ? undefined : randomValue(random, depth - 1)
  }
  return object as JsonValue
}

describe('canonicalJson', () => {
  it('equals the reference on random values, in order or not', () => {
    const random = randomOf(7)
    for (let i = 0; i < 3000; i++) {
      const value = randomValue(random, 3)
      const text = canonicalJson(value)
      expect(text).toBe(reference(value))
      expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text)
      const spread = canonicalJson(value, 2)
      expect(canonicalJson(JSON.parse(spread) as JsonValue)).toBe(text)
    }
  })

  it('spreads over lines as JSON.stringify does', () => {
    const sorted = { a: [], b: {}, c: [1, { d: null }], e: { f: 'x', g: [[]] } }
    const turned = { e: { g: [[]], f: 'x' }, c: [1, { d: null }], b: {}, a: [] }
    expect(canonicalJson(turned, 2)).toBe(JSON.stringify(sorted, null, 2))
    expect(canonicalJson(sorted, 2)).toBe(JSON.stringify(sorted, null, 2))
  })

  it('refuses what JSON cannot say, wherever it stands', () => {
    for (const number of [NaN, Infinity, -Infinity]) {
      expect(() => canonicalJson({ a: [1, { b: number }] })).toThrow(/not a JSON number/)
    }
  })
})
