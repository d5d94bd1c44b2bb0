import type { JsonValue } from '../../core/json.ts'
import { count, percent, size } from '../numbers.ts'
import { asNumber, asObject, at, entriesAt } from '../reading.ts'
import { tokenizerNames } from '../verdict.ts'
import { histogramChart, readHistogram } from './chart-histogram.ts'
import { stackedChart } from './chart-stacked.ts'
import { absent, figure, ratioCell, table } from './parts.ts'
import type { Cell, NumberCell } from './parts.ts'
import { html } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

/** What the corpus is made of: examples, text and tokens per component, and how long the examples are. */
export function sectionComposition(view: View): Section {
  const names = Object.keys(view.record.components)
  return {
    id: 'composition',
    title: 'Composition',
    aside: count(names.length),
    body:
      names.length === 0
        ? absent('No component was read.')
        : html`${components(view, names)}${shares(view, names)}${lengths(view)}`,
  }
}

function components(view: View, names: readonly string[]): Html {
  const all = view.record.components
  const sum = (of: (name: string) => number): number => names.reduce((total, name) => total + of(name), 0)
  const examples = sum((name) => all[name]?.examples ?? 0)
  const words = sum((name) => all[name]?.words ?? 0)
  const counted = names.every((name) => all[name]?.words !== null)
  const rows = names.slice(0, view.caps.rows).map((name): Cell[] => {
    const figures = all[name]
    if (figures === undefined) return [name]
    return [
      name,
      { number: figures.examples },
      ratioCell(figures.examples, examples),
      { number: figures.turns },
      { number: figures.textBytes, text: size(figures.textBytes) },
      { number: figures.words },
      figures.words === null ? { number: null } : ratioCell(figures.words, words),
      meanCell(figures.words ?? 0, figures.examples),
    ]
  })
  const textBytes = sum((name) => all[name]?.textBytes ?? 0)
  return table({
    caption: 'Components',
    heads: [
      'Component',
      'Examples #',
      'Share #',
      'Turns #',
      'Text #',
      'Words #',
      'Share of words #',
      'Words per example #',
    ],
    rows,
    total: names.length,
    rest: 'audit.json',
    foot: [
      'All',
      { number: examples },
      '',
      { number: sum((name) => all[name]?.turns ?? 0) },
      { number: textBytes, text: size(textBytes) },
      { number: counted ? words : null },
      '',
      meanCell(words, examples),
    ],
  })
}

function meanCell(sum: number, examples: number): NumberCell {
  return examples === 0 || sum === 0
    ? { number: null }
    : { number: sum / examples, text: count(Math.round(sum / examples)) }
}

/** Rows against tokens: where a component weighs more in training than its row count suggests. */
function shares(view: View, names: readonly string[]): Fill {
  const all = view.record.components
  if (names.length < 2) return ''
  const tokenizer = tokenizerNames(view.record)[0]
  const second = tokenizer === undefined ? 'words' : `${tokenizer} tokens`
  const bars = [
    { label: 'examples', values: names.map((name) => all[name]?.examples ?? 0) },
    {
      label: second,
      values: names.map(
        (name) => (tokenizer === undefined ? all[name]?.words : all[name]?.tokens[tokenizer]?.total) ?? 0,
      ),
    },
  ]
  if (bars.some((bar) => bar.values.every((value) => value === 0))) return ''
  const totals = bars.map((bar) => bar.values.reduce((sum, value) => sum + value, 0))
  const share = (bar: number, index: number): number => (bars[bar]?.values[index] ?? 0) / (totals[bar] ?? 1)
  const shift = names.reduce(
    (best, _, index) =>
      Math.abs(share(1, index) - share(0, index)) > Math.abs(share(1, best) - share(0, best)) ? index : best,
    0,
  )
  const name = names[shift] ?? ''
  return figure({
    id: 'chart-shares',
    title: 'Share of examples and share of text',
    description: `The largest shift is ${name}: ${percent(share(0, shift))} of the examples, ${percent(share(1, shift))} of the ${second}.`,
    svg: stackedChart(names, bars),
    data: {
      caption: 'Share of examples and share of text',
      heads: ['Component', 'Examples #', `${second} #`],
      rows: names
        .slice(0, 60)
        .map((each, index) => [
          each,
          ratioCell(bars[0]?.values[index] ?? 0, totals[0] ?? 0),
          ratioCell(bars[1]?.values[index] ?? 0, totals[1] ?? 0),
        ]),
      total: names.length,
      rest: 'audit.json',
    },
  })
}

const QUANTILES = ['min', 'p05', 'p25', 'p50', 'p75', 'p95', 'p99', 'max']

/** Length distributions per component, from the tokens stage. */
function lengths(view: View): Fill {
  const found = entriesAt(view.record.stages['tokens']?.metrics, 'components')
    .map(([name, metrics]) => ({ name, unit: preferredUnit(at(metrics, 'lengths')), metrics }))
    .flatMap(({ name, unit, metrics }) =>
      unit === null ? [] : [{ name, unit, lengths: at(metrics, 'lengths', unit) }],
    )
  if (found.length === 0) return ''
  const unit = found[0]?.unit ?? ''
  const heads = QUANTILES.filter((key) => found.some((each) => asNumber(at(each.lengths, key)) !== undefined))
  return html`<h3>How long the examples are</h3>
    ${lengthCharts(found)}${table({
      caption: `Length of an example, ${unit === 'words' ? 'words' : `${unit} tokens`}`,
      titled: true,
      heads: ['Component', ...heads.map((head) => `${quantileName(head)} #`)],
      rows: found
        .slice(0, view.caps.rows)
        .map((each) => [
          each.name,
          ...heads.map((key) => ({ number: asNumber(at(each.lengths, key)) ?? null })),
        ]),
      total: found.length,
      rest: 'audit.json',
    })}`
}

function preferredUnit(lengths: JsonValue | undefined): string | null {
  const units = Object.keys(asObject(lengths) ?? {}).sort()
  return units.find((unit) => unit !== 'words') ?? units[0] ?? null
}

function quantileName(key: string): string {
  if (key === 'p50') return 'median'
  return /^p\d\d$/.test(key) ? `${Number(key.slice(1))} %` : key
}

function lengthCharts(
  found: readonly { name: string; unit: string; lengths: JsonValue | undefined }[],
): Fill {
  const charts = found.flatMap(({ name, unit, lengths }) => {
    const histogram = readHistogram(at(lengths, 'histogram'))
    return histogram === null ? [] : [{ name, unit, histogram, median: asNumber(at(lengths, 'p50')) }]
  })
  if (charts.length === 0) return ''
  const low = Math.min(...charts.map((chart) => chart.histogram.edges[0] ?? 1))
  const high = Math.max(
    ...charts.map((chart) => chart.histogram.edges[chart.histogram.edges.length - 1] ?? 1),
  )
  return html`<div class="multiples">
    ${charts.slice(0, 12).map((chart, index) =>
      figure({
        id: `chart-length-${index}`,
        title: chart.name,
        description:
          chart.median === undefined
            ? 'Histogram of lengths on a logarithmic axis.'
            : `Median ${count(chart.median)} ${chart.unit === 'words' ? 'words' : 'tokens'}; logarithmic axis.`,
        svg: histogramChart(chart.histogram, { low, high }, chart.median),
        data: {
          caption: `Lengths in ${chart.name}`,
          heads: ['From #', 'To #', 'Examples #'],
          rows: chart.histogram.counts.flatMap((value, bin): Cell[][] =>
            value === 0
              ? []
              : [
                  [
                    html`${count(chart.histogram.edges[bin] ?? 0)}`,
                    { number: chart.histogram.edges[bin + 1] ?? 0 },
                    { number: value },
                  ],
                ],
          ),
        },
      }),
    )}
  </div>`
}
