import { WORD_SHIFT } from '../rows.ts'

/** Slots for words; two words sharing a slot only make a name look like a word. */
export const SMALL_SLOTS = 1 << 24

/** Tells whether a word is ever written in lower case in the corpus: proper names are not. */
export type LowerCaseSeen = (hash: number) => boolean

/** Tells which words are somewhere written small: `bits` has a bit per slot. */
export function seenInLowerCase(bits: Uint32Array): LowerCaseSeen {
  return (hash) => {
    const slot = (hash >>> WORD_SHIFT) & (SMALL_SLOTS - 1)
    return (((bits[slot >>> 5] as number) >>> (slot & 31)) & 1) === 1
  }
}
