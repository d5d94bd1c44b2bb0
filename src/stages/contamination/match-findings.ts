import { ROLES } from '../../core/example.ts'
import type { Example } from '../../core/example.ts'
import { findingId } from '../../core/finding-id.ts'
import type { FindingText } from '../../core/finding-text.ts'
import type { EvidenceLevel, Place, Severity } from '../../core/finding.ts'
import { canonicalJson } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ContaminationIndex } from './build.ts'
import type { EvidenceMaker, RuleQuoter } from './evidence.ts'
import type { ClassName } from './judge.ts'
import type { Match } from './matches.ts'
import { METHODS } from './options.ts'
import type { RuleHit } from './tally.ts'

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

/** What a finding is made with; `paths` are those of the shards by number. */
export interface Making {
  index: ContaminationIndex
  evidence: EvidenceLevel
  paths: Readonly<Record<number, string>>
  maker: EvidenceMaker
  quoter: RuleQuoter
}

/** The finding of a match in its row; the quoter knows the row. */
export function makeFinding(match: Match, example: Example, making: Making): FindingText {
  const { items, benchmarks } = making.index
  const benchmark = benchmarks[items.benchmark[match.item] as number]?.name ?? ''
  const item = items.id[match.item] as string
  const method = METHODS[match.method] as string
  const rule = `contamination/${match.className ?? method}`
  const place: Place = {
    kind: 'row',
    component: match.component,
    path: making.paths[match.shard] ?? '',
    row: match.row,
    ...(example.exampleId === null ? {} : { exampleId: example.exampleId }),
  }
  return {
    id: findingId(rule, place, `${method} ${benchmark} ${item}`),
    rule,
    severity: match.className === null ? 'medium' : SEVERITY[match.className],
    place,
    message: message(match, { benchmark, item, method }),
    evidence:
      match.source.kind === 'assay'
        ? canonicalJson(assayEvidence(match, example, making))
        : ruleEvidence(match.method, match.source.hit, making),
    ...{ method, benchmark, item, score: round(match.score) },
  }
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

function assayEvidence(match: Match, example: Example, { index, evidence, maker }: Making): JsonObject {
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
    texts: maker.texts(hit, example, evidence),
  }
}

function itemName(index: ContaminationIndex, item: number): string {
  return `${index.benchmarks[index.items.benchmark[item] as number]?.name}/${index.items.id[item]}`
}

/** Canonical JSON: the sides are text already, and a stock phrase of the corpus makes very many of these. */
function ruleEvidence(method: number, hit: RuleHit, { index, quoter }: Making): string {
  const end = `"ratio":${round(hit.matched / hit.length)},"texts":${quoter.texts(hit)},"turn":${hit.turn}}`
  if (method === SWISS_AI) {
    const evalIndex = index.items.indexIn[hit.item] as number
    return `{"evalIndex":${evalIndex},"evalTokens":${hit.length},"matchedTokens":${hit.matched},${end}`
  }
  return `{"itemWords":${hit.length},"matchedWords":${hit.matched},${end}`
}

const SWISS_AI = METHODS.indexOf('swiss-ai')

/** Four digits are what a reader can use; and sums of logarithms should not differ in the last bit. */
export function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
