import { WORD_KIND } from '../../../core/batch.ts'
import type { Example } from '../../../core/example.ts'
import { Normaliser } from '../../../text/normalise.ts'
import { shingles } from '../../../text/shingle.ts'
import { isView, turnsOf, wordsOf } from '../look.ts'
import type { Turn } from '../look.ts'
import { TEMPLATE_WORDS, isCrowd, markTemplates } from './templates.ts'

/** A word of a view, where it stands in the text. */
export interface ViewWord {
  turn: Turn
  start: number
  end: number
  hash: number
  kind: number
  /** Part of template text. */
  masked: boolean
}

/** The view of an example again, from its text: what a scan reduced to hashes. */
export function textView(example: Example, templateBits: Uint32Array): ViewWord[] {
  const words: ViewWord[] = []
  for (const turn of turnsOf(example, isView)) {
    const found = wordsOf(turn.text)
    for (let w = 0; w < found.hash.length; w++) {
      words.push({
        turn,
        start: found.start[w] as number,
        end: found.end[w] as number,
        hash: found.hash[w] as number,
        kind: found.kind[w] as number,
        masked: false,
      })
    }
  }
  mark(words, templateBits)
  return words
}

function mark(words: ViewWord[], bits: Uint32Array): void {
  const hashes = Uint32Array.from(words, (word) => word.hash)
  const runs = new Uint32Array(words.length + 1)
  const n = shingles(hashes, { start: 0, end: hashes.length }, TEMPLATE_WORDS, runs)
  const mask = new Uint8Array(words.length + 2 * TEMPLATE_WORDS)
  if (n === 0 || markTemplates(runs, n, bits, mask) === 0) return
  const isAnswer = (i: number): boolean => words[i]?.turn.role === 'assistant'
  if (isCrowd(words.length, (i) => mask[i] === 1, isAnswer)) return
  words.forEach((word, i) => (word.masked = mask[i] === 1))
}

const normaliser = new Normaliser()

/** Normalised form of a word. */
export function textOf(word: ViewWord): string {
  const { bytes, length } = normaliser.normalise(word.turn.text, word.start, word.end)
  // A minus sign alone is a dash to the normaliser: its digit stands in the next word.
  if (word.kind === WORD_KIND.symbol && length === 1 && bytes[0] === 0x2d)
    return rawOf(word) === '−' ? '−' : '-'
  return Buffer.from(bytes.subarray(0, length)).toString()
}

/** The word as written. */
export function rawOf(word: ViewWord): string {
  return Buffer.from(word.turn.text.subarray(word.start, word.end)).toString()
}
