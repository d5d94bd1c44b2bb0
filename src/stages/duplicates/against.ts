import type { Finding } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ReduceContext } from '../../core/stage.ts'
import { countLevels } from './across.ts'
import type { Crossing } from './across.ts'
import type { CompareWork } from './compare.ts'
import type { Group } from './groups.ts'
import { findNearPairs } from './near/find-near.ts'
import type { DuplicateOptions } from './options.ts'
import type { KeyName, Rows } from './rows.ts'
import { crossFindings, crossSets } from './sets.ts'

/** The rows of the corpus audited, which come before those of the second corpus; without a copy. */
export function ownRows(all: Rows, context: Pick<ReduceContext, 'plan'>): Rows {
  const first = context.plan.shards.findIndex(({ against }) => against === true)
  if (first < 0) return all
  let count = 0
  while (count < all.count && (all.shard[count] as number) < first) count++
  return { ...all, count }
}

interface AgainstWork {
  all: Rows
  /** Rows of the corpus audited: the first ones of `all`. */
  own: number
  context: ReduceContext
  options: DuplicateOptions
  groups(rows: Rows): Promise<ReadonlyMap<KeyName, Group[]>>
  distinct(rows: Rows, normalised: readonly Group[]): Uint32Array
}

/**
 * Rows of the corpus that stand in the second corpus. Both are compared together, apart from the corpus' own levels,
 * whose figures are the same with and without a second corpus.
 * @returns null without a second corpus.
 */
export async function* againstFindings(work: AgainstWork): AsyncGenerator<Finding, JsonObject | null> {
  const { all, own, context, options } = work
  const { against } = context.plan
  if (against === undefined) return null
  const groups = await work.groups(all)
  const rowOf = work.distinct(all, groups.get('normalised') ?? [])
  const found = await findNearPairs(all, rowOf, { context, options })
  const compared: CompareWork = {
    ...{ rows: all, context, cache: new Map(), ratio: options.alignedRatio },
    ...{ templateBits: found.templateBits, lowerCaseBits: found.lowerCaseBits },
  }
  const crossed = await crossSets({
    ...{ setOf: (row) => Number(row >= own), groups, pairs: found.pairs, work: compared },
  })
  const [here, there] = [crossed.get('0,1') ?? [], crossed.get('1,0') ?? []]
  const say = { rule: 'duplicates/against', lead: `The row stands in ${against.uri} too` }
  // The row of the corpus audited is the place of the finding, that of the second corpus the other side.
  yield* crossFindings(here, compared, { ...say, side: 'a', evidence: { against: { ...against } } })
  return {
    source: { ...against },
    rows: own,
    rowsAgainst: all.count - own,
    inCorpus: countLevels(here),
    inAgainst: countLevels(there),
    components: byComponents(here, { all, context }),
  }
}

/** Rows of each component that stand in each component of the second corpus, the first place of each row counted. */
function byComponents(
  list: readonly Crossing[],
  { all, context }: { all: Rows; context: ReduceContext },
): JsonObject[] {
  const componentOf = (row: number): string => context.plan.shards[all.shard[row] as number]?.component ?? ''
  const cells = new Map<string, Crossing[]>()
  for (const one of list) {
    const key = JSON.stringify([componentOf(one.row), componentOf(one.other)])
    const cell = cells.get(key)
    if (cell === undefined) cells.set(key, [one])
    else cell.push(one)
  }
  return [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, cell]) => {
      const [component, other] = JSON.parse(key) as [string, string]
      const words = cell.reduce((sum, { row }) => sum + (all.wordCount[row] as number), 0)
      return { component, against: other, words, ...countLevels(cell) }
    })
}
