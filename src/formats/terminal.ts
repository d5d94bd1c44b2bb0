import type { ExplainedRow, Explanation } from '../core/explanation.ts'
import type { Finding } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import { excerptsOf, factsOf, pieces } from './excerpt.ts'
import type { Excerpt } from './excerpt.ts'
import { count, percent, plural } from './numbers.ts'
import { placeText, rowsOf, rowText } from './place.ts'
import { beside, cells, painted, wrap } from './terminal-columns.ts'
import { cut, shownLine } from './visible.ts'

export interface Terminal {
  /** Columns; two texts stand side by side from 72 on. */
  width: number
  colour: boolean
  /** Paints headings and marks; called only where `colour` is true. */
  bold(text: string): string
  mark(text: string): string
}

const SIDE_BY_SIDE = 72
const TEXT_SHOWN = 1200
const LISTED = 12
const DETAILED = 5

/** An explanation for a person at a terminal: readable at 80 columns and without colour. */
export function explanationText(explanation: Explanation, terminal: Terminal): string {
  const blocks =
    explanation.kind === 'finding'
      ? [
          ...explanation.findings.map((finding) => findingBlock(finding, terminal)),
          ...rowBlocks(explanation, terminal),
        ]
      : [...rowBlocks(explanation, terminal), ...rowFindings(explanation, terminal)]
  if (explanation.others.length > 0) blocks.push(list('Other findings here', explanation.others, terminal))
  return blocks.join('\n\n')
}

function findingBlock(finding: Finding, terminal: Terminal): string {
  const score =
    finding.score === undefined
      ? ''
      : finding.score >= 0 && finding.score <= 1
        ? percent(finding.score)
        : String(finding.score)
  const facts: [string, string][] = [
    ['Rule', `${finding.rule}, severity ${finding.severity}`],
    ...rowsOf(finding.place).map((row): [string, string] => [
      'Row',
      `${rowText(row)}, component ${row.component}`,
    ]),
    ...(rowsOf(finding.place).length === 0 ? [['Place', placeText(finding.place)] as [string, string]] : []),
    ...(finding.benchmark === undefined
      ? []
      : [['Item', `${finding.benchmark} ${finding.item ?? ''}`] as [string, string]]),
    ...(finding.method === undefined ? [] : [['Method', finding.method] as [string, string]]),
    ...(score === '' ? [] : [['Score', score] as [string, string]]),
    ...Object.entries(factsOf(finding)).map(([key, value]): [string, string] => [key, scalar(value)]),
  ]
  return [
    heading(`Finding ${finding.id}`, terminal),
    prose(finding.message, terminal),
    table(facts, terminal),
    ...sides(finding, terminal),
  ].join('\n')
}

function sides(finding: Finding, terminal: Terminal): string[] {
  const { sides: all, marked } = excerptsOf(finding)
  const [a, b] = all
  if (a === undefined) return []
  if (a.text === null)
    return [
      '',
      'The report quotes no text (evidence level hash); the row below, if any, is read from the data.',
    ]
  const note = all.some((side) => side.marks.length > 0)
    ? [
        `${terminal.colour ? 'Marked' : '«Marked»'}: words ${marked === 'shared' ? 'both texts share' : 'only one text has'}.`,
      ]
    : []
  if (b === undefined || all.length > 2 || terminal.width < SIDE_BY_SIDE)
    return ['', ...note, ...all.flatMap((side) => stacked(side, terminal))]
  const width = Math.floor((terminal.width - 3) / 2)
  const column = (side: Excerpt): ReturnType<typeof wrap> => [
    ...wrap([{ text: title(side), marked: false }], width, terminal.colour),
    [],
    ...wrap(pieces(side, TEXT_SHOWN), width, terminal.colour),
  ]
  return ['', ...note, ...beside(column(a), column(b), { width, mark: (text) => terminal.mark(text) })]
}

function stacked(side: Excerpt, terminal: Terminal): string[] {
  return [
    heading(title(side), terminal),
    ...wrap(pieces(side, TEXT_SHOWN), terminal.width, terminal.colour).map((line) =>
      painted(line, (text) => terminal.mark(text)),
    ),
  ]
}

function title(side: Excerpt): string {
  return side.where === '' ? side.label : `${side.label}, ${side.where}`
}

function rowBlocks(explanation: Explanation, terminal: Terminal): string[] {
  return explanation.rows.map((row) => rowBlock(row, terminal))
}

function rowBlock(row: ExplainedRow, terminal: Terminal): string {
  const head = heading(`${rowText(row.place)}, component ${row.place.component}`, terminal)
  if (row.turns === null)
    return `${head}\n${prose(`The row was not read: ${row.why ?? 'the data could not be reached'}`, terminal)}`
  const columns = Object.entries(row.columns).map(([key, value]): [string, string] => [key, scalar(value)])
  const turns = row.turns.flatMap((turn, index) => {
    const tokens = Object.entries(turn.tokens).map(([name, number]) => plural(number, `${name} token`))
    const about = [plural(turn.bytes, 'byte'), ...tokens].join(', ')
    const body = pieces({ label: '', where: '', sha256: null, text: turn.text, marks: [] }, TEXT_SHOWN)
    return [
      '',
      ...wrapText(`Turn ${index}, ${turn.role} (${about})`, terminal.width),
      ...wrap(body, terminal.width - 2, terminal.colour).map((line) => `  ${painted(line, (text) => text)}`),
    ]
  })
  return [head, ...(columns.length === 0 ? [] : [table(columns, terminal)]), totals(row), ...turns]
    .filter((line, index) => line !== '' || index > 0)
    .join('\n')
}

function totals(row: ExplainedRow): string {
  const turns = row.turns ?? []
  const names = [...new Set(turns.flatMap((turn) => Object.keys(turn.tokens)))]
  const sums = names.map((name) =>
    plural(
      turns.reduce((sum, turn) => sum + (turn.tokens[name] ?? 0), 0),
      `${name} token`,
    ),
  )
  return [plural(turns.length, 'turn'), ...sums].join(', ')
}

function rowFindings(explanation: Explanation, terminal: Terminal): string[] {
  if (explanation.total === 0) return ['No finding names this row.']
  const more = explanation.findings.slice(DETAILED)
  const note =
    explanation.total > explanation.findings.length
      ? [`${count(explanation.total)} findings name this row; the worst are shown.`]
      : []
  return [
    ...explanation.findings.slice(0, DETAILED).map((finding) => findingBlock(finding, terminal)),
    ...(more.length === 0 ? [] : [list('More findings here', more, terminal)]),
    ...note,
  ]
}

function list(name: string, findings: readonly Finding[], terminal: Terminal): string {
  const lines = findings
    .slice(0, LISTED)
    .flatMap((finding) =>
      wrapText(
        `${finding.id}  ${finding.severity.padEnd(8)}  ${finding.rule}: ${shownLine(finding.message, 160)}`,
        terminal.width - 4,
      ).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`)),
    )
  const rest =
    findings.length > LISTED ? [`  and ${count(findings.length - LISTED)} more in evidence.parquet`] : []
  return [heading(name, terminal), ...lines, ...rest].join('\n')
}

function heading(text: string, terminal: Terminal): string {
  return wrapText(shownLine(text, 400), terminal.width)
    .map((line) => (terminal.colour ? terminal.bold(line) : line))
    .join('\n')
}

function prose(text: string, terminal: Terminal): string {
  return wrapText(shownLine(text, 600), terminal.width).join('\n')
}

/** Names in one column, values wrapped in the other. */
function table(facts: readonly (readonly [string, string])[], terminal: Terminal): string {
  const most = Math.floor(terminal.width / 3)
  const names = facts.map(([name]) => fitted(shownLine(name, 40), most))
  const wide = Math.max(...names.map(cells), 0) + 2
  return facts
    .flatMap(([, value], index) =>
      wrapText(shownLine(value, 400), terminal.width - wide - 2).map(
        (line, part) => `  ${padded(part === 0 ? (names[index] ?? '') : '', wide)}${line}`,
      ),
    )
    .join('\n')
}

/** A name cut to a number of cells. */
function fitted(name: string, width: number): string {
  if (cells(name) <= width) return name
  let kept = ''
  for (const character of name) {
    if (cells(kept + character) >= width) break
    kept += character
  }
  return `${kept}…`
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)))
}

function wrapText(text: string, width: number): string[] {
  return wrap([{ text, marked: false }], width, true).map((line) => painted(line, (part) => part))
}

function scalar(value: JsonValue): string {
  if (typeof value === 'string') return cut(value, 2000)
  return value === null ? '–' : JSON.stringify(value).slice(0, 2000)
}
