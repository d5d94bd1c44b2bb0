import type { Command } from 'commander'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { SelfTest } from '../engine/self-test.ts'
import { auditOptions, talkOf, withSource, withTalk, working } from './context.ts'
import type { Flags } from './context.ts'
import { count, plural, table, visible } from './text.ts'

const EXAMPLES = `
Examples:
  $ assay self-test pipelines/sample.yaml
  $ assay self-test my-corpus.yaml --json`

/** `assay self-test PIPELINE` */
export function registerSelfTest(program: Command): void {
  const command = program
    .command('self-test')
    .summary('plant known leaks into a sample of your data and measure what is found')
    .description(
      'Plants what the stages look for into a sample of your own corpus and prints how much of it they find.',
    )
    .argument('<pipeline>', 'pipeline file (.yaml)')
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
  const rows = Object.entries(objectOf(measured['byKind'])).map(([kind, value]) => {
    const { planted, found, recallRatio, lowRatio, highRatio } = objectOf(value)
    return [
      visible(kind),
      whole(planted),
      whole(found),
      percent(recallRatio),
      `${percent(lowRatio)} – ${percent(highRatio)}`,
    ]
  })
  const { rows: untouched, flagged } = objectOf(measured['untouched'])
  const total = `${whole(measured['found'])} of ${whole(measured['planted'])} planted found`
  const others =
    untouched === undefined ? '' : `; ${whole(flagged)} of ${whole(untouched)} untouched rows flagged`
  return `${visible(title)}: ${total}${others}\n${table(['kind', 'planted', 'found', 'recall', '95 % interval'], rows)}`
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
