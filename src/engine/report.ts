import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AuditError } from '../core/error.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { LoadedPipeline } from '../core/pipeline.ts'
import type { AuditRecord } from '../core/record.ts'
import { RECORD_SCHEMA } from '../core/record.ts'
import { parseSource } from '../io/source-uri.ts'
import type { AuditOptions, Original } from './options.ts'
import { pipelineOf } from './pipeline.ts'
import { RUN_SCHEMA } from './run-record.ts'

/** A report directory, read back. */
export interface Report {
  folder: string
  record: AuditRecord
  run: JsonObject
  /** sha256 of every file of the report, as run.json lists them. */
  files: Readonly<Record<string, string>>
}

/** What of a report may be said anew when its data is opened again. */
export interface Reopening {
  /** Where the data is now, local paths relative to the working directory; default: where it was. */
  source?: string
  /** Folder local paths are relative to; default: the recorded one. */
  folder?: string
  cacheDir?: string
  offline?: boolean
}

/** Reads audit.json and run.json. @throws AuditError REPORT_INVALID */
export async function readReport(folder: string): Promise<Report> {
  const { run, files } = await readRun(folder)
  return { folder, record: await readRecord(folder), run, files }
}

/** Reads audit.json alone: enough to explain a report that was passed on without run.json. @throws AuditError REPORT_INVALID */
export async function readRecord(folder: string): Promise<AuditRecord> {
  const record = await readObject(join(folder, 'audit.json'))
  if (record['schema'] !== RECORD_SCHEMA)
    throw invalid(join(folder, 'audit.json'), RECORD_SCHEMA, record['schema'])
  return record as unknown as AuditRecord
}

/** Reads run.json alone: it lists the files of the report. @throws AuditError REPORT_INVALID */
export async function readRun(folder: string): Promise<Pick<Report, 'run' | 'files'>> {
  const path = join(folder, 'run.json')
  const run = await readObject(path)
  if (run['schema'] !== RUN_SCHEMA) throw invalid(path, RUN_SCHEMA, run['schema'])
  const files = run['files']
  const listed = isObject(files) && Object.values(files).every((sha256) => typeof sha256 === 'string')
  if (!listed) throw invalid(path, 'files with their sha256', files)
  return { run, files: files as Readonly<Record<string, string>> }
}

async function readObject(path: string): Promise<JsonObject> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new AuditError('REPORT_INVALID', {
      what: 'This is not the directory of a report',
      where: path,
      got: (cause as NodeJS.ErrnoException).code ?? 'a read error',
      fix: 'Name a directory that assay run wrote',
      cause,
    })
  }
  try {
    const value = JSON.parse(text) as JsonValue
    if (isObject(value)) return value
  } catch (cause) {
    throw new AuditError('REPORT_INVALID', { what: 'The file is not JSON', where: path, cause })
  }
  throw new AuditError('REPORT_INVALID', { what: 'The file is not a JSON object', where: path })
}

function invalid(where: string, expected: string, got: JsonValue | undefined): AuditError {
  return new AuditError('REPORT_INVALID', {
    what: 'The file is not of this version',
    where,
    expected,
    got: (JSON.stringify(got) ?? 'nothing').slice(0, 100),
  })
}

/** The recorded pipeline, its source pinned to the commit that was audited. */
export function pipelineOfReport(
  report: Pick<Report, 'run' | 'record'>,
  reopening: Reopening = {},
): LoadedPipeline {
  const { run, record } = report
  const pipeline = run['pipeline']
  const recorded = isObject(pipeline) ? pipeline['source'] : undefined
  if (!isObject(pipeline) || typeof recorded !== 'string') throw invalid('run.json', 'a pipeline', pipeline)
  const folder = reopening.folder ?? String(run['folder'])
  const moved = reopening.source
  const source = moved === undefined ? pinned(recorded, record.source, folder) : asTyped(moved)
  const second = pipeline['against']
  const against =
    typeof second !== 'string' || record.against === undefined
      ? {}
      : { against: pinned(second, record.against, folder) }
  return pipelineOf({ ...pipeline, source, ...against }, folder)
}

/** Options the audit ran with that its result depends on. */
export function optionsOfReport(
  { run, record }: Pick<Report, 'run' | 'record'>,
  reopening: Reopening = {},
): AuditOptions {
  const options = isObject(run['options']) ? run['options'] : {}
  const { limit, evidence, keepGoing } = options
  const cacheDir = reopening.cacheDir ?? options['cacheDir']
  return {
    limit: typeof limit === 'number' ? limit : null,
    keepGoing: keepGoing === true,
    selfTest: options['selfTest'] === true,
    allowOutside: options['allowOutside'] === true,
    useToken: options['useToken'] === true,
    trustAgainst: options['trustAgainst'] === true,
    offline: reopening.offline ?? false,
    ...(reopening.source === undefined ? {} : { standsFor: originalOf(record) }),
    ...(typeof options['baseline'] === 'string' ? { baseline: options['baseline'] } : {}),
    ...(evidence === 'full' || evidence === 'snippet' || evidence === 'hash' ? { evidence } : {}),
    ...(typeof cacheDir === 'string' ? { cacheDir } : {}),
  }
}

/** What a copy elsewhere is held to be: the name, commit and declared hashes of the corpus that was audited. */
function originalOf({ source: { uri, revision, commitDate }, inputs }: AuditRecord): Original {
  const declared = inputs.map(({ component, path, sha256 }) => [`${component}/${path}`, sha256.declared])
  return { uri, revision, commitDate, declared: Object.fromEntries(declared) as Original['declared'] }
}

/** A path the user types is relative to where they are, not to the folder of the pipeline. */
function asTyped(source: string): string {
  const address = parseSource(source, { folder: process.cwd(), endpoint: endpoint(), warn: () => undefined })
  return address.kind === 'local' ? resolve(address.path) : source
}

function endpoint(): string {
  return process.env['HF_ENDPOINT'] ?? 'https://huggingface.co'
}

/** The same source at the commit it was resolved to then. */
function pinned(
  source: string,
  audited: Pick<AuditRecord['source'], 'uri' | 'revision'>,
  folder: string,
): string {
  const { revision, uri } = audited
  if (revision === null) return source
  const address = parseSource(source, { folder, endpoint: endpoint(), warn: () => undefined })
  if (address.kind === 'local') return source
  const other = address.otherwise !== null && uri === `hf://datasets/${address.otherwise.repo}`
  const { repo, path } = other ? address.otherwise! : address
  return `hf://datasets/${repo}@${revision}${path === null ? '' : `/${path}`}`
}
