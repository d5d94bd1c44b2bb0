import { describe, expect, it } from 'vitest'
import { KNOWN_PATTERNS } from '../../../src/text/tokenizer/patterns.ts'
import { makeSplitter } from '../../../src/text/tokenizer/split.ts'
import type { NextPiece } from '../../../src/text/tokenizer/split.ts'
import { randomOf } from '../../support/random.ts'
import { nastyText } from './nasty-text.ts'
import { REFERENCE_PATTERNS, referenceSplit } from './split-reference.ts'

function pieces(next: NextPiece, text: string): string[] {
  const bytes = Buffer.from(text, 'utf8')
  const found: string[] = []
  for (let at = 0; at < bytes.length;) {
    const to = next(bytes, at, bytes.length)
    if (to <= at) throw new Error(`no piece at byte ${at} of ${JSON.stringify(text)}`)
    found.push(bytes.toString('utf8', at, to))
    at = to
  }
  return found
}

describe('hand-written splitters', () => {
  it.each(Object.entries(REFERENCE_PATTERNS))('%s cuts like its regular expression', (name, pattern) => {
    const next = makeSplitter(KNOWN_PATTERNS.get(pattern)!)
    const reference = referenceSplit(pattern)
    const random = randomOf(name.length)
    for (let i = 0; i < 800; i++) {
      const text = nastyText(random, 1 + Math.floor(random() * random() * 30))
      expect(pieces(next, text), JSON.stringify(text)).toEqual(reference(text))
    }
  })
})
