import { describe, expect, it } from 'vitest'
import {
  CASELESS,
  CLASS,
  LOWER,
  MARK,
  NEWLINE,
  NUMBER,
  SPACE,
  UPPER,
  classAt,
} from '../../../src/text/tokenizer/classes.ts'
import { mayChangeUnderNfc } from '../../../src/text/tokenizer/nfc.ts'
import { byteLevel } from './build.ts'
import { official } from './oracle.ts'

const PATTERNS: [string, number][] = [
  ['[\\p{Lu}\\p{Lt}]', UPPER],
  ['\\p{Ll}', LOWER],
  ['[\\p{Lm}\\p{Lo}]', CASELESS],
  ['\\p{M}', MARK],
  ['\\p{N}', NUMBER],
  ['\\s', SPACE | NEWLINE],
]

/** All code points but surrogates, in texts of 4,096. */
function* allCharacters(): Generator<string> {
  for (let first = 0; first < 0x110000; first += 4096) {
    let text = ''
    for (let cp = first; cp < first + 4096; cp++)
      if (cp < 0xd800 || cp > 0xdfff) text += String.fromCodePoint(cp)
    yield text
  }
}

function tokenizerWith(more: Record<string, unknown>) {
  const model = { type: 'BPE', vocab: byteLevel.vocab, merges: [] }
  return official.Tokenizer.fromString(JSON.stringify({ version: '1.0', added_tokens: [], model, ...more }))
}

describe('classes of code points', () => {
  it.each(PATTERNS)('%s is what the official binding takes it for, over all code points', (regex, bits) => {
    const pre_tokenizer = { type: 'Split', pattern: { Regex: regex }, behavior: 'Removed', invert: true }
    const splitter = tokenizerWith({ pre_tokenizer }).getPreTokenizer()!
    const found = new Uint8Array(0x110000)
    for (const text of allCharacters())
      for (const [piece] of splitter.preTokenizeString(text))
        for (const c of piece) found[c.codePointAt(0)!] = 1
    const wrong: string[] = []
    for (let cp = 0; cp < 0x110000; cp++) {
      if (cp >= 0xd800 && cp <= 0xdfff) continue
      if ((found[cp] === 1) !== ((CLASS[cp]! & bits) !== 0)) wrong.push(cp.toString(16))
    }
    expect(wrong).toEqual([])
  })

  it('are read from UTF-8 of every length', () => {
    for (const text of allCharacters()) {
      const bytes = Buffer.from(text, 'utf8')
      let at = 0
      for (const c of text) {
        const answer = classAt(bytes, at, bytes.length)
        if (answer !== (CLASS[c.codePointAt(0)!]! | (Buffer.byteLength(c) << 8)))
          expect.fail(`U+${c.codePointAt(0)!.toString(16)}`)
        at += answer >> 8
      }
      expect(at).toBe(bytes.length)
    }
  })

  it('know what is not UTF-8, for every first byte and the edges of the others', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const valid = (bytes: Uint8Array) => {
      try {
        return [...decoder.decode(bytes)].length === 1
      } catch {
        return false
      }
    }
    for (let a = 0x80; a < 0x100; a++) {
      for (const b of [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xb0, 0xbf, 0xc0, 0xff]) {
        for (const rest of [[], [0x80], [0x80, 0xbf], [0x80, 0x41], [0xbf, 0xc0]]) {
          const bytes = Uint8Array.from([a, b, ...rest])
          const answer = classAt(bytes, 0, bytes.length)
          const width = answer < 0 ? bytes.length : answer >> 8
          expect(answer >= 0, String(bytes)).toBe(
            [2, 3, 4].some((n) => n <= bytes.length && valid(bytes.subarray(0, n))),
          )
          if (answer >= 0) expect(valid(bytes.subarray(0, width))).toBe(true)
        }
      }
    }
  })
})

describe('text that NFC leaves alone', () => {
  it('is left alone by the binding, alone and beside what composes', () => {
    const normalizer = tokenizerWith({ normalizer: { type: 'NFC' } }).getNormalizer()!
    const untouched: string[] = []
    for (const text of allCharacters())
      for (const c of text) {
        const bytes = Buffer.from(c, 'utf8')
        if (!mayChangeUnderNfc(bytes, 0, bytes.length)) untouched.push(c)
      }
    expect(untouched.length).toBeGreaterThan(40_000)
    for (let i = 0; i < untouched.length; i += 500) {
      const text = untouched.slice(i, i + 500).join('')
      expect(normalizer.normalizeString(text)).toBe(text)
    }
    const reversed = untouched.toReversed().join('')
    expect(normalizer.normalizeString(reversed)).toBe(reversed)
  })
})
