import type { JsonObject } from '../../core/json.ts'
import type { Plan } from '../../core/plan.ts'
import type { Group } from './groups.ts'
import { addTokens, noTokens } from './row-tokens.ts'
import type { TokenSums } from './row-tokens.ts'
import type { Rows } from './rows.ts'

interface Figures extends TokenSums {
  groups: number
  rows: number
  removable: number
  words: number
}

interface Cell extends Omit<Figures, 'removable'> {
  a: string
  b: string
}

/** The row of a group that stays where its others go. */
const firstOf = (group: Group): Group => group.subarray(0, 1)

/**
 * Groups, rows in them and rows that could go, in all, by component and by pair of components.
 * @param stayOf the rows of a group that stay: of rows that contradict each other, one of each side.
 */
export function levelMetrics(
  groups: readonly Group[],
  rows: Rows,
  plan: Plan,
  stayOf: (group: Group) => Group = firstOf,
): JsonObject {
  const none = (): Figures => ({ groups: 0, rows: 0, removable: 0, words: 0, ...noTokens(rows) })
  const total = none()
  const components = new Map<string, Figures>()
  const matrix = new Map<string, Cell>()
  const sizes = new Map<number, number>()
  for (const group of groups) {
    sizes.set(group.length, (sizes.get(group.length) ?? 0) + 1)
    const stay = new Set(stayOf(group))
    count(total, group, rows, stay)
    const byComponent = componentsOf(group, rows, plan)
    const names = [...byComponent.keys()].sort()
    for (const name of names) {
      const figures = entry(components, name, none)
      const members = byComponent.get(name) as number[]
      count(figures, members, rows, stay)
    }
    addToMatrix(matrix, byComponent, names, rows)
  }
  return {
    ...total,
    components: Object.fromEntries([...components].sort(byName)),
    pairs: [...matrix.values()].sort((x, y) => (x.a + '\u0000' + x.b < y.a + '\u0000' + y.b ? -1 : 1)),
    sizes: [...sizes].sort((x, y) => x[0] - y[0]),
  } as unknown as JsonObject
}

function componentsOf(group: Group, rows: Rows, plan: Plan): Map<string, number[]> {
  const members = new Map<string, number[]>()
  for (const row of group) {
    const name = plan.shards[rows.shard[row] as number]?.component ?? ''
    entry(members, name, () => []).push(row)
  }
  return members
}

/** `words` and `tokens` are those of removable rows. */
function count(figures: Figures, members: Iterable<number>, rows: Rows, stay: ReadonlySet<number>): void {
  figures.groups++
  for (const row of members) {
    figures.rows++
    if (stay.has(row)) continue
    figures.removable++
    figures.words += rows.wordCount[row] as number
    addTokens(figures, rows, row)
  }
}

function addToMatrix(
  matrix: Map<string, Cell>,
  members: ReadonlyMap<string, readonly number[]>,
  names: readonly string[],
  rows: Rows,
): void {
  names.forEach((a, i) => {
    for (const b of names.slice(i)) {
      const own = members.get(a)?.length ?? 0
      if (a === b && own < 2) continue
      const cell = entry(matrix, `${a}\u0000${b}`, () => ({
        ...{ a, b, groups: 0, rows: 0, words: 0 },
        ...noTokens(rows),
      }))
      cell.groups++
      for (const row of [...(members.get(a) ?? []), ...(a === b ? [] : (members.get(b) ?? []))]) {
        cell.rows++
        cell.words += rows.wordCount[row] as number
        addTokens(cell, rows, row)
      }
    }
  })
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1
}
