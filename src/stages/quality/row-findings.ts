import type { Example } from '../../core/example.ts'
import { finding } from '../../core/finding-id.ts'
import type { Finding } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import { quote } from '../../core/quote.ts'
import type { RowRef } from '../../core/source.ts'
import type { ReduceContext } from '../../core/stage.ts'
import { DEFECT, DEFECTS } from './defects.ts'

/** One defect at its place. */
export interface PlacedDefect {
  shard: number
  row: number
  kind: number
  turn: number
  number: number
}

/** Text shown of a defect, in bytes before and after its place. */
const SHOWN_BYTES = 120
const REPLACEMENT = Buffer.from('\ufffd')

/** Findings of rows, in the order of shards and rows; their text comes from one second look. */
export async function* rowFindings(
  defects: readonly PlacedDefect[],
  context: ReduceContext,
): AsyncGenerator<Finding, void, undefined> {
  const sorted = [...defects].sort(
    (a, b) => a.shard - b.shard || a.row - b.row || a.kind - b.kind || a.turn - b.turn,
  )
  const rows: RowRef[] = []
  for (const { shard, row } of sorted) {
    const last = rows[rows.length - 1]
    if (last?.shard !== shard || last.row !== row) rows.push({ shard, row })
  }
  let next = 0
  for await (const example of context.examples(rows)) {
    for (; sorted[next]?.shard === example.shard && sorted[next]!.row === example.row; next++) {
      yield rowFinding(sorted[next]!, example, context)
    }
  }
}

function rowFinding(defect: PlacedDefect, example: Example, context: ReduceContext): Finding {
  const { rule, severity, message } = DEFECTS[defect.kind]!
  const { component, path } = context.plan.shards[defect.shard]!
  const exampleId = example.exampleId === null ? {} : { exampleId: example.exampleId }
  return finding({
    rule,
    severity,
    place: { kind: 'row', component, path, row: defect.row, ...exampleId },
    message,
    evidence: evidenceOf(defect, example, context),
    key: String(defect.turn),
  })
}

function evidenceOf(defect: PlacedDefect, example: Example, context: ReduceContext): JsonObject {
  const { kind, turn, number } = defect
  const { role, text } = example.turns[turn]!
  const place = { turn, role }
  if (kind === DEFECT.emptyAnswer || kind === DEFECT.emptyTurn) return { ...place, bytes: number }
  if (kind === DEFECT.openFence) return { ...place, fences: number }
  const [start, end] =
    kind === DEFECT.damagedText ? around(text) : kind === DEFECT.repeatedTurn ? head(text) : tail(text)
  const texts = [{ label: 'example', ...place, ...quote(text, start, end, context.evidence) }]
  if (kind === DEFECT.damagedText) return { ...place, replacementCharacters: number, texts }
  if (kind === DEFECT.repeatedTurn) return { ...place, sameAsTurn: number, texts }
  return { ...place, ...(kind === DEFECT.doubleEncoded ? { occurrences: number } : { bytes: number }), texts }
}

function around(text: Uint8Array): [number, number] {
  const at = Math.max(0, Buffer.from(text.buffer, text.byteOffset, text.length).indexOf(REPLACEMENT))
  return [boundary(text, at - SHOWN_BYTES), boundary(text, at + SHOWN_BYTES)]
}

function head(text: Uint8Array): [number, number] {
  return [0, boundary(text, SHOWN_BYTES)]
}

function tail(text: Uint8Array): [number, number] {
  return [boundary(text, text.length - SHOWN_BYTES), text.length]
}

/** The next place that is not inside a character. */
function boundary(text: Uint8Array, at: number): number {
  let place = Math.min(Math.max(0, at), text.length)
  while (place < text.length && (text[place]! & 0xc0) === 0x80) place++
  return place
}
