import { describe, expect, it } from 'vitest'
import { countCharacters, countWhiteSpaceWords } from '../../src/text/white-space.ts'
import { isWhiteSpace } from '../../src/text/unicode/properties.ts'
import { randomOf } from '../support/random.ts'
import { nastyText } from './tokenizer/nasty-text.ts'

/** Python's str.split() with the pinned table, one character at a time. */
function reference(text: string): number {
  let words = 0
  let inside = false
  for (const c of text) {
    const cp = c.codePointAt(0)!
    const space = isWhiteSpace(cp) || (cp >= 0x1c && cp <= 0x1f)
    if (!space && !inside) words++
    inside = !space
  }
  return words
}

describe('white-space separated words', () => {
  it('are those of the reference on hostile text, wherever it stands in a buffer', () => {
    const random = randomOf(21)
    for (let i = 0; i < 3000; i++) {
      const text = nastyText(random, Math.floor(random() * 20))
      const bytes = Buffer.from(`x\u3000${text}\u2003y`, 'utf8')
      expect(countWhiteSpaceWords(bytes, 4, bytes.length - 4), JSON.stringify(text)).toBe(reference(text))
      expect(countCharacters(bytes, 4, bytes.length - 4)).toBe([...text].length)
    }
  })

  it('know every white space there is', () => {
    for (let cp = 0; cp < 0x110000; cp++) {
      if (cp >= 0xd800 && cp <= 0xdfff) continue
      const bytes = Buffer.from(`a${String.fromCodePoint(cp)}b`, 'utf8')
      const space = isWhiteSpace(cp) || (cp >= 0x1c && cp <= 0x1f)
      if (countWhiteSpaceWords(bytes, 0, bytes.length) !== (space ? 2 : 1)) expect.fail(cp.toString(16))
    }
  })
})
