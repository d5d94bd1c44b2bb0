import { WORD_FLAG, WORD_SHIFT } from '../rows.ts'
import type { LowerCaseSeen } from './classify.ts'

/** A bit per slot for words seen in lower case; two words sharing a slot only make a name look like a word. */
const SLOTS = 1 << 24

/** Asks the corpus itself whether a word is ever written small. The words are read once, on the first question. */
export function lowerCaseWords(words: Uint32Array): LowerCaseSeen {
  let bits: Uint32Array | undefined
  return (hash) => {
    bits ??= collect(words)
    const slot = (hash >>> WORD_SHIFT) & (SLOTS - 1)
    return (((bits[slot >>> 5] as number) >>> (slot & 31)) & 1) === 1
  }
}

function collect(words: Uint32Array): Uint32Array {
  const bits = new Uint32Array(SLOTS / 32)
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number
    if ((word & WORD_FLAG.lowerCase) === 0) continue
    const slot = (word >>> WORD_SHIFT) & (SLOTS - 1)
    bits[slot >>> 5] = (bits[slot >>> 5] as number) | (1 << (slot & 31))
  }
  return bits
}
