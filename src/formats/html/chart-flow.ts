import { scaleLinear } from 'd3-scale'
import { linkHorizontal } from 'd3-shape'
import { short } from '../numbers.ts'
import { html } from './template.ts'
import type { Html } from './template.ts'

export interface Flow {
  source: string
  component: string
  rows: number
}

const WIDTH = 760
const LEFT = 230
const RIGHT = 530
const GAP = 12
const LABEL = 30

interface Node {
  name: string
  rows: number
  top: number
  used: number
}

/** Bands from sources to components, as wide as the rows they carry. */
export function flowChart(flows: readonly Flow[]): Html {
  const sources = nodes(flows, (flow) => flow.source)
  const components = nodes(flows, (flow) => flow.component)
  const total = flows.reduce((sum, flow) => sum + flow.rows, 0)
  const most = Math.max(sources.length, components.length)
  const height = Math.max(160, most * 46)
  const y = scaleLinear([0, total], [0, height - (most - 1) * GAP])
  const thickness = (rows: number): number => Math.max(1, y(rows))
  const end = Math.max(lay(sources, thickness), lay(components, thickness))
  const band = linkHorizontal()
    .source((each) => each.source)
    .target((each) => each.target)
    .digits(1)
  const index = new Map(components.map((node, position) => [node.name, position]))
  const bands = ordered(flows, sources, components).map((flow) => {
    const from = sources.find((node) => node.name === flow.source)
    const to = components.find((node) => node.name === flow.component)
    if (from === undefined || to === undefined) return ''
    const wide = thickness(flow.rows)
    const path = band({
      source: [LEFT, from.top + from.used + wide / 2],
      target: [RIGHT, to.top + to.used + wide / 2],
    })
    from.used += wide
    to.used += wide
    return html`<path
      class="band s${(index.get(flow.component) ?? 0) % 8}"
      d="${path ?? ''}"
      stroke-width="${wide.toFixed(1)}"
    />`
  })
  return html`<svg class="flow" aria-hidden="true" viewBox="0 0 ${WIDTH} ${Math.ceil(end + 8)}">
    ${bands}${sources.map((node) => label(node, thickness(node.rows), 'end'))}${components.map((node) => label(node, thickness(node.rows), 'start'))}
  </svg>`
}

function nodes(flows: readonly Flow[], of: (flow: Flow) => string): Node[] {
  const rows = new Map<string, number>()
  for (const flow of flows) rows.set(of(flow), (rows.get(of(flow)) ?? 0) + flow.rows)
  return [...rows]
    .map(([name, sum]) => ({ name, rows: sum, top: 0, used: 0 }))
    .sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1))
}

/** Stacks nodes from the top, each with room for its two lines of label; answers where the last one ends. */
function lay(list: readonly Node[], thickness: (rows: number) => number): number {
  let top = 4
  for (const node of list) {
    node.top = top
    top += Math.max(thickness(node.rows), LABEL) + GAP
  }
  return top
}

/** Bands leave and arrive in the order of the other side's nodes, so that they cross as little as possible. */
function ordered(flows: readonly Flow[], sources: readonly Node[], components: readonly Node[]): Flow[] {
  const rank = new Map([...sources, ...components].map((node, index) => [node, index]))
  const of = (list: readonly Node[], name: string): number =>
    rank.get(list.find((node) => node.name === name) as Node) ?? 0
  return [...flows].sort(
    (a, b) =>
      of(sources, a.source) - of(sources, b.source) ||
      of(components, a.component) - of(components, b.component),
  )
}

function label(node: Node, height: number, anchor: 'start' | 'end'): Html {
  const x = anchor === 'end' ? LEFT - 12 : RIGHT + 12
  const bar = anchor === 'end' ? LEFT - 5 : RIGHT
  const middle = node.top + Math.max(height, LABEL) / 2
  const name = node.name.length > 30 ? `${node.name.slice(0, 29)}…` : node.name
  return html`<rect
      class="node"
      x="${bar}"
      y="${node.top.toFixed(1)}"
      width="5"
      height="${height.toFixed(1)}"
    /><text x="${x}" y="${(middle - 2).toFixed(1)}" text-anchor="${anchor}">${name}</text
    ><text class="sub" x="${x}" y="${(middle + 13).toFixed(1)}" text-anchor="${anchor}"
      >${short(node.rows)}</text
    >`
}
