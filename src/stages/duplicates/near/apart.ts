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

function choosesAlike(rows: Rows, x: number, y: number): boolean {
  const { answerText } = rows
  return (
    choiceOf(rows, x) === choiceOf(rows, y) &&
    answerText[2 * x] === answerText[2 * y] &&
    answerText[2 * x + 1] === answerText[2 * y + 1]
  )
}

/** Asked and answered in the same way: what disagrees with one of the two disagrees with both. */
function answersAlike(rows: Rows, x: number, y: number): boolean {
  return (
    choosesAlike(rows, x, y) &&
    (['prompt', 'question'] as const).every(
      (key) => hasKey(rows, x, key) === hasKey(rows, y, key) && sameKey(rows, x, y, key),
    )
  )
}

/** Pairs whose texts were read and are no copies of each other, by row. */
export type ReadApart = ReadonlyMap<number, ReadonlySet<number>>

export function readApart(pairs: Iterable<{ a: number; b: number }>): ReadApart {
  const apart = new Map<number, Set<number>>()
  const add = (a: number, b: number): void => {
    const others = apart.get(a)
    if (others === undefined) apart.set(a, new Set([b]))
    else others.add(b)
  }
  for (const { a, b } of pairs) {
    add(a, b)
    add(b, a)
  }
  return apart
}

/**
 * Rows that repeat one of them: none of them answers otherwise than another, or was read not to be its copy. Two of them may
 * be near to a third without being near to each other.
 */
export class Agreeing {
  readonly #rows: Rows
  readonly #apart: ReadApart
  readonly #members = new Set<number>()
  /** One row taken of each option they choose. */
  readonly #choosing: number[] = []
  /** Rows taken, by the first bits of their prompt and of their question: only such rows can disagree. */
  readonly #taken = new Map<string, number[]>()

  constructor(rows: Rows, apart: ReadApart) {
    this.#rows = rows
    this.#apart = apart
  }

  /** @returns false where a row taken before answers otherwise or is no copy of it. */
  take(row: number): boolean {
    for (const other of this.#apart.get(row) ?? []) if (this.#members.has(other)) return false
    if (this.#choosing.some((other) => choosesOtherwise(this.#rows, row, other))) return false
    const lists = (['prompt', 'question'] as const)
      .filter((key) => hasKey(this.#rows, row, key))
      .map((key) => this.#list(`${key} ${this.#rows.keys[keyAt(row, key)]}`))
    if (lists.some((list) => list.some((other) => answerApart(this.#rows, row, other)))) return false
    // Of thousands of copies one is enough to compare the next with.
    this.#members.add(row)
    const chosen = choiceOf(this.#rows, row) !== 0
    if (chosen && !this.#choosing.some((other) => choosesAlike(this.#rows, row, other)))
      this.#choosing.push(row)
    for (const list of lists) if (!list.some((other) => answersAlike(this.#rows, row, other))) list.push(row)
    return true
  }

  #list(key: string): number[] {
    let list = this.#taken.get(key)
    if (list === undefined) this.#taken.set(key, (list = []))
    return list
  }
}
