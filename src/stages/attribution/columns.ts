import { hash } from 'node:crypto'
import type { Batch, Column } from '../../core/batch.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { Tally } from '../../core/tally.ts'
import { hash32 } from '../../text/hash.ts'

/** A column with more values than this has no list of values, only their number. */
export const MOST_VALUES = 256
/** Values longer than this are text, not labels; such a column has no list either. */
export const LONGEST_VALUE = 200
/** Distinct values counted exactly up to here; beyond it the number is not given. */
const MOST_DISTINCT = 20_000_000

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Distinct values of one column, as 53-bit keys with their rows; the text of the first few. */
interface Values {
  rows: number
  nulls: number
  counts: Map<number, number>
  /** Key → text; null once there are too many, or one is too long. */
  texts: Map<number, string> | null
  /** Key → where it stands first, as far as there are texts. */
  firsts: Map<number, Where>
  firstNull: Where | null
}

/** A row; in workers, where a slice is of one file, without its path. */
interface Where {
  path: string
  row: number
}

function noValues(): Values {
  return { rows: 0, nulls: 0, counts: new Map(), texts: new Map(), firsts: new Map(), firstNull: null }
}

/** Counts values of every flat column, and of the nested ones asked for. */
export class ColumnCounter {
  readonly #nested: ReadonlySet<string>
  readonly #columns = new Map<string, Values>()
  #rows = 0

  constructor(nested: readonly string[]) {
    this.#nested = new Set(nested)
  }

  scan(batch: Batch): void {
    this.#rows += batch.length
    for (const [name, column] of batch.columns) {
      if (column.kind === 'utf8' && column.json && !this.#nested.has(name)) continue
      let values = this.#columns.get(name)
      if (values === undefined) {
        values = noValues()
        this.#columns.set(name, values)
      }
      values.rows += batch.length
      for (let row = 0; row < batch.length; row++) countValue(values, column, { batch, row })
    }
  }

  /** Fields `column:NAME` as JSON and `keys:NAME`, `counts:NAME` as arrays, keys ascending. */
  tally(): Tally {
    const tally: Record<string, Tally[string]> = {
      rows: this.#rows,
      columns: [...this.#columns.keys()].sort(),
    }
    for (const [name, values] of this.#columns) {
      const keys = Float64Array.from(values.counts.keys()).sort()
      tally[`keys:${name}`] = keys
      tally[`counts:${name}`] = Uint32Array.from(keys, (key) => values.counts.get(key)!)
      const texts = values.texts === null ? null : Array.from(keys, (key) => values.texts!.get(key)!)
      const firsts = texts === null ? null : Array.from(keys, (key) => values.firsts.get(key)!.row)
      const firstNull = values.firstNull?.row ?? null
      tally[`column:${name}`] = { rows: values.rows, nulls: values.nulls, texts, firsts, firstNull }
    }
    return tally
  }
}

function countValue(values: Values, column: Column, { batch, row }: { batch: Batch; row: number }): void {
  if (column.valid[row] !== 1) {
    values.nulls++
    values.firstNull ??= { path: '', row: batch.firstRow + row }
    return
  }
  const bytes = column.kind === 'utf8' ? column.bytes : encoder.encode(scalarText(column, row))
  const start = column.kind === 'utf8' ? column.start[row]! : 0
  const end = column.kind === 'utf8' ? column.start[row + 1]! : bytes.length
  const key = keyOf(bytes, start, end)
  const before = values.counts.get(key)
  values.counts.set(key, (before ?? 0) + 1)
  if (before !== undefined || values.texts === null) return
  if (end - start > LONGEST_VALUE || values.counts.size > MOST_VALUES) values.texts = null
  else {
    values.texts.set(key, decoder.decode(bytes.subarray(start, end)))
    values.firsts.set(key, { path: '', row: batch.firstRow + row })
  }
}

function scalarText(column: Exclude<Column, { kind: 'utf8' }>, row: number): string {
  return column.kind === 'number' ? String(column.values[row]) : column.values[row] === 1 ? 'true' : 'false'
}

/** 53 bits of two independent hashes: an exact double that sorts and compares fast. */
export function keyOf(bytes: Uint8Array, start: number, end: number): number {
  const high = hash32(bytes, start, end, 0x51ed270b)
  const low = hash32(bytes, start, end, 0x2545f491) >>> 11
  return high * 0x200000 + low
}

/** The columns of all components, put together slice by slice. */
export class ColumnTable {
  readonly #components = new Map<string, { rows: number; columns: Map<string, Values> }>()

  /** Takes the tally of one slice; slices come in the order of their rows. */
  add({ component, path }: { component: string; path: string }, tally: Tally): void {
    let owner = this.#components.get(component)
    if (owner === undefined) {
      owner = { rows: 0, columns: new Map() }
      this.#components.set(component, owner)
    }
    owner.rows += tally['rows'] as number
    for (const name of tally['columns'] as string[]) merge(owner.columns, { name, path }, tally)
  }

  /** Rows per component. */
  rows(): Record<string, number> {
    return Object.fromEntries([...this.#components].map(([name, { rows }]) => [name, rows]))
  }

  /**
   * `metrics.columns`: per column and component, rows, nulls, distinct values and the values themselves, or their hashes
   * where `hides` says so.
   */
  metrics(hides: (column: string) => boolean): JsonObject {
    const names = new Set([...this.#components.values()].flatMap(({ columns }) => [...columns.keys()]))
    return Object.fromEntries([...names].sort().map((name) => [name, this.#column(name, hides(name))]))
  }

  /** Which known source each value of a column means; values that mean none are absent. */
  meanings(name: string | null, declared: { meaning(value: string): string | null }): JsonObject {
    if (name === null) return {}
    const values = [...this.#components.values()].flatMap(({ columns }) => [
      ...(columns.get(name)?.texts?.values() ?? []),
    ])
    const pairs = [...new Set(values)].sort().map((value) => [value, declared.meaning(value)] as const)
    return Object.fromEntries(pairs.filter(([, source]) => source !== null))
  }

  #column(name: string, hidden: boolean): JsonObject {
    const components: Record<string, JsonValue> = {}
    const everywhere = new Set<number>()
    let open = false
    for (const component of [...this.#components.keys()].sort()) {
      const { rows, columns } = this.#components.get(component)!
      const values = columns.get(name)
      if (values === undefined)
        components[component] = { present: false, rows, nulls: rows, distinct: 0, values: [] }
      else {
        // Rows of shards that lack the column hold no value either.
        components[component] = describe(values, rows, hidden)
        if (everywhere.size <= MOST_DISTINCT) for (const key of values.counts.keys()) everywhere.add(key)
        open ||= values.counts.size > MOST_DISTINCT
      }
    }
    return { components, distinct: open || everywhere.size > MOST_DISTINCT ? null : everywhere.size }
  }
}

function merge(
  columns: Map<string, Values>,
  { name, path }: { name: string; path: string },
  tally: Tally,
): void {
  const { rows, nulls, texts, firsts, firstNull } = tally[`column:${name}`] as {
    rows: number
    nulls: number
    texts: string[] | null
    firsts: number[] | null
    firstNull: number | null
  }
  const keys = tally[`keys:${name}`] as Float64Array
  const counts = tally[`counts:${name}`] as Uint32Array
  const values = columns.get(name) ?? noValues()
  columns.set(name, values)
  values.rows += rows
  values.nulls += nulls
  if (firstNull !== null) values.firstNull ??= { path, row: firstNull }
  for (let i = 0; i < keys.length; i++) {
    if (values.counts.size > MOST_DISTINCT) break
    const key = keys[i]!
    values.counts.set(key, (values.counts.get(key) ?? 0) + counts[i]!)
    if (texts === null || values.texts === null) continue
    values.texts.set(key, texts[i]!)
    if (!values.firsts.has(key)) values.firsts.set(key, { path, row: firsts![i]! })
  }
  if (texts !== null && values.counts.size <= MOST_VALUES) return
  values.texts = null
  values.firsts.clear()
}

function describe(values: Values, rows: number, hidden: boolean): JsonObject {
  const { counts, firstNull } = values
  return {
    present: true,
    rows,
    nulls: values.nulls + (rows - values.rows),
    ...(firstNull === null ? {} : { firstNull: { ...firstNull } }),
    distinct: counts.size > MOST_DISTINCT ? null : counts.size,
    values: values.texts === null ? null : listed(values.texts, values, hidden),
  }
}

/** Most frequent first. A hidden value is named by the sha256 of its text. */
function listed(
  texts: ReadonlyMap<number, string>,
  { counts, firsts }: Values,
  hidden: boolean,
): JsonValue[] {
  const list = [...texts].map(([key, value]) => ({
    name: hidden ? hash('sha256', value) : value,
    rows: counts.get(key)!,
    first: { ...firsts.get(key)! },
  }))
  list.sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1))
  return list.map(({ name, ...where }) => (hidden ? { sha256: name, ...where } : { value: name, ...where }))
}
