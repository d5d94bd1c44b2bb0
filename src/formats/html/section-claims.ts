import type { ClaimResult } from '../../core/claim.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import { count, signed } from '../numbers.ts'
import { asObject, asText } from '../reading.ts'
import { VERDICT_ORDER } from '../verdict.ts'
import { bandFigure } from './chart-band.ts'
import { bulletChart, statedNumber, tolerated } from './chart-bullet.ts'
import { absent, claimAnchor, jsonText, table, verdictBadge } from './parts.ts'
import type { Cell } from './parts.ts'
import { html, raw } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

/** Every claim: what is stated and where, what was measured, and the verdict; those that fail first. */
export function sectionClaims(view: View): Section {
  const claims = [...view.record.claims].sort(
    (a, b) => VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict),
  )
  return {
    id: 'claims',
    title: 'Claims',
    aside: count(claims.length),
    body:
      claims.length === 0
        ? absent('No claims file was given, so nothing stated about this corpus was checked.')
        : ledger(claims, view),
  }
}

function ledger(claims: readonly ClaimResult[], view: View): Html {
  const listed = claims.slice(0, view.caps.rows)
  return html`${table({
    caption: 'Claims ledger',
    heads: ['Claim', 'Verdict', 'Stated', 'Measured', 'Difference #', 'Scale'],
    rows: listed.map((claim) => row(claim)),
    total: claims.length,
    rest: 'audit.json',
    stacked: true,
  })}
    <h3>Why, claim by claim</h3>
    ${listed.map((claim, index) => detail(claim, index))}`
}

function row(claim: ClaimResult): Cell[] {
  return [
    html`<a class="claim-id" href="#${claimAnchor(claim)}">${claim.id}</a> ${claim.statement}`,
    verdictBadge(claim.verdict),
    statedText(claim),
    amount(claim.measured),
    claim.difference === null
      ? { number: null }
      : { number: claim.difference, text: signed(claim.difference) },
    bulletChart(claim),
  ]
}

/** Numbers grouped; a value with several parts as a short list. */
function amount(value: JsonValue): Fill {
  if (typeof value === 'number') return html`<span class="num">${count(value, 4)}</span>`
  return jsonText(value)
}

/** The stated number in the words it was stated in, where those are known: “~150M” says more than 150,000,000. */
function statedText(claim: ClaimResult): Fill {
  const value = asObject(claim.stated)
  const text = asText(value?.['text'])
  const number = statedNumber(claim)
  if (text === undefined || number === undefined) return amount(claim.stated)
  const grouped = count(number, 4)
  if (text === String(number) || text === grouped) return html`<span class="num">${grouped}</span>`
  return html`${text} <span class="muted num">= ${grouped}</span>`
}

function detail(claim: ClaimResult, index: number): Html {
  const open = claim.verdict === 'contradicted' || claim.verdict === 'undetermined'
  return html`<details class="claim" id="${claimAnchor(claim)}" ${index < 40 && open ? raw(' open') : ''}>
    <summary>
      ${verdictBadge(claim.verdict)} <span class="claim-id">${claim.id}</span> ${claim.statement}
    </summary>
    <p class="because">${claim.because}</p>
    <dl class="facts">
      ${fact('Stated', statedText(claim))}${fact('Measured', amount(claim.measured))}${fact('Tolerance', tolerance(claim))}${fact('Stated at', statedAt(claim.statedAt))}${
        claim.evidence.length === 0 ? '' : fact('Evidence', jsonText(claim.evidence))
      }
    </dl>
    ${bandFigure(claim, `band-${claimAnchor(claim)}`)}${parts(claim.parts ?? [])}
  </details>`
}

function fact(name: string, value: Fill): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`
}

function tolerance(claim: ClaimResult): Fill {
  const band = tolerated(claim)
  if (band === null || typeof claim.tolerance === 'string') return jsonText(claim.tolerance)
  return band.low === band.high ? 'exact' : html`${count(band.low)} to ${count(band.high)}, bounds included`
}

function statedAt(value: JsonValue): Fill {
  const object = asObject(value)
  const quotation = asText(object?.['quote'] ?? object?.['quotation'] ?? object?.['text'])
  if (object === undefined || quotation === undefined) return jsonText(value)
  const rest = Object.fromEntries(
    Object.entries(object).filter(([key]) => !['quote', 'quotation', 'text'].includes(key)),
  ) as JsonObject
  return html`<q>${quotation}</q>${jsonText(rest)}`
}

/** Parts as a table over the keys they share. */
function parts(list: readonly JsonObject[]): Fill {
  if (list.length === 0) return ''
  const keys = [...new Set(list.flatMap((part) => Object.keys(part)))].slice(0, 8)
  return table({
    caption: 'Parts of the claim',
    heads: keys,
    rows: list.slice(0, 40).map((part) => keys.map((key) => partCell(key, part[key]))),
    total: list.length,
    rest: 'audit.json',
  })
}

function partCell(key: string, value: JsonValue | undefined): Cell {
  if (key === 'verdict') {
    const verdict = VERDICT_ORDER.find((name) => name === value)
    if (verdict !== undefined) return verdictBadge(verdict)
  }
  return value === undefined ? html`<span class="none">–</span>` : jsonText(value)
}
