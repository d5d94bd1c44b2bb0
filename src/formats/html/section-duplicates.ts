import { readAgainst, readSplits } from '../splits.ts'
import type { SplitOverlap } from '../splits.ts'
import { wilson } from '../../core/interval.ts'
import type { JsonValue } from '../../core/json.ts'
import { count, percent, plural } from '../numbers.ts'
import { asList, asNumber, asText, at, entriesAt } from '../reading.ts'
import { corpusTotals } from '../verdict.ts'
import { card } from './card.ts'
import { control } from './control.ts'
import { sizesChart } from './chart-sizes.ts'
import { absent, figure, table } from './parts.ts'
import type { Cell } from './parts.ts'
import { html, raw } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

/** From strictest to loosest; canonical JSON has lost the order the stage had. Unknown levels come last, by name. */
const ORDER = ['record', 'conversation', 'normalised', 'shuffled', 'prompt', 'near', 'contained']

function rank(level: string): number {
  const found = ORDER.findIndex((word) => level.includes(word))
  return found < 0 ? ORDER.length : found
}

/** Which rows say the same, from byte for byte to nearly, within and across components. */
export function sectionDuplicates(view: View): Section {
  const metrics = view.record.stages['duplicates']?.metrics
  const levels = entriesAt(metrics, 'levels').sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return {
    id: 'duplicates',
    title: 'Duplicates',
    aside: metrics === undefined ? '–' : '',
    body:
      metrics === undefined
        ? absent('The duplicates stage was not part of this pipeline.')
        : html`<p>
            “Removable” counts the rows that would go if one row of each group stayed, and one for each other answer its
            rows name. Levels stand from strictest to loosest; how each is defined is in the method below.
          </p>
            ${levelTable(levels, view)}${byComponent(levels, view)}${withoutRepeats(metrics, view)}${levels.map(([name, level]) => matrix(name, level, view))}${shared(levels, view)}${overlaps(readSplits(metrics), view)}${against(metrics, view)}${sizes(levels)}${searched(levels)}${control('duplicates', view)}${pairs(view)}`,
  }
}

function levelTable(levels: readonly [string, JsonValue][], view: View): Fill {
  if (levels.length === 0) return ''
  const examples = corpusTotals(view.record).examples
  return table({
    caption: 'Duplicates by level',
    heads: ['Level', 'Groups #', 'Rows in groups #', 'Removable #', 'Share of corpus #'],
    rows: levels.map(([name, level]): Cell[] => {
      const removable = asNumber(at(level, 'removable'))
      return [
        name,
        { number: asNumber(at(level, 'groups')) ?? null },
        { number: asNumber(at(level, 'rows')) ?? null },
        { number: removable ?? null },
        removable === undefined || examples === 0
          ? { number: null }
          : { number: removable / examples, text: percent(removable / examples), bar: removable / examples },
      ]
    }),
  })
}

function byComponent(levels: readonly [string, JsonValue][], view: View): Fill {
  const names = Object.keys(view.record.components)
  if (levels.length === 0 || levels.every(([, level]) => at(level, 'components') === undefined)) return ''
  return table({
    caption: 'Removable rows by component and level',
    titled: true,
    heads: ['Component', ...levels.map(([name]) => `${name} #`)],
    rows: names.slice(0, view.caps.rows).map((component): Cell[] => {
      const examples = view.record.components[component]?.examples ?? 0
      return [
        component,
        ...levels.map(([, level]): Cell => {
          const removable = asNumber(at(level, 'components', component, 'removable')) ?? 0
          const share = examples === 0 ? 0 : removable / examples
          return {
            number: removable,
            text: removable === 0 ? '0' : `${count(removable)} (${percent(share)})`,
            heat: share,
          }
        }),
      ]
    }),
    total: names.length,
    rest: 'audit.json',
  })
}

/** The corpus with one row of each set of repeats: what is left to learn from, in every unit the run counted. */
function withoutRepeats(metrics: JsonValue, view: View): Fill {
  const effective = at(metrics, 'effective')
  if (effective === undefined) return ''
  const tokenizers = entriesAt(effective, 'tokens').map(([name]) => name)
  const cells = (figures: JsonValue | undefined): Cell[] => [
    { number: asNumber(at(figures, 'examples')) ?? null },
    { number: asNumber(at(figures, 'words')) ?? null },
    ...tokenizers.map((name): Cell => ({ number: asNumber(at(figures, 'tokens', name)) ?? null })),
  ]
  const parts = entriesAt(effective, 'components')
  return table({
    caption: `Distinct examples: one row of each set of repeats${tokenizers.length === 0 ? ' (no tokens were counted: words)' : ''}`,
    titled: true,
    heads: ['Component', 'Examples #', 'Words #', ...tokenizers.map((name) => `${name} tokens #`)],
    rows: [
      ['all', ...cells(effective)],
      ...parts.slice(0, view.caps.rows).map(([name, figures]): Cell[] => [name, ...cells(figures)]),
    ],
    total: parts.length + 1,
    rest: 'audit.json',
  })
}

/** What two components share, in rows, words and tokens: the matrix above counts groups. */
function shared(levels: readonly [string, JsonValue][], view: View): Fill {
  const list = levels.flatMap(([level, metrics]) =>
    asList(at(metrics, 'pairs')).flatMap((pair) => {
      const [a, b] = [asText(at(pair, 'a')), asText(at(pair, 'b'))]
      return a === undefined || b === undefined || a === b ? [] : [{ level, a, b, pair }]
    }),
  )
  if (list.length === 0) return ''
  const tokenizers = [...new Set(list.flatMap(({ pair }) => entriesAt(pair, 'tokens').map(([name]) => name)))]
  return table({
    caption: 'Rows of groups that two components share, both sides together',
    titled: true,
    heads: [
      'Level',
      'Component',
      'and',
      'Rows #',
      'Words #',
      ...tokenizers.map((name) => `${name} tokens #`),
    ],
    rows: list
      .slice(0, view.caps.rows)
      .map(({ level, a, b, pair }): Cell[] => [
        level,
        a,
        b,
        { number: asNumber(at(pair, 'rows')) ?? null },
        { number: asNumber(at(pair, 'words')) ?? null },
        ...tokenizers.map((name): Cell => ({ number: asNumber(at(pair, 'tokens', name)) ?? null })),
      ]),
    total: list.length,
    rest: 'audit.json',
  })
}

/** Widest matrix drawn; beyond it the pairs stand in audit.json. */
const MATRIX_SIDE = 24

/** Groups shared between two components: the overlap that a split by component does not show. */
function matrix(level: string, metrics: JsonValue, view: View): Fill {
  const names = Object.keys(view.record.components)
  if (names.length > MATRIX_SIDE) return ''
  const cells = new Map<string, number>()
  for (const pair of asList(at(metrics, 'pairs'))) {
    const a = asText(at(pair, 'a'))
    const b = asText(at(pair, 'b'))
    const value = asNumber(at(pair, 'groups')) ?? asNumber(at(pair, 'rows'))
    if (a === undefined || b === undefined || value === undefined) continue
    cells.set(JSON.stringify([a, b]), value)
    cells.set(JSON.stringify([b, a]), value)
  }
  const across = names.some((a) => names.some((b) => a !== b && (cells.get(JSON.stringify([a, b])) ?? 0) > 0))
  if (!across) return ''
  const most = Math.max(...cells.values(), 1)
  return table({
    caption: `Groups shared by two components, ${level}`,
    titled: true,
    heads: ['Component', ...names.map((name) => `${name} #`)],
    rows: names.map((a): Cell[] => [
      a,
      ...names.map((b): Cell => {
        const value = cells.get(JSON.stringify([a, b])) ?? 0
        return { number: value, heat: value === 0 ? 0 : 0.12 + 0.88 * (Math.log1p(value) / Math.log1p(most)) }
      }),
    ]),
  })
}

/** Rows of one split that stand in another: what a score on the held-out split does not say. */
function overlaps(all: readonly SplitOverlap[], view: View): Fill {
  if (all.length === 0) return ''
  return table({
    caption: 'Rows of one split that stand in another',
    titled: true,
    heads: [
      'Split',
      'Rows #',
      'Stand in',
      'Exactly #',
      'After normalisation #',
      'Nearly #',
      'Same prompt or question only #',
    ],
    rows: all
      .slice(0, view.caps.rows)
      .map((each): Cell[] => [
        each.split,
        { number: each.rows },
        each.other,
        { number: each.exact },
        { number: each.normalised },
        { number: each.near },
        { number: each.prompt },
      ]),
    total: all.length,
    rest: 'audit.json',
  })
}

/** Rows of the corpus that stand in the second corpus, by component on both sides. */
function against(metrics: JsonValue, view: View): Fill {
  const found = readAgainst(metrics)
  if (found === null) return ''
  const { uri, revision, rows, rowsAgainst, inCorpus, inAgainst } = found
  const pin = revision === null ? '' : ` at ${revision}`
  return html`<h3>Against a second corpus</h3>
    <p>
      Compared with <code>${uri}</code>${pin} (${plural(rowsAgainst, 'row')}): ${count(inCorpus)} of ${plural(rows, 'row')} stand in it
      too, exactly, after normalisation or nearly; ${count(inAgainst)} of its rows stand here. None of its rows is in any other figure of this
      report.
    </p>
    ${
      found.components.length === 0
        ? ''
        : table({
            caption: 'Rows that stand in the second corpus too',
            titled: true,
            heads: [
              'Component',
              'Second corpus',
              'Exactly #',
              'After normalisation #',
              'Nearly #',
              'Same prompt or question only #',
            ],
            rows: found.components
              .slice(0, view.caps.rows)
              .map((each): Cell[] => [
                each.component,
                each.against,
                { number: each.exact },
                { number: each.normalised },
                { number: each.near },
                { number: each.prompt },
              ]),
            total: found.components.length,
            rest: 'audit.json',
          })
    }`
}

/** How near-duplicates were looked for, and how much of them the search is known to find. */
function searched(levels: readonly [string, JsonValue][]): Fill {
  return levels.map(([level, metrics]) => {
    const search = at(metrics, 'search')
    const number = (...path: string[]): number => asNumber(at(search, ...path)) ?? 0
    if (at(search, 'join') !== undefined)
      return html`<p class="muted">
        ${level}: an exact join proposed ${plural(number('join', 'candidates'), 'pair')} and compared the shingles of
        ${count(number('join', 'verified'))}; rare shingles proposed ${count(number('rare', 'candidates'))} and aligned
        ${count(number('rare', 'aligned'))}. By themselves the rare shingles find ${count(number('rare', 'ofJoin'))} of
        the ${plural(number('join', 'near'), 'near pair')} of the join.${inGroups(number('inGroups', 'aligned'), number('inGroups', 'near'))}
      </p>`
    if (at(search, 'minhash') === undefined) return ''
    return html`<p class="muted">
      ${level}: the words of this corpus do not fit in memory. MinHash with
      ${plural(number('minhash', 'bands'), 'band')} proposed ${plural(number('minhash', 'candidates'), 'pair')}, and every one
      was aligned. Of the ${plural(number('recall', 'near'), 'near pair')} the exact search finds in a sample of
      ${plural(number('recall', 'views'), 'row')} it found ${count(number('recall', 'found'))}${interval(number('recall', 'found'), number('recall', 'near'))}.${inGroups(number('inGroups', 'aligned'), number('inGroups', 'near'))}
    </p>`
  })
}

/** Pairs inside groups that were held against each other because both are near to a third. */
function inGroups(aligned: number, near: number): string {
  if (aligned === 0) return ''
  return ` ${plural(aligned, 'more pair')} inside groups ${aligned === 1 ? 'was' : 'were'} aligned, ${count(near)} of them near.`
}

/** What part that is, and where it lies if the sample is like the rest. */
function interval(found: number, of: number): string {
  if (of === 0) return ''
  const [low, high] = wilson(found, of)
  return ` (${percent(found / of)}; 95% interval ${percent(low)} to ${percent(high)})`
}

function sizes(levels: readonly [string, JsonValue][]): Fill {
  const series = levels
    .map(([name, level]) => ({ name, points: asList(at(level, 'sizes')).flatMap(readPoint) }))
    .filter((each) => each.points.length > 0)
  const all = series.flatMap((each) => each.points)
  if (all.length < 2) return ''
  const largest = Math.max(...all.map(([size]) => size))
  return figure({
    id: 'chart-sizes',
    title: 'How large the groups are',
    description: `Number of groups by group size, both axes logarithmic. The largest group has ${plural(largest, 'row')}.`,
    svg: sizesChart(series),
    data: {
      caption: 'Groups by size',
      heads: ['Level', 'Rows in group #', 'Groups #'],
      rows: series.flatMap((each) =>
        each.points
          .slice(0, 40)
          .map(([size, groups]): Cell[] => [each.name, { number: size }, { number: groups }]),
      ),
      total: all.length,
      rest: 'audit.json',
    },
  })
}

function readPoint(value: JsonValue): [number, number][] {
  const [size, groups] = asList(value).map(asNumber)
  return size === undefined || groups === undefined || size < 1 || groups < 1 ? [] : [[size, groups]]
}

function pairs(view: View): Html {
  const groups = [...view.pairs].filter(([, findings]) => findings.length > 0)
  return html`${groups.length === 0 ? '' : html`<h3>Pairs to look at</h3>`}${groups.map(
    ([rule, findings], index) =>
      html`<details class="cards" ${index === 0 ? raw(' open') : ''}>
        <summary>
          ${rule}
          <span class="muted"
            >${plural(findings.length, 'pair')} shown of
            ${count(view.digest.rules.get(rule)?.findings ?? findings.length)}</span
          >
        </summary>
        ${findings.map((finding, position) => card(finding, view, index === 0 && position === 0))}
      </details>`,
  )}`
}
