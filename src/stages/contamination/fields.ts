import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { Draft, Given } from './answers.ts'
import { Columns, folded, isEmpty } from './columns.ts'
import { fromColumns, fromSeries, fromValue } from './option-forms.ts'
import type { OptionList } from './option-forms.ts'
import type { FieldMapping } from './options.ts'
import { isObject } from './options.ts'

/** Column names under which benchmarks publish their fields, most specific first; folded as `columns.ts` folds them. */
const ID = ['id', 'questionid', 'promptid', 'key', 'pubid', 'uid', 'qid', 'itemid', 'idx']
const QUESTION = ['question', 'sent1', 'prompt', 'query', 'input', 'problem']
const STEM = ['questiontext', 'questionstem', 'stem', 'ctx', 'goal', 'text']
const OPTIONS = [
  'options',
  'choices',
  'candidates',
  'alternatives',
  'endings',
  'answeroptions',
  'answerchoices',
]
/** Options that carry a mark each: which of them are right. */
const MARKED = ['mc1targets', 'targetscores', 'mc2targets']
const ANSWER = [
  'answer',
  'correctanswer',
  'correctoption',
  'correctchoice',
  'rightanswer',
  'cop',
  'answerkey',
]
const ANSWER_PLACE = [
  'answeridx',
  'answerindex',
  'answerid',
  'correctidx',
  'correctindex',
  'correctansweridx',
]
const ANSWER_MORE = ['finaldecision', 'gold', 'goldanswer', 'goldlabel', 'goldindex', 'correctlabel', 'label']
const ANSWERS = [
  ...ANSWER,
  ...ANSWER_PLACE,
  ...ANSWER_MORE,
  'correct',
  'answers',
  'target',
  'targets',
  'groundtruth',
]
const CONTEXT = ['context', 'contexts', 'passage', 'article']

/** Reads one row of a benchmark, or says why it cannot be used. `number` names the item where no id does. */
export function readItem(
  row: JsonObject,
  fields: FieldMapping,
  number: number,
): { draft: Draft } | { unusable: string } {
  const columns = new Columns(row)
  const asked = column(columns, fields.question, [...QUESTION, ...STEM])
  const question = textOf(asked)
  if (question === null) return { unusable: 'no question text' }
  if (question.trim() === '') return { unusable: 'empty question' }
  const list = readOptionList(columns, fields, asked)
  if (list === null) return { unusable: 'options of an unknown form' }
  const id = column(columns, fields.id, ID)
  const item = {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : String(number),
    question,
    options: list.options.map(({ label, text }) => ({ label, text })),
    context: contextOf(column(columns, fields.context, CONTEXT)),
  }
  return {
    draft: { item, options: list.options, numbered: list.numbered, given: given(columns, fields, list) },
  }
}

function column(
  columns: Columns,
  named: string | undefined,
  known: readonly string[],
): JsonValue | undefined {
  return named === undefined ? columns.first(known) : columns.named(named)
}

function given(columns: Columns, { answer }: FieldMapping, { marked }: OptionList): Given[] {
  if (answer !== undefined) {
    const value = columns.named(answer)
    return value === undefined || isEmpty(value) ? [] : [{ column: answer, value }]
  }
  const found = columns.given(ANSWERS).filter(({ value }) => !isEmpty(value))
  if (marked.length === 0) return found
  return [
    { column: 'marks of the options', value: marked.length === 1 ? (marked[0] as string) : marked },
    ...found,
  ]
}

/** A text, the stem of a question that is an object, a conversation's user turns, or null. */
function textOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value
  if (isObject(value)) {
    const stem = new Columns(value).first(STEM)
    return typeof stem === 'string' ? stem : null
  }
  if (!Array.isArray(value)) return null
  const turns = (value as readonly JsonValue[]).filter(isObject)
  const texts = turns
    .filter((turn) => turn['role'] === 'user' && typeof turn['content'] === 'string')
    .map((turn) => turn['content'] as string)
  return texts.length === 0 ? null : texts.join('\n')
}

/** Passages come as one text, a list of texts, or {contexts: […]}. */
function contextOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.filter((part) => typeof part === 'string').join(' ')
  if (isObject(value)) return contextOf(value['contexts'] ?? value['text'])
  return null
}

function readOptionList(
  columns: Columns,
  { options }: FieldMapping,
  asked: JsonValue | undefined,
): OptionList | null {
  if (typeof options === 'object' && 'fixed' in options) {
    const fixed = Object.entries(options.fixed).map(([label, text]) => ({ label, text }))
    return { options: fixed, marked: [], numbered: null }
  }
  if (Array.isArray(options)) return fromColumns(columns, options as readonly string[])
  const own = column(columns, options as string | undefined, OPTIONS)
  const inQuestion = isObject(asked) ? new Columns(asked).first(OPTIONS) : undefined
  const value = own ?? inQuestion
  if (value !== undefined && value !== null)
    return fromValue(value, MARKED.includes(folded((options as string | undefined) ?? '')))
  const marked = columns.first(MARKED)
  if (marked !== undefined) return fromValue(marked, true)
  return fromSeries(columns) ?? { options: [], marked: [], numbered: null }
}
