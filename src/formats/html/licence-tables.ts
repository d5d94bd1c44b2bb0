import type { JsonObject, JsonValue } from '../../core/json.ts'
import { asNumber, asText, at, entriesAt, objectsOf } from '../reading.ts'
import { absent, table } from './parts.ts'
import type { Cell } from './parts.ts'
import { html } from './template.ts'
import type { Fill } from './template.ts'
import type { View } from './view.ts'

const NONE = html`<span class="none">–</span>`

/** What is stated about licences and where, per source and component: a conflict between two of them is a finding. */
export function licenceTables(view: View): Fill {
  const licences = view.record.extra?.['licences']
  const declared = objectsOf(at(licences, 'declared'))
  const sources = objectsOf(at(licences, 'sources'))
  const note = html`<p class="muted">Licences are compared as stated. This is not legal advice.</p>`
  const cards =
    declared.length === 0
      ? absent('No licence is declared on a card of the source.')
      : declaredTable(declared)
  const found = sources.length === 0 ? '' : html`${sourceTable(sources, view)}${componentTable(licences)}`
  return html`${cards}${found}${note}`
}

function declaredTable(declared: readonly JsonObject[]): Fill {
  return table({
    caption: 'Licences declared on the cards',
    titled: true,
    heads: ['Card', 'Declared', 'SPDX'],
    rows: declared.map((one): Cell[] => ['card', 'declared', 'spdx'].map((key) => text(one[key]))),
    total: declared.length,
    rest: 'audit.json',
  })
}

function sourceTable(sources: readonly JsonObject[], view: View): Fill {
  return table({
    caption: 'Licences of the sources found',
    titled: true,
    heads: ['Source', 'Licence', 'Stated at', 'Checked by', 'Source found by', 'Rows', 'Conflict'],
    rows: sources
      .slice(0, view.caps.rows)
      .map((one): Cell[] => [
        text(one['name']),
        text(one['licence']),
        statements(one['statements']),
        text(one['verifiedBy']),
        text(one['foundBy']),
        counts(one['components']),
        text(one['conflict']),
      ]),
    total: sources.length,
    rest: 'audit.json',
  })
}

function componentTable(licences: JsonValue | undefined): Fill {
  const components = entriesAt(licences, 'components')
  return table({
    caption: 'Licences concluded from the sources found',
    titled: true,
    heads: ['Component', 'Concluded', 'Rows by licence', 'Rows #', 'Not known #'],
    rows: components.map(([name, one]): Cell[] => [
      name,
      text(at(one, 'concluded')),
      counts(at(one, 'licences')),
      { number: asNumber(at(one, 'rows')) ?? 0 },
      { number: asNumber(at(one, 'unknown')) ?? 0 },
    ]),
    total: components.length,
    rest: 'audit.json',
  })
}

function statements(value: JsonValue | undefined): Cell {
  const list = objectsOf(value).map(
    (one) => `${asText(one['licence']) ?? ''}: ${asText(one['statedAt']) ?? ''}`,
  )
  return list.length === 0 ? NONE : list.join('; ')
}

function counts(value: JsonValue | undefined): Cell {
  const list = entriesAt(value).map(([name, rows]) => `${name}: ${asNumber(rows) ?? 0}`)
  return list.length === 0 ? NONE : list.join(', ')
}

function text(value: JsonValue | undefined): Cell {
  return asText(value) ?? NONE
}
