import { isObject } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'
import type { FailureRecord, InputRecord, StageRecord } from '../core/record.ts'
import type { Measured } from './kind.ts'

/** Longest list of places a claim shows as evidence; what follows is counted. */
const EVIDENCE_SHOWN = 40
/** Longest list of components in a sentence. */
const NAMES_SHOWN = 8

/** Components a claim is about: those it names, else all of the corpus. */
export function componentsOf(named: string | readonly string[] | undefined, measured: Measured): string[] {
  if (named === undefined) return Object.keys(measured.components).sort()
  return typeof named === 'string' ? [named] : [...named]
}

/** Files of the components, in the order of the record. */
export function inputsOf(components: readonly string[], measured: Measured): InputRecord[] {
  return measured.inputs.filter((input) => components.includes(input.component))
}

/** Examples = rows in: audited and unreadable together. */
export function countExamples(components: readonly string[], measured: Measured): number {
  return inputsOf(components, measured).reduce((sum, input) => sum + input.rows, 0)
}

/** Why what was read of these components is not all of them; empty when it is. */
export function obstaclesOf(components: readonly string[], measured: Measured): string[] {
  const obstacles = absenceOf(components, measured)
  const { limit } = measured.pipeline
  if (limit !== null) obstacles.push(`the run was limited to ${limit} rows (--limit)`)
  return [...obstacles, ...failuresIn(components, measured).map(failureText)]
}

/** Files of these components that could not be read, or not all of them. */
export function failuresIn(components: readonly string[], measured: Measured): FailureRecord[] {
  return measured.failures.filter(({ path, component }) => path !== '' && components.includes(component))
}

export function failureText({ path, code }: FailureRecord): string {
  return `${path} could not be read (${code})`
}

/** Components a claim names that have no file: nothing can be said of their rows. */
export function missingOf(components: readonly string[], measured: Measured): string[] {
  return components.filter((name) => inputsOf([name], measured).length === 0)
}

/** Says which of these components have no file, and which components there are: a name may be misspelt. */
export function absenceOf(components: readonly string[], measured: Measured): string[] {
  const absent = missingOf(components, measured)
  if (absent.length === 0) return []
  const there = Object.keys(measured.components).sort()
  return [`no file belongs to ${listed(absent)} (components of the corpus: ${listed(there)})`]
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown
}

/** Rows whose text nobody could read, though there is one: what is said of all rows does not hold for them. */
export function unreadText(components: readonly string[], measured: Measured): string[] {
  let rows = 0
  for (const { unreadable } of inputsOf(components, measured)) {
    for (const [reason, count] of Object.entries(unreadable)) if (!EMPTY.has(reason)) rows += count
  }
  return rows === 0 ? [] : [`${rows} rows could not be read`]
}

/** Reasons that say there is no text. */
const EMPTY: ReadonlySet<string> = new Set(['null-conversation', 'no-turns'])

/** One line of evidence per file: path, rows and content hash. */
export function fileEvidence(components: readonly string[], measured: Measured): JsonValue[] {
  return shown(
    inputsOf(components, measured).map((input) => ({
      path: input.path,
      component: input.component,
      rows: input.rows,
      sha256: input.sha256.recomputed ?? input.sha256.declared,
    })),
  )
}

/** The first entries, and how many more there are. */
export function shown(entries: readonly JsonValue[]): JsonValue[] {
  if (entries.length <= EVIDENCE_SHOWN) return [...entries]
  return [...entries.slice(0, EVIDENCE_SHOWN), { more: entries.length - EVIDENCE_SHOWN }]
}

/** Record of a stage, or why there is none. */
export function stageOf(name: string, measured: Measured): StageRecord | { missing: string } {
  const stage = measured.stages[name]
  if (stage !== undefined) return stage
  const failed = measured.failures.find((failure) => failure.path === '' && failure.message.includes(name))
  return { missing: failed?.message ?? `the stage "${name}" was not part of this run` }
}

/** The member of nested objects at a path, or null. */
export function at(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue {
  let current: JsonValue | undefined = value
  for (const key of path) {
    if (Array.isArray(current)) current = typeof key === 'number' ? (current[key] as JsonValue) : undefined
    else if (isObject(current) && Object.hasOwn(current, key)) current = current[key]
    else return null
  }
  return current ?? null
}

export function numberAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): number | null {
  const found = at(value, ...path)
  return typeof found === 'number' ? found : null
}
