import type { Command } from 'commander'
import type { JsonValue } from '../core/json.ts'
import type { ReportDiff } from '../engine/diff.ts'
import { talkOf, withTalk } from './context.ts'
import type { Flags } from './context.ts'
import { count, plural, table, visible } from './text.ts'

const EXAMPLES = `
Examples:
  $ assay diff reports/corpus.previous-1 reports/corpus
  $ assay diff reports/before reports/after --json`

/** `assay diff REPORT_A REPORT_B` */
export function registerDiff(program: Command): void {
  const command = program
    .command('diff')
    .summary('compare two reports')
    .description('Shows what changed between two reports: claims, counts, files, rows and findings.')
    .argument('<before>', 'report directory')
    .argument('<after>', 'report directory')
    .addHelpText('after', EXAMPLES)
    .action(run)
  withTalk(command)
}

async function run(before: string, after: string, flags: Flags): Promise<void> {
  const { diffReports } = await import('./engine.ts')
  const diff = await diffReports(before, after)
  const talk = talkOf(flags)
  if (talk.json) talk.printJson(diff as unknown as JsonValue)
  else talk.print(text(diff))
}

function text(diff: ReportDiff): string {
  return [heading(diff), claims(diff), counts(diff), files(diff), rows(diff), findings(diff)].join('\n\n')
}

function heading({ reports, sameSettings }: ReportDiff): string {
  const name = (side: ReportDiff['reports']['before']): string =>
    side?.revision?.slice(0, 12) ?? 'local files'
  const settings = sameSettings
    ? 'the same pipeline and tool'
    : 'made with different settings: a difference need not be one of the data'
  return `${name(reports.before)} → ${name(reports.after)}; ${settings}`
}

function claims(diff: ReportDiff): string {
  if (diff.claims.length === 0) return 'Claims: no verdict changed'
  const lines = diff.claims.map(({ id, before, after }) => {
    const verdicts =
      before?.verdict === after?.verdict
        ? `${after?.verdict}, measured anew`
        : `${before?.verdict ?? 'absent'} → ${after?.verdict ?? 'absent'}`
    return `  ${visible(id)}: ${verdicts}`
  })
  return [`Claims: ${plural(lines.length, 'change')}`, ...lines].join('\n')
}

function counts(diff: ReportDiff): string {
  if (diff.counts.length === 0) return 'Counts: the same'
  const show = (value: number | null): string => (value === null ? '–' : count(value))
  const lines = diff.counts.map(({ component, figure, before, after }) => [
    `${visible(component)} ${visible(figure)}`,
    show(before),
    show(after),
    before === null || after === null ? '–' : `${after > before ? '+' : ''}${count(after - before)}`,
  ])
  return `Counts:\n${table(['', 'before', 'after', 'difference'], lines)}`
}

function files({ files: { added, removed, changed, unchanged } }: ReportDiff): string {
  const list = (sign: string, paths: readonly string[]): string[] =>
    paths.map((path) => `  ${sign} ${visible(path)}`)
  const total = `Files: ${added.length} added, ${removed.length} removed, ${changed.length} changed, ${unchanged} unchanged`
  return [total, ...list('+', added), ...list('-', removed), ...list('~', changed)].join('\n')
}

function rows({ rows: diff }: ReportDiff): string {
  if ('unknown' in diff && typeof diff.unknown === 'string')
    return `Rows: not compared: ${visible(diff.unknown)}`
  const entries = Object.entries(diff as Exclude<ReportDiff['rows'], { unknown: string }>)
  const lines = entries.map(([component, one]) => [
    visible(component),
    count(one.added),
    count(one.removed),
    count(one.changed),
    count(one.unchanged),
  ])
  const places = entries.flatMap(([, one]) =>
    one.places.slice(0, 5).map(({ kind, path, row }) => `  ${kind}: ${visible(path)} row ${count(row)}`),
  )
  return [
    `Rows:\n${table(['component', 'added', 'removed', 'changed', 'unchanged'], lines)}`,
    ...places,
  ].join('\n')
}

const SHOWN = 10

function findings({ findings: found }: ReportDiff): string {
  const list = (sign: string, some: ReportDiff['findings']['added'], total: number): string[] => [
    ...some.slice(0, SHOWN).map(({ rule, message }) => `  ${sign} ${rule}: ${visible(message)}`),
    ...(total > SHOWN ? [`  ${sign} and ${count(total - SHOWN)} more`] : []),
  ]
  return [
    `Findings: ${count(found.addedCount)} new, ${count(found.fixedCount)} fixed, ${count(found.unchanged)} unchanged`,
    ...list('+', found.added, found.addedCount),
    ...list('-', found.fixed, found.fixedCount),
  ].join('\n')
}
