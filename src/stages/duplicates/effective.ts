import type { JsonObject } from '../../core/json.ts'
import type { Plan } from '../../core/plan.ts'
import type { Group } from './groups.ts'
import type { Cluster } from './near/clusters.ts'
import { hasKey } from './rows.ts'
import { addTokens, noTokens } from './row-tokens.ts'
import type { TokenSums } from './row-tokens.ts'
import type { Rows } from './rows.ts'

interface Size extends TokenSums {
  examples: number
  words: number
  textBytes: number
}

/**
 * The corpus without repeats: one row of each set of equal conversations, and of near-duplicates one row of each star.
 * Words, and tokens where the run counted them, are
 * those of the rows kept, by component.
 */
export function effectiveSize(
  rows: Rows,
  repeats: { normalised: readonly Group[]; clusters: readonly Cluster[] },
  plan: Plan,
): JsonObject {
  const gone = new Uint8Array(rows.count)
  for (const group of repeats.normalised) for (const row of group.subarray(1)) gone[row] = 1
  for (const { members, star } of repeats.clusters) {
    members.forEach((row, i) => {
      if (star[i] !== row) gone[row] = 1
    })
  }
  const none = (): Size => ({ examples: 0, words: 0, textBytes: 0, ...noTokens(rows) })
  const components = new Map<string, Size>()
  const total = none()
  for (let row = 0; row < rows.count; row++) {
    if (gone[row] === 1 || !hasKey(rows, row, 'normalised')) continue
    const name = plan.shards[rows.shard[row] as number]?.component ?? ''
    const component = components.get(name) ?? none()
    components.set(name, component)
    for (const figures of [total, component]) {
      figures.examples++
      figures.words += rows.wordCount[row] as number
      figures.textBytes += rows.textBytes[row] as number
      addTokens(figures, rows, row)
    }
  }
  const byName = [...components].sort((a, b) => (a[0] < b[0] ? -1 : 1))
  return { ...total, components: Object.fromEntries(byName) } as unknown as JsonObject
}
