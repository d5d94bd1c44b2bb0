import type { Command } from 'commander'
import type { JsonValue } from '../core/json.ts'
import { explanationText } from '../formats/terminal.ts'
import { talkOf, withTalk } from './context.ts'
import type { ExplainFlags } from './explained-rows.ts'

const EXAMPLES = `
Examples:
  $ assay explain reports/sample 530b6c9880676e04
  $ assay explain reports/sample data/curated_qa/train-00000-of-00002.parquet:111
  $ assay explain reports/corpus my-example-id --source /elsewhere/corpus`

/** `assay explain REPORT ID` */
export function registerExplain(program: Command): void {
  const command = program
    .command('explain')
    .summary('show one finding or example with its evidence')
    .description(
      'Shows a finding, or every finding on an example: its place, its texts side by side with the words that match ' +
        'or differ marked, and the row itself with its tokens, read again from the data.',
    )
    .argument('<report>', 'report directory')
    .argument('<id>', "id of a finding, declared id of an example, or 'PATH:ROW'")
    .option('--source <source>', 'where the data is now (default: where it was, at the same commit)')
    .option(
      '--folder <dir>',
      'folder that local paths of the pipeline are relative to (default: as recorded)',
    )
    .option('--cache <dir>', 'cache folder (default: as recorded)')
    .option('--offline', 'use the cache alone, no network')
    .option('--no-data', 'use the report alone, do not read rows again')
    .addHelpText('after', EXAMPLES)
    .action(run)
  withTalk(command)
}

async function run(folder: string, id: string, flags: ExplainFlags): Promise<void> {
  const { explain } = await import('./engine.ts')
  const { dataOf } = await import('./explained-rows.ts')
  const explanation = await explain(folder, id, dataOf(folder, flags))
  const talk = talkOf(flags)
  if (talk.json) {
    talk.printJson(explanation as unknown as JsonValue)
    return
  }
  const colour = talk.paint('bold', 'x') !== 'x'
  const width = Math.min(140, Math.max(40, process.stdout.columns ?? 80))
  talk.print(
    explanationText(explanation, {
      width,
      colour,
      bold: (text) => talk.paint('bold', text),
      mark: (text) => talk.paint(['bold', 'underline'], text),
    }),
  )
}
