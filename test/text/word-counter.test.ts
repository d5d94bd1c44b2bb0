import { expect, test } from 'vitest'
import { buildVocabulary, wordNumber } from '../../src/text/vocabulary.ts'
import { WordCounter } from '../../src/text/word-counter.ts'
import { random } from './difflib.ts'

test('numbers are the vocabulary’s, and each word counts once an example', () => {
  const next = random(33)
  const draw = () => Math.floor(next() * 400) * 0x01000193
  const vocabulary = buildVocabulary(Uint32Array.from({ length: 300 }, draw))
  const counter = new WordCounter(vocabulary)
  for (let slice = 0; slice < 3; slice++) {
    const expected = new Uint32Array(vocabulary.size)
    for (let example = 0; example < 200; example++) {
      const hashes = Uint32Array.from({ length: Math.floor(next() * 80) }, draw)
      const first = Math.floor(next() * hashes.length)
      const symbols = new Uint32Array(hashes.length)
      counter.number(hashes, first, hashes.length - first, symbols)
      const numbers = [...hashes.subarray(first)].map((hash) => wordNumber(vocabulary, hash))
      expect([...symbols.subarray(0, numbers.length)]).toEqual(numbers)
      for (const number of new Set(numbers)) if (number !== 0xffffffff) expected[number]!++
    }
    expect([...counter.take()]).toEqual([...expected])
  }
})
