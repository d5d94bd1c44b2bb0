import type { Batch } from '../../core/batch.ts'
import type { Finding } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import type {
  ReduceContext,
  Scanner,
  SliceTally,
  Stage,
  StageContext,
  StageDefinition,
  StageResult,
} from '../../core/stage.ts'
import type { Tally } from '../../core/tally.ts'
import { optionsSchema, readOptions } from '../options.ts'
import { ColumnCounter, ColumnTable } from './columns.ts'
import { Declared } from './declared.ts'
import { flaggedFindings } from './findings.ts'
import type { Flagged } from './flagged.ts'
import { Matcher } from './match.ts'
import { OPTIONS } from './options.ts'
import type { Options } from './options.ts'
import { loadSources } from './registry.ts'
import type { Source } from './registry.ts'
import { RowCounts } from './rows.ts'
import { readUpstream } from './upstream.ts'
import type { UpstreamIndex } from './upstream.ts'

interface Index {
  sources: readonly Source[]
  upstream: UpstreamIndex
}

/**
 * Where rows come from: declared columns tabulated, and, for the sources the pipeline names, rows compared with the
 * upstream sets: verified, contradicted or unknown source, and the split a row belongs to.
 */
export const attribution: StageDefinition = {
  name: 'attribution',
  optionsSchema: optionsSchema(OPTIONS),
  create: (options) =>
    new AttributionStage(readOptions('attribution', OPTIONS, options)) as unknown as Stage<never>,
}

class AttributionStage implements Stage<Index> {
  readonly name = 'attribution'
  readonly version = 2
  readonly options: JsonObject
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
    this.options = options as unknown as JsonObject
  }

  async prepare(context: StageContext): Promise<Index> {
    const sources = await loadSources(this.#options, context.resources)
    return { sources, upstream: await readUpstream(sources, context) }
  }

  scanner(index: Index): Scanner {
    return new AttributionScanner(index, this.#options)
  }

  async *reduce(
    tallies: AsyncIterable<SliceTally>,
    index: Index,
    context: ReduceContext,
  ): AsyncGenerator<Finding, StageResult, undefined> {
    const columns = new ColumnTable()
    const rows = new RowCounts(index.sources.length)
    const schema = new Set<string>()
    let sourceColumn: string | null = null
    const flagged: Flagged[] = []
    for await (const { component, shard, tally } of tallies) {
      columns.add({ component, path: context.plan.shards[shard]!.path }, tally)
      rows.add(component, tally)
      for (const name of tally['schema'] as string[]) schema.add(name)
      sourceColumn ??= tally['sourceColumn'] as string | null
      flagged.push(...rows.flagged(shard, tally))
    }
    yield* flaggedFindings(flagged, index, context)
    const metrics = {
      rows: columns.rows(),
      schema: [...schema].sort(),
      sourceColumn,
      columns: columns.metrics((name) => context.evidence === 'hash' && name !== sourceColumn),
      sources: sourceMetrics(index, rows),
      unknown: rows.unknown(),
      declaredValues: columns.meanings(sourceColumn, new Declared(index.sources)),
    }
    return { metrics, resources: index.upstream.resources }
  }
}

class AttributionScanner implements Scanner {
  readonly #columns: ColumnCounter
  readonly #declared: Declared
  readonly #matcher: Matcher | null
  readonly #rows: RowCounts
  readonly #index: Index
  readonly #schema = new Set<string>()
  #sourceColumn: string | null = null

  constructor(index: Index, options: Options) {
    this.#index = index
    this.#columns = new ColumnCounter(options.columns)
    this.#declared = new Declared(index.sources)
    this.#rows = new RowCounts(index.sources.length)
    const { upstream } = index
    this.#matcher = upstream.source.length === 0 ? null : new Matcher(upstream, options)
  }

  scan(batch: Batch): void {
    this.#columns.scan(batch)
    for (const name of batch.columns.keys()) this.#schema.add(name)
    this.#sourceColumn ??= batch.schema.source
    for (let example = 0; example < batch.length; example++) {
      const declared = this.#declared.of(batch, example)
      const matches = this.#matcher?.find(batch, example) ?? []
      this.#rows.count(batch.firstRow + example, declared, matches, this.#index.upstream)
    }
  }

  tally(): Tally {
    return {
      ...this.#columns.tally(),
      ...this.#rows.tally(),
      schema: [...this.#schema].sort(),
      sourceColumn: this.#sourceColumn,
    }
  }
}

function sourceMetrics({ sources, upstream }: Index, rows: RowCounts): JsonObject {
  return Object.fromEntries(
    sources.map(({ name, licence, licenceStatedAt, licenceAlsoStated, licenceCheckedBy }, number) => [
      name,
      {
        ...{ licence, licenceStatedAt, licenceCheckedBy },
        ...(licenceAlsoStated.length === 0 ? {} : { licenceAlsoStated }),
        ...upstream.facts[number]!,
        components: rows.ofSource(number),
      },
    ]),
  ) as JsonObject
}
