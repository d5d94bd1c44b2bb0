import { closest } from '../../core/closest.ts'
import { AuditError } from '../../core/error.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'

export const METHODS = ['assay', 'swiss-ai', 'swiss-ai-fixed', 'ngram-13', 'ngram-8-coverage'] as const
export type Method = (typeof METHODS)[number]

export const PROMPTS = ['question', 'question+options', 'context+question'] as const
export type PromptForm = (typeof PROMPTS)[number]

/** Where a benchmark's fields stand in its rows; every part may be left out and is then recognised by name. */
export interface FieldMapping {
  id?: string
  question?: string
  /** One column (object, list, or {text, label}), several columns in order, or the texts themselves. */
  options?: string | readonly string[] | { fixed: Readonly<Record<string, string>> }
  /** Column of the right option: its label, its 0-based number, or its text. */
  answer?: string
  context?: string
}

export interface HubPlace {
  dataset: string
  config?: string
  split?: string
  revision?: string
  glob?: string
}

/** A benchmark as the pipeline (or the registry) names it. */
export interface BenchmarkOption {
  name: string
  file?: string
  hub?: HubPlace | readonly HubPlace[]
  prompt?: PromptForm
  fields?: FieldMapping
  licence?: string
}

export interface ContaminationOptions {
  benchmarks: readonly BenchmarkOption[]
  methods: readonly { name: Method; tokenizer: string | null }[]
}

/** What the published rule counts in where no tokenizer is named: one that is built in. */
const USUAL_TOKENIZER = 'o200k_base'

const BENCHMARK_KEYS = ['name', 'file', 'hub', 'prompt', 'fields', 'licence']
const HUB_KEYS = ['dataset', 'config', 'split', 'revision', 'glob']
const FIELD_KEYS = ['id', 'question', 'options', 'answer', 'context']

/** @throws AuditError PIPELINE_INVALID naming the wrong key or value and the closest valid one. */
export function readOptions(options: JsonObject): ContaminationOptions {
  onlyKeys(options, ['benchmarks', 'methods'], 'contamination')
  const list = options['benchmarks']
  if (!Array.isArray(list) || list.length === 0) {
    throw invalid('contamination.benchmarks', 'a list of benchmark names or {name, file}', show(list))
  }
  const benchmarks = list.map((entry: JsonValue) => readBenchmark(entry))
  const names = new Set<string>()
  for (const { name } of benchmarks) {
    if (names.has(name)) throw invalid('contamination.benchmarks', 'each benchmark once', `"${name}" twice`)
    names.add(name)
  }
  return { benchmarks, methods: readMethods(options['methods'] ?? ['assay', 'ngram-13']) }
}

function readBenchmark(entry: JsonValue): BenchmarkOption {
  if (typeof entry === 'string' && entry !== '') return { name: entry }
  if (!isObject(entry)) throw invalid('contamination.benchmarks', 'a name or {name, file}', show(entry))
  onlyKeys(entry, BENCHMARK_KEYS, 'contamination.benchmarks')
  const { name, file, prompt } = entry
  if (typeof name !== 'string' || name === '') {
    throw invalid('contamination.benchmarks', 'a name', show(name))
  }
  if (file !== undefined && typeof file !== 'string') throw invalid(`${name}.file`, 'a path', show(file))
  if (prompt !== undefined && !PROMPTS.includes(prompt as PromptForm)) {
    throw invalid(`${name}.prompt`, PROMPTS.join(', '), show(prompt))
  }
  if (entry['hub'] !== undefined) checkHub(entry['hub'], name)
  if (entry['fields'] !== undefined) checkFields(entry['fields'], name)
  if (file !== undefined && entry['hub'] !== undefined) throw invalid(name, '`file` or `hub`', 'both')
  return entry as unknown as BenchmarkOption
}

function checkHub(value: JsonValue, name: string): void {
  for (const place of Array.isArray(value) ? (value as readonly JsonValue[]) : [value]) {
    if (!isObject(place) || typeof place['dataset'] !== 'string') {
      throw invalid(`${name}.hub`, '{dataset, config?, split?, revision?, glob?}', show(place))
    }
    onlyKeys(place, HUB_KEYS, `${name}.hub`)
  }
}

function checkFields(value: JsonValue, name: string): void {
  if (!isObject(value)) throw invalid(`${name}.fields`, `an object of ${FIELD_KEYS.join(', ')}`, show(value))
  onlyKeys(value, FIELD_KEYS, `${name}.fields`)
  for (const key of ['id', 'question', 'answer', 'context']) {
    const column = value[key]
    if (column !== undefined && typeof column !== 'string') {
      throw invalid(`${name}.fields.${key}`, 'a column name', show(column))
    }
  }
}

function readMethods(list: JsonValue): ContaminationOptions['methods'] {
  if (!Array.isArray(list) || list.length === 0) {
    throw invalid('contamination.methods', `a list of ${METHODS.join(', ')}`, show(list))
  }
  const methods = list.map((entry: JsonValue) => {
    const [name, settings] = methodEntry(entry)
    if (!METHODS.includes(name as Method)) {
      const near = closest(name, METHODS)
      throw invalid('contamination.methods', METHODS.join(', '), `"${name}"`, near)
    }
    const tokenizer = settings['tokenizer']
    onlyKeys(settings, name === 'swiss-ai' ? ['tokenizer'] : [], `contamination.methods.${name}`)
    if (tokenizer !== undefined && (typeof tokenizer !== 'string' || tokenizer === '')) {
      throw invalid('contamination.methods.swiss-ai', `{ tokenizer: ${USUAL_TOKENIZER} }`, show(tokenizer))
    }
    const own = name === 'swiss-ai' ? (tokenizer ?? USUAL_TOKENIZER) : null
    return { name: name as Method, tokenizer: own as string | null }
  })
  const names = methods.map((method) => method.name)
  if (new Set(names).size < names.length)
    throw invalid('contamination.methods', 'each method once', show(list))
  // One order whatever the pipeline says, so that the same methods give the same report.
  return methods.sort((a, b) => METHODS.indexOf(a.name) - METHODS.indexOf(b.name))
}

function methodEntry(entry: JsonValue): [string, JsonObject] {
  if (typeof entry === 'string') return [entry, {}]
  if (isObject(entry)) {
    const keys = Object.keys(entry)
    const settings = entry[keys[0] ?? '']
    if (keys.length === 1 && (isObject(settings) || settings === null)) return [keys[0] ?? '', settings ?? {}]
  }
  throw invalid('contamination.methods', 'a name or {name: settings}', show(entry))
}

function onlyKeys(value: JsonObject, valid: readonly string[], where: string): void {
  for (const key of Object.keys(value)) {
    if (valid.includes(key)) continue
    throw invalid(where, valid.join(', ') || 'no settings', `unknown key "${key}"`, closest(key, valid))
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120)
}

function invalid(where: string, expected: string, got: string, near: string | null = null): AuditError {
  const fix = near === null ? undefined : `did you mean "${near}"?`
  return new AuditError('PIPELINE_INVALID', {
    what: 'the options of the stage contamination cannot be used',
    where,
    expected,
    got,
    ...(fix === undefined ? {} : { fix }),
  })
}

const STRING = { type: 'string', minLength: 1 }
const HUB = {
  type: 'object',
  required: ['dataset'],
  additionalProperties: false,
  properties: { dataset: STRING, config: STRING, split: STRING, revision: STRING, glob: STRING },
}

export const OPTIONS_SCHEMA: JsonObject = {
  type: 'object',
  required: ['benchmarks'],
  additionalProperties: false,
  properties: {
    benchmarks: {
      type: 'array',
      minItems: 1,
      items: {
        oneOf: [
          STRING,
          {
            type: 'object',
            required: ['name'],
            additionalProperties: false,
            properties: {
              name: STRING,
              file: STRING,
              hub: { oneOf: [HUB, { type: 'array', items: HUB }] },
              prompt: { enum: PROMPTS },
              fields: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  id: STRING,
                  question: STRING,
                  options: {
                    oneOf: [
                      STRING,
                      { type: 'array', items: STRING },
                      {
                        type: 'object',
                        required: ['fixed'],
                        properties: { fixed: { type: 'object', additionalProperties: STRING } },
                      },
                    ],
                  },
                  answer: STRING,
                  context: STRING,
                },
              },
              licence: STRING,
            },
          },
        ],
      },
    },
    methods: {
      type: 'array',
      minItems: 1,
      items: {
        oneOf: [
          { enum: METHODS },
          {
            type: 'object',
            additionalProperties: false,
            properties: {
              'swiss-ai': { type: 'object', properties: { tokenizer: STRING } },
            },
          },
        ],
      },
    },
  },
}
