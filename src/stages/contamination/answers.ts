import type { JsonValue } from '../../core/json.ts'
import { Columns, folded } from './columns.ts'
import type { BenchmarkItem } from './items.ts'
import { parseLiteral } from './literal.ts'
import type { Option, OptionList } from './option-forms.ts'
import { isObject } from './options.ts'

/** An item as far as one row tells: what its answer means is settled when the whole file is read. */
export interface Draft {
  item: Omit<BenchmarkItem, 'answer'>
  options: readonly Option[]
  numbered: OptionList['numbered']
  /** The columns that may hold the answer, most likely first; those without a value are left out. */
  given: readonly Given[]
}

export interface Given {
  column: string
  value: JsonValue
}

/** An answer the file gives and nothing was found for. */
export interface Unresolved {
  given: Given
  why: string
}

/** How the numbers of one column are meant: the number of the first option, null where the file does not tell. */
interface Numbering {
  base: 0 | 1 | null
  /** The numbers are texts of options: "4" of the options 3, 4 and 5. */
  texts: boolean
}

const UNKNOWN_NAME = 'no option of this label, number or text'
const UNKNOWN_FORM = 'an answer of an unknown form'
const UNKNOWN_BASE = 'a number, and nothing in the file tells whether it is counted from 0 or from 1'
const SEVERAL = 'more than one answer'
/** MedMCQA's column: its first release counts the options from 1, its copies on the Hub from 0. */
const COUNTED_BOTH_WAYS = 'cop'

const ANSWER_LABELS = ['label', 'letter', 'key', 'id', 'index']
const ANSWER_TEXTS = ['text', 'value', 'content', 'answer', 'option']

/** A longer text names no option but explains one. */
const LONGEST_ANSWER = 4000

/**
 * The answers of one file's items. One column is read and numbers are counted from 0 or from 1 for all of them, because
 * a row alone cannot tell: of four options 1 to 3 are right either way.
 */
export function settleAnswers(drafts: readonly Draft[]): {
  items: BenchmarkItem[]
  unresolved: Unresolved[]
} {
  const readings = readingsOf(drafts)
  const main = mainColumn(drafts, readings)
  const unresolved: Unresolved[] = []
  const items = drafts.map((draft) => {
    const given = draft.given.find(({ column }) => column === main) ?? draft.given[0]
    if (given === undefined) return { ...draft.item, answer: null }
    const answer = resolve(given.value, draft, readings.get(given.column) as Numbering)
    if (answer === null) unresolved.push({ given, why: reason(given, draft, readings) })
    return { ...draft.item, answer }
  })
  return { items, unresolved }
}

function readingsOf(drafts: readonly Draft[]): Map<string, Numbering> {
  const columns = new Set(drafts.flatMap(({ given }) => given.map(({ column }) => column)))
  return new Map([...columns].map((column) => [column, numbering(column, drafts)]))
}

/** The first column that names an option in at least half of its rows, else the one that does so most often. */
function mainColumn(drafts: readonly Draft[], readings: ReadonlyMap<string, Numbering>): string | null {
  let best: { column: string; ratio: number } | null = null
  for (const [column, own] of readings) {
    let rows = 0
    let resolved = 0
    for (const draft of drafts) {
      const given = draft.given.find((each) => each.column === column)
      if (given === undefined) continue
      rows++
      if (resolve(given.value, draft, own) !== null) resolved++
    }
    if (resolved * 2 >= rows) return column
    if (best === null || resolved / rows > best.ratio) best = { column, ratio: resolved / rows }
  }
  return best?.column ?? null
}

/** What the numbers of a column mean, from all of them. A number that is a label of its own item says nothing. */
function numbering(column: string, drafts: readonly Draft[]): Numbering {
  let [zero, last, written, outside, numbered] = [false, false, true, false, false]
  let texts = true
  for (const { options, given, numbered: from } of drafts) {
    const value = given.find((each) => each.column === column)?.value
    const number = numberOf(value)
    if (number === null || options.length === 0 || labelled(value, options) !== null) continue
    if (number === 0) zero = true
    if (number === options.length) last = true
    if (from === 1) numbered = true
    if (typeof value === 'number') written = false
    if (number < 0 || number > options.length) outside = true
    if (!options.some(({ text }) => text.trim() === String(value).trim())) texts = false
  }
  // Written as a number it is a place unless some of them cannot be one.
  if (texts && (written || outside)) return { base: 0, texts: true }
  if (zero) return { base: 0, texts: false }
  if (last || numbered) return { base: 1, texts: false }
  return { base: folded(column) === COUNTED_BOTH_WAYS ? null : 0, texts: false }
}

/** Label of the right option, or the answer's text where there are no options; null where it cannot be told. */
function resolve(value: JsonValue, draft: Draft, numbers: Numbering): string | null {
  const { options } = draft
  if (value === null) return null
  if (Array.isArray(value)) return ofList(value as readonly JsonValue[], draft, numbers)
  if (isObject(value)) return ofParts(new Columns(value), draft, numbers)
  if (options.length === 0) return String(value)
  const number = numberOf(value)
  if (number !== null) return labelled(value, options) ?? ofNumber(value, options, numbers)
  if (typeof value === 'boolean') return ofTexts([String(value), value ? 'yes' : 'no'], options)
  return named(String(value), draft, numbers)
}

/** One option, however often it is said; of an answer in words the first wording. */
function ofList(list: readonly JsonValue[], draft: Draft, numbers: Numbering): string | null {
  const [first = null] = list
  if (draft.options.length === 0) return resolve(first, draft, numbers)
  const labels = new Set(list.map((entry) => resolve(entry, draft, numbers)))
  const [only = null] = labels
  return labels.size === 1 ? only : null
}

function ofParts(columns: Columns, draft: Draft, numbers: Numbering): string | null {
  const names = draft.options.length === 0 ? ANSWER_TEXTS : [...ANSWER_LABELS, ...ANSWER_TEXTS]
  for (const { value } of columns.given(names)) {
    const answer = isObject(value) ? null : resolve(value, draft, numbers)
    if (answer !== null) return answer
  }
  return null
}

function ofNumber(value: JsonValue, options: readonly Option[], { texts, base }: Numbering): string | null {
  if (texts) return options.find(({ text }) => text.trim() === String(value).trim())?.label ?? null
  return base === null ? null : (options[(numberOf(value) as number) - base]?.label ?? null)
}

/** A whole number, also as text, in brackets, and as tables with gaps write it ("2.0"). */
function numberOf(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return Number.isInteger(value) ? value : null
  if (typeof value !== 'string' || value.length > 20) return null
  const [, digits] = /^\s*[([]?(-?\d{1,9})(?:\.0+)?[)\].]?\s*$/.exec(value) ?? []
  return digits === undefined ? null : Number(digits)
}

function labelled(value: JsonValue | undefined, options: readonly Option[]): string | null {
  const number = numberOf(value)
  const label = number === null ? String(value).trim() : String(number)
  return options.find((option) => option.label === label)?.label ?? null
}

/** An answer in words: a label, a text, or both in one of the ways people write them. */
function named(text: string, draft: Draft, numbers: Numbering): string | null {
  const { options } = draft
  if (text.length > LONGEST_ANSWER) return null
  const exact = labelled(text, options) ?? options.find((option) => option.text === text)?.label
  if (exact !== undefined) return exact
  const literal = parseLiteral(text)
  if (literal !== undefined && (Array.isArray(literal) || isObject(literal))) {
    const inside = resolve(literal, draft, numbers)
    if (inside !== null) return inside
  }
  return (
    ofName(text, options) ?? ofTexts([text], options) ?? ofLead(text.replace(/\s+/g, ' ').trim(), options)
  )
}

/** A label in another case, or what the file calls the option itself (its column, its id). */
function ofName(name: string, options: readonly Option[]): string | null {
  const wanted = folded(name)
  const found = options.filter(
    ({ label, aliases = [] }) =>
      folded(label) === wanted || aliases.some((alias) => folded(alias) === wanted),
  )
  return found.length === 1 ? (found[0] as Option).label : null
}

/** The one option that says one of the texts, whatever its case, spaces and final point. */
function ofTexts(texts: readonly string[], options: readonly Option[]): string | null {
  const wanted = texts.map(plain)
  const found = options.filter(({ text }) => wanted.includes(plain(text)))
  return found.length === 1 ? (found[0] as Option).label : null
}

const LEAD =
  /^(?:(?:the )?(?:correct |right |best )?(?:answer|option|choice)(?: is)? ?:? ?)?[([{]?([A-Za-z]|\d{1,2})([)\]}.:,]+ ?(?:[-–—] )?| ?[-–—] | |$)(.*)$/i

/** "(A)", "A.", "option A", "A. text": a label, and behind it nothing or what that option says. */
function ofLead(text: string, options: readonly Option[]): string | null {
  const [, name, , rest = ''] = LEAD.exec(text.replace(/^[*"'`]+|[*"'`]+$/g, '')) ?? []
  if (name === undefined) return null
  const label = ofName(name, options)
  // A number before a text may be counted from anywhere: the text tells.
  if (label === null) return rest === '' ? null : ofTexts([rest], options)
  const option = options.find((each) => each.label === label) as Option
  return rest === '' || plain(option.text) === plain(rest) ? label : null
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^[ "'*]+|[ "'*.;,]+$/g, '')
}

function reason({ column, value }: Given, draft: Draft, readings: ReadonlyMap<string, Numbering>): string {
  if (numberOf(value) !== null && readings.get(column)?.base === null) return UNKNOWN_BASE
  if (Array.isArray(value) && value.length > 1) return SEVERAL
  return typeof value === 'object' || draft.options.length === 0 ? UNKNOWN_FORM : UNKNOWN_NAME
}
