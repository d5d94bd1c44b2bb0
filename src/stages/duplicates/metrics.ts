import type { JsonObject } from '../../core/json.ts'
import type { Plan } from '../../core/plan.ts'
import type { Group } from './groups.ts'
import type { Rows } from './rows.ts'

/** Groups, rows in them and rows beyond the first of each, in all, by component and by pair of components. */
export function levelMetrics(groups: readonly Group[], rows: Rows, plan: Plan): JsonObject {
  const total = { groups: 0, rows: 0, removable: 0, words: 0 }
  const components = new Map<string, typeof total>()
  const matrix = new Map<string, { a: string; b: string; groups: number; rows: number; words: number }>()
  const sizes = new Map<number, number>()
  for (const group of groups) {
    sizes.set(group.length, (sizes.get(group.length) ?? 0) + 1)
    count(total, group, rows, true)
    const byComponent = componentsOf(group, rows, plan)
    const names = [...byComponent.keys()].sort()
    for (const name of names) {
      const figures = entry(components, name, () => ({ groups: 0, rows: 0, removable: 0, words: 0 }))
      const members = byComponent.get(name) as number[]
      count(figures, members, rows, members.includes(group[0] as number))
    }
    addToMatrix(matrix, byComponent, names, rows)
  }
  return {
    ...total,
    components: Object.fromEntries([...components].sort(byName)),
    pairs: [...matrix.values()].sort((x, y) => (x.a + '\u0000' + x.b < y.a + '\u0000' + y.b ? -1 : 1)),
    sizes: [...sizes].sort((x, y) => x[0] - y[0]),
  }
}

function componentsOf(group: Group, rows: Rows, plan: Plan): Map<string, number[]> {
  const members = new Map<string, number[]>()
  for (const row of group) {
    const name = plan.shards[rows.shard[row] as number]?.component ?? ''
    entry(members, name, () => []).push(row)
  }
  return members
}

/** `words` counts the words of removable rows. */
function count(
  figures: { groups: number; rows: number; removable: number; words: number },
  members: ArrayLike<number>,
  rows: Rows,
  holdsFirst: boolean,
): void {
  figures.groups++
  figures.rows += members.length
  figures.removable += members.length - (holdsFirst ? 1 : 0)
  for (let i = holdsFirst ? 1 : 0; i < members.length; i++)
    figures.words += rows.wordCount[members[i] as number] as number
}

function addToMatrix(
  matrix: Map<string, { a: string; b: string; groups: number; rows: number; words: number }>,
  members: ReadonlyMap<string, readonly number[]>,
  names: readonly string[],
  rows: Rows,
): void {
  const wordsOf = (name: string): number =>
    (members.get(name) ?? []).reduce((sum, row) => sum + (rows.wordCount[row] as number), 0)
  names.forEach((a, i) => {
    for (const b of names.slice(i)) {
      const own = members.get(a)?.length ?? 0
      if (a === b && own < 2) continue
      const cell = entry(matrix, `${a}\u0000${b}`, () => ({ a, b, groups: 0, rows: 0, words: 0 }))
      cell.groups++
      cell.rows += a === b ? own : own + (members.get(b)?.length ?? 0)
      cell.words += a === b ? wordsOf(a) : wordsOf(a) + wordsOf(b)
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
