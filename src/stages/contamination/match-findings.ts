import { ROLES } from '../../core/example.ts'
import type { Example } from '../../core/example.ts'
import { framedId, idFrame, placeAddress } from '../../core/finding-id.ts'
import type { IdFrame } from '../../core/finding-id.ts'
import type { FindingText } from '../../core/finding-text.ts'
import type { EvidenceLevel, Place, Severity } from '../../core/finding.ts'
import { canonicalJson } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ContaminationIndex } from './build.ts'
import { round } from './evidence.ts'
import type { EvidenceMaker, RuleQuoter } from './evidence.ts'
import { CLASSES } from './judge.ts'
import type { ClassName } from './judge.ts'
import { ruleSameText } from './matches.ts'
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
  'options-only': 'info',
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
  /** By the number of item, method and class. */
  kinds: Map<number, FindingKind>
}

/** What findings of one item by one method and of one class share. */
interface FindingKind {
  rule: string
  severity: Severity
  benchmark: string
  item: string
  method: string
  frame: IdFrame
  /** Names of the other items a hit of an n-gram rule is of. */
  sameText: readonly string[]
  /** The hit of a published rule whose message was written last, and the message. */
  hit: RuleHit | null
  message: string
}

/** A row with what its findings share. */
export interface FoundIn {
  example: Example
  place: Place
  address: string
}

export function foundIn(example: Example, component: string, path: string): FoundIn {
  const { row, exampleId } = example
  const at: Place = { kind: 'row', component, path, row }
  const place = exampleId === null ? at : { ...at, exampleId }
  return { example, place, address: placeAddress(place) }
}

/** The finding of a match in its row; the quoter knows the row. One literal: this is done for each of very many. */
export function makeFinding(match: Match, { example, place, address }: FoundIn, making: Making): FindingText {
  const kind = kindOf(match, making)
  const { message, evidence } = told(match, example, { kind, making })
  return {
    id: framedId(kind.frame, address),
    rule: kind.rule,
    severity: kind.severity,
    place,
    message,
    evidence,
    method: kind.method,
    benchmark: kind.benchmark,
    item: kind.item,
    score: round(match.score),
  }
}

function told(match: Match, example: Example, { kind, making }: { kind: FindingKind; making: Making }) {
  if (match.source.kind === 'rule') {
    const { hit } = match.source
    return { message: ruleMessage(match, hit, kind), evidence: making.quoter.evidence(hit, kind.sameText) }
  }
  const texts = making.maker.texts(match.source.hit, example, making.evidence)
  const turns = texts.flatMap(({ turn }) => (typeof turn === 'number' ? [turn] : []))
  return {
    message: assayMessage(match, kind, whereIn(turns, example)),
    evidence: canonicalJson(assayEvidence(match, { turns, texts }, making.index)),
  }
}

/** "in the user's turn", "in the system's and the user's turns". */
function whereIn(turns: readonly number[], example: Example): string {
  const roles = [...new Set(turns.map((turn) => `the ${example.turns[turn]?.role ?? 'unknown'}'s`))]
  const last = roles.pop() ?? ''
  const all = roles.length === 0 ? last : `${roles.join(', ')} and ${last}`
  return `in ${all} ${turns.length > 1 ? 'turns' : 'turn'}`
}

function kindOf(match: Match, { index, kinds }: Making): FindingKind {
  const number = numberOf(match)
  const known = kinds.get(number)
  if (known !== undefined) return known
  const { items, benchmarks } = index
  const benchmark = benchmarks[items.benchmark[match.item] as number]?.name ?? ''
  const item = items.id[match.item] as string
  const method = METHODS[match.method] as string
  const rule = `contamination/${match.className ?? method}`
  const kind: FindingKind = {
    ...{ rule, severity: match.className === null ? 'medium' : SEVERITY[match.className] },
    ...{ benchmark, item, method, frame: idFrame(rule, `${method} ${benchmark} ${item}`) },
    sameText: ruleSameText(match.method, match.item, index).map((same) => itemName(index, same)),
    ...{ hit: null, message: '' },
  }
  kinds.set(number, kind)
  return kind
}

/** Item, method and class of a match as one number. */
export function numberOf({ item, method, className }: Match): number {
  const place = className === null ? -1 : CLASSES.findIndex(({ name }) => name === className)
  return (item * METHODS.length + method) * (CLASSES.length + 1) + place + 1
}

function ruleMessage(match: Match, hit: RuleHit, kind: FindingKind): string {
  const { matched, length, role } = hit
  const last = kind.hit
  if (last?.matched === matched && last.length === length && last.role === role) return kind.message
  const { benchmark, item, method } = kind
  const unit = method === 'swiss-ai' ? 'tokens' : 'words'
  const end = `in the ${ROLES[role] ?? 'unknown'}'s turn`
  kind.hit = hit
  kind.message =
    match.className === null
      ? `${method}: ${matched} of ${length} ${unit} of ${benchmark}/${item}, ${end}`
      : `passage of ${benchmark}/${item}: ${matched} of ${length} words, ${end}`
  return kind.message
}

function assayMessage(match: Match, { benchmark, item }: FindingKind, where: string): string {
  if (match.source.kind !== 'assay') return ''
  const { hit, scores } = match.source
  const share = Math.round(100 * scores.coverageRatio)
  const options = hit.options > 0 ? `, ${hit.optionsFound} of ${hit.options} options` : ''
  const answer = hit.answerTurn >= 0 ? ', and its answer' : ''
  const name = (match.className ?? '').replaceAll('-', ' ')
  return `${name} of ${benchmark}/${item}: ${share} % of the question by information, longest run ${hit.longestRun} words${options}${answer}, ${where}`
}

/** Its turn is the one it stands in, of several the last. */
function assayEvidence(
  match: Match,
  { turns, texts }: { turns: number[]; texts: JsonObject[] },
  index: ContaminationIndex,
): JsonObject {
  if (match.source.kind !== 'assay') return {}
  const { hit, scores } = match.source
  const same = match.sameText.map((item) => itemName(index, item))
  return {
    turn: hit.turn,
    ...(turns.length > 1 ? { turns } : {}),
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
    ...(hit.optionsTurn < 0 ? {} : { optionsTurn: hit.optionsTurn }),
    optionsReordered: hit.reordered,
    optionsRelabelled: hit.relabelled,
    optionsEdited: hit.optionsEdited,
    optionsAltered: hit.optionsAltered,
    answerFound: hit.answerTurn < 0 ? null : { turn: hit.answerTurn, wordsAfter: hit.answerDistance },
    ...(same.length === 0 ? {} : { sameText: same }),
    texts,
  }
}

function itemName(index: ContaminationIndex, item: number): string {
  return `${index.benchmarks[index.items.benchmark[item] as number]?.name}/${index.items.id[item]}`
}
