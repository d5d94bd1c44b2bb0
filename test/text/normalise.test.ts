import { describe, expect, it } from 'vitest'
import { Normaliser } from '../../src/text/normalise.ts'
import { categoryOf } from '../../src/text/unicode/properties.ts'
import { randomOf } from '../support/random.ts'
import { nastyText } from './nasty.ts'
import { referenceNormalise } from './normalise-reference.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const normaliser = new Normaliser()

function normalise(text: string): string {
  const bytes = encoder.encode(text)
  const padded = new Uint8Array(bytes.length + 5).fill(0x41)
  padded.set(bytes, 2)
  const { bytes: out, length } = normaliser.normalise(padded, 2, 2 + bytes.length)
  return decoder.decode(out.subarray(0, length))
}

describe('normalisation for comparison', () => {
  it('equals the reference on every assigned code point, alone and between letters', () => {
    const wrong: string[] = []
    for (let cp = 0; cp < 0x110000; cp++) {
      const category = categoryOf(cp)
      if (category === 'Cn' || category === 'Cs' || category === 'Co') continue
      if (cp > 0x3400 && cp < 0xa000) continue // unified ideographs have no mapping of any kind
      for (const text of [String.fromCodePoint(cp), `e${String.fromCodePoint(cp)}\u03015`]) {
        if (normalise(text) !== referenceNormalise(text)) wrong.push(cp.toString(16))
      }
    }
    expect(wrong.slice(0, 20)).toEqual([])
  })

  it('equals the reference on random hostile text', () => {
    const random = randomOf(11)
    for (let round = 0; round < 8_000; round++) {
      const text = nastyText(random, 1 + Math.floor(random() * 24))
      expect(normalise(text), JSON.stringify(text)).toBe(referenceNormalise(text))
    }
  })

  it('is idempotent and blind to canonical form and invisible characters', () => {
    const random = randomOf(12)
    for (let round = 0; round < 5_000; round++) {
      const text = nastyText(random, 12)
      const once = normalise(text)
      expect(normalise(once)).toBe(once)
      expect(normalise(text.normalize('NFD'))).toBe(once)
      expect(normalise(text.normalize('NFC'))).toBe(once)
    }
  })

  it.each([
    ['1.5 mg', '15 mg'],
    ['<5', '>5'],
    ['10⁻³', '10-3'],
    ['−5 °C', '5 °C'],
    ['½', '12'],
    ['H₂O', 'H2O'],
    ['5 mg', '5 µg'],
    ['K+', 'K'],
  ])('keeps %s apart from %s', (a, b) => {
    expect(normalise(a)).not.toBe(normalise(b))
  })

  it.each([
    ['Na\u0308ive  CAFÉ', 'näive café'],
    ['ﬁve ﬂuids', 'FIVE FLUIDS'],
    ['‘a’ – “b”', '\'A\' - "B"'],
    ['５\u3000ｍｇ', '5 mg'],
    ['hyper\u00adten\u200bsion', 'hypertension'],
    ['Straße', 'STRASSE'],
    ['µg', 'μg'],
    ['a − b', 'a - b'],
  ])('makes %s equal to %s', (a, b) => {
    expect(normalise(a)).toBe(normalise(b))
  })

  it('orders thousands of stacked marks without trouble', () => {
    const text = `a${'\u0301\u0316'.repeat(20_000)}`
    expect(normalise(text)).toBe(referenceNormalise(text))
  })

  it('reads damaged bytes as replacement characters instead of beyond the end', () => {
    const { bytes, length } = normaliser.normalise(Uint8Array.of(0x61, 0xe2, 0x88), 0, 3)
    expect(decoder.decode(bytes.subarray(0, length))).toBe('a\ufffd\ufffd')
  })
})
