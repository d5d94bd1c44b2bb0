import type { Group } from './groups.ts'
import type { Level } from './levels.ts'
import { KEY_WORDS, hasKey, keyAt, choiceOf, sameKey } from './rows.ts'
import type { KeyName, Rows } from './rows.ts'

/** Two rows and the strongest level that holds between them; `a` comes first in `compareRows`. */
export interface Pair {
  level: Level
  a: number
  b: number
  /** Number of the group among its level's, and its size. */
  group: number
  size: number
}

/** A pair as one number: `smaller · rows + larger`, exact below 2⁵³. */
export function pairNumber(a: number, b: number, rows: number): number {
  return Math.min(a, b) * rows + Math.max(a, b)
}

/** Groups up to this size list every pair; larger ones list each member with the representative. */
export const ALL_PAIRS = 8
/** Answers of a large group that are held against each other. */
const MOST_ANSWERS = 8

/** The pairs of one level's groups that no stronger level has listed. */
export function pairsOf(
  rows: Rows,
  groups: readonly Group[],
  level: { level: Level; stronger: KeyName | null },
): Pair[] {
  const pairs: Pair[] = []
  groups.forEach((group, number) => {
    const { stronger } = level
    const same = (x: number, y: number): boolean =>
      stronger !== null && hasKey(rows, x, stronger) && sameKey(rows, x, y, stronger)
    const add = (a: number, b: number): void => {
      if (!same(a, b)) pairs.push({ level: level.level, a, b, group: number, size: group.length })
    }
    const members = group.length <= ALL_PAIRS ? group : firstOfEach(rows, group, stronger)
    if (members.length > ALL_PAIRS) for (const b of members.subarray(1)) add(members[0] as number, b)
    else eachTwo(members, add)
    if (group.length <= ALL_PAIRS) return
    // A star may hold none of two answers that conflict, and one member of a prompt none of its other answers.
    const listed = members.length > ALL_PAIRS ? members.subarray(0, 1) : members
    eachTwo(firstOfAnswers(rows, group, level.level).subarray(0, MOST_ANSWERS), (a, b) => {
      if (!(listed.includes(a) && members.includes(b))) add(a, b)
    })
  })
  return pairs
}

function eachTwo(members: Group, use: (a: number, b: number) => void): void {
  members.forEach((a, i) => members.subarray(i + 1).forEach((b) => use(a, b)))
}

/** One member of each set of rows a stronger level holds together, wherever in the group they stand. */
function firstOfEach(rows: Rows, group: Group, stronger: KeyName | null): Group {
  if (stronger === null) return group
  const seen = new Set<string>()
  return group.filter((row) => {
    if (!hasKey(rows, row, stronger)) return true
    const at = keyAt(row, stronger)
    const key = rows.keys.subarray(at, at + KEY_WORDS).join()
    return isFirst(seen, key)
  })
}

/** The first row of each answer a group gives: of one prompt by letter, of shuffled options by the option's text. */
export function firstOfAnswers(rows: Rows, group: Group, level: Level): Group {
  if (level !== 'same-prompt' && level !== 'options-shuffled') return group.subarray(0, 0)
  const seen = new Set<string>()
  return group.filter((row) => {
    const letters = choiceOf(rows, row)
    if (letters === 0) return false
    const text = rows.answerText.subarray(2 * row, 2 * row + 2).join()
    const answer = level === 'same-prompt' ? String(letters) : text
    return isFirst(seen, answer)
  })
}

function isFirst(seen: Set<string>, one: string): boolean {
  const known = seen.has(one)
  seen.add(one)
  return !known
}

/** Do both rows name an option, and not the same? */
export function answersConflict(rows: Pick<Rows, 'choice' | 'answerText'>, a: number, b: number): boolean {
  const differ = (i: number): boolean => rows.answerText[2 * a + i] !== rows.answerText[2 * b + i]
  return choiceOf(rows, a) !== 0 && choiceOf(rows, b) !== 0 && (differ(0) || differ(1))
}
