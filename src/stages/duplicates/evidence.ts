import type { Example } from '../../core/example.ts'
import { finding } from '../../core/finding-id.ts'
import type { EvidenceLevel, Finding, RowPlace, Severity } from '../../core/finding.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import { SNIPPET_LENGTH, quote } from '../../core/quote.ts'
import { shownFields } from '../../core/turn-field.ts'
import { differences } from '../../text/differences.ts'
import type { Difference } from '../../text/differences.ts'
import { caseDiffers } from './case-differs.ts'
import { isAnswer, isPrompt, isView, turnsOf, wordsOf } from './look.ts'
import type { Turn } from './look.ts'
import type { Level } from './levels.ts'
import { permutation } from './proof.ts'
import { REORDERED, isReordered } from './reordered.ts'

/** Differing stretches marked in a quotation, and words looked at from the first difference on: more than it holds. */
const LISTED_DIFFERENCES = 20
const COMPARED_WORDS = 120
/** Fields of turns that evidence lists, and those a message names. */
const LISTED_FIELDS = 20
const SHOWN_FIELDS = 3

const SEVERITY: Record<Level, Severity> = {
  'record-exact': 'medium',
  'conversation-exact': 'medium',
  'normalised-exact': 'medium',
  'same-prompt': 'info',
  'options-shuffled': 'low',
  'near-duplicate': 'low',
  'minimal-difference': 'info',
  'shared-passage': 'info',
  template: 'info',
}

const VIEW: Record<Level, string> = {
  'record-exact': 'record',
  'conversation-exact': 'conversation',
  'normalised-exact': 'conversation without system turns',
  'same-prompt': 'prompt',
  'options-shuffled': 'question stem and option set',
  'near-duplicate': 'conversation without system turns',
  'minimal-difference': 'conversation without system turns',
  'shared-passage': 'conversation without system turns',
  template: 'conversation without system turns',
}

/** A pair to be shown, by numbers of its examples. */
export interface AskedPair {
  level: Level
  a: number
  b: number
  group: number
  size: number
  /** Letters the answers name, whether the answers are equal, and whether they name the same option. */
  letters: readonly [string | null, string | null]
  sameAnswer: boolean
  sameOption: boolean
  message?: string
  /** Kinds of a minimal difference. */
  meaning?: readonly string[]
  /** Aligned part of the longer view, where a stronger level lists a near pair. */
  measured?: number
}

/** How much of the texts is shown, and where rows stand. */
export interface Shown {
  evidence: EvidenceLevel
  templateBits: Uint32Array
  placeOf(example: Example): { component: string; path: string }
}

/** Levels of pairs that may be the same paragraphs in another order: stronger ones are in the same. */
const MAY_BE_REORDERED: ReadonlySet<Level> = new Set(['same-prompt', 'near-duplicate'])

/** A finding for one pair, with what a reader needs to check it. */
export function pairFinding(
  pair: AskedPair,
  examples: readonly [Example, Example],
  shown: Shown,
  extra: { score: number; message?: string; severity?: Severity; evidence?: JsonObject },
): Finding {
  const [a, b] = examples
  const outcome = outcomeOf(pair, examples, shown.evidence)
  const moved = MAY_BE_REORDERED.has(pair.level) && isReordered(examples)
  const message = extra.message ?? outcome.message
  return finding({
    rule: `duplicates/${pair.level}`,
    severity: extra.severity ?? outcome.severity ?? SEVERITY[pair.level],
    place: { kind: 'pair', a: rowPlace(a, shown), b: rowPlace(b, shown) },
    message: moved ? `${message}; ${REORDERED}` : message,
    score: extra.score,
    evidence: inOrder({
      level: pair.level,
      view: VIEW[pair.level],
      group: { number: pair.group, size: pair.size },
      ...outcome.evidence,
      ...extra.evidence,
      ...(moved ? { reordered: true } : {}),
      texts: textsOf(pair.level, examples, shown.evidence),
    }),
  })
}

/** The same with its own keys in canonical order, which writing it then need not sort them into. */
function inOrder(evidence: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(evidence)
      .sort()
      .map((key) => [key, evidence[key] as JsonValue]),
  )
}

function rowPlace(example: Example, shown: Shown): RowPlace {
  const place = { ...shown.placeOf(example), row: example.row }
  return example.exampleId === null ? place : { ...place, exampleId: example.exampleId }
}

interface Outcome {
  message: string
  severity?: Severity
  evidence: JsonObject
}

function outcomeOf(pair: AskedPair, examples: readonly [Example, Example], evidence: EvidenceLevel): Outcome {
  switch (pair.level) {
    case 'record-exact':
      return { message: 'Every column is equal', evidence: {} }
    case 'conversation-exact':
      return equalTurns('Roles and texts of the turns are equal, byte for byte', examples, evidence)
    case 'normalised-exact': {
      const outcome = equalTurns('The turns are equal after normalisation', examples, evidence)
      return withCase(outcome, examples, evidence)
    }
    case 'same-prompt':
      return samePrompt(pair)
    case 'options-shuffled':
      return shuffled(pair, examples)
    case 'near-duplicate':
    case 'minimal-difference':
    case 'shared-passage':
    case 'template':
      return { message: '', evidence: {} }
  }
}

function samePrompt({ letters, sameAnswer }: AskedPair): Outcome {
  const answers = { a: letters[0], b: letters[1] }
  if (answers.a !== null && answers.b !== null && answers.a !== answers.b) {
    return {
      message: `The same prompt is answered ${answers.a} and ${answers.b}`,
      severity: 'high',
      evidence: { outcome: 'conflicting-letter', answers },
    }
  }
  if (sameAnswer) {
    return {
      message: 'The same prompt and answer; only the reasoning differs',
      evidence: { outcome: 'same-answer', answers },
    }
  }
  const same = answers.a !== null && answers.a === answers.b
  return {
    message: same
      ? `The same prompt has two texts for answer ${answers.a}`
      : 'The same prompt has different answers',
    evidence: { outcome: same ? 'same-letter' : 'different-text', answers },
  }
}

function shuffled({ letters, sameOption }: AskedPair, examples: readonly [Example, Example]): Outcome {
  const answers = { a: letters[0], b: letters[1] }
  const order = permutation(examples[0], examples[1]) ?? []
  const evidence: JsonObject = { answers, permutation: order.map((i) => String.fromCharCode(65 + i)) }
  if (answers.a === null || answers.b === null) {
    return {
      message: 'The same question with its options in another order',
      evidence: { ...evidence, outcome: 'unknown-answer' },
    }
  }
  return sameOption
    ? {
        message: 'The same question and answer with the options in another order',
        evidence: { ...evidence, outcome: 'same-answer' },
      }
    : {
        message: 'The same question with its options in another order has another answer',
        severity: 'high',
        evidence: { ...evidence, outcome: 'conflicting-answer' },
      }
}

/** The normalisation folds case: where it is that of a unit or a molecule, the rows may say two things. */
function withCase(outcome: Outcome, examples: readonly [Example, Example], level: EvidenceLevel): Outcome {
  const evidence = { ...outcome.evidence, systemEqual: sameSystem(examples) }
  const found = caseDiffers(examples)
  const [first] = found
  if (first === undefined) return { ...outcome, evidence }
  const shown = level === 'hash' ? '' : `: “${first.a}” and “${first.b}”`
  const listed =
    level === 'hash' ? found.length : found.slice(0, LISTED_DIFFERENCES).map(({ a, b }) => ({ a, b }))
  return {
    message: `${outcome.message}; the case of a unit or a formula differs, which may change the meaning${shown}`,
    evidence: { ...evidence, caseDiffers: listed },
  }
}

/** What was read of the turns is equal, and only that: evidence and message tell what stands beside it and differs. */
function equalTurns(message: string, [a, b]: readonly [Example, Example], evidence: EvidenceLevel): Outcome {
  const fields = shownFields(differingFields(a, b), evidence)
  if (fields.length === 0) return { message, evidence: otherColumns([a, b]) }
  const more = fields.length > SHOWN_FIELDS ? ' and others' : ''
  return {
    message: `${message}; what was not read of them differs: ${fields.slice(0, SHOWN_FIELDS).join(', ')}${more}`,
    evidence: { ...otherColumns([a, b]), differingTurnFields: fields.slice(0, LISTED_FIELDS) },
  }
}

/** Names of columns that differ: a copy under another id, source or licence. */
function otherColumns([a, b]: readonly [Example, Example]): JsonObject {
  const names = [...new Set([...Object.keys(a.columns), ...Object.keys(b.columns)])].sort()
  return {
    differingColumns: names.filter(
      // A row without a column is a row whose value is null.
      (name) => JSON.stringify(a.columns[name] ?? null) !== JSON.stringify(b.columns[name] ?? null),
    ),
  }
}

/** A field differs where its values or the turns they stand in do. */
function differingFields(a: Example, b: Example): string[] {
  const [left, right] = [unreadByField(a), unreadByField(b)]
  const names = [...new Set([...left.keys(), ...right.keys()])]
  return names.filter((name) => left.get(name) !== right.get(name))
}

function unreadByField({ unread = [] }: Example): Map<string, string> {
  const values = new Map<string, string>()
  for (const { turn, field, sha256 } of unread)
    values.set(field, `${values.get(field) ?? ''} ${turn}:${sha256}`)
  return values
}

function sameSystem([a, b]: readonly [Example, Example]): boolean {
  const system = (example: Example): string =>
    turnsOf(example, (role) => role === 'system')
      .map((turn) => Buffer.from(turn.text).toString())
      .join('\u0000')
  return system(a) === system(b)
}

/** Quotations of both sides around their first difference (the start, where nothing differs), differing words marked. */
function textsOf(level: Level, [a, b]: readonly [Example, Example], evidence: EvidenceLevel): JsonValue[] {
  const keep = level === 'same-prompt' ? isAnswer : level === 'options-shuffled' ? isPrompt : isView
  const [left, right] = [turnsOf(a, keep), turnsOf(b, keep)]
  const index = left.findIndex(
    (turn, i) => right[i] === undefined || Buffer.compare(turn.text, right[i].text) !== 0,
  )
  const at = Math.max(0, index)
  const [x, y] = [left[at], right[at]]
  if (x === undefined || y === undefined) return []
  const wordsX = wordsOf(x.text)
  const wordsY = index < 0 ? wordsX : wordsOf(y.text)
  const found = index < 0 ? [] : firstDifferences(wordsX.hash, wordsY.hash)
  return [
    quoted('a', x, wordsX, { found: found.map((d) => [d.aStart, d.aEnd]), evidence }),
    quoted('b', y, wordsY, { found: found.map((d) => [d.bStart, d.bEnd]), evidence }),
  ]
}

/** Differences among the words from the first one on. */
function firstDifferences(a: Uint32Array, b: Uint32Array): Difference[] {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  const cut = (words: Uint32Array): Uint32Array => words.subarray(at, at + COMPARED_WORDS)
  const found = differences(cut(a), cut(b), 2 * COMPARED_WORDS) ?? []
  return found.map((d) => ({
    ...{ aStart: d.aStart + at, aEnd: d.aEnd + at },
    ...{ bStart: d.bStart + at, bEnd: d.bEnd + at },
  }))
}

function quoted(
  label: string,
  turn: Turn,
  words: { start: Int32Array; end: Int32Array },
  what: { found: readonly (readonly number[])[]; evidence: EvidenceLevel },
): JsonObject {
  const ranges = what.found
    .filter(([from = 0, to = 0]) => to > from)
    .map(([from = 0, to = 0]) => [words.start[from] as number, words.end[to - 1] as number] as const)
  const first = ranges[0]?.[0] ?? 0
  const whole = what.evidence === 'full'
  const start = whole ? 0 : wordStartBefore(words.start, first - SNIPPET_LENGTH / 3)
  const end = whole ? turn.text.length : wordEndBefore(words.end, start + SNIPPET_LENGTH, turn.text.length)
  const { sha256, text } = quote(turn.text, start, end, what.evidence)
  const marks =
    text === undefined ? [] : utf16(turn.text, { start, end }, ranges.slice(0, LISTED_DIFFERENCES))
  // In canonical order, like everything that becomes evidence.
  const shown = text === undefined ? {} : { text }
  return { end, label, marks, role: turn.role, sha256, start, ...shown, turn: turn.index }
}

/** Start of the first word that begins at or after `wanted`. */
function wordStartBefore(starts: Int32Array, wanted: number): number {
  if (wanted <= 0) return 0
  for (const start of starts) if (start >= wanted) return start
  return starts.at(-1) ?? 0
}

/** End of the last word that ends at or before `wanted`, so that no character is cut. */
function wordEndBefore(ends: Int32Array, wanted: number, length: number): number {
  if (wanted >= length) return length
  let last = 0
  for (const end of ends) {
    if (end > wanted) break
    last = end
  }
  return last > 0 ? last : length
}

/** Byte ranges of a text as UTF-16 offsets into the quotation that starts at `cut.start`. */
function utf16(
  text: Uint8Array,
  cut: { start: number; end: number },
  ranges: readonly (readonly [number, number])[],
): number[][] {
  const units = (to: number): number => Buffer.from(text.subarray(cut.start, to)).toString().length
  return ranges
    .filter(([from, to]) => from >= cut.start && to <= cut.end)
    .map(([from, to]) => [units(from), units(to)])
}
