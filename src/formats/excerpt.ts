import type { Finding } from '../core/finding.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import { commonWords, differingWords, merge } from './compare.ts'
import type { Span } from './compare.ts'
import { cut } from './visible.ts'
import { asList, asNumber, asObject, asText } from './reading.ts'

/** One quoted text of a finding, with the words to mark. */
export interface Excerpt {
  /** Which side: `example` and `item`, or `a` and `b`. */
  label: string
  /** Turn and byte range, as far as the stage says. */
  where: string
  /** Null where the evidence level quotes no text. */
  text: string | null
  sha256: string | null
  marks: readonly Span[]
}

export interface Excerpts {
  sides: readonly Excerpt[]
  /** What a mark means: words both sides share, or words only one side has. */
  marked: 'shared' | 'different'
}

/** Longest text whose words are compared for display; a page shows about a thousand units around the first mark. */
const COMPARED = 20_000

/** Keys of evidence that hold quotations; everything else is facts. */
const TEXT_KEYS = new Set(['texts'])

/** The texts of a finding side by side. Contamination marks what is shared, a duplicate what differs. */
export function excerptsOf(finding: Finding): Excerpts {
  const marked = finding.benchmark === undefined ? 'different' : 'shared'
  const sides = asList(finding.evidence['texts']).flatMap(readSide)
  const [a, b] = sides
  const turnsOfOneRow = a?.label === b?.label
  if (a?.text == null || b?.text == null || turnsOfOneRow || sides.some((side) => side.marks.length > 0))
    return { sides, marked }
  const compare = marked === 'shared' ? commonWords : differingWords
  const spans = compare(cut(a.text, COMPARED), cut(b.text, COMPARED))
  return { marked, sides: [{ ...a, marks: spans.a }, { ...b, marks: spans.b }, ...sides.slice(2)] }
}

/** The evidence without its quotations. */
export function factsOf(finding: Finding): JsonObject {
  return Object.fromEntries(Object.entries(finding.evidence).filter(([key]) => !TEXT_KEYS.has(key)))
}

function readSide(value: JsonValue): Excerpt[] {
  const side = asObject(value)
  if (side === undefined) return []
  const text = asText(side['text']) ?? null
  return [
    {
      label: asText(side['label']) ?? '',
      where: whereText(side),
      text,
      sha256: asText(side['sha256']) ?? null,
      marks: text === null ? [] : readMarks(side['marks'], text),
    },
  ]
}

function whereText(side: JsonObject): string {
  const role = asText(side['role'])
  const turn = asNumber(side['turn'])
  const start = asNumber(side['start'])
  const end = asNumber(side['end'])
  const field = asText(side['field'])
  return [
    field,
    turn === undefined ? role : `turn ${turn}${role === undefined ? '' : ` (${role})`}`,
    start === undefined || end === undefined ? undefined : `bytes ${start}–${end}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ')
}

function readMarks(value: JsonValue | undefined, text: string): Span[] {
  const spans = asList(value).flatMap((pair): Span[] => {
    const [start, end] = asList(pair).map(asNumber)
    if (start === undefined || end === undefined) return []
    const from = Math.max(0, Math.floor(start))
    const to = Math.min(text.length, Math.floor(end))
    return from < to ? [[from, to]] : []
  })
  return merge(spans, text)
}

/** A piece of a text: marked or not. */
export interface Piece {
  text: string
  marked: boolean
}

/** The text cut into marked and unmarked pieces, at most `length` units around the first mark, with ellipses where cut. */
export function pieces(excerpt: Excerpt, length: number): Piece[] {
  const text = excerpt.text ?? ''
  const first = excerpt.marks[0]?.[0] ?? 0
  const from =
    text.length <= length
      ? 0
      : wholeStart(text, Math.max(0, Math.min(first - Math.floor(length / 8), text.length - length)))
  const to = wholeStart(text, Math.min(text.length, from + length))
  const out: Piece[] = from > 0 ? [{ text: '… ', marked: false }] : []
  let done = from
  for (const [start, end] of excerpt.marks) {
    const left = Math.max(done, start)
    const right = Math.min(to, end)
    if (left >= right) continue
    if (left > done) out.push({ text: text.slice(done, left), marked: false })
    out.push({ text: text.slice(left, right), marked: true })
    done = right
  }
  if (done < to) out.push({ text: text.slice(done, to), marked: false })
  if (to < text.length) out.push({ text: ` … (${text.length - to} more characters)`, marked: false })
  return out
}

/** Moves an offset off the middle of a surrogate pair. */
function wholeStart(text: string, offset: number): number {
  const code = text.charCodeAt(offset)
  return code >= 0xdc00 && code <= 0xdfff ? offset - 1 : offset
}
