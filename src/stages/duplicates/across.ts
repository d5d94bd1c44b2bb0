import type { Group } from './groups.ts'
import type { Level } from './levels.ts'
import { answersConflict } from './pairs.ts'
import type { Rows } from './rows.ts'

/** Levels between two sets of rows in the order of `LEVELS`: a row is listed once, under the first that holds. */
export const ACROSS_LEVELS = [
  'record-exact',
  'conversation-exact',
  'normalised-exact',
  'same-prompt',
  'options-shuffled',
  'near-duplicate',
] as const satisfies readonly Level[]
export type AcrossLevel = (typeof ACROSS_LEVELS)[number]

/** A row of one set and the first row of another set it agrees with. */
export interface Crossing {
  row: number
  other: number
  level: AcrossLevel
  /** The row repeats one of the other set: equal, equal after normalisation, or nearly equal without another answer. */
  repeats: boolean
}

export interface AcrossInput {
  rows: Rows
  /** Number of the set a row belongs to; −1: none. */
  setOf(row: number): number
  /** Groups of each key level, of all rows. */
  groups: ReadonlyMap<AcrossLevel, readonly Group[]>
  /** Verified near-duplicates, between representatives of equal conversations. */
  edges: readonly { a: number; b: number }[]
  /** Rows equal after normalisation, by their representative. */
  classes: ReadonlyMap<number, Group>
}

/**
 * For every two sets of rows, the rows of each that stand in the other too, under the strongest level that holds.
 * @returns by "set of the row, other set": what was crossed, ascending by row.
 */
export function crossings(input: AcrossInput): Map<string, Crossing[]> {
  const seen = new Map<string, Crossing>()
  const found = new Map<string, Crossing[]>()
  const add = ({ row, other, level }: Omit<Crossing, 'repeats'>, name: string): void => {
    const key = `${row}:${name}`
    const known = seen.get(key)
    if (known !== undefined) {
      // What is listed under its prompt or question repeats the other all the same, unless their answers conflict.
      known.repeats ||= level === 'near-duplicate' && !answersConflict(input.rows, row, other)
      return
    }
    const repeats = level !== 'same-prompt' && level !== 'options-shuffled'
    const crossing = { row, other, level, repeats }
    seen.set(key, crossing)
    const list = found.get(name)
    if (list === undefined) found.set(name, [crossing])
    else list.push(crossing)
  }
  const cross = (from: ArrayLike<number>, to: ArrayLike<number>, level: AcrossLevel): void => {
    const first = firstOfSets(to, input)
    for (const row of Array.from(from)) {
      const set = input.setOf(row)
      if (set < 0) continue
      for (const [other, row2] of first)
        if (other !== set) add({ row, other: row2, level }, `${set},${other}`)
    }
  }
  for (const level of ACROSS_LEVELS) {
    for (const group of input.groups.get(level) ?? []) cross(group, group, level)
    if (level !== 'near-duplicate') continue
    for (const { a, b } of input.edges) {
      const [x, y] = [input.classes.get(a) ?? [a], input.classes.get(b) ?? [b]]
      cross(x, y, level)
      cross(y, x, level)
    }
  }
  for (const list of found.values()) list.sort((a, b) => a.row - b.row)
  return found
}

/** The first row of each set, in the order of the group. */
function firstOfSets(group: ArrayLike<number>, { setOf }: AcrossInput): Map<number, number> {
  const first = new Map<number, number>()
  for (const row of Array.from(group)) {
    const set = setOf(row)
    if (set >= 0 && !first.has(set)) first.set(set, row)
  }
  return first
}

/** Rows by level, and those that are repeats: equal, equal after normalisation, or nearly equal. */
export function countLevels(list: readonly Crossing[]): Record<string, number> {
  const counts: Record<string, number> = { rows: list.length, repeats: 0 }
  for (const level of ACROSS_LEVELS) counts[level] = 0
  for (const { level, repeats } of list) {
    counts[level] = (counts[level] ?? 0) + 1
    counts['repeats'] = (counts['repeats'] ?? 0) + Number(repeats)
  }
  return counts
}
