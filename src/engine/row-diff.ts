import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AuditError } from '../core/error.ts'
import { isObject } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'
import { ROWS_FILE, ROWS_SCHEMA } from './row-hash-file.ts'
import { ROW_WORDS } from './row-hashes.ts'

/** Rows of one component in two reports. A row is changed when its declared id is in both and its record differs. */
export interface RowDiff {
  unchanged: number
  added: number
  removed: number
  changed: number
  /** The first of each kind, by path and row. */
  places: { kind: 'added' | 'removed' | 'changed'; path: string; row: number }[]
}

/** Places of one kind that are listed. */
const LISTED = 10

interface Part {
  component: string
  path: string
  firstRow: number
  rows: number
}

interface RowFile {
  parts: readonly Part[]
  words: Uint32Array
}

/** Compares the row hashes of two reports, component by component. @throws AuditError REPORT_INVALID */
export async function diffRows(before: string, after: string): Promise<Record<string, RowDiff>> {
  const [a, b] = [await readRows(before), await readRows(after)]
  const components = new Set([...a.parts, ...b.parts].map((part) => part.component))
  return Object.fromEntries([...components].sort().map((name) => [name, diffComponent(a, b, name)]))
}

async function readRows(folder: string): Promise<RowFile> {
  const path = join(folder, ROWS_FILE)
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AuditError('REPORT_INVALID', {
      what: 'The report has no row hashes',
      where: path,
      got: cause.code ?? '',
      cause,
    })
  })
  const end = bytes.indexOf(10)
  const parts = partsOf(end < 0 ? '' : bytes.toString('utf8', 0, end))
  const rows = parts?.reduce((sum, part) => sum + part.rows, 0) ?? -1
  const size = rows * ROW_WORDS * 4
  if (parts === null || bytes.length - end - 1 !== size) {
    throw new AuditError('REPORT_INVALID', {
      what: 'The row hashes of the report cannot be read',
      where: path,
    })
  }
  const words = new Uint32Array(rows * ROW_WORDS)
  for (let i = 0; i < words.length; i++) words[i] = bytes.readUInt32LE(end + 1 + i * 4)
  return { parts, words }
}

function partsOf(line: string): Part[] | null {
  try {
    const header = JSON.parse(line) as JsonValue
    if (!isObject(header) || header['schema'] !== ROWS_SCHEMA || !Array.isArray(header['parts'])) return null
    return header['parts'] as unknown as Part[]
  } catch {
    return null
  }
}

function diffComponent(a: RowFile, b: RowFile, component: string): RowDiff {
  const left = sortedRows(a, component)
  const right = sortedRows(b, component)
  const removed: number[] = []
  const added: number[] = []
  let unchanged = 0
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    const order =
      i === left.length ? 1 : j === right.length ? -1 : compareRows(a.words, left[i]!, b.words, right[j]!)
    if (order < 0) removed.push(left[i++]!)
    else if (order > 0) added.push(right[j++]!)
    else {
      unchanged++
      i++
      j++
    }
  }
  return withChanges({ a, b }, { removed, added, unchanged })
}

/** Removed and added rows of one id are one changed row. */
function withChanges(
  { a, b }: { a: RowFile; b: RowFile },
  rows: { removed: number[]; added: number[]; unchanged: number },
): RowDiff {
  const gone = new Map<string, number[]>()
  for (const row of rows.removed) {
    const id = idOf(a.words, row)
    if (id !== null) gone.set(id, [...(gone.get(id) ?? []), row])
  }
  const changed: number[] = []
  const paired = new Set<number>()
  const added = rows.added.filter((row) => {
    const id = idOf(b.words, row)
    const other = id === null ? undefined : gone.get(id)?.shift()
    if (other === undefined) return true
    paired.add(other)
    changed.push(row)
    return false
  })
  const removed = rows.removed.filter((row) => !paired.has(row))
  return {
    unchanged: rows.unchanged,
    added: added.length,
    removed: removed.length,
    changed: changed.length,
    places: [
      ...placesOf(b, added, 'added'),
      ...placesOf(a, removed, 'removed'),
      ...placesOf(b, changed, 'changed'),
    ],
  }
}

/** Numbers of the component's rows in the file, by record hash. */
function sortedRows({ parts, words }: RowFile, component: string): Uint32Array {
  const numbers: number[] = []
  let next = 0
  for (const part of parts) {
    if (part.component === component) for (let i = 0; i < part.rows; i++) numbers.push(next + i)
    next += part.rows
  }
  return Uint32Array.from(numbers).sort((x, y) => compareRows(words, x, words, y) || x - y)
}

function compareRows(a: Uint32Array, x: number, b: Uint32Array, y: number): number {
  for (let word = 0; word < 4; word++) {
    const [left, right] = [a[x * ROW_WORDS + word]!, b[y * ROW_WORDS + word]!]
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

function idOf(words: Uint32Array, row: number): string | null {
  const [high, low] = [words[row * ROW_WORDS + 4]!, words[row * ROW_WORDS + 5]!]
  return high === 0 && low === 0 ? null : `${high}:${low}`
}

function placesOf(
  file: RowFile,
  rows: readonly number[],
  kind: RowDiff['places'][number]['kind'],
): RowDiff['places'] {
  const first = [...rows].sort((x, y) => x - y).slice(0, LISTED)
  return first.map((number) => {
    let next = 0
    for (const { path, firstRow, rows: count } of file.parts) {
      if (number < next + count) return { kind, path, row: firstRow + number - next }
      next += count
    }
    throw new RangeError(`row ${number} is in no part`)
  })
}
