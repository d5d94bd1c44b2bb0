import { unusableItems } from '../core/benchmark-notes.ts'
import type { JsonValue } from '../core/json.ts'
import type { StageRecord } from '../core/record.ts'
import type { Measured } from './kind.ts'
import { isObject } from '../core/json.ts'
import { at, numberAt } from './measure.ts'

/**
 * Rows a method found in some components for one benchmark, how many of its items were read, and how many of these are
 * too short for the method to find; or why nothing can be said.
 */
export type Hits =
  { rows: number; pairs: number; items: number; expected: number; tooShort: number } | { unread: string }

/** Reads the contamination stage's figures for one benchmark under one method. */
export function hitsOf(
  stage: StageRecord,
  method: string,
  benchmark: string,
  scope: { components: readonly string[]; measured: Measured },
): Hits {
  const unread = whyUnread(benchmark, stage, scope.measured)
  if (unread !== null) return { unread }
  const figures = at(stage.metrics, 'methods', method)
  if (!isObject(figures)) return { unread: `the method "${method}" was not part of this run` }
  const found = at(figures, 'benchmarks', benchmark)
  if (!isObject(found)) return { unread: `"${benchmark}" was not compared by the method "${method}"` }
  const each = scope.components.map((component) => at(found, 'components', component))
  const items = numberAt(stage.metrics, 'benchmarks', benchmark, 'items') ?? 0
  const unusable = unusableItems(at(stage.metrics, 'benchmarks', benchmark, 'unusable'))
  return {
    rows: sum(each, 'rows'),
    pairs: sum(each, 'pairs'),
    items,
    // Where nobody says how many items there are, the file does: those that could not be used are items too.
    expected: numberAt(stage.metrics, 'benchmarks', benchmark, 'expectedItems') ?? items + unusable,
    tooShort: numberAt(stage.metrics, 'benchmarks', benchmark, 'tooShort', method) ?? 0,
  }
}

/** Tokenizer a method ran with, or null when it has none. */
export function tokenizerOfMethod(stage: StageRecord, method: string): string | null {
  const name = at(stage.metrics, 'methods', method, 'tokenizer')
  return typeof name === 'string' ? name.replace(/^hf:/, '').replace(/@.*$/, '') : null
}

function whyUnread(benchmark: string, stage: StageRecord, measured: Measured): string | null {
  if (isObject(at(stage.metrics, 'benchmarks', benchmark))) return null
  const entry = measured.notChecked.find(({ what }) => mentions(what, benchmark))
  return entry === undefined ? `"${benchmark}" was not part of this run` : `"${benchmark}": ${entry.why}`
}

function mentions(text: string, name: string): boolean {
  const start = text.indexOf(name)
  if (start < 0) return false
  const before = text[start - 1] ?? ' '
  const after = text[start + name.length] ?? ' '
  return !/[\w-]/.test(before) && !/[\w-]/.test(after)
}

function sum(entries: readonly JsonValue[], key: string): number {
  return entries.reduce<number>((total, entry) => total + (numberAt(entry, key) ?? 0), 0)
}
