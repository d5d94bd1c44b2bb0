import { count, percent } from '../numbers.ts'
import { html } from './template.ts'
import type { Html } from './template.ts'

const COLOURS = 8

/** Bars of equal length cut by share, one under the other, so that a shift between them shows as a slant. */
export function stackedChart(
  names: readonly string[],
  bars: readonly { label: string; values: readonly number[] }[],
): Html {
  const shown = names.slice(0, COLOURS)
  return html`<div class="stacked">${bars.map((bar) => row(bar))}</div>
    <ul class="legend">
      ${shown.map(
        (name, index) =>
          html`<li>
            <svg class="swatch" aria-hidden="true"><rect class="c${index}" width="100%" height="100%" /></svg
            >${name}
          </li>`,
      )}${
        names.length > COLOURS
          ? html`<li>
              <svg class="swatch" aria-hidden="true"><rect class="c-rest" width="100%" height="100%" /></svg
              >${count(names.length - COLOURS)} others
            </li>`
          : ''
      }
    </ul>`
}

function row(bar: { label: string; values: readonly number[] }): Html {
  const total = bar.values.reduce((sum, value) => sum + value, 0)
  const rest = bar.values.slice(COLOURS).reduce((sum, value) => sum + value, 0)
  const values = bar.values.length > COLOURS ? [...bar.values.slice(0, COLOURS), rest] : bar.values
  let left = 0
  const parts = values.map((value, index) => {
    const width = value / total
    const start = left
    left += width
    const label =
      width > 0.13
        ? html`<text
            class="on-c${index < COLOURS ? index : '-rest'}"
            x="${((start + width / 2) * 100).toFixed(2)}%"
            y="62%"
            text-anchor="middle"
            >${percent(width)}</text
          >`
        : ''
    return html`<rect
        class="c${index < COLOURS ? index : '-rest'}"
        x="${(start * 100).toFixed(2)}%"
        width="${(width * 100).toFixed(2)}%"
        height="100%"
      />${label}`
  })
  return html`<div class="stacked-row">
    <span class="label">${bar.label}</span><svg class="stack" aria-hidden="true">${parts}</svg>
  </div>`
}
