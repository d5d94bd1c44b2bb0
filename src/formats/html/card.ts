import type { Finding } from '../../core/finding.ts'
import { excerptsOf, factsOf, pieces } from '../excerpt.ts'
import type { Excerpt, Excerpts } from '../excerpt.ts'
import { percent, plural } from '../numbers.ts'
import { placeText, rowsOf, rowText } from '../place.ts'
import { visible } from '../visible.ts'
import { findingAnchor, hash, icon, jsonText, severityBadge } from './parts.ts'
import { escapeHtml, html, raw } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { View } from './view.ts'

/** A finding with its texts side by side: what matched where, and what else the stage recorded. */
export function card(finding: Finding, view: View, open = false): Html {
  const excerpts = excerptsOf(finding)
  const id = findingAnchor(finding)
  return html`<details class="card" id="${id}" ${raw(open ? 'open' : '')}>
    <summary>
      <span class="message">${finding.message}</span>
      <span class="brief">${brief(finding)}</span>
    </summary>
    <p class="meta">
      ${severityBadge(finding.severity)}${score(finding)}<a class="id" href="#${id}">${icon('link')}${finding.id}</a>
    </p>
    ${sides(excerpts, finding, view)}
    <details class="json-evidence">
      <summary>All evidence</summary>
      ${jsonText(factsOf(finding))}
    </details>
  </details>`
}

/** One line that tells cards with the same message apart. */
function brief(finding: Finding): string {
  const item = finding.item === undefined ? '' : `${finding.benchmark ?? ''} ${finding.item} in `
  return `${item}${placeText(finding.place)}`
}

function score(finding: Finding): Fill {
  const method = finding.method === undefined ? '' : html`<span class="tag">${finding.method}</span>`
  return finding.score === undefined
    ? method
    : html`${method}<span class="tag"
          >score ${finding.score >= 0 && finding.score <= 1 ? percent(finding.score) : finding.score}</span
        >`
}

function sides(excerpts: Excerpts, finding: Finding, view: View): Fill {
  const [a, b] = excerpts.sides
  if (a === undefined) return ''
  if (b !== undefined && a.text !== null && a.text === b.text && excerpts.sides.length === 2) {
    return html`<div class="sides">${sideBox(a, 'Both read', { excerpts, view })}</div>`
  }
  const shown = shownOf(excerpts.sides)
  const boxes = shown.map((side) =>
    sideBox(side, sideTitle(side, finding, excerpts.sides.indexOf(side)), { excerpts, view }),
  )
  const more = excerpts.sides.length - shown.length
  const sides = html`<div class="sides">${boxes}</div>`
  return more === 0
    ? sides
    : [sides, html`<p class="muted">${plural(more, 'more text')} in the evidence file.</p>`]
}

const MOST_SIDES = 4

/** So many sides at most; an item that stands in many turns of a row is last, and always shown. */
function shownOf(sides: readonly Excerpt[]): readonly Excerpt[] {
  if (sides.length <= MOST_SIDES) return sides
  const items = sides.filter(isItem).slice(0, MOST_SIDES)
  return [...sides.filter((side) => !isItem(side)).slice(0, MOST_SIDES - items.length), ...items]
}

function isItem(side: Excerpt): boolean {
  return side.label.startsWith('item')
}

/** Names a side by what it is: the row it stands in, or the benchmark item. */
function sideTitle(side: Excerpt, finding: Finding, index: number): string {
  const rows = rowsOf(finding.place)
  if (isItem(side)) return `${finding.benchmark ?? 'benchmark'} item ${finding.item ?? ''}`
  const row =
    side.label === 'b' ? rows[1] : side.label === 'a' || side.label === 'example' ? rows[0] : rows[index]
  return row === undefined ? side.label : rowText(row)
}

function sideBox(side: Excerpt, title: string, { excerpts, view }: { excerpts: Excerpts; view: View }): Html {
  return html`<div class="side">
    <p class="side-title">
      ${title}${side.where === '' ? '' : html` <span class="muted">${side.where}</span>`}
    </p>
    ${
      side.text === null
        ? html`<p class="absent">Not quoted at this evidence level. ${hash(side.sha256)}</p>`
        : quoted(side, excerpts, view)
    }
  </div>`
}

/** The pieces escape what they hold and were already cut to length. */
function quoted(side: Excerpt, excerpts: Excerpts, view: View): Html {
  const text = pieces(side, view.caps.text).map((piece) => {
    const safe = escapeHtml(visible(piece.text))
    return raw(piece.marked ? `<mark>${safe}</mark>` : safe)
  })
  return html`<blockquote class="${excerpts.marked}">${text}</blockquote>`
}
