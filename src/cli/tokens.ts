import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { AuditError } from '../core/error.ts'
import type { AuditRecord } from '../core/record.ts'
import type { JsonObject } from '../core/json.ts'
import { auditOptions, talkOf, withAudit, withTalk, working } from './context.ts'
import type { Flags } from './context.ts'
import { exitCode } from './summary.ts'
import { count, table, visible } from './text.ts'
import { append } from './values.ts'

const EXAMPLES = `
Examples:
  $ assay tokens corpus/ --tokenizer o200k_base
  $ assay tokens ORG/NAME --tokenizer hf:swiss-ai/Apertus-8B-Instruct-2509 --tokenizer cl100k_base --json
  $ assay tokens corpus/ --tokenizer o200k_base cl100k_base
  $ assay tokens 'shards/*.jsonl' --tokenizer file:tokenizer.json`

interface TokenFlags extends Flags {
  tokenizer?: readonly string[]
}

/** `assay tokens SOURCE --tokenizer T…` */
export function registerTokens(program: Command): void {
  const command = program
    .command('tokens')
    .summary('count tokens by component and role')
    .description('Counts the tokens of a corpus. Writes a report only with --out.')
    .usage('[options] <source>')
    .argument('[source]', 'hf://datasets/ORG/NAME, ORG/NAME, or a local path or glob')
    .option(
      '--tokenizer <name...>',
      'o200k_base, cl100k_base, hf:ORG/NAME[@REV] or file:PATH; may be repeated',
      append,
    )
    .addHelpText('after', EXAMPLES)
    .action(tokens)
  withTalk(withAudit(command))
}

async function tokens(argument: string | undefined, flags: TokenFlags): Promise<void> {
  const { source, tokenizers } = apart(argument, flags.tokenizer)
  const { audit, nameOf, pipelineOf } = await import('./engine.ts')
  const options = tokenizers === undefined ? {} : { tokenizers }
  const loaded = pipelineOf({ name: nameOf(source), source, stages: { tokens: options } })
  const given = { out: null, ...auditOptions(flags, { source: 'command-line' }) }
  const outcome = await working((live) => audit(loaded, { ...given, ...live }))
  const talk = talkOf(flags)
  if (talk.json) talk.printJson(tokenJson(outcome.record))
  else talk.print(tokenTable(outcome.record))
  process.exitCode = exitCode(outcome, flags.failOn)
}

/** Behind `--tokenizer T…` the source is taken for one more tokenizer; it is the one value that looks like a source. */
function apart(source: string | undefined, given: readonly string[] | undefined) {
  if (source !== undefined) return { source, tokenizers: given }
  const [found, ...more] = (given ?? []).filter(looksLikeSource)
  if (found === undefined || more.length > 0) {
    throw new AuditError('USAGE', {
      what: found === undefined ? "missing required argument 'source'" : 'more than one source is given',
      ...(given === undefined ? {} : { got: `--tokenizer ${given.join(' ')}` }),
      fix: 'the source first: assay tokens SOURCE --tokenizer NAME…',
    })
  }
  const tokenizers = (given ?? []).filter((each) => each !== found)
  if (tokenizers.length > 0) return { source: found, tokenizers }
  throw new AuditError('USAGE', { what: '--tokenizer is given without a tokenizer', got: found })
}

function looksLikeSource(text: string): boolean {
  if (text.startsWith('hf://')) return true
  return !/^(hf|file):/.test(text) && (/[\\/*?]/.test(text) || existsSync(text))
}

function tokenJson(record: AuditRecord): JsonObject {
  return {
    source: record.source as unknown as JsonObject,
    components: record.components as unknown as JsonObject,
    metrics: record.stages['tokens']?.metrics ?? {},
  }
}

function tokenTable(record: AuditRecord): string {
  const components = Object.entries(record.components)
  const names = [...new Set(components.flatMap(([, { tokens }]) => Object.keys(tokens)))]
  const roles = [
    ...new Set(
      components.flatMap(([, { tokens }]) =>
        Object.values(tokens).flatMap(({ byRole }) => Object.keys(byRole)),
      ),
    ),
  ]
  const rows = names.flatMap((tokenizer) =>
    components.map(([component, { examples, words, tokens }]) => [
      visible(tokenizer),
      visible(component),
      count(examples),
      words === null ? '–' : count(words),
      count(tokens[tokenizer]?.total ?? 0),
      ...roles.map((role) => count(tokens[tokenizer]?.byRole[role] ?? 0)),
    ]),
  )
  return table(['tokenizer', 'component', 'examples', 'words', 'tokens', ...roles], rows)
}
