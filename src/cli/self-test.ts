import type { Command } from 'commander'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { SelfTest } from '../engine/self-test.ts'
import { auditOptions, talkOf, withSource, withTalk, working } from './context.ts'
import type { Flags } from './context.ts'
import { count, plural, table, visible } from './text.ts'
import { parseLimit } from './values.ts'

const EXAMPLES = `
Examples:
  $ assay self-test pipelines/sample.yaml
  $ assay self-test my-corpus.yaml --limit 500 --json`

/** `assay self-test PIPELINE` */
export function registerSelfTest(program: Command): void {
  const command = program
    .command('self-test')
    .summary('plant known duplicates and leaks into a sample of your data and measure what is found')
    .description(
      'Plants known duplicates and leaks into a sample of your own corpus, for the stages duplicates and contamination of the pipeline, and prints how many they find, kind by kind.',
    )
    .argument('<pipeline>', 'pipeline file (.yaml)')
    .option('--limit <n>', 'sample at most n rows, evenly from all of the corpus (default: 2000)', parseLimit)
    .addHelpText('after', EXAMPLES)
    .action(run)
  withTalk(withSource(command))
}

async function run(argument: string, flags: Flags): Promise<void> {
  const { loadPipeline, selfTest } = await import('./engine.ts')
  const loaded = await loadPipeline(argument)
  const options = auditOptions(flags, { source: 'pipeline' })
  const result = await working((live) => selfTest(loaded, { ...options, ...live }))
  const talk = talkOf(flags)
  if (talk.json) talk.printJson(result as unknown as JsonObject)
  else talk.print(describe(result))
}

function describe(result: SelfTest): string {
  const stages = Object.entries(result.stages).map(([name, measured]) => stageText(name, measured))
  const unread = result.notChecked.map(({ what, why }) => `not checked: ${visible(what)}: ${visible(why)}`)
  return [`sample of ${plural(result.sampleRows, 'row')}`, ...stages, ...unread].join('\n\n')
}

function stageText(name: string, measured: JsonObject): string {
  const methods = Object.entries(objectOf(measured['methods']))
  const tables =
    methods.length === 0
      ? [[name, measured] as const]
      : methods.map(([m, v]) => [`${name}, ${m}`, objectOf(v)] as const)
  return tables.map(([title, values]) => recallTable(title, values)).join('\n\n')
}

function recallTable(title: string, measured: JsonObject): string {
  const kinds = Object.entries(objectOf(measured['byKind'])).map(
    ([kind, value]) => [kind, objectOf(value)] as const,
  )
  const levels = kinds.some(([, of]) => of['level'] !== undefined)
  const rows = kinds.map(([kind, { planted, found, recallRatio, lowRatio, highRatio, ...of }]) => [
    visible(kind),
    ...(levels ? [text(of['level'])] : []),
    whole(planted),
    whole(found),
    ...(planted === 0 ? ['–', '–'] : [percent(recallRatio), `${percent(lowRatio)} – ${percent(highRatio)}`]),
    ...(levels ? [whole(of['passedOver']), levelsText(of['otherLevels'])] : []),
  ])
  const heads = ['kind', ...(levels ? ['found as'] : []), 'planted', 'found', 'recall', '95 % interval']
  const more = levels ? ['passed over', 'other level'] : []
  const total = `${whole(measured['found'])} of ${whole(measured['planted'])} planted found`
  const untouched = objectOf(measured['untouched'])
  const pairs = objectOf(untouched['pairs'])
  const lines = [
    `${visible(title)}: ${total}${untouchedText(untouched)}`,
    table([...heads, ...more], rows),
    ...(Object.keys(pairs).length === 0 ? [] : [`pairs of untouched rows: ${levelsText(pairs)}`]),
    ...listOf(measured['notes']).map((note) => `* ${text(note)}`),
  ]
  return lines.join('\n')
}

function untouchedText({ rows, flagged }: JsonObject): string {
  return rows === undefined ? '' : `; ${whole(flagged)} of ${whole(rows)} untouched rows flagged`
}

function levelsText(counts: JsonValue | undefined): string {
  const listed = Object.entries(objectOf(counts)).map(([level, n]) => `${whole(n)} ${visible(level)}`)
  return listed.length === 0 ? '–' : listed.join(', ')
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : []
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? visible(value) : '–'
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {}
}

function whole(value: JsonValue | undefined): string {
  return typeof value === 'number' ? count(value) : '–'
}

function percent(value: JsonValue | undefined): string {
  return typeof value === 'number' ? `${(100 * value).toFixed(1)} %` : '–'
}
