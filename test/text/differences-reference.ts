import type { Difference } from '../../src/text/differences.ts'

const FEW_EDITS = 64

/**
 * The stretches where two sequences differ, by the greedy O((|a|+|b|)·D) algorithm.
 * @returns null when more than `maxEdits` insertions and deletions are needed.
 */
export function referenceDifferences(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  maxEdits: number,
): Difference[] | null {
  // Room for so many edits at first; most sequences need few of those allowed.
  let room = Math.min(maxEdits, FEW_EDITS)
  let reach = new Int32Array(2 * room + 3)
  let offset = room + 1
  const trail: Int32Array[] = []
  for (let d = 0; d <= maxEdits; d++) {
    if (d > room) {
      const larger = Math.min(maxEdits, 2 * room)
      const wider = new Int32Array(2 * larger + 3)
      wider.set(reach, larger - room)
      ;[reach, room, offset] = [wider, larger, larger + 1]
    }
    for (let k = -d; k <= d; k += 2) {
      const down =
        k === -d || (k !== d && (reach[offset + k - 1] as number) < (reach[offset + k + 1] as number))
      let x = down ? (reach[offset + k + 1] as number) : (reach[offset + k - 1] as number) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      reach[offset + k] = x
      if (x >= a.length && x - k >= b.length) return trace(k, trail, d)
    }
    trail.push(reach.slice(offset - d, offset + d + 1))
  }
  return null
}

/** Walks back from the last diagonal; `trail[d]` holds how far each diagonal reached after d edits. */
function trace(diagonal: number, trail: readonly Int32Array[], edits: number): Difference[] {
  const found: Difference[] = []
  let k = diagonal
  for (let d = edits; d > 0; d--) {
    const before = trail[d - 1] as Int32Array
    const at = (k: number): number => before[k + d - 1] ?? -1
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1))
    const from = down ? k + 1 : k - 1
    const fromX = at(from)
    const edit = down
      ? { aStart: fromX, aEnd: fromX, bStart: fromX - from, bEnd: fromX - from + 1 }
      : { aStart: fromX, aEnd: fromX + 1, bStart: fromX - from, bEnd: fromX - from }
    const next = found.at(-1)
    if (next !== undefined && next.aStart === edit.aEnd && next.bStart === edit.bEnd) {
      next.aStart = edit.aStart
      next.bStart = edit.bStart
    } else found.push(edit)
    k = from
  }
  return found.reverse()
}
