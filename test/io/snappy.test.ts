import { describe, expect, it } from 'vitest'
import { snappyUncompress } from 'hyparquet/src/snappy.js'
import { compressSnappy } from '../../src/io/snappy.ts'
import { randomBytes, randomOf } from '../support/random.ts'

/** The format as its description tells it, element by element. */
function uncompress(packed: Uint8Array): Uint8Array {
  let at = 0
  const little = (bytes: number): number => {
    let value = 0
    for (let i = 0; i < bytes; i++) value += packed[at++]! * 256 ** i
    return value
  }
  let length = 0
  for (let scale = 1; ; scale *= 128) {
    const byte = packed[at++]!
    length += (byte & 127) * scale
    if (byte < 128) break
  }
  const out: number[] = []
  while (at < packed.length) {
    const tag = packed[at++]!
    if ((tag & 3) === 0) {
      const size = tag >> 2
      const bytes = 1 + (size < 60 ? size : little(size - 59))
      for (let i = 0; i < bytes; i++) out.push(packed[at++]!)
      continue
    }
    const [size, distance] =
      (tag & 3) === 1
        ? [4 + ((tag >> 2) & 7), 256 * (tag >> 5) + little(1)]
        : [1 + (tag >> 2), little((tag & 3) === 2 ? 2 : 4)]
    expect(distance).toBeGreaterThan(0)
    expect(distance).toBeLessThanOrEqual(out.length)
    for (let i = 0; i < size; i++) out.push(out[out.length - distance]!)
  }
  expect(out.length).toBe(length)
  return Uint8Array.from(out)
}

function check(text: Uint8Array): number {
  const packed = compressSnappy(text)
  expect(Buffer.compare(uncompress(packed), text)).toBe(0)
  const out = new Uint8Array(text.length)
  if (text.length > 0) snappyUncompress(packed, out)
  expect(Buffer.compare(out, text)).toBe(0)
  return packed.length
}

describe('snappy', () => {
  it('gives back what it was given', () => {
    const random = randomOf(21)
    for (let round = 0; round < 400; round++) {
      // Pieces of what stands there already and new bytes, of few or of many kinds, in turn.
      const kinds = 1 + Math.floor(random() * (round % 2 === 0 ? 4 : 256))
      const bytes: number[] = []
      const wanted = Math.floor(random() ** 4 * 5000)
      while (bytes.length < wanted) {
        const from = Math.floor(random() * bytes.length)
        const length = 1 + Math.floor(random() ** 3 * 200)
        for (let i = 0; i < length; i++)
          bytes.push(random() < 0.9 ? bytes[from + i]! | 0 : Math.floor(random() * kinds))
      }
      check(Uint8Array.from(bytes))
    }
  })

  it.each([0, 1, 3, 4, 7, 8, 9, 12, 60, 61, 64, 65, 68, 69, 256, 257, 65_535, 65_536, 65_537, 70_000])(
    'takes %i bytes that repeat, and as many that do not',
    (length) => {
      expect(check(new Uint8Array(length).fill(7))).toBeLessThanOrEqual(12 + length / 20)
      expect(check(randomBytes(randomOf(length), length))).toBeLessThanOrEqual(length + 8)
    },
  )

  it('finds what lies as far back as a copy reaches, and nothing behind that', () => {
    const piece = randomBytes(randomOf(3), 64)
    for (const between of [65_535 - 64, 65_536 - 64, 70_000]) {
      const text = Buffer.concat([piece, new Uint8Array(between).fill(9), piece])
      check(text)
    }
  })

  it('works on a part of a larger buffer', () => {
    const all = Buffer.from('x'.repeat(100) + 'evidence '.repeat(50))
    expect([...compressSnappy(all.subarray(100))]).toEqual([
      ...compressSnappy(Buffer.from('evidence '.repeat(50))),
    ])
  })

  it('makes text that repeats small', () => {
    const text = Buffer.from(
      Array.from({ length: 500 }, (_, i) => `{"row":${i},"text":"a stock phrase of it"}`).join(),
    )
    const size = check(text)
    console.log(`snappy: ${text.length} bytes to ${size}`)
    expect(size).toBeLessThan(text.length / 3)
  })
})
