import { describe, expect, it } from 'vitest'
import { Bpe } from '../../../src/text/tokenizer/bpe.ts'
import { KNOWN_PATTERNS, O200K_PATTERN } from '../../../src/text/tokenizer/patterns.ts'
import { Merger } from '../../../src/text/tokenizer/merge.ts'
import { openTokenizer, prepareTokenizer } from '../../../src/text/tokenizer/tokenizer.ts'
import { packVocabulary } from '../../../src/text/tokenizer/vocabulary.ts'
import { pick, randomOf } from '../../support/random.ts'
import { FAST } from './build.ts'
import { memoryResources, official, officialIds } from './oracle.ts'

/** A vocabulary of single bytes and random merges over few letters, so that ranks compete everywhere. */
function randomVocabulary(random: () => number) {
  const tokens: string[] = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte))
  const position = new Map(tokens.map((token, i) => [token, i]))
  const merges: number[] = []
  for (let i = 0; i < 60; i++) {
    const some = () => (random() < 0.5 ? pick(random, ['a', 'b', 'c']) : pick(random, tokens.slice(250)))
    const [left, right] = [some(), some()]
    if (!position.has(left + right)) {
      position.set(left + right, tokens.length)
      tokens.push(left + right)
    }
    merges.push(position.get(left)!, position.get(right)!, position.get(left + right)!)
  }
  return { tokens, merges }
}

/** The lowest rank, leftmost, again and again. */
function naive(word: string, tokens: readonly string[], merges: readonly number[]): number[] {
  const rank = new Map<string, [number, number]>()
  for (let i = 0; i < merges.length; i += 3) rank.set(`${merges[i]} ${merges[i + 1]}`, [i, merges[i + 2]!])
  const symbols = [...word].map((c) => tokens.indexOf(c))
  for (;;) {
    let best: [number, number] | undefined
    let at = -1
    for (let i = 0; i + 1 < symbols.length; i++) {
      const here = rank.get(`${symbols[i]} ${symbols[i + 1]}`)
      if (here !== undefined && (best === undefined || here[0] < best[0])) [best, at] = [here, i]
    }
    if (best === undefined) return symbols
    symbols.splice(at, 2, best[1])
  }
}

describe('merging', () => {
  it('takes the lowest rank first, leftmost of equals, for short and long words alike', () => {
    const random = randomOf(11)
    for (let round = 0; round < 60; round++) {
      const { tokens, merges } = randomVocabulary(random)
      const vocabulary = packVocabulary({
        tokens: tokens.map((token) => Buffer.from(token, 'latin1')),
        ids: tokens.map((_, i) => i),
        merges: Int32Array.from(merges),
      })
      const merger = new Merger(vocabulary)
      for (const length of [1, 2, 7, 30, 48, 49, 50, 90, 300]) {
        const word = Array.from({ length }, () => pick(random, ['a', 'b', 'c', 'a', 'z'])).join('')
        const bytes = Buffer.from(`--${word}--`, 'latin1')
        const count = merger.merge(bytes, 2, 2 + length)
        expect([...merger.symbols.subarray(0, count)], word).toEqual(naive(word, tokens, merges))
      }
    }
  })

  it('gets through words of 100 kB as the official binding does', async () => {
    const random = randomOf(5)
    const letters = (length: number, of: string) =>
      Array.from({ length }, () => pick(random, [...of])).join('')
    const words = [
      'a'.repeat(100_000),
      letters(100_000, 'abcdefghijklmnopqrstuvwxyz'),
      letters(40_000, '発熱患者三日'),
    ]
    const tokenizer = await openTokenizer(
      await prepareTokenizer('file:x.json', memoryResources(FAST['llama3']!)),
    )
    const json = JSON.stringify({ ...JSON.parse(FAST['llama3']!), truncation: null })
    const expected = await officialIds(official.Tokenizer.fromString(json), words)
    const out = new Uint32Array(200_000)
    for (const [i, word] of words.entries()) {
      const bytes = Buffer.from(word, 'utf8')
      expect([...out.subarray(0, tokenizer.encode(bytes, 0, bytes.length, out))]).toEqual(expected[i])
      expect(tokenizer.encode(bytes, 0, bytes.length, new Uint32Array(10))).toBe(-1)
    }
  })
})

describe('the cache of pieces', () => {
  it('does not grow with ever-new words, and forgets none of its exactness', () => {
    const random = randomOf(3)
    const { tokens, merges } = randomVocabulary(random)
    const parts = {
      tokens: tokens.map((token) => Buffer.from(token, 'latin1')),
      ids: tokens.map((_, i) => i),
    }
    const vocabulary = packVocabulary({ ...parts, merges: Int32Array.from(merges) })
    const rule = { split: KNOWN_PATTERNS.get(O200K_PATTERN)!, ignoreMerges: false }
    const bpe = new Bpe(vocabulary, rule)
    const probe = Buffer.from('abcab cabba zzab acacac bbbbbbbb abcabcabcabcabcabc', 'latin1')
    const before = bpe.count(probe, 0, probe.length)
    const held = () => process.memoryUsage().arrayBuffers
    const start = held()
    for (let i = 0; i < 40; i++) {
      // Short ones for the table of short pieces, long ones for the other.
      const words = Array.from({ length: 10_000 }, (_, k) =>
        (i * 10_000 + k).toString(36).replace(/\d/g, 'q'),
      )
      const text = Buffer.from(
        words.map((word) => (word.length % 2 ? word : word.repeat(4))).join(' '),
        'latin1',
      )
      bpe.count(text, 0, text.length)
    }
    const fresh = new Bpe(vocabulary, rule)
    expect(bpe.count(probe, 0, probe.length)).toBe(before)
    const text = Buffer.from(
      Array.from({ length: 3000 }, () => pick(random, ['abc', 'zab ', 'ca'])).join(''),
      'latin1',
    )
    expect(bpe.count(text, 0, text.length)).toBe(fresh.count(text, 0, text.length))
    expect(held() - start).toBeLessThan(32 << 20)
  })
})
