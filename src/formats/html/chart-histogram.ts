import { scaleLinear, scaleSymlog } from 'd3-scale'
import { area, curveStepAfter } from 'd3-shape'
import type { JsonValue } from '../../core/json.ts'
import { short } from '../numbers.ts'
import { asList, asNumber, at } from '../reading.ts'
import { html } from './template.ts'
import type { Html } from './template.ts'

export interface Histogram {
  /** Ascending, one more than counts. */
  edges: readonly number[]
  counts: readonly number[]
}

const WIDTH = 260
const HEIGHT = 96
const BASE = 74
const SIDE = 8

/** A histogram of the metrics, or null when its parts do not fit together. */
export function readHistogram(value: JsonValue | undefined): Histogram | null {
  const edges = asList(at(value, 'edges')).map(asNumber)
  const counts = asList(at(value, 'counts')).map(asNumber)
  if (counts.length === 0 || counts.length > 512 || edges.length !== counts.length + 1) return null
  if (edges.some((edge) => edge === undefined) || counts.some((each) => each === undefined)) return null
  return { edges: edges as number[], counts: counts as number[] }
}

/** Counts per bin over a logarithmic axis shared by all small multiples; a line marks the median. */
export function histogramChart(
  histogram: Histogram,
  domain: { low: number; high: number },
  median?: number,
): Html {
  const x = scaleSymlog(
    [Math.max(0, domain.low), Math.max(domain.high, domain.low + 1)],
    [SIDE, WIDTH - SIDE],
  ).constant(10)
  // Height is examples per unit of the axis: bins of different width stay comparable.
  const density = histogram.counts.map(
    (each, bin) => each / Math.max(x(histogram.edges[bin + 1] ?? 0) - x(histogram.edges[bin] ?? 0), 0.5),
  )
  const y = scaleLinear([0, Math.max(...density, 1e-9)], [BASE, 8])
  const points = [
    ...density.map((each, bin): [number, number] => [x(histogram.edges[bin] ?? 0), each]),
    [x(histogram.edges[histogram.edges.length - 1] ?? 0), 0] as [number, number],
  ]
  const shape = area<[number, number]>()
    .x((point) => point[0])
    .y0(BASE)
    .y1((point) => y(point[1]))
    .curve(curveStepAfter)
    .digits(1)
  const ticks = decades(domain).map(
    (tick) =>
      html`<line
          class="axis"
          x1="${x(tick).toFixed(1)}"
          x2="${x(tick).toFixed(1)}"
          y1="${BASE}"
          y2="${BASE + 4}"
        /><text x="${x(tick).toFixed(1)}" y="${BASE + 16}" text-anchor="middle">${short(tick)}</text>`,
  )
  const mark =
    median === undefined
      ? ''
      : html`<line
          class="tick"
          x1="${x(median).toFixed(1)}"
          x2="${x(median).toFixed(1)}"
          y1="4"
          y2="${BASE}"
        />`
  return html`<svg class="histogram" aria-hidden="true" viewBox="0 0 ${WIDTH} ${HEIGHT}">
    <path class="c0" d="${shape(points) ?? ''}" />
    <line class="axis" x1="${SIDE}" x2="${WIDTH - SIDE}" y1="${BASE}" y2="${BASE}" />
    ${ticks}${mark}
  </svg>`
}

function decades(domain: { low: number; high: number }): number[] {
  const ticks: number[] = []
  for (let tick = 10; tick <= domain.high; tick *= 10) if (tick >= domain.low) ticks.push(tick)
  return ticks.length > 0 ? ticks : [Math.round(domain.low), Math.round(domain.high)]
}
