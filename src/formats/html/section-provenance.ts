import type { JsonObject, JsonValue } from '../../core/json.ts'
import { count } from '../numbers.ts'
import { asList, asNumber, asText, at, entriesAt } from '../reading.ts'
import { flowChart } from './chart-flow.ts'
import type { Flow } from './chart-flow.ts'
import { licenceTables } from './licence-tables.ts'
import { absent, figure, jsonText, table } from './parts.ts'
import type { Cell } from './parts.ts'
import { html } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

const FLOW_SOURCES = 12

/** Where the rows come from and under which terms, as declared and as matched. */
export function sectionProvenance(view: View): Section {
  const metrics = view.record.stages['attribution']?.metrics
  const flows = attributedFlows(metrics)
  const shown = flows.length > 0 ? flows : declaredFlows(metrics)
  return {
    id: 'provenance',
    title: 'Provenance and licences',
    aside: shown.length === 0 ? '' : count(new Set(shown.map((flow) => flow.source)).size),
    body: html`${licenceTables(view)}${
      metrics === undefined
        ? absent('No source was attributed: the attribution stage was not part of this pipeline.')
        : html`${shown.length === 0 ? absent('No column declares a source, and no upstream set was compared.') : flowFigure(shown, flows.length > 0)}${sourceTable(metrics, view)}`
    }${cardFacts(view.record.card)}`,
  }
}

function cardFacts(card: JsonObject | null): Html {
  if (card === null) return absent('The source carries no dataset card.')
  return html`<details class="more">
    <summary>What the dataset card says of itself</summary>
    ${jsonText(card)}
  </details>`
}

/** Rows by registered source: matched in an upstream set where one was read, else as a column declares them. */
function attributedFlows(metrics: JsonValue | undefined): Flow[] {
  return entriesAt(metrics, 'sources').flatMap(([source, about]) =>
    entriesAt(about, 'components').flatMap(([component, counts]): Flow[] => {
      const of = (key: string): number => asNumber(at(counts, key)) ?? 0
      const rows =
        asNumber(counts) ??
        (of('matched') > 0 ? of('matched') : of('declared') > 0 ? of('declared') : of('rows'))
      return rows > 0 ? [{ source, component, rows }] : []
    }),
  )
}

/** Rows by the values of the declared source column; the rare ones together. */
function declaredFlows(metrics: JsonValue | undefined): Flow[] {
  const column = asText(at(metrics, 'sourceColumn'))
  if (column === undefined) return []
  const flows = entriesAt(metrics, 'columns', column, 'components').flatMap(([component, about]): Flow[] => {
    const named = asList(at(about, 'values')).flatMap((each): Flow[] => {
      const rows = asNumber(at(each, 'rows')) ?? 0
      const value = at(each, 'value')
      return rows === 0 ? [] : [{ source: asText(value) ?? JSON.stringify(value ?? null), component, rows }]
    })
    const rest = (asNumber(at(about, 'rows')) ?? 0) - named.reduce((sum, flow) => sum + flow.rows, 0)
    return rest > 0 ? [...named, { source: OTHERS, component, rows: rest }] : named
  })
  return mergeRare(flows)
}

const OTHERS = 'other values'

function mergeRare(flows: readonly Flow[]): Flow[] {
  const sums = new Map<string, number>()
  for (const { source, rows } of flows) sums.set(source, (sums.get(source) ?? 0) + rows)
  const kept = new Set(
    [...sums]
      .filter(([source]) => source !== OTHERS)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, FLOW_SOURCES - 1)
      .map(([source]) => source),
  )
  const merged = new Map<string, Flow>()
  for (const { source, component, rows } of flows) {
    const name = kept.has(source) ? source : OTHERS
    const key = JSON.stringify([name, component])
    merged.set(key, { source: name, component, rows: rows + (merged.get(key)?.rows ?? 0) })
  }
  return [...merged.values()]
}

function flowFigure(flows: readonly Flow[], attributed: boolean): Html {
  const largest = flows.reduce((best, flow) => (flow.rows > best.rows ? flow : best))
  return figure({
    id: 'chart-flow',
    title: attributed ? 'From sources to components' : 'From declared sources to components',
    description: `The widest band is ${count(largest.rows)} rows from ${largest.source} to ${largest.component}.`,
    svg: html`<div class="scroll-inner">${flowChart(flows)}</div>`,
    data: {
      caption: 'Rows by source and component',
      heads: ['Source', 'Component', 'Rows #'],
      rows: flows.slice(0, 200).map((flow): Cell[] => [flow.source, flow.component, { number: flow.rows }]),
      total: flows.length,
      rest: 'audit.json',
    },
  })
}

/** Registered sources with rows here, counted; those without, named. */
function sourceTable(metrics: JsonValue, view: View): Fill {
  const sources = entriesAt(metrics, 'sources').map(([name, about]) => ({ name, about, sums: sumsOf(about) }))
  const present = sources.filter(
    ({ about, sums }) => at(about, 'read') === true || Object.values(sums).some((sum) => sum > 0),
  )
  const silent = sources.filter((each) => !present.includes(each)).map((each) => each.name)
  const keys = [...new Set(present.flatMap(({ sums }) => Object.keys(sums)))].slice(0, 6)
  const note =
    silent.length === 0
      ? ''
      : html`<p class="muted">Sources in the registry that no row declares and that were not compared: ${silent.slice(0, 40).join(', ')}.</p>`
  if (present.length === 0) return note
  return html`${table({
    caption: 'Rows by source',
    titled: true,
    heads: ['Source', ...keys.map((key) => `${words(key)} #`), 'Found in the splits'],
    rows: present
      .slice(0, view.caps.rows)
      .map(({ name, about, sums }): Cell[] => [
        name,
        ...keys.map((key): Cell => ({ number: sums[key] ?? 0 })),
        splitsOf(about),
      ]),
    total: present.length,
    rest: 'audit.json',
  })}${note}`
}

/** Which splits of the upstream set the rows were found in. */
function splitsOf(about: JsonValue): Cell {
  const sums = new Map<string, number>()
  for (const [, counts] of entriesAt(about, 'components')) {
    for (const [split, rows] of entriesAt(counts, 'splits'))
      sums.set(split, (sums.get(split) ?? 0) + (asNumber(rows) ?? 0))
  }
  const list = [...sums].map(([split, rows]) => `${split}: ${count(rows)}`)
  return list.length === 0 ? html`<span class="none">–</span>` : list.join(', ')
}

/** Numbers of a source summed over components, by name. */
function sumsOf(about: JsonValue): Record<string, number> {
  const sums = new Map<string, number>()
  for (const [, counts] of entriesAt(about, 'components')) {
    const single = asNumber(counts)
    if (single !== undefined) sums.set('rows', (sums.get('rows') ?? 0) + single)
    for (const [key, value] of entriesAt(counts)) {
      const number = asNumber(value)
      if (number !== undefined) sums.set(key, (sums.get(key) ?? 0) + number)
    }
  }
  return Object.fromEntries(sums)
}

/** `declaredLicence` → `declared licence`. */
function words(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
}
