import type { Finding } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ReduceContext } from '../../core/stage.ts'
import { countLevels } from './across.ts'
import type { Crossing } from './across.ts'
import { crossFindings, crossSets } from './sets.ts'
import type { Sets } from './sets.ts'

/**
 * Rows of one split that stand in another split of the same dataset. For each pair of splits the findings list the
 * rows of the held-out side (of two held-out splits, the one with fewer such rows); the figures count both sides.
 * @returns null where the files name fewer than two splits.
 */
export async function* splitFindings(
  sets: Omit<Sets, 'setOf'>,
  context: ReduceContext,
): AsyncGenerator<Finding, JsonObject | null> {
  const { rows } = sets.work
  const ofShard = context.plan.shards.map(({ split }) => split ?? null)
  const names = [...new Set(ofShard.filter((split) => split !== null))].sort(trainFirst)
  if (names.length < 2) return null
  const numbers = ofShard.map((split) => (split === null ? -1 : names.indexOf(split)))
  const setOf = (row: number): number => numbers[rows.shard[row] as number] ?? -1
  const counts = new Float64Array(names.length)
  let none = 0
  for (let row = 0; row < rows.count; row++) {
    const set = setOf(row)
    if (set < 0) none++
    else counts[set] = (counts[set] as number) + 1
  }
  const crossed = await crossSets({ ...sets, setOf })
  const pairs: JsonObject[] = []
  for (const [a, first] of names.entries()) {
    for (const [b, second] of names.entries()) {
      if (b <= a) continue
      const [left, right] = [crossed.get(`${a},${b}`) ?? [], crossed.get(`${b},${a}`) ?? []]
      pairs.push({ a: first, b: second, inA: countLevels(left), inB: countLevels(right) })
      const [list, from, to] = listedSide([left, first], [right, second])
      const say = { rule: 'duplicates/split-overlap', lead: `A row of ${from} stands in ${to} too` }
      yield* crossFindings(list, sets.work, { ...say, side: 'b', evidence: { splits: { a: to, b: from } } })
    }
  }
  const byName = Object.fromEntries(names.map((name, i) => [name, { rows: counts[i] as number }]))
  return { splits: byName, rowsWithoutSplit: none, pairs }
}

function listedSide(
  [left, a]: readonly [readonly Crossing[], string],
  [right, b]: readonly [readonly Crossing[], string],
): [list: readonly Crossing[], from: string, to: string] {
  return a === 'train' || right.length <= left.length ? [right, b, a] : [left, a, b]
}

function trainFirst(a: string, b: string): number {
  return Number(b === 'train') - Number(a === 'train') || (a < b ? -1 : 1)
}
