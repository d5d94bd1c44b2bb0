import { AuditError } from '../core/error.ts'
import type { OpenedSource, Shard } from '../core/source.ts'
import { resolveConfigs } from './card-configs.ts'
import type { ConfigRequest } from './card-configs.ts'
import { isGlob } from './glob.ts'
import { byCodeUnit, formatOf, matching } from './source-file.ts'
import type { SourceFile } from './source-file.ts'

export interface ComponentRequest extends ConfigRequest {
  /** From the pipeline. */
  components: Readonly<Record<string, string | readonly string[]>> | null
  /** Path or glob from the source string. */
  path: string | null
  where: string
}

export interface Assigned {
  component: string
  file: SourceFile
  format: Shard['format']
}

export interface Assignment {
  assigned: readonly Assigned[]
  configs: OpenedSource['configs']
  unassigned: readonly string[]
  overlaps: readonly { path: string; components: readonly string[] }[]
}

const ROWS_OF_DATA = /\.(parquet|jsonl|ndjson|csv|tsv|arrow)(\.(gz|zstd?|bz2|xz))?$/i

/**
 * Decides which files belong to which component: the pipeline's map, else the path of the source, else the card's
 * configs, else `data/*`, else every Parquet file, else every JSONL file.
 * @throws AuditError SOURCE_EMPTY when nothing matches, naming the pattern.
 */
export function assignComponents(request: ComponentRequest): Assignment {
  const configs = resolveConfigs(request)
  const groups = chosenGroups(request, configs)
  const { assigned, overlaps } = settle(groups)
  if (assigned.length === 0) throw nothing(request)
  const taken = new Set(assigned.map(({ file }) => file.path))
  const unassigned = request.files
    .map(({ path }) => path)
    .filter((path) => ROWS_OF_DATA.test(path) && !taken.has(path))
  return { assigned, configs, unassigned: unassigned.sort(byCodeUnit), overlaps }
}

interface Group {
  component: string
  files: readonly SourceFile[]
  asked: boolean
}

function chosenGroups(request: ComponentRequest, configs: OpenedSource['configs']): Group[] {
  if (request.components !== null) return mapped(request, request.components)
  if (request.path !== null) return byFolder(selected(request, request.path), true)
  for (const card of request.cards) {
    const own = configs.filter((config) => config.card === card.path && config.paths.length > 0)
    if (own.length > 0) return withoutCollections(fromConfigs(request, own))
  }
  return byFolder(defaultFiles(request.files), false)
}

function mapped(
  request: ComponentRequest,
  components: Readonly<Record<string, string | readonly string[]>>,
): Group[] {
  return Object.entries(components).map(([component, patterns]) => {
    const files = matching(request.files, typeof patterns === 'string' ? [patterns] : patterns)
    if (files.length > 0) return { component, files, asked: true }
    throw new AuditError('SOURCE_EMPTY', {
      what: `Component "${component}" matches no file`,
      where: request.where,
      expected: `a data file matching ${JSON.stringify(patterns)}`,
      got: example(request.files),
      fix: 'Check the patterns under "components"; they are relative to the source root.',
    })
  })
}

/** A path of a source string is a file, a folder, or a glob: the listing tells. */
function selected(request: ComponentRequest, path: string): SourceFile[] {
  const exact = request.files.filter((file) => file.path === path)
  if (exact.length > 0) return exact
  const below = request.files.filter((file) => file.path.startsWith(`${path}/`))
  if (below.length > 0 && !isGlob(path)) return parquetElseJsonl(below)
  return matching(request.files, [path])
}

function fromConfigs(request: ComponentRequest, configs: OpenedSource['configs']): Group[] {
  const byPath = new Map(request.files.map((file) => [file.path, file]))
  return configs.map(({ name, paths }) => ({
    component: name,
    files: paths.flatMap((path) => byPath.get(path) ?? []),
    asked: true,
  }))
}

/**
 * A config that is nothing but several others together (the usual `default`) is a way to load them, not a component
 * of its own: its files are in one component each.
 */
function withoutCollections(groups: readonly Group[]): Group[] {
  return groups.filter((group) => !isCollection(group, groups))
}

function isCollection(group: Group, groups: readonly Group[]): boolean {
  const paths = new Set(group.files.map(({ path }) => path))
  const parts = groups.filter(
    ({ files }) => files.length < paths.size && files.every(({ path }) => paths.has(path)),
  )
  const together = new Set(parts.flatMap(({ files }) => files.map(({ path }) => path)))
  return parts.length > 1 && together.size === paths.size
}

function defaultFiles(files: readonly SourceFile[]): SourceFile[] {
  const inData = parquetElseJsonl(files.filter(({ path }) => path.startsWith('data/')))
  return inData.length > 0 ? inData : parquetElseJsonl(files)
}

function parquetElseJsonl(files: readonly SourceFile[]): SourceFile[] {
  const parquet = files.filter(({ path }) => formatOf(path) === 'parquet')
  return parquet.length > 0 ? parquet : files.filter(({ path }) => formatOf(path) !== null)
}

function byFolder(files: readonly SourceFile[], asked: boolean): Group[] {
  const groups = new Map<string, SourceFile[]>()
  for (const file of files) {
    const name = folderName(file.path)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [file])
    else group.push(file)
  }
  return [...groups].map(([component, members]) => ({ component, files: members, asked }))
}

/** `data/NAME/…` and `NAME/…` are component NAME; files beside each other at the top are `default`. */
function folderName(path: string): string {
  const parts = path.split('/')
  if (parts[0] === 'data') parts.shift()
  return parts.length > 1 ? (parts[0] ?? 'default') : 'default'
}

/** A file two components claim goes to the smaller one (then the first by name), so that no row is counted twice. */
function settle(groups: readonly Group[]): Pick<Assignment, 'assigned' | 'overlaps'> {
  const ranked = [...groups].sort(
    (a, b) => a.files.length - b.files.length || byCodeUnit(a.component, b.component),
  )
  const owners = new Map<string, { assigned: Assigned; components: string[] }>()
  for (const { component, files, asked } of ranked) {
    for (const file of files) {
      const owner = owners.get(file.path)
      const format = formatOf(file.path, asked)
      if (owner !== undefined) owner.components.push(component)
      else if (format !== null)
        owners.set(file.path, { assigned: { component, file, format }, components: [component] })
    }
  }
  const all = [...owners.values()]
  const twice = all.filter(({ components }) => components.length > 1)
  return {
    assigned: all.map(({ assigned }) => assigned).sort(byComponentThenPath),
    overlaps: twice
      .map(({ assigned, components }) => ({
        path: assigned.file.path,
        components: [...components].sort(byCodeUnit),
      }))
      .sort((a, b) => byCodeUnit(a.path, b.path)),
  }
}

function nothing(request: ComponentRequest): AuditError {
  return new AuditError('SOURCE_EMPTY', {
    what: 'No data file found',
    where: request.where,
    expected:
      request.path === null ? 'Parquet or JSONL files' : `a Parquet or JSONL file matching "${request.path}"`,
    got: example(request.files),
    fix: 'Check the path; globs match from the source root, * does not cross folders (** does), and .json files are read when a path or pattern names them.',
  })
}

function example(files: readonly SourceFile[]): string {
  const names = files.slice(0, 5).map(({ path }) => path)
  return `${files.length} files${names.length === 0 ? '' : `, such as ${names.join(', ')}`}`
}

function byComponentThenPath(a: Assigned, b: Assigned): number {
  return byCodeUnit(a.component, b.component) || byCodeUnit(a.file.path, b.file.path)
}
