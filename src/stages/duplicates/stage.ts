import type { JsonObject } from '../../core/json.ts'
import type { Finding } from '../../core/finding.ts'
import type {
  ReduceContext,
  Round,
  RoundInput,
  SliceTally,
  Stage,
  StageDefinition,
  StageResult,
} from '../../core/stage.ts'
import type { Tally, TypedArray } from '../../core/tally.ts'
import { Growable32 } from '../../text/growable.ts'
import { Heap } from '../../text/kernels/heap.ts'
import { againstFindings, ownRows } from './against.ts'
import { effectiveSize } from './effective.ts'
import { pairFindings } from './compare.ts'
import type { CompareWork } from './compare.ts'
import { selfTest } from './control/self-test.ts'
import { classifyRound, findingsRound } from './compare-round.ts'
import { groupPart, toGroups } from './groups.ts'
import type { Group, KeyRange } from './groups.ts'
import { KEY_LEVELS } from './levels.ts'
import type { Level } from './levels.ts'
import { readAhead } from './look.ts'
import { levelMetrics } from './metrics.ts'
import { OPTIONS_SCHEMA, parseOptions } from './options.ts'
import type { DuplicateOptions } from './options.ts'
import { firstOfAnswers, pairNumber, pairsOf } from './pairs.ts'
import type { Pair } from './pairs.ts'
import { countShingles } from './near/count.ts'
import { findPairs } from './near/find-round.ts'
import { indexViews } from './near/index-round.ts'
import { nearFindings, nearLevel, nearMetrics } from './near/level.ts'
import type { NearLevel } from './near/level.ts'
import { PassageList, findPassages } from './near/find-passages.ts'
import type { FoundPassages, PassageResult } from './near/find-passages.ts'
import { fingerprints, matchPassages } from './near/passages.ts'
import { passageFindings, templateFindings } from './near/text-findings.ts'
import { withGroups } from './near/complete.ts'
import { findNear } from './near/near.ts'
import { alignPairs } from './near/minhash/align-round.ts'
import { bandPairs } from './near/minhash/band-pairs.ts'
import { findNearPairs } from './near/find-near.ts'
import { coarseSlice, countSlice, signSlice, templatesSlice } from './near/minhash/slice-rounds.ts'
import { gatherSome } from './near/minhash/some-words.ts'
import type { NearFound } from './near/near.ts'
import { postEntries } from './near/postings-round.ts'
import { countListed } from './near/template-counts.ts'
import { countCoarse, countTemplates, maskTemplates } from './near/template-rounds.ts'
import { gatherRows, gatherTally, hasKey, keyAt, sameKey } from './rows.ts'
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
  selfTest: (options, context, sample) =>
    selfTest(new DuplicateStage(parseOptions(options)) as unknown as Stage, context, sample),
}

class DuplicateStage implements Stage<DuplicateIndex> {
  readonly name = 'duplicates'
  readonly version = 8
  readonly readsAgainst = true
  readonly options: JsonObject
  readonly #options: DuplicateOptions
  readonly rounds: Readonly<Record<string, Round<DuplicateIndex>>> = {
    gather: gatherTally,
    classify: classifyRound,
    findings: findingsRound,
    group: groupRound,
    coarse: countCoarse,
    templates: countTemplates,
    mask: maskTemplates,
    listed: countListed,
    count: countShingles,
    index: indexViews,
    postings: postEntries,
    pairs: findPairs,
    fingerprints,
    passages: matchPassages,
    'count-slice': countSlice,
    'coarse-slice': coarseSlice,
    'templates-slice': templatesSlice,
    'sign-slice': signSlice,
    'band-pairs': bandPairs,
    'some-words': gatherSome,
    align: alignPairs,
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
    _tallies: AsyncIterable<SliceTally>,
    _index: DuplicateIndex,
    context: ReduceContext,
  ): AsyncGenerator<Finding, StageResult, undefined> {
    let all = await gatherRows(context, this.#options.joinWords)
    const tokens = await readRowTokens(context, ownRows(all, context).count)
    let rows = { ...ownRows(all, context), tokens }
    const groups = await allGroups(rows, context)
    const normalised = groups.get('normalised') ?? []
    const options = this.#options
    const { found, passages: shared } = await search(rows, normalised, { context, options })
    if (context.plan.against === undefined) {
      // No more than places and keys from here on: the words are most of the memory.
      all = { ...all, words: NO_WORDS, heap: NO_HEAP }
      rows = { ...rows, words: NO_WORDS, heap: NO_HEAP }
    }
    context.roundsDone()
    const levels: Partial<Record<Level, JsonObject>> = {}
    const pairs: Pair[] = []
    for (const level of KEY_LEVELS) {
      const listed = (groups.get(level.key) ?? []).filter((group) => bringsNews(group, rows, level.stronger))
      levels[level.level] = levelMetrics(listed, rows, context.plan, (group) =>
        staysOf(group, rows, level.level),
      )
      for (const pair of pairsOf(rows, listed, level)) pairs.push(pair)
    }
    const wanted = rowsToRead({ found, passages: shared }, pairs)
    const cache = await readAhead(wanted, { rows, look: context })
    const { templateBits, lowerCaseBits } = found
    const work = { rows, context, cache, ratio: options.alignedRatio, templateBits, lowerCaseBits }
    const near = await nearLevel(found, normalised, work)
    const passages = allPassages(shared, near)
    const refutedPairs = yield* exactFindings(pairs, near, work)
    yield* nearFindings(near)
    levels['near-duplicate'] = nearMetrics(near)
    yield* passageFindings(passages.listed, work)
    levels['shared-passage'] = { ...passages, listed: passages.listed.length }
    yield* templateFindings(found.templates.listed, work)
    levels.template = { templates: found.templates.distinct, listed: found.templates.listed.length }
    const splits = yield* splitFindings({ groups, pairs: found.pairs, work }, context)
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
        refutedPairs,
      },
    }
  }
}

const NO_WORDS = new Uint32Array(0)
const NO_HEAP = new Heap()

interface Searched {
  found: NearFound
  passages: FoundPassages
}

/** Everything that is found on the words themselves; what it needed of them is not kept. */
async function search(
  rows: Rows,
  normalised: readonly Group[],
  work: { context: ReduceContext; options: DuplicateOptions },
): Promise<Searched> {
  const { context, options } = work
  const mark = rows.heap.mark()
  const given = distinctRows(rows, normalised)
  if (!rows.wordsKept) {
    context.notChecked({
      what: 'shared passages',
      why: `the words of the corpus do not fit in memory: near-duplicates are found by MinHash, with the recall stated in the metrics`,
      needs: 'an audit of the components one by one, or more words for the exact join (joinWords)',
    })
    return {
      found: await findNearPairs(rows, given, work),
      passages: { own: new PassageList(rows), ofNear: [] },
    }
  }
  const near = await findNear(rows, given, work)
  const passages = await findPassages(rows, near, { context, passageWords: options.passageWords })
  const { pairs, templateBits, lowerCaseBits, templates, figures } = near
  rows.heap.release(mark)
  const found = await withGroups(rows, { pairs, templateBits, lowerCaseBits, templates, figures }, work)
  return { found, passages }
}

/** The passages of pairs that are near by what they share alone are passages as well: they ask and answer otherwise. */
function allPassages({ own, ofNear }: FoundPassages, { otherwise, work }: NearLevel): PassageResult {
  const { count } = work.rows
  const refuted = new Set(otherwise.map(({ a, b }) => pairNumber(a, b, count)))
  for (const passage of ofNear) if (refuted.has(pairNumber(passage.a, passage.b, count))) own.add(passage)
  return own.result()
}

/** Rows whose texts are compared or shown. */
function rowsToRead({ found, passages }: Searched, pairs: readonly Pair[]): Set<number> {
  const wanted = new Set<number>()
  const near = found.pairs.filter(({ templates }) => !templates)
  for (const { a, b } of [pairs, near, passages.own.result().listed].flat()) wanted.add(a).add(b)
  for (const { row } of found.templates.listed) wanted.add(row)
  return wanted
}

async function allGroups(rows: Rows, context: ReduceContext): Promise<Map<KeyName, Group[]>> {
  // Rows whose records may be equal get the keys of their whole records, and only equal ones stay together.
  const [records = []] = await groupRows(rows, ['record'], context)
  await hashRecords(records, rows, context)
  const keys = KEY_LEVELS.map(({ key }) => key)
  const groups = await groupRows(rows, keys, context)
  return new Map(keys.map((key, i) => [key, groups[i] ?? []]))
}

async function hashRecords(groups: readonly Group[], rows: Rows, context: ReduceContext): Promise<void> {
  const wanted = Uint32Array.from(groups.flatMap((group) => [...group])).sort()
  const refs = Array.from(wanted, (row) => ({
    shard: rows.shard[row] as number,
    row: rows.row[row] as number,
  }))
  let i = 0
  for await (const hash of context.records(refs)) rows.keys.set(hash, keyAt(wanted[i++] as number, 'record'))
}

/** Aligned part of the longer view of every pair whose texts are nearly the same, for pairs a stronger level lists. */
function nearRatios(rows: Rows, { edges }: NearLevel): Map<number, number> {
  const length = (row: number): number => rows.wordCount[row] as number
  return new Map(
    edges.map(({ a, b, aligned }) => [a * rows.count + b, aligned / Math.max(length(a), length(b))]),
  )
}

function groupRound(input: RoundInput): Tally {
  return { ...groupPart(input as unknown as KeyRange) }
}

/** Groups of rows by each of the keys. */
async function groupRows(rows: Rows, keys: readonly KeyName[], context: ReduceContext): Promise<Group[][]> {
  const parts = Math.max(1, Math.ceil(rows.count / ROWS_PER_PART))
  const runs = keys.map((): { rows: Uint32Array; sizes: Uint32Array }[] => [])
  const inputs = function* (): Generator<RoundInput> {
    for (const key of keys)
      for (let part = 0; part < parts; part++) yield { keys: rows.keys, count: rows.count, key, part, parts }
  }
  let part = 0
  for await (const answer of context.round('group', inputs())) {
    runs[Math.floor(part++ / parts)]?.push({
      rows: answer['rows'] as TypedArray as Uint32Array,
      sizes: answer['sizes'] as TypedArray as Uint32Array,
    })
  }
  return runs.map((run) => toGroups(rows, run))
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

/** The first of a group, or the first of each answer its rows name: to see that they disagree, both are needed. */
function staysOf(group: Group, rows: Rows, level: Level): Group {
  const answers = firstOfAnswers(rows, group, level)
  return answers.length > 1 ? answers : group.subarray(0, 1)
}

/** Findings of the levels keys decide. @returns how many pairs the texts did not bear out. */
async function* exactFindings(
  pairs: readonly Pair[],
  near: NearLevel,
  work: CompareWork,
): AsyncGenerator<Finding, number> {
  const ratios = nearRatios(work.rows, near)
  const shown = pairs.map((pair) => {
    const measured = ratios.get(Math.min(pair.a, pair.b) * work.rows.count + Math.max(pair.a, pair.b))
    return measured === undefined ? pair : { ...pair, measured }
  })
  let refuted = 0
  for await (const one of pairFindings(shown, work)) {
    if (one === null) refuted++
    else yield one
  }
  return refuted
}
