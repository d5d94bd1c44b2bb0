import { isObject } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'
import type { StageRecord } from '../core/record.ts'
import { wilson } from '../core/interval.ts'
import { upperTail } from './hypergeometric.ts'
import type { ClaimInputs, Measured, Sighting } from './kind.ts'
import { at, inputsOf } from './measure.ts'

/** A row number of a log, and the benchmark row the log gives for it. */
export interface LoggedRow {
  row: number
  evalIndex: number | null
}

/** What stands at the listed row numbers of a component, beside what stands everywhere else. */
export interface Lookup {
  rows: number
  /** Rows of the component that match a benchmark. */
  marked: number
  listed: number
  /** Listed rows that match a benchmark. */
  hits: number
  /** Of these, rows that match the very benchmark row the log gives. */
  sameItem: number
  /** Hits expected if the list had nothing to do with the rows. */
  expected: number
  /** P(X ≥ hits) under the hypergeometric distribution. */
  tail: number
  atListed: [low: number, high: number]
  elsewhere: [low: number, high: number]
  far: boolean
  found: readonly { logged: LoggedRow; sighting: Sighting }[]
}

/**
 * When listed rows match far above the base rate: such a count comes once in a million draws, and the odds of a
 * match at the listed rows are ten times those elsewhere, by the near ends of both 95 % intervals. The first alone
 * would call a small difference proof in a large corpus; the second alone a few rows.
 */
export const FAR = { tail: 1e-6, oddsRatio: 10 } as const

/**
 * Rows as a log lists them: `{"<prefix><row>": <benchmark row>}`, or a list of numbers or of such names.
 * @returns the entry that is no row number where there is one.
 */
export function loggedRows(value: JsonValue, prefix: string): LoggedRow[] | { not: string } {
  const entries: [JsonValue, JsonValue][] = Array.isArray(value)
    ? value.map((entry: JsonValue) => [entry, null])
    : isObject(value)
      ? Object.entries(value)
      : []
  if (entries.length === 0) return { not: 'a list or an object with at least one row' }
  const rows = new Map<number, LoggedRow>()
  for (const [key, other] of entries) {
    const digits = typeof key === 'string' && key.startsWith(prefix) ? key.slice(prefix.length) : String(key)
    if (!/^(0|[1-9]\d{0,14})$/.test(digits)) return { not: JSON.stringify(key).slice(0, 60) }
    const evalIndex = Number.isSafeInteger(other) ? (other as number) : null
    rows.set(Number(digits), { row: Number(digits), evalIndex })
  }
  return [...rows.values()].sort((a, b) => a.row - b.row)
}

export interface LookupScope {
  component: string
  measured: Measured
  inputs: ClaimInputs
  stage: StageRecord
  methods: readonly string[] | null
  benchmarks: readonly string[] | null
}

/** Looks the listed rows up, files of the component one after the other in path order. */
export function lookUp(listed: readonly LoggedRow[], scope: LookupScope): Lookup {
  const files = inputsOf([scope.component], scope.measured)
  const first = new Map<string, number>()
  let rows = 0
  for (const file of files) {
    first.set(file.path, rows)
    rows += file.rows
  }
  const matches = new Map<number, Sighting[]>()
  for (const sighting of counted(scope)) {
    const row = (first.get(sighting.path) ?? 0) + sighting.row
    matches.set(row, [...(matches.get(row) ?? []), sighting])
  }
  const found = listed.flatMap((logged) => {
    const here = matches.get(logged.row)
    if (here === undefined) return []
    return [{ logged, sighting: here.find(({ evalIndex }) => evalIndex === logged.evalIndex) ?? here[0]! }]
  })
  const same = found.filter(
    (hit) => hit.logged.evalIndex !== null && hit.sighting.evalIndex === hit.logged.evalIndex,
  )
  const draw = { rows, marked: matches.size, listed: listed.length, hits: found.length }
  return { ...draw, ...compare(draw), sameItem: same.length, found }
}

function compare(draw: {
  rows: number
  marked: number
  listed: number
  hits: number
}): Pick<Lookup, 'expected' | 'tail' | 'atListed' | 'elsewhere' | 'far'> {
  const { rows, marked, listed, hits } = draw
  const atListed = wilson(hits, listed)
  const elsewhere = wilson(marked - hits, rows - listed)
  const tail = Number(upperTail(draw).toPrecision(3))
  const far = tail < FAR.tail && odds(atListed[0]) >= FAR.oddsRatio * odds(elsewhere[1])
  return { expected: rows === 0 ? 0 : (listed * marked) / rows, tail, atListed, elsewhere, far }
}

function odds(ratio: number): number {
  return ratio / (1 - ratio)
}

/** Rules of the classes of match that the record lists and does not count as found. */
export function listedOnlyRules(stage: StageRecord): ReadonlySet<string> {
  const classes = at(stage.metrics, 'classes')
  return new Set(
    (Array.isArray(classes) ? classes : [])
      .filter((entry: JsonValue) => isObject(entry) && entry['counted'] === false)
      .map((entry: JsonValue) => `contamination/${String(at(entry, 'name'))}`),
  )
}

/** Sightings the record counts as found, under the methods and benchmarks asked for. */
function counted({ component, inputs, stage, methods, benchmarks }: LookupScope): Sighting[] {
  const listedOnly = listedOnlyRules(stage)
  return (inputs.sightings?.get(component) ?? []).filter(
    (one) =>
      !listedOnly.has(one.rule) &&
      (methods === null || methods.includes(one.method)) &&
      (benchmarks === null || benchmarks.includes(one.benchmark)),
  )
}
