import { scaleLinear } from 'd3-scale'
import { percent } from '../numbers.ts'
import { html } from './template.ts'
import type { Html } from './template.ts'

export interface IntervalRow {
  label: string
  note: string
  ratio: number
  low: number
  high: number
}

/** A dot and its interval per row on one axis from zero. Rows are boxes of the page, so labels keep their size on any screen. */
export function intervalChart(rows: readonly IntervalRow[]): Html {
  const top = Math.max(...rows.map((row) => row.high), 1e-6)
  const x = scaleLinear([0, top], [1, 98]).nice(4)
  const ticks = x.ticks(4)
  return html`<div class="intervals">
    ${rows.map(
      (row) =>
        html`<div class="interval-row">
          <span class="label">${row.label} <span class="muted">${row.note}</span></span
          ><svg class="interval" aria-hidden="true">
            ${ticks.map((tick) => html`<line class="grid" x1="${x(tick).toFixed(2)}%" x2="${x(tick).toFixed(2)}%" y1="0" y2="100%" />`)}
            <line
              class="whisker"
              x1="${x(row.low).toFixed(2)}%"
              x2="${x(row.high).toFixed(2)}%"
              y1="50%"
              y2="50%"
            />
            <circle class="c0" cx="${x(row.ratio).toFixed(2)}%" cy="50%" r="5" /></svg
          ><span class="value">${percent(row.ratio)}</span>
        </div>`,
    )}
    <div class="interval-row axis-row">
      <span class="label"></span
      ><svg class="interval" aria-hidden="true">
        ${ticks.map((tick) => html`<text x="${x(tick).toFixed(2)}%" y="14" text-anchor="${tick === 0 ? 'start' : 'middle'}">${percent(tick)}</text>`)}</svg
      ><span class="value"></span>
    </div>
  </div>`
}
