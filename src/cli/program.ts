import { Command } from 'commander'
import { TOOL } from '../core/package.ts'
import { registerContamination } from './contamination.ts'
import { registerCount } from './count.ts'
import { registerExplain } from './explain.ts'
import { registerDiff } from './diff.ts'
import { registerHelp } from './help.ts'
import { registerPlan } from './plan.ts'
import { registerRun } from './run.ts'
import { registerSelfTest } from './self-test.ts'
import { registerTokens } from './tokens.ts'
import { registerVerify } from './verify.ts'

const EXAMPLES = `
Examples:
  $ assay run pipelines/sample.yaml
  $ assay count EPFLiGHT/fully-open-meditron
  $ assay contamination --benchmark exam.jsonl --corpus data/

Exit codes: 0 done; 1 findings at or above --fail-on; 2 could not audit, or bad usage; 130 interrupted.`

/** Every command; one file each. */
export function makeProgram(): Command {
  const program = new Command('assay')
    .description('Audits the training data of language models and checks every claim made about it.')
    .version(TOOL.version)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addHelpText('after', EXAMPLES)
  for (const register of [
    registerRun,
    registerPlan,
    registerCount,
    registerTokens,
    registerContamination,
    registerExplain,
    registerVerify,
    registerDiff,
    registerSelfTest,
    registerHelp,
  ]) {
    register(program)
  }
  for (const command of program.commands) command.copyInheritedSettings(program)
  return program
}
