import type { JsonValue } from '../../core/json.ts'
import { count, percent } from '../numbers.ts'
import { asNumber, asObject, at, entriesAt } from '../reading.ts'
import { absent, jsonText, table } from './parts.ts'
import type { Cell } from './parts.ts'
import { html } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

const WIDEST = 12

/** Schema, roles, empty and damaged turns, languages, and whether answer letters are balanced. */
export function sectionQuality(view: View): Section {
  const metrics = view.record.stages['quality']?.metrics
  return {
    id: 'quality',
    title: 'Quality',
    body: html`${input(view)}${metrics === undefined ? absent('The quality stage was not part of this pipeline.') : quality(metrics, view)}`,
  }
}

/** What decoding itself noticed: findings of the rooms `input` and `integrity`, by component. */
function input(view: View): Fill {
  const rules = [...view.digest.rules.values()].filter(
    (rule) => rule.rule.startsWith('input/') || rule.rule.startsWith('quality/'),
  )
  if (rules.length === 0)
    return html`<p>
      Every turn was read without a remark: no unknown role, no invalid UTF-8, no empty content.
    </p>`
  return table({
    caption: 'Rows and turns with remarks',
    heads: ['Rule', 'Findings #', 'Where'],
    rows: rules
      .slice(0, view.caps.rows)
      .map((rule): Cell[] => [
        rule.rule,
        { number: rule.findings },
        html`${[...rule.components].slice(0, 8).map(([name, number], index) => [index === 0 ? '' : ', ', name, ' ', count(number)])}`,
      ]),
    total: rules.length,
  })
}

/** Every group of counts by component becomes one table: the stage names the columns. */
function quality(metrics: JsonValue, view: View): Html {
  const components = entriesAt(metrics, 'components')
  const keys = [...new Set(components.flatMap(([, each]) => Object.keys(asObject(each) ?? {})))]
  const scalars = keys.filter((key) => components.every(([, each]) => typeof at(each, key) !== 'object'))
  const groups = keys.filter((key) => !scalars.includes(key))
  const others = Object.fromEntries(
    Object.entries(asObject(metrics) ?? {}).filter(([key]) => key !== 'components'),
  )
  return html`${scalars.length === 0 ? '' : scalarTable(components, scalars, view)}${groups.map((key) => groupTable(key, components, view))}${
    Object.keys(others).length === 0
      ? ''
      : html`<details class="more">
          <summary>More of this stage</summary>
          ${jsonText(others)}
        </details>`
  }`
}

function scalarTable(components: readonly [string, JsonValue][], keys: readonly string[], view: View): Html {
  return table({
    caption: 'Counts by component',
    titled: true,
    heads: ['Component', ...keys.slice(0, WIDEST).map((key) => `${title(key)} #`)],
    rows: components.slice(0, view.caps.rows).map(([name, each]): Cell[] => [
      name,
      ...keys.slice(0, WIDEST).map((key): Cell => {
        const value = at(each, key)
        return typeof value === 'number'
          ? { number: value }
          : value === undefined
            ? { number: null }
            : jsonText(value)
      }),
    ]),
    total: components.length,
    rest: 'audit.json',
  })
}

function groupTable(key: string, components: readonly [string, JsonValue][], view: View): Fill {
  const totals = new Map<string, number>()
  for (const [, each] of components) {
    for (const [name, value] of entriesAt(each, key))
      totals.set(name, (totals.get(name) ?? 0) + (asNumber(value) ?? 0))
  }
  const flat = components.every(([, each]) =>
    entriesAt(each, key).every(([, value]) => typeof value === 'number'),
  )
  if (!flat || totals.size === 0) {
    return html`<details class="more">
      <summary>${sentence(title(key))}</summary>
      ${jsonText(Object.fromEntries(components.map(([name, each]) => [name, at(each, key) ?? null])))}
    </details>`
  }
  const names = [...totals].sort(byName).map(([name]) => name)
  return table({
    caption: sentence(title(key)),
    titled: true,
    heads: [
      'Component',
      ...names.slice(0, WIDEST).map((name) => `${name} #`),
      ...(names.length > WIDEST ? ['Others #'] : []),
    ],
    rows: components
      .slice(0, view.caps.rows)
      .map(([component, each]) => groupRow(component, at(each, key), names)),
    total: components.length,
    rest: 'audit.json',
  })
}

/** Answer letters by letter, numbers by number, anything else by how often it occurs. */
function byName([a, x]: [string, number], [b, y]: [string, number]): number {
  if (/^[A-Z]$/.test(a) && /^[A-Z]$/.test(b)) return a < b ? -1 : 1
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return Number(a) - Number(b)
  return y - x || (a < b ? -1 : 1)
}

function groupRow(component: string, group: JsonValue | undefined, names: readonly string[]): Cell[] {
  const value = (name: string): number => asNumber(at(group, name)) ?? 0
  const sum = names.reduce((total, name) => total + value(name), 0)
  const others = names.slice(WIDEST).reduce((total, name) => total + value(name), 0)
  const cell = (number: number): Cell =>
    sum === 0
      ? { number: null }
      : {
          number,
          text: number === 0 ? '0' : `${count(number)} (${percent(number / sum)})`,
          heat: number / sum,
        }
  return [
    component,
    ...names.slice(0, WIDEST).map((name) => cell(value(name))),
    ...(names.length > WIDEST ? [cell(others)] : []),
  ]
}

/** `roleSequences` → `role sequences`. */
function title(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
