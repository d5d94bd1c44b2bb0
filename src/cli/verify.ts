import type { Command } from 'commander'
import type { JsonValue } from '../core/json.ts'
import type { Discrepancy, Verification } from '../engine/verification.ts'
import { talkOf, withTalk, working } from './context.ts'
import type { Flags } from './context.ts'
import { count, plural, size, visible } from './text.ts'
import { parseSize, parseWorkers } from './values.ts'

const EXAMPLES = `
Examples:
  $ assay verify reports/sample
  $ assay verify reports/corpus --quick
  $ assay verify reports/corpus --source /elsewhere/corpus

Exit codes: 0 everything is as the report says; 1 something is not; 2 could not check, or not all of it, and
nothing that was checked differs.`

interface VerifyFlags extends Flags {
  quick?: boolean
  source?: string
  folder?: string
}

/** `assay verify REPORT` */
export function registerVerify(program: Command): void {
  const command = program
    .command('verify')
    .summary('check a report against the data')
    .description(
      'Hashes the files of a report and the inputs it names, runs the recorded audit again, and compares every ' +
        'number and every piece of evidence.',
    )
    .argument('<report>', 'report directory')
    .option(
      '--quick',
      'compare hashes and the findings of audit.json with the evidence, do not run the audit again',
    )
    .option('--source <source>', 'where the data is now (default: where it was, at the same commit)')
    .option(
      '--folder <dir>',
      'folder that local paths of the pipeline are relative to (default: as recorded)',
    )
    .option('--cache <dir>', 'cache folder (default: as recorded)')
    .option('--offline', 'use the cache alone, no network')
    .option('--workers <n>', 'worker threads (default: cores)', parseWorkers)
    .option('--memory <size>', 'bounds what is decoded at once (default: 2GB)', parseSize)
    .addHelpText('after', EXAMPLES)
    .action(run)
  withTalk(command)
}

async function run(folder: string, flags: VerifyFlags): Promise<void> {
  const { verifyReport } = await import('./engine.ts')
  const verification = await working((live) =>
    verifyReport(folder, {
      ...live,
      quick: flags.quick === true,
      ...(flags.offline === true ? { offline: true } : {}),
      ...(flags.source === undefined ? {} : { source: flags.source }),
      ...(flags.folder === undefined ? {} : { folder: flags.folder }),
      ...(flags.cache === undefined ? {} : { cacheDir: flags.cache }),
      ...(flags.workers === undefined ? {} : { workers: flags.workers }),
      ...(flags.memory === undefined ? {} : { memoryBytes: flags.memory }),
    }),
  )
  const talk = talkOf(flags)
  if (talk.json) talk.printJson(verification as unknown as JsonValue)
  else talk.print(text(verification))
  process.exitCode = exitCode(verification)
}

/** What is known to differ outweighs what nobody could look at. */
function exitCode({ discrepancies, unchecked }: Verification): number {
  if (discrepancies.length > 0) return 1
  return unchecked.length > 0 ? 2 : 0
}

function text(verification: Verification): string {
  const { discrepancies, unchecked } = verification
  const scope = `${scopeOf(verification)} compared`
  const rest = restOf(verification)
  const open = unchecked.map(({ where, why }) => `  ${visible(where)}: ${visible(why)}`)
  const undone = open.length === 0 ? '' : `\nCould not be checked:\n${open.join('\n')}`
  if (discrepancies.length > 0) {
    const lines = discrepancies.map(discrepancyText).join('\n')
    return `${plural(discrepancies.length, 'discrepancy', 'discrepancies')} (${scope})${rest}\n${lines}${undone}`
  }
  if (open.length === 0) return `Everything is as the report says: ${scope}.${rest}`
  return `Not everything could be checked; what could is as the report says: ${scope}.${rest}${undone}`
}

function scopeOf({ compared, repeated }: Verification): string {
  return [
    plural(compared.files, 'file of the report', 'files of the report'),
    `${plural(compared.inputs, 'input')} (${size(compared.inputBytes)})`,
    plural(compared.besides, 'file beside them', 'files beside them'),
    ...(repeated === true
      ? [
          `${count(compared.values)} values`,
          plural(compared.findings, 'finding'),
          `${plural(compared.quotations, 'quotation')} against the rows`,
        ]
      : []),
  ].join(', ')
}

/** What was left out on purpose or for want of something. */
function restOf({ notReadWhole, notCompared, repeated, unchecked }: Verification): string {
  const open = notCompared.map((one) => `\nNot compared: ${visible(one)}`).join('')
  // A reason that is listed below need not be read twice.
  const listed = unchecked.some(({ why }) => repeated !== true && why === repeated.slice(0, why.length))
  const why = repeated === true || listed ? '' : `: ${visible(repeated)}`
  const again = repeated === true ? '' : `\nThe audit was not run again${why}`
  return `${unread(notReadWhole)}${open}${again}`
}

function discrepancyText({ where, what, expected, got }: Discrepancy): string {
  const values =
    expected === undefined ? '' : `\n    expected ${visible(expected)}\n    got      ${visible(got ?? '')}`
  return `  ${visible(where)}: ${visible(what)}${values}`
}

/** Inputs without a hash: a report under --limit never read them whole. */
function unread(inputs: readonly string[]): string {
  if (inputs.length === 0) return ''
  const first = inputs.slice(0, 10).map(visible).join(', ')
  const more = inputs.length > 10 ? ` and ${inputs.length - 10} more` : ''
  return `\n${plural(inputs.length, 'input')} not hashed, because the audit did not read ${inputs.length === 1 ? 'it' : 'them'} whole: ${first}${more}`
}
