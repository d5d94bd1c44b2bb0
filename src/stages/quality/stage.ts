import { z } from 'zod'
import type { Finding } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import type {
  ReduceContext,
  Scanner,
  SliceTally,
  Stage,
  StageDefinition,
  StageResult,
} from '../../core/stage.ts'
import { optionsSchema, readOptions } from '../options.ts'
import { ComponentQuality } from './component.ts'
import { rowFindings } from './row-findings.ts'
import { QualityScanner } from './scan.ts'
import { layouts, schemaFindings, schemaMetrics } from './schema-facts.ts'

const OPTIONS = z.strictObject({})

/**
 * What can be wrong with rows whatever the corpus is for: empty, truncated and damaged turns, repeated turns, the
 * order of roles, languages by script, the balance of answer letters, and files whose columns differ. What decoding
 * itself notices (unknown roles, invalid UTF-8, null content) is reported by the engine as `input/…`.
 */
export const QUALITY: StageDefinition = {
  name: 'quality',
  optionsSchema: optionsSchema(OPTIONS),
  create: (options) => {
    readOptions('quality', OPTIONS, options)
    return new QualityStage() as unknown as Stage<never>
  },
}

class QualityStage implements Stage<null> {
  readonly name = 'quality'
  readonly version = 1
  readonly options: JsonObject = {}

  prepare(): Promise<null> {
    return Promise.resolve(null)
  }

  scanner(): Scanner {
    return new QualityScanner()
  }

  async *reduce(
    tallies: AsyncIterable<SliceTally>,
    _index: null,
    context: ReduceContext,
  ): AsyncGenerator<Finding, StageResult, undefined> {
    const components = new Map<string, ComponentQuality>()
    for await (const tally of tallies) {
      const component = components.get(tally.component) ?? new ComponentQuality(tally.component)
      components.set(tally.component, component)
      component.add(tally, context.plan)
    }
    const sorted = [...components].sort(([a], [b]) => (a < b ? -1 : 1))
    const schema = layouts(context.plan)
    yield* rowFindings(
      sorted.flatMap(([, component]) => [...component.settle()]),
      context,
    )
    for (const [, component] of sorted) yield* component.findings()
    yield* schemaFindings(schema)
    return { metrics: metricsOf(sorted, schemaMetrics(schema)) }
  }
}

/** Tables by component; `answerLetters` and `scripts` stand alone as well, where claims look for them. */
function metricsOf(
  components: readonly (readonly [string, ComponentQuality])[],
  schema: JsonObject,
): JsonObject {
  const each = (value: (component: ComponentQuality) => JsonObject | null): JsonObject =>
    Object.fromEntries(components.map(([name, component]) => [name, value(component)]))
  return {
    components: each((component) => component.metrics()),
    answerLetters: each((component) => component.balance()?.counts ?? {}),
    answersExpected: each((component) => component.balance()?.expected ?? {}),
    scripts: each((component) => component.scripts()),
    schema,
  }
}
