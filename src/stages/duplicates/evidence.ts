import type { Example } from '../../core/example.ts'
import { finding } from '../../core/finding-id.ts'
import type { EvidenceLevel, Finding, Severity } from '../../core/finding.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { Plan } from '../../core/plan.ts'
import { SNIPPET_LENGTH, quote } from '../../core/quote.ts'
import { differences } from '../../text/lcs.ts'
import type { Difference } from '../../text/lcs.ts'
import { isAnswer, isPrompt, isView, placeOf, turnsOf, wordsOf } from './look.ts'
import type { Turn } from './look.ts'
import type { Level } from './levels.ts'
import type { Pair } from './pairs.ts'
import { permutation } from './proof.ts'
import { sameKey } from './rows.ts'
import type { Rows } from './rows.ts'

export interface EvidenceContext {
  plan: Plan
  evidence: EvidenceLevel
  rows: Rows
}

/** Differing stretches listed in a finding, and the edits beyond which two texts are not compared word by word. */
const LISTED_DIFFERENCES = 20
const MAX_EDITS = 2000

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

/** A finding for one pair, with what a reader needs to check it. */
export function pairFinding(
  pair: Pair,
  examples: readonly [Example, Example],
  context: EvidenceContext,
  extra: { score: number; message?: string; severity?: Severity; evidence?: JsonObject },
): Finding {
  const [a, b] = examples
  const outcome = outcomeOf(pair, examples, context.rows)
  return finding({
    rule: `duplicates/${pair.level}`,
    severity: extra.severity ?? outcome.severity ?? SEVERITY[pair.level],
    place: { kind: 'pair', a: placeOf(a, context.plan), b: placeOf(b, context.plan) },
    message: extra.message ?? outcome.message,
    score: extra.score,
    evidence: {
      level: pair.level,
      view: VIEW[pair.level],
      group: { number: pair.group, size: pair.size },
      ...outcome.evidence,
      ...extra.evidence,
      texts: textsOf(pair.level, examples, context.evidence),
    },
  })
}

interface Outcome {
  message: string
  severity?: Severity
  evidence: JsonObject
}

function outcomeOf(pair: Pair, examples: readonly [Example, Example], rows: Rows): Outcome {
  switch (pair.level) {
    case 'record-exact':
      return { message: 'Every column is equal', evidence: {} }
    case 'conversation-exact':
      return { message: 'Roles and turns are equal, byte for byte', evidence: otherColumns(examples) }
    case 'normalised-exact':
      return {
        message: 'The turns are equal after normalisation',
        evidence: { ...otherColumns(examples), systemEqual: sameSystem(examples) },
      }
    case 'same-prompt':
      return samePrompt(pair, rows)
    case 'options-shuffled':
      return shuffled(pair, examples, rows)
    case 'near-duplicate':
    case 'minimal-difference':
    case 'shared-passage':
    case 'template':
      return { message: '', evidence: {} }
  }
}

function letterOf(rows: Rows, row: number): string | null {
  const letter = (rows.choice[row] as number) & 255
  return letter === 0 ? null : String.fromCharCode(64 + letter)
}

function samePrompt(pair: Pair, rows: Rows): Outcome {
  const answers = { a: letterOf(rows, pair.a), b: letterOf(rows, pair.b) }
  if (answers.a !== null && answers.b !== null && answers.a !== answers.b) {
    return {
      message: `The same prompt is answered ${answers.a} and ${answers.b}`,
      severity: 'high',
      evidence: { outcome: 'conflicting-letter', answers },
    }
  }
  if (sameKey(rows, pair.a, pair.b, 'answer')) {
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

function shuffled(pair: Pair, examples: readonly [Example, Example], rows: Rows): Outcome {
  const answers = { a: letterOf(rows, pair.a), b: letterOf(rows, pair.b) }
  const order = permutation(examples[0], examples[1]) ?? []
  const evidence: JsonObject = { answers, permutation: order.map((i) => String.fromCharCode(65 + i)) }
  if (answers.a === null || answers.b === null) {
    return {
      message: 'The same question with its options in another order',
      evidence: { ...evidence, outcome: 'unknown-answer' },
    }
  }
  const [x, y] = [2 * pair.a, 2 * pair.b]
  const same = rows.answerText[x] === rows.answerText[y] && rows.answerText[x + 1] === rows.answerText[y + 1]
  return same
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
  const [wordsX, wordsY] = [wordsOf(x.text), wordsOf(y.text)]
  const found = differences(wordsX.hash, wordsY.hash, MAX_EDITS) ?? []
  return [
    quoted('a', x, wordsX, { found: found.map((d) => [d.aStart, d.aEnd]), evidence }),
    quoted('b', y, wordsY, { found: found.map((d) => [d.bStart, d.bEnd]), evidence }),
  ]
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
  const piece = quote(turn.text, start, end, what.evidence)
  const marks =
    piece.text === undefined ? [] : utf16(turn.text, { start, end }, ranges.slice(0, LISTED_DIFFERENCES))
  return { label, turn: turn.index, role: turn.role, ...piece, marks }
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

/** The words that differ, side by side, as text; empty where the evidence level hides text. */
export function differingWords(
  [a, b]: readonly [Uint8Array, Uint8Array],
  found: readonly Difference[],
  evidence: EvidenceLevel,
): JsonValue[] {
  if (evidence === 'hash') return []
  const [x, y] = [wordsOf(a), wordsOf(b)]
  const cut = (text: Uint8Array, words: typeof x, [from, to]: [number, number]): string =>
    to > from
      ? Buffer.from(text.subarray(words.start[from], words.end[to - 1]))
          .toString()
          .slice(0, 120)
      : ''
  return found
    .slice(0, LISTED_DIFFERENCES)
    .map((d) => ({ a: cut(a, x, [d.aStart, d.aEnd]), b: cut(b, y, [d.bStart, d.bEnd]) }))
}
