import type { FindingBlock } from '../../core/finding-block.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ReduceContext, SliceTally, Stage, StageDefinition, StageResult } from '../../core/stage.ts'
import { buildIndex } from './build.ts'
import type { ContaminationIndex } from './build.ts'
import { gatherMatches } from './matches.ts'
import { findingsRound, matchFindings } from './findings-round.ts'
import type { FoundRow } from './findings-round.ts'
import { MatchCounter, sourceMetrics } from './metrics.ts'
import { OPTIONS_SCHEMA, readOptions } from './options.ts'
import type { ContaminationOptions } from './options.ts'
import { withControl } from './prevalence.ts'
import { createScanner } from './scanner.ts'
import { selfTest } from './self-test.ts'

/** Benchmark items in the corpus, by assay's own method and by published rules, in one pass. */
export const contamination: StageDefinition = {
  name: 'contamination',
  optionsSchema: OPTIONS_SCHEMA,
  create: (options) => createStage(readOptions(options)) as unknown as Stage<never>,
  selfTest,
  withControl,
}

function createStage(options: ContaminationOptions): Stage<ContaminationIndex> {
  return {
    name: 'contamination',
    version: 10,
    options: effective(options),
    prepare: (context) => buildIndex(options, context),
    scanner: createScanner,
    reduce,
    rounds: { findings: findingsRound },
  }
}

function effective(options: ContaminationOptions): JsonObject {
  return {
    benchmarks: options.benchmarks.map((benchmark) => ({ ...benchmark })) as unknown as JsonObject[],
    methods: options.methods.map(({ name, tokenizer }) =>
      tokenizer === null ? name : { [name]: { tokenizer } },
    ),
  }
}

async function* reduce(
  tallies: AsyncIterable<SliceTally>,
  index: ContaminationIndex,
  context: ReduceContext,
): AsyncGenerator<FindingBlock, StageResult, undefined> {
  const matches = await gatherMatches(tallies, index)
  const counter = new MatchCounter(index)
  const flagged = new Map<string, number>()
  const onRow = ({ source, matches }: FoundRow) => {
    counter.add(matches)
    if (source !== null) flagged.set(source, (flagged.get(source) ?? 0) + 1)
  }
  yield* matchFindings(matches, index, context, onRow)
  const components = [...new Set(context.plan.shards.map((shard) => shard.component))]
  const metrics = counter.metrics({
    components,
    examples: matches.examples,
    sources: sourceMetrics(matches.sources, flagged),
  })
  return { metrics, resources: index.benchmarks.map(resource) }
}

function resource(info: ContaminationIndex['benchmarks'][number]): JsonObject {
  const { name, origin, revision, sha256, licence, items } = info
  return { kind: 'benchmark', name, origin, revision, sha256, licence, items }
}
