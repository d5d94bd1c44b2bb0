import { part, scoresOf } from './scores.ts'
import { answers } from './text-view.ts'
import type { TextView } from './text-view.ts'

/** Part of the longer answer that must be aligned for two answers to be the same in other words. */
const SAME_ANSWER = 0.5
/** A few edits make another answer of fewer words than these: then the question must be another too. */
const SHORT_ANSWER = 8
/** Part of the longer last sentence of two prompts that must be aligned for them to ask the same. */
const SAME_QUESTION = 0.6

/**
 * True for two conversations that answer otherwise: one prompt with two answers, or two questions about one text. What the
 * prompts share makes them near each other, but neither repeats the other.
 */
export function answersOtherwise(views: readonly [TextView, TextView]): boolean {
  const [a, b] = views
  const { alignedRatio, words } = scoresOf(part(a, true), part(b, true))
  if (Math.max(...words) === 0 || alignedRatio >= SAME_ANSWER) return false
  const [p, q] = [part(a, false), part(b, false)]
  if (p.length === q.length && p.every((word, i) => word === q[i])) return true
  if (Math.min(...words) === 0) return false
  return Math.max(...words) >= SHORT_ANSWER || !askTheSame(views)
}

function askTheSame([a, b]: readonly [TextView, TextView]): boolean {
  const [p, q] = [lastSentence(a), lastSentence(b)]
  return p.length > 0 && q.length > 0 && scoresOf(p, q).alignedRatio >= SAME_QUESTION
}

/** Words of the last sentence before the first answer. */
function lastSentence(view: TextView): Uint32Array {
  const isAnswer = answers(view)
  let end = 0
  while (end < view.hash.length && !isAnswer(end)) end++
  let from = end - 1
  while (from > 0 && view.turn[from - 1] === view.turn[from] && !endsBefore(view, from)) from--
  return view.hash.subarray(Math.max(0, from), end)
}

/** Whether a sentence or a line ends in front of the word. */
function endsBefore({ turns, turn, start, end }: TextView, word: number): boolean {
  const text = turns[turn[word] as number]?.text.subarray(end[word - 1], start[word])
  return /[\n.!?;:。！？؟।]/.test(Buffer.from(text ?? []).toString())
}
