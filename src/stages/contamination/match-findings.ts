import { AuditError } from '../../core/error.ts'
import { ROLES } from '../../core/example.ts'
import type { Example } from '../../core/example.ts'
import { finding } from '../../core/finding-id.ts'
import type { Finding, RowPlace, Severity } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ReduceContext } from '../../core/stage.ts'
import type { ContaminationIndex } from './build.ts'
import { EvidenceMaker, RuleQuoter } from './evidence.ts'
import type { ClassName } from './judge.ts'
import type { Match, Matches } from './matches.ts'
import { METHODS } from './options.ts'

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

/**
 * Findings row by row, in the order of the matches; the text of each row with a match is read once. `onRow` is told of
 * every row's matches and example first.
 */
export async function* matchFindings(
  matches: Matches,
  index: ContaminationIndex,
  context: ReduceContext,
  onRow: (matches: readonly Match[], example: Example) => void,
): AsyncGenerator<Finding, void, undefined> {
  const refs = matches.refs()
  if (refs.length === 0) return
  const maker = new EvidenceMaker(index.items)
  const quoter = new RuleQuoter(index.items, context.evidence)
  const rows = matches.rows()
  for await (const example of context.examples(refs)) {
    const here = rows.next().value ?? []
    if (here[0]?.row !== example.row || here[0].shard !== example.shard)
      throw new AuditError('INTERNAL', { what: `Row ${example.row} was read, its matches are of another` })
    onRow(here, example)
    quoter.example = example
    for (const match of here) yield makeFinding(match, example, { index, context, maker, quoter })
  }
}

interface Making {
  index: ContaminationIndex
  context: ReduceContext
  maker: EvidenceMaker
  quoter: RuleQuoter
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
      match.source.kind === 'assay' ? assayEvidence(match, example, making) : ruleEvidence(match, making),
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

function ruleEvidence(match: Match, { index, quoter }: Making): JsonObject {
  if (match.source.kind !== 'rule') return {}
  const { hit } = match.source
  const texts = quoter.texts(hit)
  const ratio = round(hit.matched / hit.length)
  if (match.method === SWISS_AI) {
    const evalIndex = index.items.indexIn[hit.item] as number
    return { evalIndex, evalTokens: hit.length, matchedTokens: hit.matched, ratio, texts, turn: hit.turn }
  }
  return { itemWords: hit.length, matchedWords: hit.matched, ratio, texts, turn: hit.turn }
}

const SWISS_AI = METHODS.indexOf('swiss-ai')

/** Four digits are what a reader can use; and sums of logarithms should not differ in the last bit. */
export function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
