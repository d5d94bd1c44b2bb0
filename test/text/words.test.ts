import { describe, expect, it } from 'vitest'
import { WORD_KIND } from '../../src/core/batch.ts'
import { wordHash } from '../../src/text/hash.ts'
import { CLASS, LETTER } from '../../src/text/word-class.ts'
import { makeWords } from '../../src/text/words.ts'
import { categoryOf } from '../../src/text/unicode/properties.ts'
import { randomOf } from '../support/random.ts'
import { nastyText } from './nasty.ts'
import { referenceWords } from './words-reference.ts'

const encoder = new TextEncoder()

interface Found {
  start: number
  end: number
  hash: number
  kind: number
}

/** Words of several turns packed one behind the other, offsets relative to the turn. */
function wordsOf(turns: readonly string[]): Found[][] {
  const texts = turns.map((turn) => encoder.encode(turn))
  const textStart = new Int32Array(turns.length + 1)
  texts.forEach((text, i) => (textStart[i + 1] = (textStart[i] as number) + text.length))
  const bytes = new Uint8Array(textStart[turns.length] as number)
  texts.forEach((text, i) => bytes.set(text, textStart[i]))
  const view = makeWords({ textStart, turns: turns.length, bytes })
  return turns.map((_, t) => {
    const from = textStart[t] as number
    const found: Found[] = []
    for (let w = view.turnWord[t] as number; w < (view.turnWord[t + 1] as number); w++) {
      found.push({
        start: view.start[w]! - from,
        end: view.end[w]! - from,
        hash: view.hash[w]!,
        kind: view.kind[w]!,
      })
    }
    return found
  })
}

function words(text: string): string[] {
  const bytes = Buffer.from(text)
  return wordsOf([text])[0]!.map(({ start, end }) => bytes.subarray(start, end).toString())
}

const hashes = (text: string): number[] => wordsOf([text])[0]!.map((word) => word.hash)

function hashOf(text: string): number {
  const bytes = encoder.encode(text)
  return wordHash(bytes, 0, bytes.length)
}

describe('words', () => {
  it('equal the reference on random hostile text: offsets, kinds and hashes', () => {
    const random = randomOf(21)
    for (let round = 0; round < 6_000; round++) {
      const turns = Array.from({ length: 1 + (round % 3) }, () =>
        nastyText(random, Math.floor(random() * 30)),
      )
      const found = wordsOf(turns)
      turns.forEach((turn, t) => {
        const expected = referenceWords(turn).map(({ start, end, text, kind }) => ({
          start,
          end,
          hash: hashOf(text),
          kind: WORD_KIND[kind],
        }))
        expect(found[t], JSON.stringify(turn)).toEqual(expected)
      })
    }
  })

  it('do not change with the canonical form, case, width or invisible characters', () => {
    const random = randomOf(22)
    for (let round = 0; round < 1_500; round++) {
      const text = nastyText(random, 14)
      const expected = hashes(text)
      expect(hashes(text.normalize('NFD')), JSON.stringify(text)).toEqual(expected)
      expect(hashes(text.normalize('NFC')), JSON.stringify(text)).toEqual(expected)
      expect(hashes(Array.from(text).join('\u200b'))).toEqual(expected)
      const wide = text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
      expect(hashes(wide), JSON.stringify(text)).toEqual(expected)
    }
    const plain = 'The “patient’s” co-operation – 1.5 mg of ﬁbrinogen, DON’T stop'
    const variants = [
      `The "patient's" co-operation - 1.5 mg of fibrinogen, DON'T stop`,
      plain.toUpperCase(),
      plain.toLowerCase(),
      plain.replace(/ /g, '\u00a0'),
    ]
    for (const variant of variants) expect(hashes(variant)).toEqual(hashes(plain))
  })

  it('class a character like its canonical decomposition', () => {
    const wrong: string[] = []
    for (let cp = 0; cp < 0x110000; cp++) {
      const category = categoryOf(cp)
      if (category === 'Cn' || category === 'Cs') continue
      const first = String.fromCodePoint(cp).normalize('NFD').codePointAt(0)!
      if (CLASS[cp] !== CLASS[first]) wrong.push(cp.toString(16))
    }
    expect(wrong).toEqual([])
    expect(CLASS[0xb5]).toBe(LETTER)
  })

  it('cross the inner stride without losing or cutting a word', () => {
    const text = `${'abc '.repeat(40_000)}${'x'.repeat(200_000)} ${'５'.repeat(70_000)} end`
    const found = words(text)
    expect(found).toHaveLength(40_003)
    expect(found[40_000]).toHaveLength(200_000)
    expect(found[40_001]).toHaveLength(70_000)
    expect(wordsOf(['+'.repeat(300_000)])[0]).toHaveLength(300_000)
  })

  it.each([
    ['1.5 vs 1,000 and 3.', ['1.5', 'vs', '1,000', 'and', '3']],
    ['10⁻³ mol', ['10', '⁻³', 'mol']],
    ['10-3', ['10', '3']],
    ['10−3', ['10', '−', '3']],
    ['-5 to (-3) x-4', ['-', '5', 'to', '-', '3', 'x', '4']],
    ['<.5 and ref.5 …5', ['<', '.5', 'and', 'ref', '5', '5']],
    ['5%-10%', ['5', '%', '10', '%']],
    ["it's 'quoted' o’clock", ["it's", 'quoted', 'o’clock']],
    ['B12 5mg HER2+', ['B', '12', '5', 'mg', 'HER', '2', '+']],
    ['漢字かな ABC', ['漢', '字', 'か', 'な', 'ABC']],
    ['a≥b ≤5 ±2×3 120/80', ['a', '≥', 'b', '≤', '5', '±', '2', '×', '3', '120', '/', '80']],
    ['½ Ⅳ x²', ['½', 'Ⅳ', 'x', '²']],
    ['', []],
    ['—!?…', []],
  ])('cut %j into %j', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  it.each([
    ['<5', '>5'],
    ['1.5', '15'],
    ['.5', '5'],
    ['10⁻³', '10-3'],
    ['-5', '5'],
    ['5 mg', '5 µg'],
    ['x²', 'x2'],
    ['½', '1/2'],
  ])('tell %j from %j', (a, b) => {
    expect(hashes(a)).not.toEqual(hashes(b))
  })
})
