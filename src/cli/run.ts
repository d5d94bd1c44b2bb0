import type { Command } from 'commander'
import { auditOptions, isPipeline, talkOf, withAudit, withTalk, working } from './context.ts'
import type { Flags } from './context.ts'
import { exitCode, summary, summaryJson } from './summary.ts'

const EXAMPLES = `
Examples:
  $ assay run pipelines/sample.yaml
  $ assay run hf://datasets/EPFLiGHT/fully-open-meditron --limit 1000
  $ assay run corpus/ --out reports/corpus --workers 8 --memory 4GB
  $ assay run pipeline.yaml --resume --fail-on high
  $ assay run corpus/ --against ORG/NAME`

/** `assay run PIPELINE.yaml | SOURCE` */
export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .summary('audit a corpus and write the report')
    .description(
      'Audits what a pipeline names, or a bare source with the default stages, and writes the report.',
    )
    .argument(
      '<pipeline-or-source>',
      'pipeline file (.yaml), hf://datasets/ORG/NAME, ORG/NAME, or a local path or glob',
    )
    .option('--against <source>', 'a second corpus: which rows stand in it too, at every level of duplicates')
    .addHelpText('after', EXAMPLES)
    .action(run)
  withTalk(withAudit(command))
}

async function run(argument: string, flags: Flags): Promise<void> {
  const { audit, defaultPipeline, loadPipeline, withAgainst } = await import('./engine.ts')
  const fromFile = isPipeline(argument)
  const named = fromFile ? await loadPipeline(argument) : defaultPipeline(argument)
  const loaded = flags.against === undefined ? named : withAgainst(named, flags.against)
  const options = auditOptions(flags, { source: fromFile ? 'pipeline' : 'command-line' })
  const outcome = await working((live) => audit(loaded, { ...options, ...live }))
  const code = exitCode(outcome, flags.failOn)
  const talk = talkOf(flags)
  if (talk.json) talk.printJson(summaryJson(outcome, code))
  else talk.print(summary(outcome, talk.paint))
  process.exitCode = code
}
