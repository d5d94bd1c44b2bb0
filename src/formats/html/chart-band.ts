import { scaleLinear } from 'd3-scale'
import type { ClaimResult } from '../../core/claim.ts'
import { count, short } from '../numbers.ts'
import { asNumber, asText } from '../reading.ts'
import { tolerated } from './chart-bullet.ts'
import type { Band } from './chart-bullet.ts'
import { figure } from './parts.ts'
import type { Cell } from './parts.ts'
import { html } from './template.ts'
import type { Fill, Html } from './template.ts'

interface Measured {
  name: string
  value: number
}

/** The measured parts of a claim against the one band it states: which definition holds, which misses, by how much. */
export function bandFigure(claim: ClaimResult, id: string): Fill {
  const band = tolerated(claim)
  const parts = (claim.parts ?? []).flatMap((part): Measured[] => {
    const value = asNumber(part['measured'])
    return value === undefined
      ? []
      : [{ name: asText(part['name']) ?? asText(part['definition']) ?? '', value }]
  })
  if (band === null || parts.length < 2) return ''
  const inside = parts.filter((part) => holds(part, band)).length
  const title = `${claim.id}: measured against the band stated`
  return figure({
    id,
    title,
    description: `${inside} of ${parts.length} definitions fall between ${count(band.low)} and ${count(band.high)}.`,
    svg: bandChart(parts.slice(0, 24), band),
    data: {
      caption: title,
      heads: ['Definition', 'Measured #', 'Inside the band'],
      rows: parts
        .slice(0, 60)
        .map((part): Cell[] => [part.name, { number: part.value }, holds(part, band) ? 'yes' : 'no']),
      total: parts.length,
      rest: 'audit.json',
    },
  })
}

function holds({ value }: Measured, band: Band): boolean {
  return value >= band.low && value <= band.high
}

/** One row per part; the band runs through all of them. */
function bandChart(parts: readonly Measured[], band: Band): Html {
  const values = [...parts.map(({ value }) => value), band.low, band.high]
  const low = Math.min(...values)
  const high = Math.max(...values)
  const room = (high - low) * 0.06 || 1
  const x = scaleLinear([low - room, high + room], [1, 99])
  const at = (value: number): string => `${x(value).toFixed(2)}%`
  const width = `${Math.max(0.4, x(band.high) - x(band.low)).toFixed(2)}%`
  const row = (part: Measured): Html =>
    html`<div class="interval-row">
      <span class="label">${part.name}</span
      ><svg class="interval bullet" aria-hidden="true">
        <rect class="band" x="${at(band.low)}" width="${width}" height="100%" />
        <line class="axis" x1="0" x2="100%" y1="50%" y2="50%" />
        <circle class="${holds(part, band) ? 'in' : 'out'}" cx="${at(part.value)}" cy="50%" r="5" /></svg
      ><span class="value">${short(part.value)}</span>
    </div>`
  return html`<div class="intervals">${parts.map(row)}</div>`
}
