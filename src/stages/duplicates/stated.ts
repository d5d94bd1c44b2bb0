import * as cues from './cues.ts'
import { LABELS } from './label-kinds.ts'
import { nextPlace, readLabels } from './stated-labels.ts'
import type { LabelList, Labelled } from './stated-labels.ts'
import { textsSaid } from './stated-texts.ts'

/** What a prompt lists. */
export interface Offered extends Labelled {
  /** The one option that says this text, or −1. */
  optionOf(text: string): number
}

/** Of longer answers only the beginning and the end are read, this many bytes each. */
const WINDOW = 400
/** Characters around a label that are looked at. */
const BEFORE = 72
const BEHIND = 64
/** Characters of "The correct answer to this question is therefore", about. */
const LONGEST_CUE = 48
/** Letters of words that stand side by side without spaces begin here, and so do their marks. */
const IDEOGRAPHS = 0x2e80
const CHINESE_OPTION = '选项'
/** A longer last line is a sentence. */
const LONGEST_LAST_LINE = 24

/** What an answer says; options as bits, 0 is the first. */
interface Statements {
  /** "The answer is B", and B at the very beginning. */
  concluded: number[]
  /** "B is correct": several of these may be about one answer. */
  called: number[]
  /** What is stated leaves open which option is meant. */
  open: boolean
}

/**
 * The options an answer states, a bit each; 0 where it states none, or one thing here and another there. Only what
 * concludes counts ("the correct answer is B", "Answer: A, C", "\boxed{B}", "B is correct", the label in front or alone
 * on the last line, the text of an option): what is denied or merely mentioned does not.
 */
export function statedOptions(bytes: Uint8Array, start: number, end: number, offered: Offered): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const whole = end - start <= 2 * WINDOW
  const head = text.toString('utf8', start, whole ? end : start + WINDOW)
  const tail = whole ? head : text.toString('utf8', end - WINDOW, end)
  const found: Statements = { concluded: [], called: [], open: false }
  if (offered.labels !== LABELS.other) {
    // A label at the cut has nothing around it that could be judged.
    readStatements(head, [0, whole ? head.length : head.length - BEHIND], offered, found)
    if (!whole) readStatements(tail, [BEFORE, tail.length], offered, found)
    add(found, 'concluded', inFront(head, tail, offered))
    add(found, 'concluded', onLastLine(tail, offered))
  }
  if (found.open) return 0
  const stated = agreed(found)
  if (stated === null) return textsSaid({ head, tail, whole }, offered)
  return saysOtherwise(stated, offered) ? 0 : stated
}

function add(found: Statements, how: 'concluded' | 'called', list: LabelList | null): void {
  if (list === null) return
  found[how].push(list.options)
  found.open ||= list.open
}

/** What all statements say; null where there are none, 0 where they differ. */
function agreed({ concluded, called }: Statements): number | null {
  const stated = concluded[0] ?? called[0]
  if (stated === undefined) return null
  if (concluded.some((one) => one !== stated)) return 0
  // Of several right options each may be called right by itself.
  const fits = (one: number): boolean => (concluded.length > 0 ? (one & ~stated) === 0 : one === stated)
  return called.every(fits) ? stated : 0
}

/** Of blood groups and vitamins: where another option says "B", it is open what "B" means. */
function saysOtherwise(stated: number, { labels, optionOf }: Offered): boolean {
  for (let option = 0; stated >> option > 0; option++) {
    if (((stated >> option) & 1) === 0) continue
    const said = optionOf(labels === LABELS.digits ? String(option + 1) : String.fromCharCode(65 + option))
    if (said >= 0 && said !== option) return true
  }
  return false
}

function readStatements(
  text: string,
  [from, to]: readonly [number, number],
  offered: Offered,
  found: Statements,
): void {
  for (let at = nextPlace(text, from, to); at < to; at = nextPlace(text, at + 1, to)) {
    const list = readLabels(text, at, offered)
    if (list === null) continue
    const after = text.slice(list.end, list.end + BEHIND)
    if (cues.IS_RIGHT.test(after)) {
      if (list.capital && beginsClause(textBefore(text, at))) add(found, 'called', list)
    } else if (!beginsSentence(text, at) && concludes(textBefore(text, at))) {
      if (ends(text, list, after, offered)) add(found, 'concluded', list)
    }
    at = list.end - 1
  }
}

function textBefore(text: string, at: number): string {
  return text.slice(Math.max(0, at - BEFORE), at).toLowerCase()
}

/** Nothing that could state a label stands before it: most capital letters are an article at the beginning of a sentence. */
function beginsSentence(text: string, at: number): boolean {
  let from = at
  while (from > 0 && OPENING.has(text[from - 1] as string)) from--
  return from === 0 || '.!?'.includes(text[from - 1] as string)
}

/** Does what stands before a label state it? */
function concludes(before: string): boolean {
  let bare = withoutOpening(before)
  let word = lastWord(bare)
  if (cues.ANSWER_NAMES.has(word)) return isAnswerLine(bare, word)
  for (; cues.LABEL_NAMES.has(word); word = lastWord(bare)) bare = withoutOpening(bare.slice(0, -word.length))
  if (bare.endsWith(CHINESE_OPTION)) bare = bare.slice(0, -CHINESE_OPTION.length)
  else if (word !== '' && word.charCodeAt(0) < IDEOGRAPHS && !cues.LAST_WORDS.has(word)) return false
  return cues.CONCLUDES.test(bare.slice(-LONGEST_CUE)) && !isDenied(bare)
}

/** "Answer B" at the beginning of a line. */
function isAnswerLine(bare: string, word: string): boolean {
  const before = bare.slice(0, -word.length)
  const kind = lastWord(before.trimEnd())
  return isLineStart(cues.ANSWER_KINDS.has(kind) ? before.slice(0, before.lastIndexOf(kind)) : before)
}

/** Does a label behind it begin a clause, as in "therefore B is correct" and "statement B is correct"? */
function beginsClause(before: string): boolean {
  const bare = withoutOpening(before)
  if (isDenied(bare)) return false
  if (bare === '' || before.slice(bare.length).includes('\n')) return true
  const word = lastWord(bare)
  if (cues.LABEL_NAMES.has(word) || cues.ANSWER_NAMES.has(word) || bare.endsWith(CHINESE_OPTION)) return true
  return cues.BEGINS_CLAUSE.test(bare.slice(-LONGEST_CUE))
}

/** The letters a text in small letters ends in. */
function lastWord(text: string): string {
  let from = text.length
  while (from > 0) {
    const c = text.charCodeAt(from - 1)
    if (!((c >= 97 && c <= 122) || (c >= 0xdf && c <= 0x17f) || c >= IDEOGRAPHS)) break
    from--
  }
  return text.slice(from)
}

/** Does the statement end behind its label, or go on with the text of that very option? */
function ends(text: string, list: LabelList, after: string, offered: Offered): boolean {
  if (cues.IS_WRONG.test(after.toLowerCase())) return false
  if (cues.ENDS_STATEMENT.test(after)) return true
  return after.startsWith(' ') && saysOption(text, list, offered)
}

function saysOption(text: string, { options, end }: LabelList, { optionOf }: Offered): boolean {
  const line = lineAt(text, end)
  const said = line === '' ? -1 : optionOf(line)
  return said >= 0 && options === 1 << said
}

function lineAt(text: string, from: number): string {
  const end = text.indexOf('\n', from)
  return text.slice(from, end < 0 ? text.length : end).trim()
}

const OPENING = new Set(' \t\n\r*_([{"\'`“‘«„「『【（$#')

function withoutOpening(text: string): string {
  let end = text.length
  while (end > 0 && OPENING.has(text[end - 1] as string)) end--
  return text.slice(0, end)
}

function isLineStart(before: string): boolean {
  const bare = withoutOpening(before)
  return bare === '' || before.slice(bare.length).includes('\n')
}

/** Is the clause that ends here a denial, or somebody else's? */
function isDenied(bare: string): boolean {
  let from = bare.length
  while (from > 0 && !'.;!?\n,。，；'.includes(bare[from - 1] as string)) from--
  return cues.DENIES.test(bare.slice(from))
}

const FRONT = /^[\s*_#>("'[`“‘（【「$]{0,12}(?:(?:[Oo]ptions?|OPTION|[Cc]hoice|[Bb]oth)\s+[*_("'[]{0,3})?/

/** The label at the very beginning, unless it begins a discussion of one option after another. */
function inFront(head: string, tail: string, offered: Offered): LabelList | null {
  const list = readLabels(head, FRONT.exec(head)?.[0].length ?? 0, offered)
  if (list === null || (!list.capital && offered.labels === LABELS.upper)) return null
  const after = head.slice(list.end, list.end + BEHIND)
  const several = (list.options & (list.options - 1)) !== 0
  const closes = (several ? cues.ENDS_LINE : cues.ENDS_FRONT).test(after)
  if (!closes && !(after.startsWith(' ') && saysOption(head, list, offered))) return null
  if (cues.IS_WRONG.test(after.toLowerCase()) || cues.SPECIES.test(after)) return null
  return discusses(head, list) || discusses(tail, list) ? null : list
}

const LINE_LABELS = /\n[\s*_#>([-]{0,6}(?:Option\s)?([A-Za-z]|\d{1,2})[.):\]*]/g

/** Does a later label than the one in front begin a line, before one that comes earlier? */
function discusses(text: string, { options }: LabelList): boolean {
  const front = 31 - Math.clz32(options)
  for (const [, label = ''] of text.matchAll(LINE_LABELS)) {
    const number = /\d/.test(label) ? Number(label) - 1 : (label.charCodeAt(0) | 32) - 97
    if (number !== front) return number > front
  }
  const next = String.fromCharCode(66 + front)
  return text.includes(` ${next}) `)
}

/** A label with a line to itself at the end: the explanation comes first. */
function onLastLine(tail: string, offered: Offered): LabelList | null {
  const text = tail.trimEnd()
  const line = text.lastIndexOf('\n') + 1
  if (line === 0 || text.length - line > LONGEST_LAST_LINE) return null
  // The last of a list of short lines is no conclusion.
  const before = text.slice(0, line).trimEnd()
  if (before.length - before.lastIndexOf('\n') <= LONGEST_LAST_LINE) return null
  const own = text.slice(line)
  const list = readLabels(own, FRONT.exec(own)?.[0].length ?? 0, offered)
  if (list === null || (!list.capital && offered.labels !== LABELS.lower)) return null
  return cues.ENDS_LINE.test(own.slice(list.end)) ? list : null
}
