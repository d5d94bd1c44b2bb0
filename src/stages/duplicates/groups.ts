import { sortedIndices } from '../../text/sort.ts'
import { KEY_WORDS, compareRows, keyAt } from './rows.ts'
import type { KeyName, Rows } from './rows.ts'

/** Rows that share a key. The first is the representative (`compareRows`), the others follow in that order. */
export type Group = Uint32Array

/** One part of a grouping: the rows whose key lies in one of `parts` hash ranges, so that equal keys meet in one part. */
export interface KeyRange {
  /** The keys of all rows, of which the first `count` are grouped. */
  keys: Uint32Array
  count: number
  key: KeyName
  part: number
  parts: number
}

/** The rows of a hash range that have the key. */
function rowsOfRange({ keys, count, key, part, parts }: KeyRange): Uint32Array {
  const rows = new Uint32Array(count)
  let n = 0
  for (let row = 0; row < count; row++) {
    const at = keyAt(row, key)
    const first = keys[at] as number
    if (Math.floor((first / 2 ** 32) * parts) !== part) continue
    if ((first | (keys[at + 1] as number) | (keys[at + 2] as number) | (keys[at + 3] as number)) === 0)
      continue
    rows[n++] = row
  }
  return rows.subarray(0, n)
}

/** Rows of groups of two and more, as runs: `rows` one group behind the other, `sizes` their lengths. */
export function groupPart(range: KeyRange): { rows: Uint32Array; sizes: Uint32Array } {
  const all = rowsOfRange(range)
  const n = all.length
  const second = new Uint32Array(n)
  for (let i = 0; i < n; i++) second[i] = range.keys[keyAt(all[i] as number, range.key) + 1] as number
  // Sorting by one word brings equal keys together; the other words are compared inside each short run.
  const order = sortedIndices(second)
  const rows: number[] = []
  const sizes: number[] = []
  for (let start = 0; start < n;) {
    let end = start + 1
    while (end < n && second[order[end] as number] === second[order[start] as number]) end++
    if (end - start > 1) {
      const run = order.subarray(start, end).map((i) => all[i] as number)
      addGroups(range, run, { rows, sizes })
    }
    start = end
  }
  return { rows: Uint32Array.from(rows), sizes: Uint32Array.from(sizes) }
}

function addGroups(
  { keys, key }: KeyRange,
  run: Uint32Array,
  out: { rows: number[]; sizes: number[] },
): void {
  const byKey = new Map<string, number[]>()
  for (const row of run) {
    const at = keyAt(row, key)
    const own = keys.subarray(at, at + KEY_WORDS).join()
    const members = byKey.get(own)
    if (members === undefined) byKey.set(own, [row])
    else members.push(row)
  }
  for (const members of byKey.values()) {
    if (members.length < 2) continue
    for (const row of members) out.rows.push(row)
    out.sizes.push(members.length)
  }
}

/** Cuts runs into groups, each in `compareRows` order, the groups by their representatives. */
export function toGroups(rows: Rows, runs: Iterable<{ rows: Uint32Array; sizes: Uint32Array }>): Group[] {
  const groups: Group[] = []
  for (const run of runs) {
    let at = 0
    for (const size of run.sizes) {
      groups.push(run.rows.slice(at, at + size).sort((a, b) => compareRows(rows, a, b)))
      at += size
    }
  }
  return groups.sort((a, b) => compareRows(rows, a[0] as number, b[0] as number))
}
