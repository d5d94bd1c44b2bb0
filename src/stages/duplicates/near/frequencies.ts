import { WORD_KIND } from '../../../core/batch.ts'
import { textBetween, textOf } from './text-view.ts'
import type { ViewWord } from './text-view.ts'
import { unitValue } from './vocabulary.ts'
import { list } from '../../../text/word-lists.ts'

/** How often something is taken, as prescriptions shorten it; with points each letter is a word. */
const FREQUENCIES = list('qd bid bd tid tds qid qds qod qhs')
/** Bytes on either side of a letter that hold what it is a part of: "q.i.d.". */
const REACH = 6

/** True for two stretches of nothing but such short forms (or parts of them) that stand for different ones. */
export function frequenciesDiffer(a: readonly ViewWord[], b: readonly ViewWord[]): boolean {
  const [p, q] = [a, b].map((words) => new Set(words.map(frequencyOf))) as [
    Set<string | null>,
    Set<string | null>,
  ]
  if (p.has(null) || q.has(null)) return false
  return p.size !== q.size || [...p].some((frequency) => !q.has(frequency))
}

function frequencyOf(word: ViewWord): string | null {
  const found = word.end - word.start === 1 ? dotted(word) : textOf(word)
  return found !== null && FREQUENCIES.has(found) ? unitValue(found) : null
}

/** The letters of the run of letters and points a letter stands in: "qid". */
function dotted(word: ViewWord): string | null {
  if (word.kind !== WORD_KIND.letters) return null
  const before = /(?<![a-z])(?:[a-z]\.)*$/i.exec(textBetween(word, word.start - REACH, word.start))
  const from = textBetween(word, word.start, word.end + REACH)
  const behind = /^(?:[a-z]\.)+(?:[a-z](?![a-z]))?|^[a-z]/i.exec(from)
  if (before === null || behind === null) return null
  return (before[0] + behind[0]).replaceAll('.', '').toLowerCase()
}
