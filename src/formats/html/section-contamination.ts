import { methodColumns, presentText, readCensus } from '../census.ts'
import { benchmarkNotes } from '../../core/benchmark-notes.ts'
import { wilson } from '../../core/interval.ts'
import type { JsonValue } from '../../core/json.ts'
import { count, percent, plural } from '../numbers.ts'
import { asList, asNumber, asObject, asText, at, entriesAt } from '../reading.ts'
import { card } from './card.ts'
import { control } from './control.ts'
import { intervalChart } from './chart-interval.ts'
import { absent, figure, hash, jsonText, table } from './parts.ts'
import type { Cell } from './parts.ts'
import { html, raw } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

interface Hits {
  benchmark: string
  method: string
  items: number
  hit: number
  rows: number
  metrics: JsonValue
}

/** Which benchmark items the corpus holds, by which method, and whether the method would have found a planted one. */
export function sectionContamination(view: View): Section {
  const metrics = view.record.stages['contamination']?.metrics
  const benchmarks = entriesAt(metrics, 'benchmarks')
  return {
    id: 'contamination',
    title: 'Contamination',
    aside: count(benchmarks.length),
    body:
      metrics === undefined
        ? absent(
            'No benchmark was compared with this corpus: the contamination stage was not part of the pipeline.',
          )
        : html`${lead(metrics)}${hitTable(metrics, view)}${chart(metrics)}${censusTable(metrics, view)}${agreement(metrics)}${bySource(metrics, view)}${classes(metrics)}${control('contamination', view)}${notes(metrics, view)}${sets(benchmarks, view)}${cards(view)}`,
  }
}

function lead(metrics: JsonValue): Html {
  const hits = readHits(metrics)
  const found = hits.filter((each) => each.hit > 0).length
  return html`<p>
    ${found === 0 ? 'No match found by the methods below; the positive control says what they would have missed.' : 'A hit says that a row shares text with a benchmark item, by the method named. It does not say how the text came there.'}
  </p>`
}

function readHits(metrics: JsonValue): Hits[] {
  return entriesAt(metrics, 'benchmarks').flatMap(([benchmark, about]) =>
    entriesAt(about, 'methods').map(([method, found]) => ({
      benchmark,
      method,
      items: asNumber(at(about, 'items')) ?? 0,
      hit: asNumber(at(found, 'items')) ?? 0,
      rows: asNumber(at(found, 'rows')) ?? 0,
      metrics: found,
    })),
  )
}

function hitTable(metrics: JsonValue, view: View): Fill {
  const hits = readHits(metrics)
  if (hits.length === 0) return ''
  return html`${table({
    caption: 'Benchmark items found in the corpus, by method',
    heads: ['Benchmark', 'Method', 'Items #', 'Items hit #', 'Share of items #', 'Rows #'],
    rows: hits.slice(0, view.caps.rows).map((each): Cell[] => [
      each.benchmark,
      html`<span class="nowrap">${each.method}</span>`,
      { number: each.items },
      { number: each.hit },
      each.items === 0
        ? { number: null }
        : {
            number: each.hit / each.items,
            text: percent(each.hit / each.items),
            bar: each.hit / each.items,
          },
      { number: each.rows },
    ]),
    total: hits.length,
    rest: 'audit.json',
  })}${classTable(metrics, hits, view)}`
}

/** Items by class, for the methods that tell classes apart. */
function classTable(metrics: JsonValue, hits: readonly Hits[], view: View): Fill {
  const names = classNames(metrics, hits)
  const classed = hits.filter((each) => entriesAt(each.metrics, 'classes').length > 0)
  if (names.length === 0 || classed.length === 0) return ''
  const items = (each: Hits, name: string): number =>
    asNumber(at(each.metrics, 'classes', name, 'items')) ?? 0
  const most = Math.max(1, ...classed.flatMap((each) => names.map((name) => items(each, name))))
  return table({
    caption: 'Items hit, by the best class of evidence',
    titled: true,
    heads: ['Benchmark', 'Method', ...names.map((name) => `${name} #`)],
    rows: classed
      .slice(0, view.caps.rows)
      .map((each): Cell[] => [
        each.benchmark,
        html`<span class="nowrap">${each.method}</span>`,
        ...names.map((name): Cell => ({ number: items(each, name), heat: items(each, name) / most })),
      ]),
    total: classed.length,
    rest: 'audit.json',
  })
}

/** Classes that found something, in the order the stage declares them. */
function classNames(metrics: JsonValue, hits: readonly Hits[]): string[] {
  const declared = asList(at(metrics, 'classes')).flatMap((each) => asText(at(each, 'name')) ?? [])
  const found = new Set(
    hits.flatMap((each) =>
      entriesAt(each.metrics, 'classes').flatMap(([name, of]) =>
        asNumber(at(of, 'findings')) === 0 ? [] : [name],
      ),
    ),
  )
  return [...declared.filter((name) => found.delete(name)), ...found].slice(0, 10)
}

/** Where methods agree: a row only one of them flags is where they should be compared by hand. */
function agreement(metrics: JsonValue): Fill {
  const rows = asList(at(metrics, 'agreement', 'rows')).flatMap((each) => {
    const methods = asList(at(each, 'methods')).flatMap((name) => asText(name) ?? [])
    return methods.length === 0 ? [] : [{ methods, rows: asNumber(at(each, 'count')) ?? 0 }]
  })
  if (new Set(rows.flatMap((each) => each.methods)).size < 2) return ''
  return table({
    caption: 'Rows by the methods that flag them',
    titled: true,
    heads: ['Flagged by', 'Rows #'],
    rows: rows
      .slice(0, 40)
      .map((each): Cell[] => [
        each.methods.length === 1 ? `${each.methods[0] ?? ''} alone` : each.methods.join(' and '),
        { number: each.rows },
      ]),
    total: rows.length,
    rest: 'audit.json',
  })
}

/** Declared sources by the share of their rows that are flagged. */
function bySource(metrics: JsonValue, view: View): Fill {
  const list = asList(at(metrics, 'sources', 'sources')).flatMap((each) => {
    const source = asText(at(each, 'source'))
    const rows = asNumber(at(each, 'rows')) ?? 0
    const flagged = asNumber(at(each, 'flagged')) ?? 0
    return source === undefined || flagged === 0 || rows === 0 ? [] : [{ source, rows, flagged }]
  })
  if (list.length === 0) return ''
  const sorted = list.sort(
    (a, b) => b.flagged / b.rows - a.flagged / a.rows || (a.source < b.source ? -1 : 1),
  )
  return table({
    caption: 'Flagged rows by declared source',
    titled: true,
    heads: ['Source', 'Rows #', 'Flagged #', 'Share #'],
    rows: sorted.slice(0, Math.min(12, view.caps.rows)).map((each): Cell[] => [
      each.source,
      { number: each.rows },
      { number: each.flagged },
      {
        number: each.flagged / each.rows,
        text: percent(each.flagged / each.rows),
        bar: each.flagged / each.rows,
      },
    ]),
    total: list.length,
    rest: 'audit.json',
  })
}

function chart(metrics: JsonValue): Fill {
  const hits = readHits(metrics).filter((each) => each.items > 0)
  if (hits.length === 0 || hits.every((each) => each.hit === 0)) return ''
  const rows = hits.slice(0, 24).map((each) => ({
    label: each.benchmark,
    note: each.method,
    ratio: each.hit / each.items,
    ...interval(each.hit, each.items),
  }))
  const most = rows.reduce((best, row) => (row.ratio > best.ratio ? row : best))
  return figure({
    id: 'chart-contamination',
    title: 'Share of benchmark items found in the corpus',
    description: `The largest share is ${percent(most.ratio)} of ${most.label} by method ${most.note}. Whiskers: 95% interval of the share if the items are a sample of their kind.`,
    svg: intervalChart(rows),
    data: {
      caption: 'Share of benchmark items found, with 95% interval',
      heads: ['Benchmark', 'Method', 'Share #', 'Low #', 'High #'],
      rows: rows.map((row): Cell[] => [
        row.label,
        row.note,
        { number: row.ratio, text: percent(row.ratio) },
        { number: row.low, text: percent(row.low) },
        { number: row.high, text: percent(row.high) },
      ]),
      total: hits.length,
      rest: 'audit.json',
    },
  })
}

/** Both directions at once: how much of each benchmark is in the corpus, and how much of it is left to evaluate with. */
function censusTable(metrics: JsonValue, view: View): Fill {
  const rows = readCensus(metrics)
  if (rows.length === 0) return ''
  const corrected = rows.some((each) => each.present !== null)
  // What the other methods found is in the table by method.
  const methods = methodColumns(rows, 'assay')
  return html`${table({
    caption: 'Census: items found by any method, and the no-match subset',
    titled: true,
    heads: [
      'Benchmark',
      'Items #',
      ...methods.heads,
      methods.heads.length === 0 ? 'Found #' : 'By any #',
      'Share #',
      'Present, corrected #',
      '95% interval',
      'No match #',
    ],
    rows: rows.slice(0, view.caps.rows).map((each): Cell[] => [
      each.benchmark,
      { number: each.items },
      ...methods.cells(each).map((number) => ({ number })),
      { number: each.found },
      {
        number: each.items === 0 ? null : each.found / each.items,
        text: percent(each.found / (each.items || 1)),
      },
      { number: each.present?.estimate ?? null },
      presentText(each),
      { number: each.items - each.found },
    ]),
    total: rows.length,
    rest: 'audit.json',
  })}<p>
      ${
        corrected
          ? (asText(at(metrics, 'censusRecall', 'note')) ?? '')
          : 'The shares are not corrected for what the methods miss: no positive control was run.'
      }
      The ids of the items without a match are in <code>audit.json</code>, at <code>census.notFoundItems</code> of each benchmark: no
      match found by the methods used.
    </p>`
}

function classes(metrics: JsonValue): Fill {
  const list = asList(at(metrics, 'classes')).flatMap((each) => {
    const object = asObject(each)
    return object === undefined ? [] : [object]
  })
  if (list.length === 0) return ''
  return html`<details class="more">
    <summary>What the classes mean</summary>
    <dl class="facts">
      ${list.map(
        (each) =>
          html`<div>
            <dt>${asText(each['name'])}</dt>
            <dd>${asText(each['meaning'])}${each['counted'] === false ? ' (not counted as a hit)' : ''}</dd>
          </div>`,
      )}
    </dl>
  </details>`
}

/** Wilson's 95 % interval by the names the chart uses. */
function interval(hits: number, all: number): { low: number; high: number } {
  const [low, high] = wilson(hits, all)
  return { low, high }
}

/** Items and answers of the benchmarks that could not be read. */
function notes(metrics: JsonValue, view: View): Fill {
  const list = benchmarkNotes(metrics)
  if (list.length === 0) return ''
  const rest = list.length - view.caps.rows
  return html`<h3>Benchmarks read in part</h3>
    <ul>
      ${list.slice(0, view.caps.rows).map(({ benchmark, text }) => html`<li><b>${benchmark}</b>: ${text}</li>`)}
      ${rest > 0 ? html`<li>and ${count(rest)} more, all in <code>audit.json</code></li>` : ''}
    </ul>`
}

/** The benchmark files compared, pinned. */
function sets(benchmarks: readonly [string, JsonValue][], view: View): Fill {
  if (benchmarks.length === 0) return ''
  return html`<details class="more">
    <summary>The benchmark sets compared</summary>
    ${table({
      caption: 'Benchmark sets',
      heads: ['Benchmark', 'Items #', 'Origin', 'Licence', 'sha256', 'About'],
      rows: benchmarks.slice(0, view.caps.rows).map(([name, about]): Cell[] => {
        const { items, origin, licence, sha256, methods, ...rest } = asObject(about) ?? {}
        void methods
        return [
          name,
          { number: asNumber(items) ?? null },
          asText(origin) ?? '–',
          asText(licence) ?? 'not declared',
          hash(asText(sha256) ?? null),
          jsonText(rest),
        ]
      }),
      total: benchmarks.length,
      rest: 'audit.json',
    })}
  </details>`
}

function cards(view: View): Fill {
  const groups = [...view.cards].filter(([, findings]) => findings.length > 0)
  if (groups.length === 0) return ''
  return html`<h3>Evidence</h3>
    ${groups.map(
      ([benchmark, findings], index) =>
        html`<details class="cards" ${index === 0 ? raw(' open') : ''}>
          <summary>
            ${benchmark}
            <span class="muted"
              >${plural(findings.length, 'strongest match', 'strongest matches')}; all are in
              <code>evidence.parquet</code></span
            >
          </summary>
          ${findings.map((finding, position) => card(finding, view, index === 0 && position === 0))}
        </details>`,
    )}`
}
