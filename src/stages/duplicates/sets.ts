import type { Example } from '../../core/example.ts'
import { finding } from '../../core/finding-id.ts'
import type { Finding, Severity } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ReduceContext } from '../../core/stage.ts'
import { crossings } from './across.ts'
import type { AcrossLevel, Crossing } from './across.ts'
import { pairFinding } from './evidence.ts'
import type { Group } from './groups.ts'
import { KEY_LEVELS } from './levels.ts'
import { withExamples } from './look.ts'
import { classifyPairs, nearEvidence } from './near/findings.ts'
import type { NearWork } from './near/findings.ts'
import { holds } from './proof.ts'
import type { KeyName } from './rows.ts'

/** Rows of the corpus told apart into sets, with everything the levels between them are decided by. */
export interface Sets {
  /** Number of the set a row belongs to; −1: none. */
  setOf(row: number): number
  groups: ReadonlyMap<KeyName, readonly Group[]>
  near: NearWork
}

/** Crossings by "set of the row, other set". Every near pair between two sets was read again on its text. */
export async function crossSets({ setOf, groups, near }: Sets): Promise<Map<string, Crossing[]>> {
  const classes = new Map((groups.get('normalised') ?? []).map((group) => [group[0] as number, group]))
  const setsOf = (row: number): Set<number> => new Set(Array.from(classes.get(row) ?? [row], setOf))
  const between = near.near.pairs.filter(({ a, b }) => {
    const all = new Set([...setsOf(a), ...setsOf(b)])
    return all.size - (all.has(-1) ? 1 : 0) > 1
  })
  const { seen } = await classifyPairs(between, near)
  const edges = seen.filter(({ minimal }) => minimal === null).map(({ pair }) => pair)
  const byLevel = KEY_LEVELS.map(({ level, key }) => [level as AcrossLevel, groups.get(key) ?? []] as const)
  return crossings({ rows: near.rows, setOf, groups: new Map(byLevel), edges, classes })
}

const WORDS: Readonly<Record<AcrossLevel, string>> = {
  'record-exact': 'every column is equal',
  'conversation-exact': 'roles and turns are equal, byte for byte',
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

/** One finding per crossing, each compared on the text itself; `a` is the row of the other set. */
export async function* crossFindings(
  list: readonly Crossing[],
  { near, context }: { near: NearWork; context: ReduceContext },
  say: { rule: string; lead: string; evidence: JsonObject },
): AsyncGenerator<Finding> {
  const source = { rows: near.rows, look: context, cache: near.cache }
  for await (const { item, examples } of withExamples(list, ({ row, other }) => [other, row], source)) {
    const both = examples as [Example, Example]
    if (!holds(item.level, ...both)) continue
    const isNear = item.level === 'near-duplicate'
    const { ratio, evidence } = isNear ? nearEvidence(both, near) : { ratio: 1, evidence: {} }
    const pair = { level: item.level, a: item.other, b: item.row, group: 0, size: 2 }
    const shown = { plan: context.plan, evidence: context.evidence, rows: near.rows }
    const { place, evidence: proof } = pairFinding(pair, both, shown, { score: ratio, evidence })
    const rest = Object.fromEntries(Object.entries(proof).filter(([key]) => key !== 'group'))
    yield finding({
      ...{ rule: say.rule, severity: SEVERITY[item.level], place, score: ratio },
      message: `${say.lead}: ${WORDS[item.level]}`,
      evidence: { ...say.evidence, ...rest },
    })
  }
}
