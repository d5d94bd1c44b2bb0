import { canonicalJson, isObject } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { SchemaField } from '../core/plan.ts'
import type { AuditRecord, Format, InputRecord } from '../core/record.ts'
import { inAddress, inputSha256, inputUrl, repositoryUrl } from './address.ts'
import { croissantField } from './croissant-field.ts'

/**
 * `croissant.json`: Croissant 1.1 with RAI fields. Every file with the sha256 of its bytes and an address pinned to
 * the revision. Holds what was measured and what is quoted as declared; what is not known is absent.
 */
export const croissant: Format = {
  name: 'croissant',
  file: 'croissant.json',
  async *render(record) {
    yield `${canonicalJson(croissantOf(record), 2)}\n`
  },
}

const CONTEXT: JsonObject = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  annotation: 'cr:annotation',
  arrayShape: 'cr:arrayShape',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  containedIn: 'cr:containedIn',
  cr: 'http://mlcommons.org/croissant/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  description: { '@container': '@language' },
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  excludes: 'cr:excludes',
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  fileProperty: 'cr:fileProperty',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isArray: 'cr:isArray',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  name: { '@container': '@language' },
  parentField: 'cr:parentField',
  path: 'cr:path',
  prov: 'http://www.w3.org/ns/prov#',
  rai: 'http://mlcommons.org/croissant/RAI/',
  readLines: 'cr:readLines',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  sdVersion: 'cr:sdVersion',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
  unArchive: 'cr:unArchive',
  value: 'cr:value',
}

/** The JSON-LD document. */
export function croissantOf(record: AuditRecord): JsonObject {
  const components = Object.keys(record.components).sort()
  return {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: ['http://mlcommons.org/croissant/1.1', 'http://mlcommons.org/croissant/RAI/1.0'],
    name: nameOf(record),
    description: descriptionOf(record),
    ...declaredOf(record),
    isLiveDataset: false,
    sdVersion: record.tool.version,
    distribution: [
      ...record.inputs.map((input) => fileObject(record, input)),
      ...components.map((component) => fileSet(record, component)),
    ],
    recordSet: components.map((component) => recordSet(record, component)),
    ...derivedFrom(record),
    'rai:dataLimitations': record.notChecked.map(({ what, why }) => `Not checked: ${what}: ${why}`),
    'rai:personalSensitiveInformation': 'The text was not searched for personal or sensitive information',
  }
}

function nameOf(record: AuditRecord): string {
  return firstOf(record.card, 'names', 'name') ?? record.source.uri.split('/').at(-1) ?? record.pipeline.name
}

function descriptionOf(record: AuditRecord): string {
  const rows = record.inputs.reduce((sum, input) => sum + input.rows, 0)
  const count = Object.keys(record.components).length
  return `${rows} examples in ${count} components (${record.inputs.length} files), as counted by an audit of the files.`
}

/** What the card and the repository declare, and nothing else. */
function declaredOf(record: AuditRecord): JsonObject {
  const { source } = record
  const repository = repositoryUrl(record)
  const licence = firstOf(record.card, 'licences', 'declared')
  const languages = membersOf(record.card, 'languages', 'language')
  const owner = repository?.split('/').at(-2)
  return {
    ...(repository === null ? {} : { url: repository }),
    ...(owner === undefined || owner === 'datasets'
      ? {}
      : { creator: { '@type': 'sc:Organization', name: owner, url: `https://huggingface.co/${owner}` } }),
    ...(source.commitDate === null
      ? {}
      : { datePublished: source.commitDate, dateModified: source.commitDate }),
    ...(licence === null ? {} : { license: licence }),
    ...(languages.length === 0 ? {} : { inLanguage: languages }),
    ...(source.revision === null ? {} : { sameAs: `${repository ?? ''}/tree/${source.revision}` }),
  }
}

/** Upstream sets that rows declare or were found in: how many rows, and how it is known. */
function derivedFrom(record: AuditRecord): JsonObject {
  const licences = record.extra?.['licences']
  const sources =
    isObject(licences) && Array.isArray(licences['sources']) ? licences['sources'].filter(isObject) : []
  if (sources.length === 0) return {}
  const entities = sources.map((source) => {
    const rows = Object.values((source['components'] ?? {}) as Record<string, number>)
    const total = rows.reduce((sum, count) => sum + count, 0)
    const description = `${total} rows; found by: ${String(source['foundBy'])}`
    return { '@type': 'prov:Entity', 'prov:label': String(source['name']), description }
  })
  return { 'prov:wasDerivedFrom': entities }
}

function membersOf(card: JsonObject | null, list: string, key: string): string[] {
  const entries = card?.[list]
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: JsonValue) => {
    const value = isObject(entry) ? entry[key] : undefined
    return typeof value === 'string' ? [value] : []
  })
}

function firstOf(card: JsonObject | null, list: string, key: string): string | null {
  return membersOf(card, list, key)[0] ?? null
}

function fileObject(record: AuditRecord, input: InputRecord): JsonObject {
  const sha256 = inputSha256(input)
  return {
    '@type': 'cr:FileObject',
    '@id': fileId(input),
    name: input.path.split('/').at(-1) ?? input.path,
    contentUrl: inputUrl(record, input),
    contentSize: `${input.bytes} B`,
    encodingFormat: encodingOf(input.path),
    ...(sha256 === null ? {} : { sha256 }),
  }
}

function fileId({ component, path }: InputRecord): string {
  return `file/${inAddress(component)}/${inAddress(path)}`
}

function fileSet(record: AuditRecord, component: string): JsonObject {
  const inputs = record.inputs.filter((input) => input.component === component)
  const first = inputs[0]?.path ?? ''
  return {
    '@type': 'cr:FileSet',
    '@id': `files/${inAddress(component)}`,
    name: `files of ${component}`,
    containedIn: inputs.map((input) => ({ '@id': fileId(input) })),
    encodingFormat: encodingOf(first),
    includes: `*${/\.[^./]+$/.exec(first)?.[0] ?? ''}`,
  }
}

function encodingOf(path: string): string {
  if (path.endsWith('.parquet')) return 'application/x-parquet'
  if (path.endsWith('.gz')) return 'application/gzip'
  return path.endsWith('.zst') ? 'application/zstd' : 'application/jsonlines'
}

function recordSet(record: AuditRecord, component: string): JsonObject {
  const id = `records/${inAddress(component)}`
  const { examples } = record.components[component]!
  const fields = sharedFields(record.inputs.filter((input) => input.component === component))
  return {
    '@type': 'cr:RecordSet',
    '@id': id,
    name: component,
    description: `${examples} examples`,
    field: fields
      .map((field) => croissantField(field, { id, fileSet: `files/${inAddress(component)}` }))
      .filter(isPresent),
  }
}

function isPresent(value: JsonObject | null): value is JsonObject {
  return value !== null
}

/** Columns that every file of a component has with the same type; a file nobody could open says nothing of them. */
function sharedFields(inputs: readonly InputRecord[]): SchemaField[] {
  const [first, ...rest] = inputs.flatMap(({ schema }) => (schema === null ? [] : [schema]))
  return (first ?? []).filter((field) =>
    rest.every((schema) => schema.some((other) => other.name === field.name && other.type === field.type)),
  )
}
