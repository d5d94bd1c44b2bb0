import { scaleLog } from 'd3-scale'
import { short } from '../numbers.ts'
import { html } from './template.ts'
import type { Html } from './template.ts'

const WIDTH = 560
const HEIGHT = 260
const LEFT = 46
const BOTTOM = 220
const DOTS = 300

/** Groups against group size, both logarithmic: one dot per size, one shape and colour per level. */
export function sizesChart(
  series: readonly { name: string; points: readonly (readonly [number, number])[] }[],
): Html {
  const all = series.flatMap((each) => each.points)
  const x = scaleLog([2, Math.max(10, ...all.map(([size]) => size))], [LEFT + 10, WIDTH - 14])
  const y = scaleLog([1, Math.max(10, ...all.map(([, groups]) => groups))], [BOTTOM - 10, 14])
  const grid = [
    ...powers(x.domain()).map(
      (tick) =>
        html`<line
            class="grid"
            x1="${x(tick).toFixed(1)}"
            x2="${x(tick).toFixed(1)}"
            y1="10"
            y2="${BOTTOM}"
          /><text x="${x(tick).toFixed(1)}" y="${BOTTOM + 18}" text-anchor="middle">${short(tick)}</text>`,
    ),
    ...powers(y.domain()).map(
      (tick) =>
        html`<line
            class="grid"
            x1="${LEFT}"
            x2="${WIDTH - 10}"
            y1="${y(tick).toFixed(1)}"
            y2="${y(tick).toFixed(1)}"
          /><text x="${LEFT - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${short(tick)}</text>`,
    ),
  ]
  const dots = series.map((each, index) =>
    each.points.slice(0, DOTS).map(([size, groups]) => dot(index, x(Math.max(2, size)), y(groups))),
  )
  return html`<svg class="sizes" aria-hidden="true" viewBox="0 0 ${WIDTH} ${HEIGHT}">
      ${grid}
      <text class="axis-name" x="${WIDTH - 14}" y="${HEIGHT - 4}" text-anchor="end">rows in the group</text>
      <text class="axis-name" x="4" y="10">groups</text>
      ${dots}
    </svg>
    <ul class="legend">
      ${series.map((each, index) => html`<li><svg class="swatch" aria-hidden="true" viewBox="0 0 14 14">${dot(index, 7, 7)}</svg>${each.name}</li>`)}
    </ul>`
}

/** Circle, square, diamond, triangle: levels differ by shape as well as by colour. */
function dot(index: number, x: number, y: number): Html {
  const kind = index % 4
  const colour = `c${index % 8}`
  const at = (dx: number, dy: number): string => `${(x + dx).toFixed(1)},${(y + dy).toFixed(1)}`
  if (kind === 0) return html`<circle class="${colour}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4.5" />`
  if (kind === 1)
    return html`<rect
      class="${colour}"
      x="${(x - 4).toFixed(1)}"
      y="${(y - 4).toFixed(1)}"
      width="8"
      height="8"
    />`
  if (kind === 2)
    return html`<path class="${colour}" d="M${at(0, -5.5)}L${at(5.5, 0)}L${at(0, 5.5)}L${at(-5.5, 0)}Z" />`
  return html`<path class="${colour}" d="M${at(0, -5)}L${at(5, 4.5)}L${at(-5, 4.5)}Z" />`
}

function powers(domain: readonly number[]): number[] {
  const ticks: number[] = []
  for (let tick = 1; tick <= (domain[1] ?? 10); tick *= 10) if (tick >= (domain[0] ?? 1)) ticks.push(tick)
  return (domain[0] ?? 1) > 1 ? [domain[0] ?? 1, ...ticks] : ticks
}
