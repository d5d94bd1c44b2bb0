import { parse } from 'yaml'
import { z } from 'zod'
import { closest } from '../../core/closest.ts'
import { AuditError } from '../../core/error.ts'
import type { Resource, Resources, TableRef } from '../../core/stage.ts'
import type { Options, Upstream } from './options.ts'

const NAMES = z.array(z.string().min(1)).min(1)
const ENTRY = z.strictObject({
  name: z.string().min(1),
  aliases: NAMES,
  hub: z.strictObject({
    repo: z.string().min(1),
    config: z.string().optional(),
    revision: z.string().default('main'),
    splits: NAMES,
  }),
  columns: z.strictObject({
    question: NAMES,
    also: NAMES.optional(),
    id: NAMES.optional(),
    split: NAMES.optional(),
  }),
  licence: z.string().optional(),
  licenceStatedAt: z.string().optional(),
  licenceAlsoStated: z.array(z.strictObject({ licence: z.string(), at: z.string() })).optional(),
  licenceCheckedBy: z.string().optional(),
  checked: z.string().optional(),
})
const REGISTRY = z.strictObject({ sources: z.array(ENTRY) })

/** One table of an upstream set; `split` is what all its rows belong to unless a column says otherwise. */
export interface SourcePart {
  split: string
  ref: TableRef
}

/** A known source: how rows name it, and, where it was asked for, where its rows are read. */
export interface Source {
  name: string
  aliases: readonly string[]
  licence: string | null
  licenceStatedAt: string | null
  /** Other places that state a licence for it. */
  licenceAlsoStated: readonly { licence: string; at: string }[]
  /** Who or what compared the statement with its place; null when nobody did. */
  licenceCheckedBy: string | null
  columns: {
    /** The first that exists counts. */
    question: readonly string[]
    /** Other wordings of the same question. */
    also: readonly string[]
    id: readonly string[]
    split: readonly string[]
  }
  /** Empty when the pipeline did not ask to compare with it. */
  parts: readonly SourcePart[]
}

const DEFAULT_QUESTION = ['question', 'sent1', 'QUESTION', 'prompt', 'text']
const DEFAULT_ID = ['id', '_id', 'question_id']

/**
 * Sources of the registry and of the pipeline, those asked for with the tables to read.
 * @throws AuditError PIPELINE_INVALID for a name the registry does not have.
 */
export async function loadSources(options: Options, resources: Resources): Promise<Source[]> {
  const ref =
    options.registry === undefined
      ? ({ kind: 'package', path: 'sources.yaml' } as const)
      : ({ kind: 'local', path: options.registry } as const)
  const entries = readRegistry(await resources.file(ref))
  const asked = options.sources
  const known = entries.map((entry) => fromRegistry(entry, asked === 'all'))
  if (asked === 'all') return known
  const own = new Set<number>()
  for (const one of asked) {
    if (typeof one === 'string') enable(one, known, entries)
    else own.add(add(one, known, own))
  }
  return known
}

type Entry = z.output<typeof ENTRY>

function readRegistry(resource: Resource): Entry[] {
  try {
    const value: unknown = parse(new TextDecoder().decode(resource.bytes), { maxAliasCount: 50 })
    return REGISTRY.parse(value).sources
  } catch (cause) {
    throw new AuditError('PIPELINE_INVALID', {
      what: 'the registry of sources is not valid',
      where: resource.origin,
      got: cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message,
      cause,
    })
  }
}

function fromRegistry(entry: Entry, enabled: boolean): Source {
  return {
    name: entry.name,
    aliases: [entry.name, ...entry.aliases],
    licence: entry.licence ?? null,
    licenceStatedAt: entry.licenceStatedAt ?? null,
    licenceAlsoStated: entry.licenceAlsoStated ?? [],
    licenceCheckedBy: entry.licenceCheckedBy ?? null,
    columns: {
      question: entry.columns.question,
      also: entry.columns.also ?? [],
      id: entry.columns.id ?? DEFAULT_ID,
      split: entry.columns.split ?? [],
    },
    parts: enabled ? hubParts(entry.hub, entry.hub.splits) : [],
  }
}

function hubParts(
  hub: { repo: string; config?: string | undefined; revision?: string | undefined },
  splits: readonly string[],
): SourcePart[] {
  const { repo, config, revision = 'main' } = hub
  return splits.map((split) => ({
    split,
    ref: { kind: 'hub', repo, split, revision, ...(config === undefined ? {} : { config }) },
  }))
}

function enable(name: string, known: Source[], entries: readonly Entry[]): void {
  const index = entries.findIndex((entry) =>
    [entry.name, ...entry.aliases].some((alias) => plain(alias) === plain(name)),
  )
  if (index < 0) {
    const names = entries.map((entry) => entry.name)
    const near = closest(name, names)
    throw new AuditError('PIPELINE_INVALID', {
      what: `unknown source "${name}"`,
      where: 'stages.attribution.sources',
      expected: `one of ${names.join(', ')}, or a set of your own with name and file`,
      ...(near === null ? {} : { fix: `did you mean "${near}"?` }),
    })
  }
  known[index] = fromRegistry(entries[index]!, true)
}

/**
 * A set of the pipeline's own; one with the name of a registered source replaces where that is read, and one named
 * again is read from there too: a file per split. @returns its number.
 */
function add(own: Upstream, known: Source[], before: ReadonlySet<number>): number {
  if ((own.file === undefined) === (own.hub === undefined)) {
    throw new AuditError('PIPELINE_INVALID', {
      what: `source "${own.name}" needs either "file" or "hub"`,
      where: 'stages.attribution.sources',
    })
  }
  const index = known.findIndex((source) => plain(source.name) === plain(own.name))
  const base = known[index]
  const question = own.question === undefined ? undefined : [own.question].flat()
  const source: Source = {
    name: base?.name ?? own.name,
    aliases: [own.name, ...(own.aliases ?? []), ...(base?.aliases ?? [])],
    ...licenceOf(own, base),
    columns: {
      question: question ?? [...(base?.columns.question ?? []), ...DEFAULT_QUESTION],
      also: question === undefined ? (base?.columns.also ?? []) : [],
      id: base?.columns.id ?? DEFAULT_ID,
      split: base?.columns.split ?? ['split'],
    },
    parts: [...(base !== undefined && before.has(index) ? base.parts : []), ...partsOf(own)],
  }
  if (index < 0) return known.push(source) - 1
  known[index] = source
  return index
}

/** What the pipeline states replaces what the registry states, together with its place. */
function licenceOf(
  own: Upstream,
  base: Source | undefined,
): Omit<Source, 'name' | 'aliases' | 'columns' | 'parts'> {
  if (own.licence === undefined && base !== undefined) {
    const { licence, licenceStatedAt, licenceAlsoStated, licenceCheckedBy } = base
    return {
      licence,
      licenceStatedAt: own.licenceStatedAt ?? licenceStatedAt,
      licenceAlsoStated,
      licenceCheckedBy,
    }
  }
  return {
    licence: own.licence ?? null,
    licenceStatedAt: own.licenceStatedAt ?? null,
    licenceAlsoStated: [],
    licenceCheckedBy: null,
  }
}

function partsOf(own: Upstream): SourcePart[] {
  if (own.hub === undefined) return [filePart(own)]
  return hubParts(own.hub, own.splits ?? ['train', 'validation', 'test'])
}

function filePart(own: Upstream): SourcePart {
  return { split: own.split ?? own.splits?.[0] ?? 'unknown', ref: { kind: 'local', path: own.file! } }
}

/** Letters and digits of a name in lower case: how declared values are compared with names. */
export function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '').toLowerCase()
}
