import type { ExampleWords, TurnBounds } from './example-words.ts'
import { isMarkup } from './gaps.ts'
import { isRomanOne, labelBefore } from './labels.ts'

/** What a match fills: its turn, lines, sentences. Bits of a mask. */
export const BOUNDARY = { turn: 1, line: 2, sentence: 4 } as const

/** How far behind the match a list of options may begin. */
const LIST_REACH = 160

/** Words [questionFrom, questionTo) of a turn. */
interface Place {
  turn: TurnBounds
  questionFrom: number
  questionTo: number
}

/** Labels in a row (A, B, C …) after the question began: how many options the row itself lists. */
export function labelled(words: ExampleWords, at: Place): number {
  let next = 0
  const end = Math.min(at.turn.to, at.questionTo + LIST_REACH)
  for (let w = at.questionFrom + 1; w < end && next < 12; w++) {
    const label = labelBefore(words, at.turn, w)
    if (label === next || isRomanOne(label, next)) next++
  }
  return next
}

/** Does the match fill the turn, or begin and end where a line or a sentence does? */
export function boundary(words: ExampleWords, at: Place): number {
  if (at.questionTo <= at.questionFrom) return 0
  let from = at.questionFrom
  let to = at.questionTo
  while (from > at.turn.from && isMarkup(words, from - 1)) from--
  while (to < at.turn.to && isMarkup(words, to)) to++
  const start = words.start[words.first + from] as number
  const end = words.end[words.first + to - 1] as number
  const firstWord = from === at.turn.from
  const lastWord = to === at.turn.to
  const lineStart = firstWord || gapHas(words.bytes, start, -1, LINE)
  const lineEnd = lastWord || gapHas(words.bytes, end, 1, LINE)
  const sentenceStart = lineStart || gapHas(words.bytes, start, -1, SENTENCE)
  const sentenceEnd = lineEnd || gapHas(words.bytes, end, 1, SENTENCE)
  return (
    (firstWord && lastWord ? BOUNDARY.turn : 0) |
    (lineStart && lineEnd ? BOUNDARY.line : 0) |
    (sentenceStart && sentenceEnd ? BOUNDARY.sentence : 0)
  )
}

const LINE = [10, 13]
const SENTENCE = [10, 13, 46, 58, 63, 33]

/** Is one of these bytes among the punctuation and spaces beside a word? `at` is its first byte, or one past its last. */
function gapHas(bytes: Uint8Array, at: number, step: 1 | -1, wanted: readonly number[]): boolean {
  for (let i = step === 1 ? at : at - 1; i >= 0 && i < bytes.length; i += step) {
    const byte = bytes[i] as number
    if (wanted.includes(byte)) return true
    if ((byte >= 48 && byte <= 57) || (byte | 32) >= 97) return false
  }
  return true
}
