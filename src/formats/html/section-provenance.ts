import type { JsonObject, JsonValue } from '../../core/json.ts'
import { count } from '../numbers.ts'
import { asNumber, asObject, at, entriesAt } from '../reading.ts'
import { flowChart } from './chart-flow.ts'
import type { Flow } from './chart-flow.ts'
import { absent, figure, jsonText, table } from './parts.ts'
import type { Cell } from './parts.ts'
import { html } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

const FLOW_SOURCES = 12

/** Where the rows come from and under which terms, as declared and as matched. */
export function sectionProvenance(view: View): Section {
  const metrics = view.record.stages['attribution']?.metrics
  const sources = entriesAt(metrics, 'sources')
  return {
    id: 'provenance',
    title: 'Provenance and licences',
    aside: count(sources.length),
    body: html`${cardFacts(view.record.card)}${
      metrics === undefined
        ? absent('No source was attributed: the attribution stage was not part of this pipeline.')
        : attribution(sources, view)
    }`,
  }
}

function cardFacts(card: JsonObject | null): Html {
  if (card === null) return absent('The source carries no dataset card.')
  return html`<h3>What the card says of itself</h3>
    <div class="quoted">${jsonText(card)}</div>`
}

function attribution(sources: readonly [string, JsonValue][], view: View): Html {
  const flows = sources.flatMap(([source, about]) =>
    entriesAt(about, 'components').flatMap(([component, rows]): Flow[] => {
      const value = asNumber(rows) ?? asNumber(at(rows, 'rows'))
      return value === undefined || value <= 0 ? [] : [{ source, component, rows: value }]
    }),
  )
  return html`${flows.length > 0 && sources.length <= FLOW_SOURCES ? flowFigure(flows) : ''}${sourceTable(sources, flows, view)}`
}

function flowFigure(flows: readonly Flow[]): Html {
  const largest = flows.reduce((best, flow) => (flow.rows > best.rows ? flow : best))
  return figure({
    id: 'chart-flow',
    title: 'From sources to components',
    description: `The widest band is ${count(largest.rows)} rows from ${largest.source} to ${largest.component}.`,
    svg: html`<div class="scroll-inner">${flowChart(flows)}</div>`,
    data: {
      caption: 'Rows from each source to each component',
      heads: ['Source', 'Component', 'Rows #'],
      rows: flows.slice(0, 200).map((flow): Cell[] => [flow.source, flow.component, { number: flow.rows }]),
      total: flows.length,
      rest: 'audit.json',
    },
  })
}

/** Everything the stage says of each source; the keys it uses become the columns. */
function sourceTable(sources: readonly [string, JsonValue][], flows: readonly Flow[], view: View): Fill {
  if (sources.length === 0) return ''
  const keys = [...new Set(sources.flatMap(([, about]) => Object.keys(asObject(about) ?? {})))]
    .filter((key) => key !== 'components')
    .slice(0, 8)
  return table({
    caption: 'Sources and their licences',
    titled: true,
    heads: ['Source', 'Rows #', ...keys.map(words)],
    rows: sources.slice(0, view.caps.rows).map(([source, about]): Cell[] => [
      source,
      { number: flows.filter((flow) => flow.source === source).reduce((sum, flow) => sum + flow.rows, 0) },
      ...keys.map((key) => {
        const value = at(about, key)
        return value === undefined ? html`<span class="none">–</span>` : jsonText(value)
      }),
    ]),
    total: sources.length,
    rest: 'audit.json',
  })
}

/** `declaredLicence` → `declared licence`. */
function words(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
}
