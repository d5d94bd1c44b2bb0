import type { Group } from './groups.ts'
import type { Level } from './levels.ts'
import { hasKey, sameKey } from './rows.ts'
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

/** Groups up to this size list every pair; larger ones list each member with the representative. */
export const ALL_PAIRS = 8

/** The pairs of one level's groups that no stronger level has listed. */
export function pairsOf(
  rows: Rows,
  groups: readonly Group[],
  level: { level: Level; stronger: KeyName | null },
): Pair[] {
  const pairs: Pair[] = []
  groups.forEach((group, number) => {
    const same = (x: number, y: number): boolean =>
      level.stronger !== null && hasKey(rows, x, level.stronger) && sameKey(rows, x, y, level.stronger)
    const add = (a: number, b: number): void => {
      if (!same(a, b)) pairs.push({ level: level.level, a, b, group: number, size: group.length })
    }
    const members = group.length <= ALL_PAIRS ? group : firstOfEach(group, same)
    if (members.length > ALL_PAIRS) for (const b of members.subarray(1)) add(members[0] as number, b)
    else members.forEach((a, i) => members.subarray(i + 1).forEach((b) => add(a, b)))
  })
  return pairs
}

/** One member of each set of rows a stronger level holds together; groups are sorted so that equal rows stand together. */
function firstOfEach(group: Group, same: (x: number, y: number) => boolean): Group {
  return group.filter((row, i) => i === 0 || !same(group[i - 1] as number, row))
}
