import { accessTo } from '../../core/access.ts'
import { AuditError } from '../../core/error.ts'
import { finding } from '../../core/finding-id.ts'
import type { Finding } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import type {
  ReduceContext,
  SliceTally,
  Stage,
  StageContext,
  StageDefinition,
  StageResult,
} from '../../core/stage.ts'
import { openTokenizer, prepareTokenizer } from '../../text/tokenizer/tokenizer.ts'
import type { Tokenizer, TokenizerIndex } from '../../text/tokenizer/tokenizer.ts'
import { readChatTemplate } from './chat-template.ts'
import { complete, componentFigures, tokenMetrics } from './metrics.ts'
import type { ByComponent, Counted } from './metrics.ts'
import { OPTIONS_SCHEMA, readOptions } from './options.ts'
import type { TokenOptions } from './options.ts'
import { makeScanner } from './scanner.ts'
import { Counts, FIRST_TOKENIZER } from './tally.ts'
import { makeTemplateCounter, measureTemplate } from './template.ts'
import type { ChatTemplate, TemplateCounter } from './template.ts'

/** What workers need to count. */
interface TokenIndex {
  tokenizers: TokenizerIndex[]
  templates: ChatTemplate[]
}

/**
 * Counts words, characters, bytes and tokens of every turn: totals by component, role and tokenizer, lengths of
 * examples, and what goes beyond a sequence length.
 */
export const TOKENS: StageDefinition = {
  name: 'tokens',
  optionsSchema: OPTIONS_SCHEMA,
  create: (options) => makeStage(readOptions(options)) as unknown as Stage<never>,
}

function makeStage(options: TokenOptions): Stage<TokenIndex> {
  return {
    name: 'tokens',
    version: 2,
    options: { ...options },
    prepare: (context) => prepare(options, context),
    async scanner(index) {
      let opened = openedOf.get(index)
      if (opened === undefined) openedOf.set(index, (opened = open(index)))
      const { tokenizers, templates } = await opened
      return makeScanner(tokenizers, templates)
    },
    rowFigures: (tally, index) =>
      Object.fromEntries(index.tokenizers.map(({ name }, i) => [name, tally[`rows${i}`] as Uint32Array])),
    reduce: (tallies, index, context) => reduce(tallies, index, options, context),
  }
}

interface Opened {
  tokenizers: Tokenizer[]
  templates: TemplateCounter[]
}

/** Open tokenizers own caches and threads: one set a worker, whatever the number of slices. */
const openedOf = new WeakMap<TokenIndex, Promise<Opened>>()

async function open({ tokenizers, templates }: TokenIndex): Promise<Opened> {
  const opened = await Promise.all(tokenizers.map(openTokenizer))
  const counters = templates.map((template) => {
    const tokenizer = opened[tokenizers.findIndex((one) => one.name === template.tokenizer)]!
    return makeTemplateCounter(template, tokenizer)
  })
  return { tokenizers: opened, templates: counters }
}

async function prepare(options: TokenOptions, context: StageContext): Promise<TokenIndex> {
  const tokenizers: TokenizerIndex[] = []
  const templates: ChatTemplate[] = []
  for (const spec of options.tokenizers) {
    const tokenizer = await orNotChecked(spec, `tokens by ${spec}`, context, () =>
      prepareTokenizer(spec, context.resources),
    )
    if (tokenizer === null) continue
    tokenizer.name = unused(tokenizer.name, tokenizers)
    tokenizers.push(tokenizer)
    if (!options.chatTemplates.includes(spec)) continue
    const template = await orNotChecked(spec, `tokens with the chat template of ${spec}`, context, () =>
      readChatTemplate(spec, context.resources),
    )
    if (template === null) continue
    templates.push({ ...template, tokenizer: tokenizer.name })
    tellCost(template, context)
  }
  return { tokenizers, templates }
}

/** Opting in to a chat template is opting in to its cost, so it is told before the corpus is read. */
function tellCost(template: ChatTemplate, context: StageContext): void {
  const ms = measureTemplate(template)
  if (ms === null) return
  const rows = context.plan.shards.reduce((sum, shard) => sum + (shard.rows ?? 0), 0)
  const whole = rows > 0 ? `, about ${Math.ceil((rows * ms) / 1000)} s of one thread for ${rows} rows` : ''
  context.warn(
    `rendering the chat template of ${template.tokenizer} takes about ${ms.toFixed(2)} ms an example${whole}`,
  )
}

/**
 * What cannot be fetched is left out, loudly, and the run goes on with the rest. A file the user named, and a name that
 * means nothing, are mistakes in the question: they end the run before any data is read.
 */
async function orNotChecked<T>(
  spec: string,
  what: string,
  context: StageContext,
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    const fetched = error instanceof AuditError && spec.startsWith('hf:')
    const absent = error instanceof AuditError && what.includes('chat template')
    const registered =
      error instanceof AuditError && error.code !== 'TOKENIZER_INVALID' && !spec.startsWith('file:')
    if (!fetched && !absent && !registered) throw error
    context.warn(`not counted: ${what}: ${error.message}`)
    const needs = accessTo('the tokenizer, or its files beside the pipeline (file:tokenizer.json)')
    context.notChecked({ what, why: error.message, needs })
    return null
  }
}

/** Two files of one name in different folders must not share a key in the report. */
function unused(name: string, others: readonly TokenizerIndex[]): string {
  const taken = (candidate: string) => others.some((one) => one.name === candidate)
  let candidate = name
  for (let n = 2; taken(candidate); n++) candidate = `${name} (${n})`
  return candidate
}

async function* reduce(
  tallies: AsyncIterable<SliceTally>,
  index: TokenIndex,
  options: TokenOptions,
  context: ReduceContext,
): AsyncGenerator<Finding, StageResult, undefined> {
  const counts = new Map<string, Counts>()
  const sizes = [index.tokenizers.length, index.templates.length] as const
  for (const { component } of context.plan.shards) counts.set(component, new Counts(...sizes))
  for await (const { component, tally } of tallies) counts.get(component)!.add(Counts.unpack(tally, ...sizes))
  const counted: Counted = {
    tokenizers: index.tokenizers.map((one) => one.name),
    templates: index.templates.map((one) => one.tokenizer),
    sequenceLengths: options.sequenceLengths,
  }
  reportTemplateFailures(counts, counted, context)
  yield* tooLong(counts, counted)
  const tokenizers = Object.fromEntries(index.tokenizers.map((one) => [one.name, about(one)]))
  return {
    metrics: { tokenizers, ...tokenMetrics(counts, counted) },
    components: componentFigures(counts, counted),
    resources: [
      ...index.tokenizers.map((one) => ({ kind: 'tokenizer', name: one.name, ...about(one) })),
      ...index.templates.map(({ tokenizer, sha256 }) => ({ kind: 'chat-template', name: tokenizer, sha256 })),
    ],
  }
}

function about(index: TokenizerIndex): JsonObject {
  const { engine, sha256, vocabularySha256, revision, origin, why } = index
  return { engine, sha256, vocabularySha256, revision, origin, why }
}

function reportTemplateFailures(counts: ByComponent, counted: Counted, context: ReduceContext): void {
  const all = new Counts(counted.tokenizers.length, counted.templates.length)
  for (const one of counts.values()) all.add(one)
  const whole = new Set(complete(all, counted).map(([name]) => name))
  counted.templates.forEach((name, i) => {
    if (whole.has(name)) return
    const why = `the chat template rendered ${all.examples - all.templateFailures[i]!} of ${all.examples} examples`
    context.warn(`not counted: tokens with the chat template of ${name}: ${why}`)
    context.notChecked({
      what: `tokens with the chat template of ${name}`,
      why,
      needs: 'a chat template that renders every example',
    })
  })
}

/** One finding per component, tokenizer and sequence length that some example goes beyond. */
function* tooLong(counts: ByComponent, counted: Counted): Generator<Finding> {
  for (const [component, one] of counts) {
    for (const [i, tokenizer] of counted.tokenizers.entries()) {
      const sorted = one.lengths[FIRST_TOKENIZER + i]!.sorted()
      for (const limit of counted.sequenceLengths) {
        const beyond = sorted.filter(([value]) => value > limit)
        if (beyond.length === 0) continue
        const examples = beyond.reduce((sum, [, times]) => sum + times, 0)
        const tokens = beyond.reduce((sum, [value, times]) => sum + (value - limit) * times, 0)
        yield finding({
          rule: 'tokens/over-sequence-length',
          severity: 'info',
          place: { kind: 'component', name: component },
          key: `${tokenizer} ${limit}`,
          message: `${examples} examples are longer than ${limit} tokens of ${tokenizer}; ${tokens} tokens lie beyond`,
          evidence: { tokenizer, sequenceLength: limit, examples, tokens, longest: beyond.at(-1)![0] },
        })
      }
    }
  }
}
