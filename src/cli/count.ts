import type { Command } from 'commander'
import type { JsonObject } from '../core/json.ts'
import type { ExampleCount } from '../engine/count.ts'
import { auditOptions, isPipeline, talkOf, withSource, withTalk } from './context.ts'
import type { Flags } from './context.ts'
import { count, leftOut, table, visible } from './text.ts'

const EXAMPLES = `
Examples:
  $ assay count EPFLiGHT/fully-open-meditron
  $ assay count 'corpus/**/*.parquet' --json`

/** `assay count SOURCE` */
export function registerCount(program: Command): void {
  const command = program
    .command('count')
    .summary('count examples from the file footers alone')
    .description(
      'Counts examples per component from Parquet footers, in seconds, without downloading the data.',
    )
    .argument('<source>', 'source, or a pipeline file (.yaml)')
    .addHelpText('after', EXAMPLES)
    .action(countCommand)
  withTalk(withSource(command))
}

async function countCommand(argument: string, flags: Flags): Promise<void> {
  const { countExamples, defaultPipeline, loadPipeline, settingsOf } = await import('./engine.ts')
  const fromFile = isPipeline(argument)
  const loaded = fromFile ? await loadPipeline(argument) : defaultPipeline(argument)
  const options = auditOptions(flags, { source: fromFile ? 'pipeline' : 'command-line' })
  const counted = await countExamples(loaded, settingsOf(options, loaded.pipeline.name))
  const talk = talkOf(flags)
  if (talk.json) talk.printJson(counted as unknown as JsonObject)
  else talk.print(describe(counted))
}

function describe(counted: ExampleCount): string {
  const rows = Object.entries(counted.components).map(([name, { files, examples }]) => [
    visible(name),
    count(files),
    examples === null ? '?' : count(examples),
  ])
  rows.push(['total', count(counted.files), counted.examples === null ? '?' : count(counted.examples)])
  const note = counted.examples === null ? '\n? only reading the whole file tells (JSONL on the Hub)' : ''
  return `${table(['component', 'files', 'examples'], rows)}${note}${leftOut('counted', counted.unassigned)}`
}
