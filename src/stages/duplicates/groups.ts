import { sortedIndices } from '../../text/sort.ts'
import { powerOfTwo } from './near/views.ts'
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

/** Rows that have a key, and the second word of each key. */
interface Keyed {
  rows: Uint32Array
  second: Uint32Array
}

/** The rows of a hash range that have the key. */
function rowsOfRange({ keys, count, key, part, parts }: KeyRange): Keyed {
  const [rows, seconds] = [new Uint32Array(count), new Uint32Array(count)]
  let n = 0
  const [first, stride] = [keyAt(0, key), keyAt(1, key) - keyAt(0, key)]
  for (let row = 0, at = first; row < count; row++, at += stride) {
    const high = keys[at] as number
    const second = keys[at + 1] as number
    if ((high | second | (keys[at + 2] as number) | (keys[at + 3] as number)) === 0) continue
    if (parts > 1 && Math.floor((high / 2 ** 32) * parts) !== part) continue
    rows[n] = row
    seconds[n++] = second
  }
  return { rows: rows.subarray(0, n), second: seconds.subarray(0, n) }
}

/** Slots for each key: few that stand once share a slot with another, and all slots stay near to the processor. */
const SLOTS_PER_KEY = 8

/** Those whose key may stand twice: most stand once, and what is sorted is little. */
function repeatedOf({ rows, second }: Keyed): Keyed {
  const slots = powerOfTwo(SLOTS_PER_KEY * rows.length, 1 << 10, 2 ** 30)
  const [once, twice] = [new Uint32Array(slots / 32), new Uint32Array(slots / 32)]
  for (let i = 0; i < second.length; i++) {
    const slot = (second[i] as number) & (slots - 1)
    const at = slot >>> 5
    const bit = 1 << (slot & 31)
    twice[at] = (twice[at] as number) | ((once[at] as number) & bit)
    once[at] = (once[at] as number) | bit
  }
  let n = 0
  const [keptRows, keptWords] = [new Uint32Array(rows.length), new Uint32Array(rows.length)]
  for (let i = 0; i < rows.length; i++) {
    const word = second[i] as number
    const slot = word & (slots - 1)
    keptRows[n] = rows[i] as number
    keptWords[n] = word
    n += ((twice[slot >>> 5] as number) >>> (slot & 31)) & 1
  }
  return { rows: keptRows.subarray(0, n), second: keptWords.subarray(0, n) }
}

/** Rows of groups of two and more, as runs: `rows` one group behind the other, `sizes` their lengths. */
export function groupPart(range: KeyRange): { rows: Uint32Array; sizes: Uint32Array } {
  const { rows: all, second } = repeatedOf(rowsOfRange(range))
  const n = all.length
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
