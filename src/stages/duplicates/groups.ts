import { Growable32 } from '../../text/growable.ts'
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

/** Keys of some rows. */
interface KeyPart {
  /** KEY_WORDS per entry. */
  keys: Uint32Array
  rows: Uint32Array
}

/** The rows of a hash range that have the key. */
function keyPart({ keys: all, count, key, part, parts }: KeyRange): KeyPart {
  const [keys, rows] = [new Growable32(), new Growable32()]
  for (let row = 0; row < count; row++) {
    const at = keyAt(row, key)
    const first = all[at] as number
    if (Math.floor((first / 2 ** 32) * parts) !== part) continue
    if ((first | (all[at + 1] as number) | (all[at + 2] as number) | (all[at + 3] as number)) === 0) continue
    rows.push(row)
    for (let i = 0; i < KEY_WORDS; i++) keys.push(all[at + i] as number)
  }
  return { keys: keys.trimmed(), rows: rows.trimmed() }
}

/** Rows of groups of two and more, as runs: `rows` one group behind the other, `sizes` their lengths. */
export function groupPart(range: KeyRange): { rows: Uint32Array; sizes: Uint32Array } {
  const part = keyPart(range)
  const n = part.rows.length
  const second = new Uint32Array(n)
  for (let i = 0; i < n; i++) second[i] = part.keys[i * KEY_WORDS + 1] as number
  // Sorting by one word brings equal keys together; the other words are compared inside each short run.
  const order = sortedIndices(second)
  const rows: number[] = []
  const sizes: number[] = []
  for (let start = 0; start < n;) {
    let end = start + 1
    while (end < n && second[order[end] as number] === second[order[start] as number]) end++
    if (end - start > 1) addGroups(part, order.subarray(start, end), { rows, sizes })
    start = end
  }
  return { rows: Uint32Array.from(rows), sizes: Uint32Array.from(sizes) }
}

function addGroups(part: KeyPart, run: Uint32Array, out: { rows: number[]; sizes: number[] }): void {
  const byKey = new Map<string, number[]>()
  for (const index of run) {
    const key = part.keys.subarray(index * KEY_WORDS, (index + 1) * KEY_WORDS).join()
    const members = byKey.get(key)
    if (members === undefined) byKey.set(key, [part.rows[index] as number])
    else members.push(part.rows[index] as number)
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
