import { combine32 } from '../../../text/hash.ts'
import { compareRows } from '../rows.ts'
import type { Rows } from '../rows.ts'
import { WORD_SHIFT } from '../rows.ts'
import type { NearResult } from './near.ts'
import { hasBit } from './views.ts'
import type { Views } from './views.ts'

/** A stretch of template text as it stands in many views; `row` is the first of them by content. */
export interface Template {
  row: number
  /** First word in the row's view. */
  start: number
  words: number
  views: number
}

export const LISTED_TEMPLATES = 100

/** The stretches of template text, by the words they take up in all: views × length. */
export function listTemplates(
  rows: Rows,
  { search: { views, rowOf } }: NearResult,
): { listed: Template[]; distinct: number } {
  const found = new Map<number, Template & { last: number }>()
  for (let v = 0; v < views.count; v++) {
    if ((views.masked[v] as number) > 0) addRuns({ rows, rowOf, found }, views, v)
  }
  const all = [...found.values()].filter((template) => template.views > 1)
  all.sort(
    (a, b) => b.views * b.words - a.views * a.words || compareRows(rows, a.row, b.row) || a.start - b.start,
  )
  const listed = all
    .slice(0, LISTED_TEMPLATES)
    .map(({ row, start, words, views: n }) => ({ row, start, words, views: n }))
  return { listed, distinct: all.length }
}

function addRuns(
  work: { rows: Rows; rowOf: Uint32Array; found: Map<number, Template & { last: number }> },
  views: Views,
  v: number,
): void {
  const start = views.start[v] as number
  const length = views.length[v] as number
  for (let from = 0; from < length; from++) {
    if (!hasBit(views.template, start + from)) continue
    let to = from
    let key = 0
    for (; to < length && hasBit(views.template, start + to); to++) {
      key = combine32(key, (views.words[start + to] as number) >>> WORD_SHIFT)
    }
    addRun(work, v, { key, start: from, words: to - from })
    from = to
  }
}

function addRun(
  { rows, rowOf, found }: { rows: Rows; rowOf: Uint32Array; found: Map<number, Template & { last: number }> },
  v: number,
  run: { key: number; start: number; words: number },
): void {
  const row = rowOf[v] as number
  const known = found.get(run.key)
  if (known === undefined) {
    found.set(run.key, { row, start: run.start, words: run.words, views: 1, last: v })
    return
  }
  if (known.last !== v) known.views++
  known.last = v
  if (compareRows(rows, row, known.row) < 0) {
    known.row = row
    known.start = run.start
  }
}
