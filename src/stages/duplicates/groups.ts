import { sortedIndices } from '../../text/sort.ts'
import { KEY_WORDS, compareRows, hasKey, keyAt } from './rows.ts'
import type { KeyName, Rows } from './rows.ts'

/** Rows that share a key. The first is the representative (`compareRows`), the others follow in that order. */
export type Group = Uint32Array

/** One part of a grouping: keys of some rows, all of one hash range. */
export interface KeyPart {
  /** KEY_WORDS per entry. */
  keys: Uint32Array
  rows: Uint32Array
}

/** Cuts rows with a key into `parts` hash ranges, so that equal keys meet in one part. */
export function partitionKeys(rows: Rows, key: KeyName, parts: number): KeyPart[] {
  const counts = new Uint32Array(parts)
  const partOf = (row: number): number =>
    Math.floor(((rows.keys[keyAt(row, key)] as number) / 2 ** 32) * parts)
  for (let row = 0; row < rows.count; row++) {
    if (hasKey(rows, row, key)) counts[partOf(row)] = (counts[partOf(row)] as number) + 1
  }
  const result = Array.from(counts, (n) => ({
    keys: new Uint32Array(n * KEY_WORDS),
    rows: new Uint32Array(n),
  }))
  const used = new Uint32Array(parts)
  for (let row = 0; row < rows.count; row++) {
    if (!hasKey(rows, row, key)) continue
    const p = partOf(row)
    const part = result[p] as KeyPart
    const n = used[p] as number
    used[p] = n + 1
    part.rows[n] = row
    const at = keyAt(row, key)
    for (let i = 0; i < KEY_WORDS; i++) part.keys[n * KEY_WORDS + i] = rows.keys[at + i] as number
  }
  return result
}

/** Rows of groups of two and more, as runs: `rows` one group behind the other, `sizes` their lengths. */
export function groupPart(part: KeyPart): { rows: Uint32Array; sizes: Uint32Array } {
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
