import { describe, expect, it } from 'vitest'
import { shown, shownLine, visible } from '../../src/formats/visible.ts'

describe('visible', () => {
  it('shows what hides or reorders', () => {
    expect(visible('a\u0000b\u001b[31m')).toBe('a␀b␛[31m')
    expect(visible('\u202e01\u202c')).toBe('⟦U+202E⟧01⟦U+202C⟧')
    expect(visible('\u200b\ufeff\u{e0041}\ud800')).toBe('⟦U+200B⟧⟦U+FEFF⟧⟦U+E0041⟧⟦U+D800⟧')
    expect(visible('line\r\nline\ttab')).toBe('line\nline\ttab')
  })

  it('leaves letters, marks, joiners and emoji alone', () => {
    const text = 'µg ≤ 5 × 10⁻³, naïve, می‌خواهم, क्‍ष, 👩‍⚕️, 例, e\u0301'
    expect(visible(text)).toBe(text)
  })

  it('leaves no control, bidi, tag or surrogate code point of any plane', () => {
    const bad = (code: number): boolean =>
      (code < 0x20 && code !== 9 && code !== 10) ||
      (code >= 0x7f && code < 0xa0) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069) ||
      code === 0x200e ||
      code === 0x200f ||
      code === 0x61c ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code & 0xfffe) === 0xfffe ||
      (code >= 0xe0000 && code <= 0xe007f)
    const wrong: number[] = []
    for (let code = 0; code <= 0x10ffff; code++) {
      for (const left of visible(String.fromCodePoint(code)))
        if (bad(left.codePointAt(0) ?? 0)) wrong.push(code)
    }
    expect(wrong).toEqual([])
  })

  it('cuts long texts, says how much is missing, and never half a pair', () => {
    expect(shown('abcdef', 3)).toBe('abc… (3 more characters)')
    expect(shown('a😀b', 2)).toBe('a… (2 more characters)')
    expect(shown('x'.repeat(1200))).toBe('x'.repeat(1200))
  })

  it('keeps one line where one line is asked for', () => {
    expect(shownLine('a\nb\tc\rd')).toBe('a␊b␉c␍d')
  })
})
