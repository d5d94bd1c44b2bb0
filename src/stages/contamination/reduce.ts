import { ROLES } from '../../core/example.ts'
import type { Example } from '../../core/example.ts'
import { finding } from '../../core/finding-id.ts'
import type { Finding, RowPlace, Severity } from '../../core/finding.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { ReduceContext, SliceTally } from '../../core/stage.ts'
import type { ContaminationIndex } from './build.ts'
import { EvidenceMaker, marked } from './evidence.ts'
import { CLASSES, judge, scoreOf, scoresOf, wordBits } from './judge.ts'
import type { ClassName, Scores } from './judge.ts'
import { METHODS } from './options.ts'
import { MOST_SOURCES, PASSAGE } from './scanner.ts'
import { unpackTally } from './tally.ts'
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
  /** Items with the same question text. */
  sameText: readonly number[]
}

export interface Gathered {
  matches: Match[]
  examples: number
  sources: ReadonlyMap<string, number> | null
}

interface Raw {
  shard: number
  component: string
  hits: readonly AssayHit[]
  rules: readonly RuleHit[]
}

/** A question found alone in more rows than this, and than this share of them, is boilerplate of the corpus. */
const BOILERPLATE = { rows: 20, ratio: 0.0005, bits: 60 }

/** Reads all tallies, then judges every sighting with the corpus' own word weights. */
export async function gatherMatches(
  tallies: AsyncIterable<SliceTally>,
  index: ContaminationIndex,
): Promise<Gathered> {
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
    if (record.hits.length + record.rules.length > 0) {
      raw.push({ shard, component, hits: record.hits, rules: record.rules })
    }
  }
  const bits = wordBits(index.items, documents, examples)
  const matches = raw.flatMap((slice) => [...assayMatches(slice, index, bits), ...ruleMatches(slice, index)])
  demoteBoilerplate(matches, index, examples)
  const kept = oncePerClass(passagesAlone(matches), index)
  return {
    matches: kept.sort(compareMatches),
    examples,
    sources: tooMany || sources.size > MOST_SOURCES ? null : sources,
  }
}

function compareMatches(a: Match, b: Match): number {
  return a.shard - b.shard || a.row - b.row || a.method - b.method || b.score - a.score || a.item - b.item
}

function assayMatches(slice: Raw, index: ContaminationIndex, bits: Float64Array): Match[] {
  const matches: Match[] = []
  for (const hit of slice.hits) {
    const scores = scoresOf(hit, index.items, bits)
    const className = judge(hit, scores)
    if (className === null) continue
    matches.push({
      ...{ shard: slice.shard, component: slice.component, row: hit.row, method: 0, item: hit.item },
      ...{ className, counted: isCounted(className), score: scoreOf(scores) },
      source: { kind: 'assay', hit, scores },
      sameText: [],
    })
  }
  return matches
}

function isCounted(className: ClassName): boolean {
  return CLASSES.some((entry) => entry.name === className && entry.counted)
}

function ruleMatches(slice: Raw, index: ContaminationIndex): Match[] {
  return slice.rules.map((hit) => {
    const passage = hit.method === PASSAGE
    return {
      ...{ shard: slice.shard, component: slice.component, row: hit.row, item: hit.item },
      method: passage ? 0 : hit.method,
      className: passage ? 'passage-only' : null,
      counted: !passage && index.methods.includes(METHODS[hit.method] as (typeof METHODS)[number]),
      score: Math.min(1, hit.matched / hit.length),
      source: { kind: 'rule', hit },
      sameText: [],
    }
  })
}

/** Short questions that stand alone in many rows are how this corpus asks, not leaks of one item. */
function demoteBoilerplate(matches: Match[], index: ContaminationIndex, examples: number): void {
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

/** A passage says nothing new where the item itself was found. */
function passagesAlone(matches: readonly Match[]): Match[] {
  const found = new Set(
    matches
      .filter((match) => match.method === 0 && match.className !== 'passage-only')
      .map((match) => `${match.shard}:${match.row}:${match.item}`),
  )
  return matches.filter(
    (match) => match.className !== 'passage-only' || !found.has(`${match.shard}:${match.row}:${match.item}`),
  )
}

/** Of items with the same text the assay method reports the best, and names the others beside it. */
function oncePerClass(matches: readonly Match[], index: ContaminationIndex): Match[] {
  const best = new Map<string, Match>()
  const others = new Map<string, number[]>()
  const kept: Match[] = []
  for (const match of matches) {
    if (match.method !== 0 || match.className === 'passage-only') {
      kept.push(match)
      continue
    }
    const key = `${match.shard}:${match.row}:${index.items.sameAs[match.item]}`
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

const SEVERITY: Readonly<Record<ClassName, Severity>> = {
  'exact-match': 'high',
  'near-match': 'high',
  'options-shuffled': 'high',
  'question-and-answer': 'high',
  'question-match': 'medium',
  'answer-side': 'high',
  'sibling-item': 'low',
  'passage-only': 'info',
  template: 'info',
}

/** Findings in the order of the matches; each row's text is read once. */
export async function* matchFindings(
  matches: readonly Match[],
  index: ContaminationIndex,
  context: ReduceContext,
  onExample: (matches: readonly Match[], example: Example) => void,
): AsyncGenerator<Finding, void, undefined> {
  const maker = new EvidenceMaker(index.items)
  let at = 0
  const rows = distinctRows(matches)
  if (rows.length === 0) return
  for await (const example of context.examples(rows)) {
    const from = at
    while (at < matches.length && matches[at]?.shard === example.shard && matches[at]?.row === example.row)
      at++
    const here = matches.slice(from, at)
    onExample(here, example)
    for (const match of here) yield makeFinding(match, example, { index, context, maker })
  }
}

function distinctRows(matches: readonly Match[]): { shard: number; row: number }[] {
  const rows: { shard: number; row: number }[] = []
  for (const { shard, row } of matches) {
    const last = rows.at(-1)
    if (last === undefined || last.shard !== shard || last.row !== row) rows.push({ shard, row })
  }
  return rows
}

interface Making {
  index: ContaminationIndex
  context: ReduceContext
  maker: EvidenceMaker
}

function makeFinding(match: Match, example: Example, making: Making): Finding {
  const { items, benchmarks } = making.index
  const benchmark = benchmarks[items.benchmark[match.item] as number]?.name ?? ''
  const item = items.id[match.item] as string
  const method = METHODS[match.method] as string
  const shard = making.context.plan.shards[match.shard]
  const place: RowPlace = {
    component: match.component,
    path: shard?.path ?? '',
    row: match.row,
    ...(example.exampleId === null ? {} : { exampleId: example.exampleId }),
  }
  return finding({
    rule: `contamination/${match.className ?? method}`,
    severity: match.className === null ? 'medium' : SEVERITY[match.className],
    place: { kind: 'row', ...place },
    message: message(match, { benchmark, item, method }),
    evidence:
      match.source.kind === 'assay'
        ? assayEvidence(match, example, making)
        : ruleEvidence(match, example, making),
    ...{ method, benchmark, item, score: round(match.score), key: `${method} ${benchmark} ${item}` },
  })
}

function message(
  match: Match,
  { benchmark, item, method }: Record<'benchmark' | 'item' | 'method', string>,
): string {
  const role = ROLES[match.source.hit.role] ?? 'unknown'
  const of = `${benchmark}/${item}`
  if (match.source.kind === 'rule') {
    const { matched, length } = match.source.hit
    const unit = method === 'swiss-ai' ? 'tokens' : 'words'
    if (match.className !== null)
      return `passage of ${of}: ${matched} of ${length} words, in the ${role}'s turn`
    return `${method}: ${matched} of ${length} ${unit} of ${of}, in the ${role}'s turn`
  }
  const { hit, scores } = match.source
  const share = Math.round(100 * scores.coverageRatio)
  const options = hit.options > 0 ? `, ${hit.optionsFound} of ${hit.options} options` : ''
  const answer = hit.answerTurn >= 0 ? ', and its answer' : ''
  const name = (match.className ?? '').replaceAll('-', ' ')
  return `${name} of ${of}: ${share} % of the question by information, longest run ${hit.longestRun} words${options}${answer}, in the ${role}'s turn`
}

function assayEvidence(match: Match, example: Example, { index, context, maker }: Making): JsonObject {
  if (match.source.kind !== 'assay') return {}
  const { hit, scores } = match.source
  const same = match.sameText.map((item) => itemName(index, item))
  return {
    turn: hit.turn,
    role: ROLES[hit.role] ?? 'unknown',
    questionCoverageRatio: round(scores.coverageRatio),
    questionWordRatio: round(scores.wordRatio),
    densityRatio: round(scores.densityRatio),
    informationBits: round(scores.foundBits),
    longestRun: hit.longestRun,
    questionWords: hit.questionWords,
    wordsFound: hit.covered,
    wordsAdded: hit.inserted,
    numbersChanged: hit.numbersChanged,
    unitsChanged: hit.unitsChanged,
    oppositesChanged: hit.oppositesChanged,
    negationsChanged: hit.negationsChanged,
    optionsFound: hit.optionsFound,
    options: hit.options,
    optionsReordered: hit.reordered,
    optionsRelabelled: hit.relabelled,
    optionsEdited: hit.optionsEdited,
    optionsAltered: hit.optionsAltered,
    answerFound: hit.answerTurn < 0 ? null : { turn: hit.answerTurn, wordsAfter: hit.answerDistance },
    ...(same.length === 0 ? {} : { sameText: same }),
    texts: maker.texts(hit, example, context.evidence),
  }
}

function itemName(index: ContaminationIndex, item: number): string {
  return `${index.benchmarks[index.items.benchmark[item] as number]?.name}/${index.items.id[item]}`
}

function ruleEvidence(match: Match, example: Example, { index, context }: Making): JsonObject {
  if (match.source.kind !== 'rule') return {}
  const { hit } = match.source
  const { items } = index
  const turnText = example.turns[hit.turn]?.text ?? new Uint8Array(0)
  const field = items.itemField[hit.item] as number
  const itemText = items.bytes.subarray(items.fieldText[field], items.fieldText[field + 1])
  const texts: JsonValue = [
    {
      label: 'example',
      turn: hit.turn,
      role: ROLES[hit.role] ?? 'unknown',
      ...marked(turnText, [hit.from, hit.to], [], context.evidence),
    },
    { label: 'item', ...marked(itemText, [0, itemText.length], [], context.evidence) },
  ]
  const ratio = round(hit.matched / hit.length)
  if (match.method === METHODS.indexOf('swiss-ai')) {
    const evalIndex = items.indexIn[hit.item] as number
    return { matchedTokens: hit.matched, evalTokens: hit.length, evalIndex, ratio, turn: hit.turn, texts }
  }
  return { matchedWords: hit.matched, itemWords: hit.length, ratio, turn: hit.turn, texts }
}

/** Four digits are what a reader can use; and sums of logarithms should not differ in the last bit. */
export function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
