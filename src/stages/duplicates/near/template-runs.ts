import { Growable32 } from '../../../text/growable.ts'
import { combine32 } from '../../../text/hash.ts'
import { WORD_SHIFT, compareRows } from '../rows.ts'
import type { RowOrder } from '../rows.ts'
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

export interface TemplateList {
  listed: Template[]
  distinct: number
}

export const LISTED_TEMPLATES = 100
/** Values of a packed run: hash of its words, row, first word, words, views. */
const RUN_FIELDS = 5

type Runs = Map<number, Template>
type RunViews = Pick<Views, 'words' | 'start' | 'length' | 'masked' | 'template'>

/** The stretches of template text of some views, packed. */
export function templateRuns(
  views: RunViews,
  some: Uint32Array,
  { rowOf, order }: { rowOf: Uint32Array; order: RowOrder },
): Uint32Array<ArrayBuffer> {
  const found: Runs = new Map()
  const last = new Map<number, number>()
  for (const v of some) {
    if (views.masked[v] === 0) continue
    for (const { key, start, words } of runsOf(views, v)) {
      const again = last.get(key) === v
      last.set(key, v)
      add(found, key, { row: rowOf[v] as number, start, words, views: again ? 0 : 1 }, order)
    }
  }
  const packed = new Growable32(RUN_FIELDS * found.size + 1)
  for (const [key, { row, start, words, views: n }] of found) packed.append([key, row, start, words, n])
  return packed.take()
}

function* runsOf(
  { words, start, length, template }: RunViews,
  v: number,
): Generator<{ key: number; start: number; words: number }> {
  const [first, n] = [start[v] as number, length[v] as number]
  for (let from = 0; from < n; from++) {
    if (!hasBit(template, first + from)) continue
    let to = from
    let key = 0
    for (; to < n && hasBit(template, first + to); to++)
      key = combine32(key, (words[first + to] as number) >>> WORD_SHIFT)
    yield { key, start: from, words: to - from }
    from = to
  }
}

function add(found: Runs, key: number, run: Template, order: RowOrder): void {
  const known = found.get(key)
  if (known === undefined) {
    found.set(key, run)
    return
  }
  known.views += run.views
  // Of one row the first place stays.
  if (run.row === known.row || compareRows(order, run.row, known.row) > 0) return
  known.row = run.row
  known.start = run.start
}

/** Merges packed runs of different views, whatever their order. */
export class TemplateMerge {
  readonly #found: Runs = new Map()
  readonly #order: RowOrder

  constructor(order: RowOrder) {
    this.#order = order
  }

  add(packed: Uint32Array): void {
    for (let i = 0; i < packed.length; i += RUN_FIELDS) {
      const [key, row, start, words, views] = packed.subarray(i, i + RUN_FIELDS) as unknown as [
        ...[key: number, row: number, start: number, words: number, views: number],
      ]
      add(this.#found, key, { row, start, words, views }, this.#order)
    }
  }

  /** Those that stand in more than one view, by the words they take up in all: views × length. */
  list(): TemplateList {
    const all = [...this.#found.values()].filter(({ views }) => views > 1)
    const order = this.#order
    all.sort(
      (a, b) =>
        b.views * b.words - a.views * a.words || compareRows(order, a.row, b.row) || a.start - b.start,
    )
    return { listed: all.slice(0, LISTED_TEMPLATES), distinct: all.length }
  }
}
