import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { BenchmarkItem } from './items.ts'
import type { FieldMapping } from './options.ts'
import { isObject } from './options.ts'

/** Column names under which benchmarks publish their fields, most specific first. */
const NAMES = {
  id: ['id', 'question_id', 'prompt_id', 'key', 'pubid', 'idx'],
  question: ['question', 'sent1', 'QUESTION', 'prompt', 'query', 'input', 'problem', 'text'],
  options: ['options', 'choices', 'candidates'],
  answer: ['answer', 'label', 'cop', 'answerKey', 'answer_idx', 'final_decision', 'gold', 'correct'],
  context: ['context', 'contexts', 'CONTEXTS', 'passage'],
} as const
const OPTION_COLUMNS = [
  ['ending0', 'ending1', 'ending2', 'ending3'],
  ['opa', 'opb', 'opc', 'opd'],
  ['A', 'B', 'C', 'D'],
]
const LABELS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Reads one row of a benchmark, or says why it cannot be used. `number` names the item where no id does. */
export function readItem(
  row: JsonObject,
  fields: FieldMapping,
  number: number,
): { item: BenchmarkItem } | { unusable: string } {
  const question = textOf(column(row, fields.question, NAMES.question))
  if (question === null) return { unusable: 'no question text' }
  if (question.trim() === '') return { unusable: 'empty question' }
  const options = readOptionList(row, fields)
  if (options === null) return { unusable: 'options of an unknown form' }
  const id = column(row, fields.id, NAMES.id)
  return {
    item: {
      id: typeof id === 'string' || typeof id === 'number' ? String(id) : String(number),
      question,
      options,
      answer: readAnswer(column(row, fields.answer, NAMES.answer), options),
      context: contextOf(column(row, fields.context, NAMES.context)),
    },
  }
}

function column(row: JsonObject, named: string | undefined, known: readonly string[]): JsonValue | undefined {
  if (named !== undefined) return row[named]
  const name = known.find((candidate) => row[candidate] !== undefined && row[candidate] !== null)
  return name === undefined ? undefined : row[name]
}

/** A text, a conversation's user turns, or null. */
function textOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value
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

type Option = { label: string; text: string }

function readOptionList(row: JsonObject, fields: FieldMapping): readonly Option[] | null {
  if (typeof fields.options === 'object' && 'fixed' in fields.options) {
    return Object.entries(fields.options.fixed).map(([label, text]) => ({ label, text }))
  }
  if (Array.isArray(fields.options)) return fromColumns(row, fields.options as readonly string[])
  const value = column(row, fields.options as string | undefined, NAMES.options)
  if (value !== undefined && value !== null) return fromValue(value)
  const columns = OPTION_COLUMNS.find((names) => names.every((name) => typeof row[name] === 'string'))
  return columns === undefined ? [] : fromColumns(row, columns)
}

function fromColumns(row: JsonObject, names: readonly string[]): readonly Option[] | null {
  const options: Option[] = []
  for (const [i, name] of names.entries()) {
    const text = row[name]
    if (typeof text !== 'string') return null
    options.push({ label: LABELS[i] ?? String(i), text })
  }
  return options
}

function fromValue(value: JsonValue): readonly Option[] | null {
  if (Array.isArray(value)) return fromList(value as readonly JsonValue[])
  if (!isObject(value)) return null
  const { text, label } = value
  if (Array.isArray(text)) {
    const labels: readonly JsonValue[] = Array.isArray(label) ? (label as readonly JsonValue[]) : []
    const named = (text as readonly JsonValue[]).map((option, i) => ({
      label: labels[i] ?? LABELS[i] ?? '',
      text: option,
    }))
    return named.every((option) => typeof option.text === 'string') ? (named as Option[]) : null
  }
  const entries = Object.entries(value).filter(([, option]) => option !== null)
  if (!entries.every(([, option]) => typeof option === 'string')) return null
  return entries.map(([name, option]) => ({ label: name, text: option as string }))
}

function fromList(list: readonly JsonValue[]): readonly Option[] | null {
  const options: Option[] = []
  for (const [i, entry] of list.entries()) {
    if (typeof entry === 'string') options.push({ label: LABELS[i] ?? String(i), text: entry })
    else if (isObject(entry)) {
      const text = entry['content'] ?? entry['text'] ?? entry['value']
      const label = entry['letter'] ?? entry['label'] ?? entry['key'] ?? LABELS[i]
      if (typeof text !== 'string' || typeof label !== 'string') return null
      options.push({ label, text })
    } else return null
  }
  return options
}

/** Label of the right option: given as a label, a 0-based number, or the option's text; else the answer's text. */
function readAnswer(value: JsonValue | undefined, options: readonly Option[]): string | null {
  if (typeof value === 'number') return options[value]?.label ?? (options.length === 0 ? String(value) : null)
  if (typeof value !== 'string') return null
  if (options.length === 0) return value
  const exact = options.find((option) => option.label === value) ?? options.find((o) => o.text === value)
  if (exact !== undefined) return exact.label
  return /^\d+$/.test(value) ? (options[Number(value)]?.label ?? null) : null
}
