import type { Command } from 'commander'
import type { JsonObject } from '../core/json.ts'
import type { Plan } from '../core/plan.ts'
import { auditOptions, isPipeline, talkOf, withSource, withTalk } from './context.ts'
import type { Flags } from './context.ts'
import { count, leftOut, plural, size, table, visible } from './text.ts'
import { parseLimit } from './values.ts'

const EXAMPLES = `
Examples:
  $ assay plan pipelines/fully-open-meditron.yaml
  $ assay plan EPFLiGHT/fully-open-meditron --json`

/** `assay plan PIPELINE.yaml | SOURCE` */
export function registerPlan(program: Command): void {
  const command = program
    .command('plan')
    .summary('show what an audit would read')
    .description(
      'Shows what an audit would read: files, bytes, rows, slices, download and disk need. Reads no rows.',
    )
    .argument('<pipeline-or-source>', 'pipeline file (.yaml) or source')
    .option('--limit <n>', 'plan for at most n rows', parseLimit)
    .addHelpText('after', EXAMPLES)
    .action(plan)
  withTalk(withSource(command))
}

async function plan(argument: string, flags: Flags): Promise<void> {
  const { defaultPipeline, loadPipeline, openCorpus, settingsOf } = await import('./engine.ts')
  const fromFile = isPipeline(argument)
  const loaded = fromFile ? await loadPipeline(argument) : defaultPipeline(argument)
  const options = auditOptions(flags, { source: fromFile ? 'pipeline' : 'command-line' })
  const { plan, source } = await openCorpus({ loaded, settings: settingsOf(options, loaded.pipeline.name) })
  const talk = talkOf(flags)
  const unassigned = [...source.unassigned].sort()
  if (talk.json) talk.printJson({ ...plan, unassigned } as unknown as JsonObject)
  else talk.print(`${describe(plan)}${leftOut('read', unassigned)}`)
}

function describe(plan: Plan): string {
  const { source, shards, slices, bytes } = plan
  const rows = shards.map((shard, index) => {
    const mine = slices.filter((slice) => slice.shard === index)
    return [
      visible(shard.component),
      visible(shard.path),
      size(shard.bytes),
      shard.rows === null ? '?' : count(shard.rows),
      shard.rowGroups === null ? '–' : count(shard.rowGroups.length),
      count(mine.length),
    ]
  })
  const known = shards.every((shard) => shard.rows !== null)
  const total = shards.reduce((sum, shard) => sum + (shard.rows ?? 0), 0)
  return [
    `${visible(source.uri)}${source.revision === null ? '' : ` at ${source.revision}`}`,
    '',
    table(['component', 'file', 'size', 'rows', 'row groups', 'slices'], rows),
    '',
    `${plural(shards.length, 'file')}, ${size(bytes.total)}, ${known ? plural(total, 'row') : 'rows known after reading'}, ${plural(slices.length, 'slice')}`,
    `to download ${size(bytes.download)}, cached or local ${size(bytes.cached)}, disk needed ${size(bytes.diskNeeded)}`,
  ].join('\n')
}
