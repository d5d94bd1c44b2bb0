import type { ClaimResult, Verdict } from '../../core/claim.ts'
import type { Finding, Severity } from '../../core/finding.ts'
import type { JsonValue } from '../../core/json.ts'
import { count, percent, plural } from '../numbers.ts'
import { placeText } from '../place.ts'
import { VERDICT_WORDS } from '../verdict.ts'
import { html, raw } from './template.ts'
import type { Fill, Html } from './template.ts'

/** A cell with a number to sort by; `heat` 0–1 shades it, `bar` 0–1 draws a bar beside it. */
export interface NumberCell {
  number: number | null
  text?: string
  heat?: number
  bar?: number
}
export type Cell = Fill | NumberCell

export interface TableOptions {
  caption: string
  /** `#` at the end of a head makes its column numeric. */
  heads: readonly string[]
  rows: readonly (readonly Cell[])[]
  /** All rows there are, when `rows` is only the first of them. */
  total?: number
  /** Where the rest is. */
  rest?: string
  foot?: readonly Cell[]
  /** Shows the caption as text above the table; otherwise it is for screen readers. */
  titled?: boolean
  /** On narrow screens each row becomes a block, every cell named by its head. */
  stacked?: boolean
}

/** A table in a region that scrolls sideways by itself; the first column names the row. */
export function table(options: TableOptions): Html {
  const numeric = options.heads.map((head) => head.endsWith(' #'))
  const names = options.heads.map((head) => head.replace(/ #$/, ''))
  const layout = { numeric, names }
  const kind = options.stacked === true ? 'stacked' : 'wide'
  return html`<div class="scroll" role="group" aria-label="${options.caption}" tabindex="0">
<table class="${kind}" data-rows="${options.rows.length}"><caption${options.titled === true ? '' : raw(' class="sr"')}><span>${options.caption}</span></caption>
<thead><tr>${names.map((name, index) => html`<th scope="col" ${numeric[index] === true ? headClass(name) : ''}>${name}</th>`)}</tr></thead>
<tbody>${options.rows.map((row) => tableRow(row, layout))}</tbody>${
    options.foot === undefined
      ? ''
      : html`<tfoot>
          ${tableRow(options.foot, layout)}
        </tfoot>`
  }</table></div>${showing(options.rows.length, options.total, options.rest)}`
}

/** Longer heads of numbers may break, so that a wide table fits more columns. */
const LONG_HEAD = 10

function headClass(name: string): Html {
  return raw(name.length > LONG_HEAD ? ' class="n breaks"' : ' class="n"')
}

interface Layout {
  numeric: readonly boolean[]
  names: readonly string[]
}

function tableRow(row: readonly Cell[], layout: Layout): Html {
  return html`<tr>
    ${row.map((cell, index) => tableCell(cell, index, layout))}
  </tr> `
}

function tableCell(cell: Cell, index: number, layout: Layout): Html {
  const name = layout.names[index] ?? ''
  if (isNumberCell(cell)) return numberCell(cell, name)
  if (index === 0) return html`<th scope="row" data-h="${name}">${cell}</th>`
  return html`<td data-h="${name}" ${layout.numeric[index] === true ? raw(' class="n"') : ''}>${cell}</td>`
}

function numberCell(cell: NumberCell, name: string): Html {
  if (cell.number === null) return html`<td class="n none" data-h="${name}">–</td>`
  const heat = cell.heat === undefined ? '' : ` h${Math.round(Math.max(0, Math.min(1, cell.heat)) * 8)}`
  const bar = cell.bar === undefined ? '' : cellBar(cell.bar)
  return html`<td class="n${heat}" data-h="${name}" data-v="${cell.number}">
    ${cell.text ?? count(cell.number)}${bar}
  </td>`
}

function cellBar(ratio: number): Html {
  const width = (Math.max(0, Math.min(1, ratio)) * 100).toFixed(2)
  return html`<svg class="cellbar" aria-hidden="true" focusable="false">
    <rect class="track" width="100%" height="100%" />
    <rect class="c0" width="${width}%" height="100%" />
  </svg>`
}

function isNumberCell(cell: Cell): cell is NumberCell {
  return typeof cell === 'object' && cell !== null && 'number' in cell
}

export function showing(listed: number, total: number | undefined, rest = 'evidence.parquet'): Fill {
  if (total === undefined || total <= listed) return ''
  return html`<p class="showing">
    Showing ${count(listed)} of ${count(total)}; the rest is in <code>${rest}</code>.
  </p>`
}

const VERDICT_ICON: Readonly<Record<Verdict, string>> = {
  verified: 'yes',
  'within-tolerance': 'near',
  contradicted: 'no',
  undetermined: 'open',
  'not-verifiable': 'void',
  'not-checked': 'skip',
}

export function icon(name: string): Html {
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-${name}" /></svg>`
}

export function verdictBadge(verdict: Verdict): Html {
  return html`<span class="verdict v-${verdict}"
    >${icon(VERDICT_ICON[verdict])}${VERDICT_WORDS[verdict]}</span
  >`
}

export function verdictIcon(verdict: Verdict): Html {
  return icon(VERDICT_ICON[verdict])
}

export function severityBadge(severity: Severity): Html {
  return html`<span class="severity s-${severity}">${severity}</span>`
}

/** The anchor of a finding, the same on every page and in every run. */
export function findingAnchor(finding: Finding): string {
  return `f-${finding.id}`
}

export function findingLink(finding: Finding): Html {
  return html`<a class="id" href="#${findingAnchor(finding)}">${finding.id}</a>`
}

export function place(finding: Finding): Html {
  return html`<span class="place">${placeText(finding.place)}</span>`
}

/** Claim ids come from a file; anchors keep only what an id may hold. */
export function claimAnchor(claim: ClaimResult): string {
  return `claim-${claim.id.replace(/[^a-zA-Z0-9_-]/g, (other) => `.${other.charCodeAt(0).toString(16)}`).slice(0, 80)}`
}

/** A hash, whole in the text, shortened in print width by the reader's browser. */
export function hash(value: string | null): Html {
  return value === null
    ? html`<span class="none">none declared</span>`
    : html`<code class="hash">${value}</code>`
}

/** Said in place of a section whose stage did not run. */
export function absent(text: string): Html {
  return html`<p class="absent">${icon('skip')} ${text}</p>`
}

export function ratioCell(part: number, whole: number): NumberCell {
  return whole === 0
    ? { number: null }
    : { number: part / whole, text: percent(part / whole), bar: part / whole }
}

/** Any JSON as text a reader can take in: scalars as they are, objects as nested lists, cut where they get long. */
export function jsonText(value: JsonValue, depth = 0): Html {
  if (value === null) return html`<span class="none">–</span>`
  if (typeof value === 'number') return html`<span class="num">${count(value, 4)}</span>`
  if (typeof value === 'boolean') return html`${value ? 'yes' : 'no'}`
  if (typeof value === 'string') return html`${value}`
  if (depth > 6) return html`…`
  if (Array.isArray(value)) return listText(value as readonly JsonValue[], depth)
  const entries = Object.entries(value as Readonly<Record<string, JsonValue>>)
  if (entries.length === 0) return html`<span class="none">none</span>`
  return html`<ul class="json">
    ${entries
      .slice(0, 40)
      .map(
        ([key, member]) => html`<li><span class="key">${key}</span> ${jsonText(member, depth + 1)}</li>`,
      )}${
      entries.length > 40 ? html`<li>… ${plural(entries.length - 40, 'more entry', 'more entries')}</li>` : ''
    }
  </ul>`
}

function listText(list: readonly JsonValue[], depth: number): Html {
  if (list.length === 0) return html`<span class="none">none</span>`
  const flat = list.every((member) => typeof member !== 'object' || member === null)
  const head = list.slice(0, flat ? 24 : 12)
  const more = list.length > head.length ? html` … ${count(list.length - head.length)} more` : ''
  if (flat)
    return html`${head.map((member, index) => [index === 0 ? '' : ', ', jsonText(member, depth + 1)])}${more}`
  return html`<ol class="json">
      ${head.map((member) => html`<li>${jsonText(member, depth + 1)}</li>`)}
    </ol>
    ${more}`
}

export interface FigureOptions {
  /** Unique on the page. */
  id: string
  title: string
  /** What the chart shows, for those who do not see it. */
  description: string
  svg: Html
  /** The same data as a table. */
  data: TableOptions
}

/** A chart with its title, a text alternative and its data as a table. */
export function figure(options: FigureOptions): Html {
  return html`<figure id="${options.id}">
    <figcaption>${options.title}</figcaption>
    <div class="chart" role="img" aria-label="${options.title}. ${options.description}">${options.svg}</div>
    <details class="data">
      <summary>Data of this chart</summary>
      ${table(options.data)}
    </details>
  </figure>`
}

/** An h2 with a permalink. */
export function heading(id: string, title: string): Html {
  return html`<h2 id="${id}-title"><a class="anchor" href="#${id}">${title}</a></h2>`
}
