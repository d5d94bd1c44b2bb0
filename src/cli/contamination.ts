import type { Command } from 'commander'
import { AuditError } from '../core/error.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import { benchmarksOf } from './benchmark-flags.ts'
import { auditOptions, talkOf, withAudit, withTalk, working } from './context.ts'
import type { Flags } from './context.ts'
import { exitCode, summary, summaryJson } from './summary.ts'
import { append } from './values.ts'

const EXAMPLES = `
Examples:
  $ assay contamination --benchmark medqa_test --corpus ORG/NAME
  $ assay contamination --benchmark ward.jsonl --prompt question+options --corpus corpus/
  $ assay contamination --benchmark mine=a/test.csv b/test.csv --field question=stem --field options=o1,o2,o3,o4 --corpus corpus/
  $ assay leak --benchmark exam.jsonl --corpus 'shards/*.parquet' --method swiss-ai --json`

const COUNTED_IN_TOKENS = 'swiss-ai'
const BUILT_IN = 'o200k_base'

interface ContaminationFlags extends Flags {
  benchmark?: readonly string[]
  corpus?: string
  method?: readonly string[]
  prompt?: string
  field?: readonly string[]
}

/** `assay contamination --benchmark FILE… --corpus SOURCE` (alias `leak`) */
export function registerContamination(program: Command): void {
  const command = program
    .command('contamination')
    .alias('leak')
    .summary('search a corpus for benchmark items')
    .description('Searches any corpus for the items of any benchmark. Writes a report only with --out.')
    .option(
      '--benchmark <file-or-name...>',
      'files of items (JSONL, JSON, CSV, TSV, Parquet), NAME=FILE, or names of the registry; may be repeated',
      append,
    )
    .option('--corpus <source>', 'hf://datasets/ORG/NAME, ORG/NAME, or a local path or glob')
    .option(
      '--method <name...>',
      `detection methods; may be repeated; ${COUNTED_IN_TOKENS} counts ${BUILT_IN} tokens, ${COUNTED_IN_TOKENS}:TOKENIZER others`,
      append,
    )
    .option(
      '--field <field=column...>',
      'columns of the benchmark files: id, question, options, answer, context; options=A,B,C for one column each',
      append,
    )
    .option('--prompt <form>', 'prompt form of the benchmarks: question, question+options, context+question')
    .addHelpText('after', EXAMPLES)
    .action(contamination)
  withTalk(withAudit(command))
}

async function contamination(flags: ContaminationFlags): Promise<void> {
  const { benchmark, corpus, method } = flags
  if (benchmark === undefined || corpus === undefined) {
    const missing = benchmark === undefined ? '--benchmark' : '--corpus'
    throw new AuditError('USAGE', {
      what: `${missing} is missing`,
      fix: 'assay contamination --benchmark FILE --corpus SOURCE',
    })
  }
  const { audit, nameOf, pipelineOf } = await import('./engine.ts')
  const stage: JsonObject = {
    benchmarks: benchmarksOf(benchmark, { prompt: flags.prompt, field: flags.field }, nameOf),
    ...(method === undefined ? {} : { methods: method.map(methodOf) }),
  }
  const loaded = pipelineOf({ name: nameOf(corpus), source: corpus, stages: { contamination: stage } })
  const given = { out: null, ...auditOptions(flags, { source: 'command-line' }) }
  const outcome = await working((live) => audit(loaded, { ...given, ...live }))
  const code = exitCode(outcome, flags.failOn)
  const talk = talkOf(flags)
  const metrics = outcome.record.stages['contamination']?.metrics ?? {}
  if (talk.json) talk.printJson({ ...summaryJson(outcome, code), metrics })
  else talk.print(summary(outcome, talk.paint))
  process.exitCode = code
}

/** `swiss-ai:TOKENIZER` is the published rule on another tokenizer than its usual one. */
function methodOf(argument: string): JsonValue {
  const at = argument.indexOf(':')
  if (at < 0 || argument.slice(0, at) !== COUNTED_IN_TOKENS) return argument
  return { [COUNTED_IN_TOKENS]: { tokenizer: argument.slice(at + 1) } }
}
