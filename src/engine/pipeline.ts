import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { z } from 'zod'
import { closest } from '../core/closest.ts'
import { AuditError } from '../core/error.ts'
import { canonicalJson } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { LoadedPipeline, Pipeline } from '../core/pipeline.ts'
import { packageRoot } from '../core/package.ts'
import { expectedOf } from '../core/schema-words.ts'
import type { SchemaIssue } from '../core/schema-words.ts'
import type { Stage } from '../core/stage.ts'
import { FORMATS } from '../formats/index.ts'
import { STAGES } from '../stages/index.ts'
import { pipelineSchema } from './pipeline-schema.ts'
import { parseYaml } from './yaml.ts'
import { withoutFolders } from './without-folders.ts'

const LARGEST_BYTES = 1024 * 1024

/** Stages of an audit of a bare source: everything that needs no further input. */
const DEFAULT_STAGES = ['tokens', 'duplicates', 'attribution', 'quality']

/**
 * Reads and validates a pipeline file.
 * @throws AuditError PIPELINE_INVALID naming line, key, and the closest valid key.
 */
export async function loadPipeline(path: string): Promise<LoadedPipeline> {
  const text = await readPipelineText(path)
  const value = parseYaml(text, { where: path, code: 'PIPELINE_INVALID' })
  return loaded(validatePipeline(value, path), folderOf(path))
}

/** A pipeline made from command-line arguments or by a library user: paths are relative to the working directory. */
export function pipelineOf(value: JsonObject, folder = process.cwd()): LoadedPipeline {
  return loaded(validatePipeline(value, 'the arguments'), folder)
}

/** The audit of a bare source: default stages, named after the source. */
export function defaultPipeline(source: string): LoadedPipeline {
  const known = new Set(STAGES.map((stage) => stage.name))
  const stages = Object.fromEntries(
    DEFAULT_STAGES.filter((stage) => known.has(stage)).map((stage) => [stage, {}]),
  )
  return pipelineOf({ name: nameOf(source), source, stages })
}

/** The same audit with a second corpus; a local path is relative to the working directory, as the user types it. */
export function withAgainst(loadedPipeline: LoadedPipeline, against: string): LoadedPipeline {
  const { pipeline, folder } = loadedPipeline
  const there = resolve(process.cwd(), against)
  const local = existsSync(there) && relative(process.cwd(), folder) !== '' ? there : against
  return loaded({ ...pipeline, against: local }, folder)
}

/** A file name made of a source: what follows the last meaningful slash, without revision and glob. */
export function nameOf(source: string): string {
  const parts = source.split(/[\\/]/).filter((part) => part !== '' && !/[*?{}[\]]/.test(part))
  const last = basename(parts.at(-1) ?? 'audit').replace(/@.*$/, '')
  const clean = last
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100)
  return clean === '' ? 'audit' : clean
}

/** @throws AuditError PIPELINE_INVALID */
export function validatePipeline(value: unknown, where: string): Pipeline {
  const parsed = pipelineSchema.safeParse(value)
  if (!parsed.success) {
    // A misspelt key is also a missing one; the misspelling is what helps.
    const { issues } = parsed.error
    const unknown = issues.find(({ code }) => code === 'unrecognized_keys')
    throw invalid(unknown ?? issues[0], value, where)
  }
  const { stages, ...rest } = parsed.data
  const filled = Object.fromEntries(Object.entries(stages).map(([key, options]) => [key, options ?? {}]))
  const pipeline = { ...rest, stages: filled } as Pipeline
  createStages(pipeline, where)
  checkNames(
    pipeline.formats ?? [],
    FORMATS.map((format) => format.name),
    { where, kind: 'format' },
  )
  return pipeline
}

/** The pipeline's stages in registry order; each checks its own options. */
export function createStages(pipeline: Pipeline, where = 'the pipeline'): Stage<never>[] {
  checkNames(
    Object.keys(pipeline.stages),
    STAGES.map((stage) => stage.name),
    { where, kind: 'stage' },
  )
  return STAGES.filter((stage) => Object.hasOwn(pipeline.stages, stage.name)).map((definition) =>
    definition.create(pipeline.stages[definition.name] ?? {}),
  )
}

function checkNames(
  names: readonly string[],
  known: readonly string[],
  { where, kind }: { where: string; kind: string },
): void {
  for (const name of names) {
    if (known.includes(name)) continue
    throw new AuditError('PIPELINE_INVALID', {
      what: `Unknown ${kind} "${name}"`,
      where,
      expected: `one of ${known.join(', ')}`,
      ...didYouMean(name, known),
    })
  }
}

function didYouMean(name: string, known: readonly string[]): { fix?: string } {
  const near = closest(name, known)
  return near === null ? {} : { fix: `Did you mean "${near}"?` }
}

function invalid(issue: z.core.$ZodIssue | undefined, value: unknown, where: string): AuditError {
  if (issue === undefined)
    return new AuditError('PIPELINE_INVALID', { what: 'The pipeline is not valid', where })
  const key = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys[0] ?? ''
    const known = knownKeys(issue.path)
    return new AuditError('PIPELINE_INVALID', {
      what: `Unknown key "${key === '' ? unknown : `${key}.${unknown}`}"`,
      where,
      ...(known.length > 0 ? { expected: `one of ${known.join(', ')}` } : {}),
      ...didYouMean(unknown, known),
    })
  }
  return new AuditError('PIPELINE_INVALID', {
    what: key === '' ? 'The pipeline is not valid' : `The value of "${key}" is not valid`,
    where,
    expected: expectedOf(issue as unknown as SchemaIssue),
    got: show(valueAt(value, issue.path)),
  })
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(pipelineSchema.shape)
  if (path[0] === 'columns') return ['id', 'source']
  if (path[0] === 'shape') return ['kind', 'column', 'more', 'columns', 'roleField', 'contentField', 'roles']
  return []
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value
  for (const key of path) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) return undefined
    current = (current as Record<PropertyKey, unknown>)[key]
  }
  return current
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

function loaded(pipeline: Pipeline, folder: string): LoadedPipeline {
  return { pipeline, sha256: pipelineHash(pipeline), folder }
}

/**
 * sha256 of what is asked of the data. Source and second corpus are left out: each stands in the report with its revision and
 * every file's hash, and the same bytes from another place are the same audit.
 */
function pipelineHash(pipeline: Pipeline): string {
  const asked: Record<string, JsonValue> = { ...(pipeline as unknown as JsonObject) }
  delete asked.source
  if (asked.against !== undefined) asked.against = true
  return createHash('sha256')
    .update(canonicalJson(withoutFolders(asked)))
    .digest('hex')
}

/**
 * The folder local paths of a pipeline are relative to and may not leave: its own. The pipelines shipped with
 * assay belong to the package, whose `data/` they name.
 */
function folderOf(path: string): string {
  const folder = realpathSync(dirname(resolve(path)))
  return folder === join(packageRoot, 'pipelines') ? packageRoot : folder
}

async function readPipelineText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > LARGEST_BYTES) {
      throw new AuditError('PIPELINE_INVALID', {
        what: 'The pipeline file is too large',
        where: path,
        expected: `at most ${LARGEST_BYTES} bytes`,
        got: `${size}`,
      })
    }
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof AuditError) throw cause
    throw new AuditError('PIPELINE_INVALID', {
      what: 'The pipeline file cannot be read',
      where: path,
      got: (cause as NodeJS.ErrnoException).code ?? String(cause),
      fix: 'Check the path; a pipeline is a YAML file, see pipelines/template.yaml',
      cause,
    })
  }
}
