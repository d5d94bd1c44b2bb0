import type { SliceTally } from '../../core/stage.ts'
import type { ContaminationIndex } from './build.ts'
import { CLASSES, judge } from './judge.ts'
import type { ClassName } from './judge.ts'
import { scoreOf, scoresOf, wordBits } from './scores.ts'
import type { Scores } from './scores.ts'
import { METHODS } from './options.ts'
import type { Method } from './options.ts'
import { MOST_SOURCES, PASSAGE } from './scanner.ts'
import { RULE_STRIDE, ruleAt, unpackTally } from './tally.ts'
import type { AssayHit, RuleHit } from './tally.ts'

/** One (row, item) pair under one method, with its verdict. */
export interface Match {
  shard: number
  component: string
  row: number
  /** Number in METHODS. */
  method: number
  item: number
  /** Verdict class of the assay method; null for the published rules. */
  className: ClassName | null
  counted: boolean
  score: number
  source: { kind: 'assay'; hit: AssayHit; scores: Scores } | { kind: 'rule'; hit: RuleHit }
  /** Other items with the same question text: of the assay method those that were found, of the n-gram rules all. */
  sameText: readonly number[]
}

/** What one slice holds: sightings that were judged, and hits of published rules as they were packed; rows ascending. */
interface Slice {
  shard: number
  component: string
  sighted: readonly Match[]
  rules: Float64Array
}

/** What was found in one row: judged sightings, and hits of published rules as they were packed. */
export interface RowHits {
  shard: number
  component: string
  row: number
  sighted: readonly Match[]
  rules: Float64Array
}

/** A question found alone in more rows than this, and than this share of them, is boilerplate of the corpus. */
const BOILERPLATE = { rows: 20, ratio: 0.0005, bits: 60 }

/**
 * All matches of a corpus, row by row. A published rule may flag a stock phrase in every tenth row: such matches are
 * made row by row, so that memory follows the sightings of the assay method and 72 bytes a rule hit.
 */
export class Matches {
  readonly examples: number
  /** Examples per declared source; null where there are too many to be sources. */
  readonly sources: ReadonlyMap<string, number> | null
  private readonly slices: readonly Slice[]

  constructor(slices: readonly Slice[], counted: Counted) {
    this.slices = slices
    this.examples = counted.examples
    this.sources = counted.sources
  }

  /** Where the rows with a match stand, in the order of the corpus. */
  refs(): { shard: number; row: number }[] {
    const refs: { shard: number; row: number }[] = []
    for (const { shard, sighted, rules } of this.slices) {
      const rows = new Set(sighted.map(({ row }) => row))
      for (let r = 0; r < rules.length; r += RULE_STRIDE) rows.add(rules[r] as number)
      for (const row of Float64Array.from(rows).sort()) refs.push({ shard, row })
    }
    return refs
  }

  /** Every row with a match, in the order of the corpus. */
  *rows(): Generator<RowHits, void, undefined> {
    for (const { shard, component, sighted, rules } of this.slices) {
      let i = 0
      let r = 0
      while (i < sighted.length || r < rules.length) {
        const row = Math.min(sighted[i]?.row ?? Infinity, rules[r] ?? Infinity)
        const [firstSighted, firstRule] = [i, r]
        while (sighted[i]?.row === row) i++
        while (rules[r] === row) r += RULE_STRIDE
        const hits = { sighted: sighted.slice(firstSighted, i), rules: rules.subarray(firstRule, r) }
        yield { shard, component, row, ...hits }
      }
    }
  }
}

/** The matches of a row: by method, best first, then by item. */
export function matchesOf(hits: RowHits, index: ContaminationIndex): Match[] {
  const { sighted, rules } = hits
  const matches = [...sighted]
  for (let r = 0; r < rules.length; r += RULE_STRIDE) matches.push(ruleMatch(ruleAt(rules, r), index, hits))
  const kept = sighted.length === 0 ? matches : oncePerClass(passagesAlone(matches), index)
  return kept.sort(compareMatches)
}

/** The match of a hit of a published rule, or of a shared passage. */
function ruleMatch(hit: RuleHit, index: ContaminationIndex, { shard, component }: RowHits): Match {
  const passage = hit.method === PASSAGE
  return {
    shard,
    component,
    row: hit.row,
    method: passage ? 0 : hit.method,
    item: hit.item,
    className: passage ? 'passage-only' : null,
    counted: !passage && index.methods.includes(METHODS[hit.method] as (typeof METHODS)[number]),
    score: Math.min(1, hit.matched / hit.length),
    source: { kind: 'rule', hit },
    sameText: ruleSameText(hit.method, hit.item, index),
  }
}

const WORD_GRAMS: readonly Method[] = ['ngram-13', 'ngram-8-coverage']
const NONE: readonly number[] = []
const othersOf = new WeakMap<ContaminationIndex, ReadonlyMap<number, readonly number[]>>()

/** The other items a hit of a published rule is of: the n-gram rules look at each question text once. */
export function ruleSameText(method: number, item: number, index: ContaminationIndex): readonly number[] {
  if (!WORD_GRAMS.includes(METHODS[method] as Method)) return NONE
  let others = othersOf.get(index)
  if (others === undefined) othersOf.set(index, (others = itemsBesideFirst(index.items.sameAs)))
  return others.get(item) ?? NONE
}

/** First item of a text → the others, ascending. */
function itemsBesideFirst(sameAs: Int32Array): Map<number, number[]> {
  const others = new Map<number, number[]>()
  sameAs.forEach((first, item) => {
    if (first === item) return
    const list = others.get(first)
    if (list === undefined) others.set(first, [item])
    else list.push(item)
  })
  return others
}

interface Counted {
  examples: number
  sources: ReadonlyMap<string, number> | null
}

interface Raw extends Omit<Slice, 'sighted'> {
  hits: readonly AssayHit[]
}

/** Reads all tallies, then judges every sighting with the corpus' own word weights. */
export async function gatherMatches(
  tallies: AsyncIterable<SliceTally>,
  index: ContaminationIndex,
): Promise<Matches> {
  const raw: Raw[] = []
  const documents = new Float64Array(index.items.vocabulary.size)
  const sources = new Map<string, number>()
  let tooMany = false
  let examples = 0
  for await (const { shard, component, tally } of tallies) {
    const record = unpackTally(tally)
    examples += record.examples
    record.documents.forEach((count, word) => (documents[word]! += count))
    if (record.sources === null) tooMany = true
    for (const [name, count] of Object.entries(record.sources ?? {})) {
      sources.set(name, (sources.get(name) ?? 0) + count)
    }
    // A copy, because the list is a part of a buffer that holds the whole tally.
    raw.push({ shard, component, hits: record.hits, rules: record.rules.slice() })
  }
  const bits = wordBits(index.items, documents, examples)
  const slices = raw.map((slice) => judged(slice, index, bits))
  demoteBoilerplate(
    slices.flatMap((slice) => slice.sighted),
    index,
    examples,
  )
  return new Matches(slices, {
    examples,
    sources: tooMany || sources.size > MOST_SOURCES ? null : sources,
  })
}

function compareMatches(a: Match, b: Match): number {
  return a.method - b.method || b.score - a.score || a.item - b.item
}

function judged(
  { shard, component, hits, rules }: Raw,
  index: ContaminationIndex,
  bits: Float64Array,
): Slice {
  const sighted: Match[] = []
  for (const hit of hits) {
    const scores = scoresOf(hit, index.items, bits)
    const className = judge(hit, scores)
    if (className === null) continue
    const match: Match = {
      ...{ shard, component, row: hit.row, method: 0, item: hit.item },
      ...{ className, counted: isCounted(className), score: scoreOf(scores) },
      source: { kind: 'assay', hit, scores },
      sameText: [],
    }
    if (hit.joined === 0) sighted.push(match)
    else addJoined(match, sighted)
  }
  return { shard, component, sighted, rules }
}

/** What several turns say together counts where it says more than the best of them alone, which is the last of the list. */
function addJoined(match: Match, sighted: Match[]): void {
  const last = sighted.at(-1)
  const alone = last?.row === match.row && last.item === match.item ? last : null
  if (alone === null ? isItself(match) : saysMore(match, alone)) {
    if (alone !== null) sighted.pop()
    sighted.push(match)
  }
}

function saysMore(match: Match, alone: Match): boolean {
  if (isItself(match) !== isItself(alone)) return isItself(match)
  // A question that is there whole can have no better score: its options may stand in the next turn.
  const more = match.score - alone.score || optionsFound(match) - optionsFound(alone)
  return isItself(match) && more > 0
}

function optionsFound({ source }: Match): number {
  return source.kind === 'assay' ? source.hit.optionsFound : 0
}

/** A verdict that says the item itself is there. */
function isItself({ className, counted }: Match): boolean {
  return counted && className !== 'sibling-item'
}

export function isCounted(className: ClassName): boolean {
  return CLASSES.some((entry) => entry.name === className && entry.counted)
}

/** Short questions that stand alone in many rows are how this corpus asks, not leaks of one item. */
function demoteBoilerplate(matches: readonly Match[], index: ContaminationIndex, examples: number): void {
  const suspects = matches.filter(
    (match) =>
      match.source.kind === 'assay' &&
      (match.className === 'question-match' || match.className === 'near-match') &&
      match.source.scores.foundBits < BOILERPLATE.bits &&
      match.source.hit.optionsFound < 2 &&
      match.source.hit.answerTurn < 0,
  )
  const rows = new Map<number, Set<string>>()
  for (const match of suspects) {
    const key = index.items.sameAs[match.item] as number
    if (!rows.has(key)) rows.set(key, new Set())
    rows.get(key)?.add(`${match.shard}:${match.row}`)
  }
  for (const match of suspects) {
    const count = rows.get(index.items.sameAs[match.item] as number)?.size ?? 0
    if (count <= Math.max(BOILERPLATE.rows, BOILERPLATE.ratio * examples)) continue
    match.className = 'template'
    match.counted = false
  }
}

/** A passage says nothing new where the item itself was found in the same row. */
function passagesAlone(matches: readonly Match[]): Match[] {
  const found = new Set<number>()
  for (const { method, className, item } of matches) {
    if (method === 0 && className !== 'passage-only') found.add(item)
  }
  return matches.filter((match) => match.className !== 'passage-only' || !found.has(match.item))
}

/** Of items with the same text in one row the assay method reports the best, and names the others beside it. */
function oncePerClass(matches: readonly Match[], index: ContaminationIndex): Match[] {
  const best = new Map<number, Match>()
  const others = new Map<number, number[]>()
  const kept: Match[] = []
  for (const match of matches) {
    if (match.method !== 0 || match.className === 'passage-only') {
      kept.push(match)
      continue
    }
    const key = index.items.sameAs[match.item] as number
    const earlier = best.get(key)
    const items = others.get(key) ?? []
    items.push(match.item)
    others.set(key, items)
    if (earlier === undefined || better(match, earlier)) best.set(key, match)
  }
  for (const [key, match] of best) {
    const sameText = (others.get(key) ?? []).filter((item) => item !== match.item).sort((a, b) => a - b)
    kept.push({ ...match, sameText })
  }
  return kept
}

function better(a: Match, b: Match): boolean {
  const rank = (match: Match) => CLASSES.findIndex((entry) => entry.name === match.className)
  return (b.score - a.score || rank(a) - rank(b) || a.item - b.item) < 0
}
