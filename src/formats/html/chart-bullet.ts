import { scaleLinear } from 'd3-scale'
import type { ClaimResult } from '../../core/claim.ts'
import { count } from '../numbers.ts'
import { asList, asNumber, asObject } from '../reading.ts'
import { html } from './template.ts'
import type { Fill } from './template.ts'

const WIDTH = 150
const HEIGHT = 22
const MARGIN = 6

export interface Band {
  low: number
  high: number
}

/** The stated number: alone, or as `value` beside the text it was read from. */
export function statedNumber(claim: ClaimResult): number | undefined {
  return asNumber(claim.stated) ?? asNumber(asObject(claim.stated)?.['value'])
}

/** The band of accepted values, from any of the forms a tolerance is written in; null where it is not numeric. */
export function tolerated(claim: ClaimResult): Band | null {
  const stated = statedNumber(claim)
  const tolerance = claim.tolerance
  const object = asObject(tolerance)
  const low = asNumber(object?.['low'] ?? object?.['min'] ?? asList(tolerance)[0])
  const high = asNumber(object?.['high'] ?? object?.['max'] ?? asList(tolerance)[1])
  if (low !== undefined && high !== undefined) return { low, high }
  if (stated === undefined) return null
  const plusMinus = asNumber(tolerance) ?? asNumber(object?.['absolute']) ?? asNumber(object?.['plusMinus'])
  if (plusMinus !== undefined) return { low: stated - plusMinus, high: stated + plusMinus }
  return tolerance === 'exact' || tolerance === null ? { low: stated, high: stated } : null
}

/**
 * One claim on its own scale: the band of the tolerance, a line where the claim states its number, a dot where the
 * measurement fell. The scale spans the larger of band and miss, so that a miss shows at its true proportion to the band.
 */
export function bulletChart(claim: ClaimResult): Fill {
  const stated = statedNumber(claim)
  const measured = asNumber(claim.measured)
  if (stated === undefined || measured === undefined) return ''
  const band = tolerated(claim) ?? { low: stated, high: stated }
  const reach =
    Math.max(band.high - stated, stated - band.low, Math.abs(measured - stated), Math.abs(stated) * 1e-9) || 1
  const x = scaleLinear([stated - reach * 1.15, stated + reach * 1.15], [MARGIN, WIDTH - MARGIN])
  const left = x(band.low)
  const right = Math.max(x(band.high), left + 1.5)
  const inside = measured >= band.low && measured <= band.high
  const label = `Stated ${count(stated)}, accepted ${count(band.low)} to ${count(band.high)}, measured ${count(measured)}`
  return html`<svg
    class="bullet"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
  >
    <line class="axis" x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="11" y2="11" />
    <rect class="band" x="${left.toFixed(1)}" y="5" width="${(right - left).toFixed(1)}" height="12" />
    <line class="tick" x1="${x(stated).toFixed(1)}" x2="${x(stated).toFixed(1)}" y1="2" y2="20" />
    <circle class="${inside ? 'in' : 'out'}" cx="${x(measured).toFixed(1)}" cy="11" r="4.5" />
  </svg>`
}
