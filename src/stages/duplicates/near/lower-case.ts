import type { ReduceContext } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { WORD_FLAG, WORD_SHIFT } from '../rows.ts'
import type { LowerCaseSeen } from './classify.ts'
import { array, ranges } from './views.ts'

/** A bit per slot for words seen in lower case; two words sharing a slot only make a name look like a word. */
const SLOTS = 1 << 24
/** Parts the words are read in. Changes no result. */
const PARTS = 4

/** Asks the corpus itself whether a word is ever written small. */
export async function lowerCaseWords(words: Uint32Array, context: ReduceContext): Promise<LowerCaseSeen> {
  const bits = new Uint32Array(SLOTS / 32)
  const inputs = ranges(words.length, PARTS).map((range) => ({ words, ...range }))
  for await (const answer of context.round('lower-case', inputs)) {
    const part = array(answer, 'bits')
    for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] as number) | (part[i] as number)
  }
  return (hash) => {
    const slot = (hash >>> WORD_SHIFT) & (SLOTS - 1)
    return (((bits[slot >>> 5] as number) >>> (slot & 31)) & 1) === 1
  }
}

/** Round: a bit for every word of words[from, to) that starts with a small letter. */
export function findLowerCase(input: Tally): Tally {
  const words = array(input, 'words')
  const bits = new Uint32Array(SLOTS / 32)
  const to = input['to'] as number
  for (let i = input['from'] as number; i < to; i++) {
    const word = words[i] as number
    const slot = (word >>> WORD_SHIFT) & (SLOTS - 1)
    bits[slot >>> 5] = (bits[slot >>> 5] as number) | ((word & WORD_FLAG.lowerCase) << (slot & 31))
  }
  return { bits }
}
