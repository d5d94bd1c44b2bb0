import { finding } from '../../core/finding-id.ts'
import type { Finding, Severity } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import { crossings } from './across.ts'
import type { AcrossLevel, Crossing } from './across.ts'
import { pairFindings } from './compare.ts'
import type { CompareWork } from './compare.ts'
import type { Group } from './groups.ts'
import { KEY_LEVELS } from './levels.ts'
import { decide } from './near/decide.ts'
import type { NearPair } from './near/near.ts'
import type { KeyName } from './rows.ts'

/** Rows of the corpus told apart into sets, with everything the levels between them are decided by. */
export interface Sets {
  /** Number of the set a row belongs to; −1: none. */
  setOf(row: number): number
  groups: ReadonlyMap<KeyName, readonly Group[]>
  /** Near pairs of the rows. */
  pairs: readonly NearPair[]
  work: CompareWork
}

/** Crossings by "set of the row, other set". Every near pair between two sets was read again on its text. */
export async function crossSets({ setOf, groups, pairs, work }: Sets): Promise<Map<string, Crossing[]>> {
  const classes = new Map((groups.get('normalised') ?? []).map((group) => [group[0] as number, group]))
  const setsOf = (row: number): Set<number> => new Set(Array.from(classes.get(row) ?? [row], setOf))
  const between = pairs.filter(({ a, b }) => {
    const all = new Set([...setsOf(a), ...setsOf(b)])
    return all.size - (all.has(-1) ? 1 : 0) > 1
  })
  const { edges } = await decide(between, work)
  const byLevel = KEY_LEVELS.map(({ level, key }) => [level as AcrossLevel, groups.get(key) ?? []] as const)
  return crossings({ rows: work.rows, setOf, groups: new Map(byLevel), edges, classes })
}

const WORDS: Readonly<Record<AcrossLevel, string>> = {
  'record-exact': 'every column is equal',
  'conversation-exact': 'roles and texts of the turns are equal, byte for byte',
  'normalised-exact': 'the turns are equal after normalisation',
  'near-duplicate': 'nearly the same words',
  'same-prompt': 'the same prompt with another answer',
  'options-shuffled': 'the same question with its options in another order',
}

const SEVERITY: Readonly<Record<AcrossLevel, Severity>> = {
  'record-exact': 'high',
  'conversation-exact': 'high',
  'normalised-exact': 'high',
  'near-duplicate': 'medium',
  'same-prompt': 'medium',
  'options-shuffled': 'medium',
}

/** One finding per crossing, each compared on the text itself; `side` is where the row stands, the other set's on the other. */
export async function* crossFindings(
  list: readonly Crossing[],
  work: CompareWork,
  say: { rule: string; lead: string; evidence: JsonObject; side: 'a' | 'b' },
): AsyncGenerator<Finding> {
  const pairs = list.map(({ level, row, other }) => {
    const [a, b] = say.side === 'a' ? [row, other] : [other, row]
    return { level, a, b, group: 0, size: 2 }
  })
  let at = 0
  for await (const found of pairFindings(pairs, work)) {
    const { level } = list[at++] as Crossing
    if (found === null) continue
    const rest = Object.fromEntries(Object.entries(found.evidence).filter(([key]) => key !== 'group'))
    yield finding({
      ...{ rule: say.rule, severity: SEVERITY[level], place: found.place, score: found.score ?? 1 },
      message: `${say.lead}: ${WORDS[level]}`,
      evidence: { ...say.evidence, ...rest },
    })
  }
}
