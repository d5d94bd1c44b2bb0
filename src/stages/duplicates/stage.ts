import type { Example } from '../../core/example.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Finding } from '../../core/finding.ts'
import type {
  ReduceContext,
  Round,
  SliceTally,
  Stage,
  StageDefinition,
  StageResult,
} from '../../core/stage.ts'
import type { Tally, TypedArray } from '../../core/tally.ts'
import { pairFinding } from './evidence.ts'
import { groupPart, partitionKeys, toGroups } from './groups.ts'
import type { Group } from './groups.ts'
import { KEY_LEVELS } from './levels.ts'
import type { Level } from './levels.ts'
import { withExamples } from './look.ts'
import { levelMetrics } from './metrics.ts'
import { OPTIONS_SCHEMA, parseOptions } from './options.ts'
import type { DuplicateOptions } from './options.ts'
import { pairsOf } from './pairs.ts'
import type { Pair } from './pairs.ts'
import { holds } from './proof.ts'
import { gatherRows, sameKey } from './rows.ts'
import type { KeyName, Rows } from './rows.ts'
import { DuplicateScanner } from './scanner.ts'

interface DuplicateIndex {
  options: DuplicateOptions
}

/** Rows per part of a grouping round. */
const ROWS_PER_PART = 500_000

/** Repeated examples, from equal bytes to nearly equal words; every pair it reports is compared on the text itself. */
export const DUPLICATES: StageDefinition = {
  name: 'duplicates',
  optionsSchema: OPTIONS_SCHEMA,
  create: (options) => new DuplicateStage(parseOptions(options)) as unknown as Stage<never>,
}

class DuplicateStage implements Stage<DuplicateIndex> {
  readonly name = 'duplicates'
  readonly version = 1
  readonly options: JsonObject
  readonly #options: DuplicateOptions
  readonly rounds: Readonly<Record<string, Round<DuplicateIndex>>> = { group: groupRound }

  constructor(options: DuplicateOptions) {
    this.#options = options
    this.options = { ...options }
  }

  prepare(): Promise<DuplicateIndex> {
    return Promise.resolve({ options: this.#options })
  }

  scanner(): DuplicateScanner {
    return new DuplicateScanner()
  }

  async *reduce(
    tallies: AsyncIterable<SliceTally>,
    _index: DuplicateIndex,
    context: ReduceContext,
  ): AsyncGenerator<Finding, StageResult, undefined> {
    const rows = await gatherRows(tallies)
    const levels: Partial<Record<Level, JsonObject>> = {}
    const refuted = { pairs: 0 }
    for (const level of KEY_LEVELS) {
      const groups = await groupRows(rows, level.key, context)
      const listed = groups.filter((group) => bringsNews(group, rows, level.stronger))
      levels[level.level] = levelMetrics(listed, rows, context.plan)
      yield* exactFindings(pairsOf(rows, listed, level), { rows, context, refuted })
    }
    return { metrics: { rows: rows.count, levels: levels as JsonObject, refutedPairs: refuted.pairs } }
  }
}

function groupRound(input: Tally): Tally {
  const keys = input['keys'] as Uint32Array
  return { ...groupPart({ keys, rows: input['rows'] as Uint32Array }) }
}

async function groupRows(
  rows: Rows,
  key: (typeof KEY_LEVELS)[number]['key'],
  context: ReduceContext,
): Promise<Group[]> {
  const parts = partitionKeys(rows, key, Math.max(1, Math.ceil(rows.count / ROWS_PER_PART)))
  const runs: { rows: Uint32Array; sizes: Uint32Array }[] = []
  for await (const answer of context.round(
    'group',
    parts.map((part) => ({ ...part })),
  )) {
    runs.push({
      rows: answer['rows'] as TypedArray as Uint32Array,
      sizes: answer['sizes'] as TypedArray as Uint32Array,
    })
  }
  return toGroups(rows, runs)
}

/** A weaker level repeats the groups of the stronger ones; prompts and questions count only where something differs. */
function bringsNews(group: Group, rows: Rows, stronger: KeyName | null): boolean {
  if (stronger !== 'normalised' && stronger !== 'prompt') return true
  return group.some((row) => !sameKey(rows, group[0] as number, row, stronger))
}

async function* exactFindings(
  pairs: readonly Pair[],
  work: { rows: Rows; context: ReduceContext; refuted: { pairs: number } },
): AsyncGenerator<Finding> {
  const { rows, context, refuted } = work
  const source = { rows, look: context }
  for await (const { item, examples } of withExamples(pairs, (pair) => [pair.a, pair.b], source)) {
    const [a, b] = examples as [Example, Example]
    // Equal hashes of unequal text: a forged or chance collision is counted and never reported as a duplicate.
    if (!holds(item.level, a, b)) refuted.pairs++
    else
      yield pairFinding(item, [a, b], { plan: context.plan, evidence: context.evidence, rows }, { score: 1 })
  }
}
