import { isFunctionWord } from '../../text/lexicon.ts'
import { beginsSentence, endsClause } from './boundary.ts'
import type { ExampleWords, TurnBounds } from './example-words.ts'
import { rowText } from './gaps.ts'
import type { PackedItems } from './items.ts'

/** Words like "is", "known as the" between a question and the answer told with it, or in front of both. */
const MOST_BETWEEN = 5
/** Other words that say something among the question's. */
const MOST_INSERTED = 2

/** Where a question was found: the row word of each of its words, −1 where none. */
interface Found {
  words: ExampleWords
  turn: TurnBounds
  partner: readonly number[]
}

/**
 * Is the question told as a statement: does one sentence hold it and its answer, one right behind the other, and nothing
 * else? "The drug of choice for x is y", "Y is the drug of choice for x".
 */
export function isTold(items: PackedItems, answer: Uint32Array, { words, turn, partner }: Found): boolean {
  const isFiller = (w: number) => isFunctionWord(rowText(items, words, w))
  const found = new Set(partner.filter((w) => w >= 0 && !isFiller(w)))
  if (found.size === 0) return false
  const from = Math.min(...found)
  const to = Math.max(...found) + 1
  let inserted = 0
  for (let w = from; w < to && inserted <= MOST_INSERTED; w++) if (!found.has(w) && !isFiller(w)) inserted++
  if (inserted > MOST_INSERTED) return false
  const at = { words, turn, isFiller, answer }
  return (opens(at, from) && isAnsweredBehind(at, to)) || (closes(at, to) && isAnsweredBefore(at, from))
}

interface At {
  words: ExampleWords
  turn: TurnBounds
  isFiller: (w: number) => boolean
  answer: Uint32Array
}

/** Stands the answer at word w, or behind a few words that say nothing, and the sentence or a part of it ends with it? */
function isAnsweredBehind({ words, turn, isFiller, answer }: At, to: number): boolean {
  for (let w = to; w <= to + MOST_BETWEEN && w + answer.length <= turn.to; w++) {
    if (beginsSentence(words, turn, w) || (w > to && !isFiller(w - 1))) break
    if (equal(answer, words.symbols, w)) return endsClause(words, turn, w + answer.length)
  }
  return false
}

/** Ends the answer in front of word `from`, or of a few words that say nothing, and the sentence begins with it? */
function isAnsweredBefore(at: At, from: number): boolean {
  const { words, turn, isFiller, answer } = at
  for (let w = from; w >= from - MOST_BETWEEN && w - answer.length >= turn.from; w--) {
    if (equal(answer, words.symbols, w - answer.length)) return opens(at, w - answer.length)
    if (beginsSentence(words, turn, w) || !isFiller(w - 1)) break
  }
  return false
}

/** Does the sentence begin at word w, or with an article or the like in front of it? */
function opens({ words, turn, isFiller }: At, w: number): boolean {
  for (let from = w; from >= Math.max(turn.from, w - MOST_BETWEEN); from--) {
    if (beginsSentence(words, turn, from)) return true
    if (!isFiller(from - 1)) return false
  }
  return false
}

/** Does a part of the sentence end before word w, or with words that say nothing behind it? */
function closes({ words, turn, isFiller }: At, w: number): boolean {
  for (let to = w; to <= Math.min(turn.to, w + MOST_BETWEEN); to++) {
    if (endsClause(words, turn, to)) return true
    if (!isFiller(to)) return false
  }
  return false
}

/** Do these words stand at w? */
export function equal(wanted: Uint32Array, symbols: Uint32Array, w: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (wanted[i] !== symbols[w + i]) return false
  return true
}
