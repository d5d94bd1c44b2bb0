import type { JsonObject, JsonValue } from '../../core/json.ts'
import { Columns, isEmpty } from './columns.ts'
import { parseLiteral } from './literal.ts'
import { isObject } from './options.ts'

/** One option; `aliases` are other names an answer may call it by, such as its column. */
export interface Option {
  label: string
  text: string
  aliases?: readonly string[]
}

export interface OptionList {
  options: readonly Option[]
  /** Labels of the options the file itself marks as right. */
  marked: readonly string[]
  /** The number the first option has where the file numbers them (`option1`, `ending0`); null where it does not. */
  numbered: 0 | 1 | null
}

export const LABELS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const TEXTS = ['content', 'text', 'value', 'option', 'choice', 'optiontext', 'answertext', 'answer']
const NAMES = ['letter', 'label', 'key', 'id', 'optionid', 'option', 'choice', 'index']
const MARKS = ['iscorrect', 'correct', 'isanswer', 'isright']
/** What columns of options start with, before a letter or a number. */
const PREFIXES = ['ending', 'op', 'option', 'choice', 'alternative', 'answer', 'opt', 'sol', '']
const NONE: OptionList = { options: [], marked: [], numbered: null }

/** Options as one column holds them: a list, an object, or either written as text. Null for an unknown form. */
export function fromValue(value: JsonValue, marking = false): OptionList | null {
  if (typeof value === 'string') return fromText(value)
  if (Array.isArray(value)) return fromList(value as readonly JsonValue[])
  return isObject(value) ? fromObject(value, marking) : null
}

/** Options in columns of their own: `opa` to `opd`, `option1` to `option4`, `A` to `E`. Null where there are none. */
export function fromSeries(columns: Columns): OptionList | null {
  for (const prefix of PREFIXES) {
    for (const numbered of prefix === '' ? [null] : ([null, 0, 1] as const)) {
      const names = series(columns, prefix, numbered)
      if (names.length < 2) continue
      return { ...NONE, numbered, options: names.map((name, i) => inColumn(columns, name, i)) }
    }
  }
  return null
}

/** Named columns in order; null where one of them holds no text. */
export function fromColumns(columns: Columns, names: readonly string[]): OptionList | null {
  if (!names.every((name) => isText(columns.named(name)))) return null
  return { ...NONE, options: names.map((name, i) => inColumn(columns, name, i)) }
}

/** Spellings of the columns of one series, up to the last that is not empty. */
function series(columns: Columns, prefix: string, numbered: 0 | 1 | null): string[] {
  const names: string[] = []
  for (let i = 0; i < LABELS.length; i++) {
    const end = numbered === null ? (LABELS[i] as string).toLowerCase() : String(i + numbered)
    const name = columns.spelling(prefix + end)
    if (name === undefined || !isText(columns.row[name])) break
    names.push(name)
  }
  while (names.length > 0 && isEmpty(columns.row[names.at(-1) as string])) names.pop()
  return names
}

function inColumn(columns: Columns, name: string, i: number): Option {
  return { label: labelAt(i), text: String(columns.named(name)), aliases: [name] }
}

function fromText(text: string): OptionList | null {
  if (text.trim() === '') return NONE
  const value = parseLiteral(text)
  if (value !== undefined) return fromValue(value)
  // One option a line is a form of its own only where every line names its option.
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const options = lines.length < 2 ? null : lettered(lines)
  return options === null ? null : { ...NONE, options }
}

function fromObject(value: JsonObject, marking: boolean): OptionList | null {
  const columns = new Columns(value)
  const texts = columns.first(['text', 'texts', 'choices', 'options'])
  if (Array.isArray(texts)) {
    const names = columns.first(['label', 'labels', 'letter', 'letters', 'key', 'keys'])
    return inParallel(texts as readonly JsonValue[], asList(names), marking)
  }
  const entries = Object.entries(value).filter(([, option]) => option !== null)
  if (marking && entries.every(([, mark]) => isMark(mark))) {
    const [options, marks] = [entries.map(([text]) => text), entries.map(([, mark]) => mark)]
    return inParallel(options, marks, true)
  }
  if (!entries.every(([, option]) => isText(option))) return null
  const inSeries = entries.some(([name]) => /^(?:[A-Za-z]|\d+)$/.test(name)) ? null : fromSeries(columns)
  if (inSeries?.options.length === entries.length) return inSeries
  return { ...NONE, options: entries.map(([name, option]) => ({ label: name, text: String(option) })) }
}

/** Texts with their labels, or with a mark each that says which are right. */
function inParallel(
  texts: readonly JsonValue[],
  names: readonly JsonValue[],
  marking: boolean,
): OptionList | null {
  if (!texts.every(isText)) return null
  const marks = marking && names.length === texts.length && names.every(isMark)
  const options = texts.map((text, i) => {
    const name = marks ? undefined : names[i]
    return { label: isText(name) ? String(name) : labelAt(i), text: String(text) }
  })
  const marked = marks ? options.flatMap(({ label }, i) => (isTrue(names[i]) ? [label] : [])) : []
  return { ...NONE, options, marked }
}

function fromList(given: readonly JsonValue[]): OptionList | null {
  const list = [...given]
  while (list.length > 0 && list.at(-1) === null) list.pop()
  if (list.every(isText)) {
    const texts = list.map(String)
    const options = lettered(texts) ?? texts.map((text, i) => ({ label: labelAt(i), text }))
    return { ...NONE, options }
  }
  const options = list.map((entry, i) => (isObject(entry) ? fromEntry(entry, i) : null))
  if (options.includes(null)) return null
  const marked = (options as Entry[]).flatMap(({ option, right }) => (right ? [option.label] : []))
  return { ...NONE, options: (options as Entry[]).map(({ option }) => option), marked }
}

interface Entry {
  option: Option
  right: boolean
}

/** `{key, value}`, `{id, option}`, `{label, text}`, or `{A: …}`. */
function fromEntry(entry: JsonObject, i: number): Entry | null {
  const columns = new Columns(entry)
  const text = columns.given(TEXTS).find(({ value }) => isText(value))
  if (text === undefined) {
    const [only, ...more] = Object.entries(entry)
    if (only === undefined || more.length > 0 || !isText(only[1])) return null
    return { option: { label: only[0], text: String(only[1]) }, right: false }
  }
  const name = columns.given(NAMES).find(({ column, value }) => column !== text.column && isText(value))
  const right = columns.given(MARKS).some(({ column, value }) => column !== text.column && isTrue(value))
  const given = name === undefined ? null : String(name.value)
  // An id of a data base is no label anyone answers with in words, but an answer may still name it.
  const label = given === null || given.length > 3 ? labelAt(i) : given
  const aliases = given === null ? [] : [given]
  return { option: { label, text: String(text.value), aliases }, right }
}

/** `["A. one", "B. two"]`: the labels stand in the texts, each of them in its turn. Null where they do not. */
function lettered(texts: readonly string[]): Option[] | null {
  if (texts.length < 2) return null
  const parts = texts.map((text) => /^\s*[([]?([A-Za-z]|\d{1,2})[)\].:]\s+(\S[^]*)$/.exec(text))
  const schemes = [
    (i: number) => labelAt(i),
    (i: number) => labelAt(i).toLowerCase(),
    (i: number) => String(i + 1),
  ]
  if (!schemes.some((labelOf) => parts.every((part, i) => part?.[1] === labelOf(i)))) return null
  return parts.map((part) => ({ label: part?.[1] as string, text: (part?.[2] as string).trimEnd() }))
}

function labelAt(i: number): string {
  return LABELS[i] ?? String(i)
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : []
}

function isText(value: JsonValue | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isMark(value: JsonValue | undefined): boolean {
  return value === 0 || value === 1 || typeof value === 'boolean'
}

function isTrue(value: JsonValue | undefined): boolean {
  return value === true || value === 1
}
