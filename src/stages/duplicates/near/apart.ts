import { answersConflict } from '../pairs.ts'
import { hasKey, keyAt, choiceOf, sameKey } from '../rows.ts'
import type { KeyName, Rows } from '../rows.ts'

/**
 * True for two rows that ask the same and choose another letter or option. However alike their words are, neither repeats
 * the other: both are needed to see that they disagree.
 */
export function answerApart(rows: Rows, x: number, y: number): boolean {
  const letters = [choiceOf(rows, x), choiceOf(rows, y)] as const
  if (holds(rows, x, y, 'prompt')) return !letters.includes(0) && letters[0] !== letters[1]
  return holds(rows, x, y, 'question') && answersConflict(rows, x, y)
}

/** True for two rows that name another letter and another option, whatever they ask: one of two near prompts is labelled wrong, or a word in it decides. */
export function choosesOtherwise(rows: Rows, x: number, y: number): boolean {
  const [a, b] = [choiceOf(rows, x), choiceOf(rows, y)]
  if (a === 0 || b === 0 || a === b) return false
  const unread = (row: number): boolean =>
    rows.answerText[2 * row] === 0 && rows.answerText[2 * row + 1] === 0
  return answersConflict(rows, x, y) || (unread(x) && unread(y))
}

/** True for a pair that a stronger level lists: the same prompt or the same question. */
export function strongerHolds(rows: Rows, x: number, y: number): boolean {
  return holds(rows, x, y, 'prompt') || holds(rows, x, y, 'question')
}

function holds(rows: Rows, x: number, y: number, key: KeyName): boolean {
  return hasKey(rows, x, key) && sameKey(rows, x, y, key)
}

/** Asked and answered in the same way: what disagrees with one of the two disagrees with both. */
function answersAlike(rows: Rows, x: number, y: number): boolean {
  const { answerText } = rows
  return (
    choiceOf(rows, x) === choiceOf(rows, y) &&
    answerText[2 * x] === answerText[2 * y] &&
    answerText[2 * x + 1] === answerText[2 * y + 1] &&
    (['prompt', 'question'] as const).every(
      (key) => hasKey(rows, x, key) === hasKey(rows, y, key) && sameKey(rows, x, y, key),
    )
  )
}

/** Rows that repeat one of them: none of them answers otherwise than another. */
export class Agreeing {
  readonly #rows: Rows
  /** Rows taken, by the first bits of their prompt and of their question: only such rows can disagree. */
  readonly #taken = new Map<string, number[]>()

  constructor(rows: Rows) {
    this.#rows = rows
  }

  /** @returns false where a row taken before answers otherwise. */
  take(row: number): boolean {
    const lists = (['prompt', 'question'] as const)
      .filter((key) => hasKey(this.#rows, row, key))
      .map((key) => this.#list(`${key} ${this.#rows.keys[keyAt(row, key)]}`))
    if (lists.some((list) => list.some((other) => answerApart(this.#rows, row, other)))) return false
    // Of thousands of copies one is enough to compare the next with.
    for (const list of lists) if (!list.some((other) => answersAlike(this.#rows, row, other))) list.push(row)
    return true
  }

  #list(key: string): number[] {
    let list = this.#taken.get(key)
    if (list === undefined) this.#taken.set(key, (list = []))
    return list
  }
}
