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
import { Growable32 } from '../../text/growable.ts'
import { againstFindings, ownRows } from './against.ts'
import { effectiveSize } from './effective.ts'
import { pairFinding } from './evidence.ts'
import { groupPart, partitionKeys, toGroups } from './groups.ts'
import type { Group } from './groups.ts'
import { KEY_LEVELS } from './levels.ts'
import type { Level } from './levels.ts'
import { readAhead, withExamples } from './look.ts'
import type { Cache } from './look.ts'
import { levelMetrics } from './metrics.ts'
import { OPTIONS_SCHEMA, parseOptions } from './options.ts'
import type { DuplicateOptions } from './options.ts'
import { pairsOf } from './pairs.ts'
import type { Pair } from './pairs.ts'
import { holds } from './proof.ts'
import { countShingles } from './near/frequency.ts'
import { joinViews } from './near/join.ts'
import { indexJoin } from './near/join-index.ts'
import { nearFindings, nearLevel, nearMetrics } from './near/level.ts'
import { findPassages } from './near/find-passages.ts'
import { findLowerCase } from './near/lower-case.ts'
import { listTemplates } from './near/list-templates.ts'
import { fingerprints, matchPassages } from './near/passages.ts'
import { passageFindings, templateFindings } from './near/text-findings.ts'
import { findNear } from './near/near.ts'
import type { NearResult } from './near/near.ts'
import { sortPostings } from './near/postings.ts'
import { alignViews } from './near/rare.ts'
import { indexRare } from './near/rare-index.ts'
import { countCoarse, countTemplates, maskTemplates } from './near/templates.ts'
import { MAX_WORDS, gatherRows, hasKey, sameKey } from './rows.ts'
import { readRowTokens } from './row-tokens.ts'
import type { KeyName, Rows } from './rows.ts'
import { DuplicateScanner } from './scanner.ts'
import { splitFindings } from './splits.ts'

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
  readonly readsAgainst = true
  readonly options: JsonObject
  readonly #options: DuplicateOptions
  readonly rounds: Readonly<Record<string, Round<DuplicateIndex>>> = {
    group: groupRound,
    coarse: countCoarse,
    templates: countTemplates,
    mask: maskTemplates,
    frequency: countShingles,
    'join-index': indexJoin,
    'rare-index': indexRare,
    postings: sortPostings,
    join: joinViews,
    align: alignViews,
    'lower-case': findLowerCase,
    fingerprints,
    passages: matchPassages,
  }

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
    const all = await gatherRows(tallies)
    const own = ownRows(all, context)
    const rows = { ...own, tokens: await readRowTokens(context, own.count) }
    if (!rows.wordsKept) {
      context.notChecked({
        what: 'near-duplicates, shared passages and templates',
        why: `the corpus has more than ${MAX_WORDS} words, which the exact join does not hold in memory`,
        needs: 'an audit of the components one by one, or of a sample (--limit)',
      })
    }
    const groups = await allGroups(rows, context)
    const normalised = groups.get('normalised') ?? []
    const options = this.#options
    const found = await findNear(rows, distinctRows(rows, normalised), { context, options })
    const passages = await findPassages(rows, found, { context, passageWords: options.passageWords })
    const templates = listTemplates(rows, found)
    const levels: Partial<Record<Level, JsonObject>> = {}
    const pairs: Pair[] = []
    for (const level of KEY_LEVELS) {
      const listed = (groups.get(level.key) ?? []).filter((group) => bringsNews(group, rows, level.stronger))
      levels[level.level] = levelMetrics(listed, rows, context.plan)
      for (const pair of pairsOf(rows, listed, level)) pairs.push(pair)
    }
    const wanted = new Set([pairs, found.pairs, passages.listed].flat().flatMap(({ a, b }) => [a, b]))
    for (const { row } of templates.listed) wanted.add(row)
    const cache = await readAhead(wanted, { rows, look: context })
    const work = { rows, context, cache, refuted: { pairs: 0 }, near: nearRatios(rows, found) }
    yield* exactFindings(pairs, work)
    const near = await nearLevel(rows, found, { context, ratio: options.alignedRatio, normalised, cache })
    yield* nearFindings(near)
    levels['near-duplicate'] = nearMetrics(near)
    yield* passageFindings(passages.listed, work)
    levels['shared-passage'] = { ...passages, listed: passages.listed.length }
    yield* templateFindings(templates.listed, work)
    levels.template = { templates: templates.distinct, listed: templates.listed.length }
    const splits = yield* splitFindings({ groups, near: near.work }, context)
    const against = yield* againstFindings({
      ...{ all, own: rows.count, context, options, distinct: distinctRows },
      groups: (both) => allGroups(both, context),
    })
    const effective = effectiveSize(rows, { normalised, clusters: near.clusters }, context.plan)
    return {
      metrics: {
        rows: rows.count,
        levels: levels as JsonObject,
        effective,
        ...(splits === null ? {} : { splits }),
        ...(against === null ? {} : { against }),
        refutedPairs: work.refuted.pairs,
      },
    }
  }
}

async function allGroups(rows: Rows, context: ReduceContext): Promise<Map<KeyName, Group[]>> {
  const groups = new Map<KeyName, Group[]>()
  for (const { key } of KEY_LEVELS) groups.set(key, await groupRows(rows, key, context))
  return groups
}

/** Aligned part of the longer view of every near pair, for pairs a stronger level lists. */
function nearRatios(rows: Rows, { pairs }: NearResult): Map<number, number> {
  const length = (row: number): number =>
    (rows.wordStart[row + 1] as number) - (rows.wordStart[row] as number)
  return new Map(
    pairs.map(({ a, b, aligned }) => [a * rows.count + b, aligned / Math.max(length(a), length(b))]),
  )
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

/** One row for each set of equal conversations, ascending; rows without words are nobody's neighbour. */
function distinctRows(rows: Rows, normalised: readonly Group[]): Uint32Array {
  const repeated = new Uint8Array(rows.count)
  for (const group of normalised) for (const row of group.subarray(1)) repeated[row] = 1
  const distinct = new Growable32()
  for (let row = 0; row < rows.count; row++) {
    if (repeated[row] === 0 && hasKey(rows, row, 'normalised')) distinct.push(row)
  }
  return distinct.take()
}

/** A weaker level repeats the groups of the stronger ones; prompts and questions count only where something differs. */
function bringsNews(group: Group, rows: Rows, stronger: KeyName | null): boolean {
  if (stronger !== 'normalised' && stronger !== 'prompt') return true
  return group.some((row) => !sameKey(rows, group[0] as number, row, stronger))
}

async function* exactFindings(
  pairs: readonly Pair[],
  work: {
    rows: Rows
    context: ReduceContext
    cache: Cache
    refuted: { pairs: number }
    near: ReadonlyMap<number, number>
  },
): AsyncGenerator<Finding> {
  const { rows, context, refuted } = work
  const source = { rows, look: context, cache: work.cache }
  for await (const { item, examples } of withExamples(pairs, (pair) => [pair.a, pair.b], source)) {
    const [a, b] = examples as [Example, Example]
    // Equal hashes of unequal text: a forged or chance collision is counted and never reported as a duplicate.
    if (!holds(item.level, a, b)) refuted.pairs++
    else {
      const ratio = work.near.get(Math.min(item.a, item.b) * rows.count + Math.max(item.a, item.b))
      const evidence = ratio === undefined ? {} : { nearDuplicate: { alignedRatio: ratio } }
      const shown = { plan: context.plan, evidence: context.evidence, rows }
      yield pairFinding(item, [a, b], shown, { score: 1, evidence })
    }
  }
}
