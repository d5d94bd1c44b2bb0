import type { Command } from 'commander'
import { AuditError } from '../core/error.ts'
import type { JsonValue } from '../core/json.ts'
import type { EvidenceLevel, Severity } from '../core/finding.ts'
import type { AuditOptions } from '../engine/options.ts'
import { drawing } from './progress.ts'
import { painter } from './text.ts'
import type { Paint } from './text.ts'
import { parseEvidence, parseLimit, parseSeverity, parseSize, parseWorkers } from './values.ts'

/** Every option a command may take, as commander hands it over. */
export interface Flags {
  out?: string
  workers?: number
  memory?: number
  limit?: number
  cache?: string
  offline?: boolean
  resume?: boolean
  keepGoing?: boolean
  failOn?: Severity
  evidence?: EvidenceLevel
  baseline?: string
  selfTest?: boolean
  against?: string
  allowOutside?: boolean
  useToken?: boolean
  json?: boolean
  debug?: boolean
  /** false with `--no-color`. */
  color?: boolean
}

/** Options about how the program talks; every command has them. */
export function withTalk(command: Command): Command {
  return command
    .option('--json', 'print the result as one JSON object')
    .option('--debug', 'show the stack of an error')
    .option('--no-color', 'plain text without colours')
}

/** Options about where a source's bytes come from. */
export function withSource(command: Command): Command {
  return command
    .option('--cache <dir>', "cache folder (default: the Hub's own)")
    .option('--offline', 'use the cache alone, no network')
    .option('--allow-outside', 'let a pipeline name paths outside its own folder')
    .option('--use-token', 'send the Hub token to repositories a pipeline names')
}

/** Options of every command that audits. */
export function withAudit(command: Command): Command {
  return withSource(command)
    .option('--out <dir>', 'report directory (an earlier report there is moved aside)')
    .option('--workers <n>', 'worker threads (default: cores)', parseWorkers)
    .option('--memory <size>', 'bounds what is decoded at once (default: 2GB)', parseSize)
    .option('--limit <n>', 'audit at most n rows: the first of every component, in equal shares', parseLimit)
    .option('--resume', 'go on from what a stopped run has finished')
    .option('--keep-going', 'go on after a file failed; the report says what is missing')
    .option(
      '--fail-on <severity>',
      'exit 1 on findings at or above critical, high, medium, low or info',
      parseSeverity,
    )
    .option(
      '--baseline <report>',
      'an earlier report: marks findings new or unchanged, --fail-on looks at new ones',
    )
    .option(
      '--self-test',
      'plant known duplicates and leaks into a sample; the report says what was found of them',
    )
    .option('--evidence <level>', 'text quoted in the report: full, snippet (default) or hash', parseEvidence)
}

/** How one command talks: results to stdout, everything else to stderr. */
export interface Talk {
  json: boolean
  paint: Paint
  /** Prints a result. */
  print(text: string): void
  /** Prints the result of `--json`. */
  printJson(value: JsonValue): void
}

export function talkOf(flags: Flags): Talk {
  const colour = flags.color !== false && process.env['NO_COLOR'] === undefined && process.stdout.isTTY
  return {
    json: flags.json === true,
    paint: painter(colour),
    print: (text) => void process.stdout.write(`${text}\n`),
    printJson: (value) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
  }
}

/** Whether the argument is a pipeline file rather than a source. */
export function isPipeline(argument: string): boolean {
  return /\.ya?ml$/i.test(argument)
}

/** A source given on the command line is the user's own word: it may lie anywhere, and the token may go there. */
export function auditOptions(flags: Flags, given: { source: 'pipeline' | 'command-line' }): AuditOptions {
  const trusted = given.source === 'command-line'
  return {
    offline: flags.offline === true,
    resume: flags.resume === true,
    keepGoing: flags.keepGoing === true,
    selfTest: flags.selfTest === true,
    allowOutside: trusted || flags.allowOutside === true,
    useToken: trusted || flags.useToken === true,
    ...(flags.out === undefined ? {} : { out: flags.out }),
    ...(flags.workers === undefined ? {} : { workers: flags.workers }),
    ...(flags.memory === undefined ? {} : { memoryBytes: flags.memory }),
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    ...(flags.cache === undefined ? {} : { cacheDir: flags.cache }),
    ...(flags.evidence === undefined ? {} : { evidence: flags.evidence }),
    ...(flags.baseline === undefined ? {} : { baseline: flags.baseline }),
    ...(flags.against === undefined ? {} : { trustAgainst: true }),
    ...sliceSize(),
  }
}

/** `ASSAY_SLICE_BYTES` cuts slices elsewhere: results must not change, and tests see to it. */
function sliceSize(): Pick<AuditOptions, 'sliceSize'> {
  const text = process.env['ASSAY_SLICE_BYTES']
  if (text === undefined || text === '') return {}
  const bytes = Number(text)
  if (!Number.isInteger(bytes) || bytes < 0) {
    throw new AuditError('USAGE', { what: 'ASSAY_SLICE_BYTES is not a number of bytes', got: text })
  }
  return { sliceSize: { bytes, rows: Number.MAX_SAFE_INTEGER } }
}

/** Runs `work` with progress on stderr and Ctrl-C wired to a clean stop. */
export async function working<T>(
  work: (options: Pick<AuditOptions, 'signal' | 'onProgress'>) => Promise<T>,
): Promise<T> {
  const drawn = drawing(process.stderr)
  const stop = new AbortController()
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
    // What cannot be stopped (a request that hangs) must not hold the terminal.
    setTimeout(() => process.exit(130), 5000).unref()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    return await work({ signal: stop.signal, onProgress: drawn.onProgress })
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    drawn.end()
  }
}
