import type { Example } from '../../core/example.ts'
import { comparable, isView, turnsOf } from './look.ts'
import type { Turn } from './look.ts'

const NEWLINE = 0x0a
/** What a message adds. */
export const REORDERED = 'the paragraphs are the same in another order'

/**
 * True for two conversations whose turns hold the same paragraphs, equal after normalisation, in at least one turn in another
 * order. Whether the order matters no comparison can tell: such a pair is named, and stays what its level says.
 */
export function isReordered([a, b]: readonly [Example, Example]): boolean {
  const [left, right] = [turnsOf(a, isView), turnsOf(b, isView)]
  if (left.length !== right.length) return false
  const lines = left.map((turn, i): [Uint8Array[], Uint8Array[]] | null => {
    const other = right[i] as Turn
    const both: [Uint8Array[], Uint8Array[]] = [linesOf(turn.text), linesOf(other.text)]
    return turn.role === other.role && both[0].length === both[1].length ? both : null
  })
  // Most pairs are told here, before anything is normalised.
  if (lines.includes(null) || lines.every((both) => (both?.[0].length ?? 0) < 2)) return false
  let moved = false
  for (const both of lines) {
    const [p, q] = (both ?? [[], []]).map((own) => own.map(normal)) as [string[], string[]]
    if (p.every((paragraph, k) => paragraph === q[k])) continue
    p.sort()
    q.sort()
    if (p.some((paragraph, k) => paragraph !== q[k])) return false
    moved = true
  }
  return moved
}

/** The lines that are not blank. */
function linesOf(text: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let from = 0; from < text.length;) {
    const at = text.indexOf(NEWLINE, from)
    const to = at < 0 ? text.length : at
    const line = text.subarray(from, to)
    if (line.some((c) => c > 0x20)) lines.push(line)
    from = to + 1
  }
  return lines
}

function normal(line: Uint8Array): string {
  return Buffer.from(comparable(line)).toString()
}
