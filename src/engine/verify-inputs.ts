import { createHash } from 'node:crypto'
import { basename, isAbsolute } from 'node:path'
import { isObject } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { LoadedPipeline } from '../core/pipeline.ts'
import type { AuditRecord, InputRecord } from '../core/record.ts'
import type { OpenedSource, SourceDocument } from '../core/source.ts'
import { openAgainst, openOwn } from './open.ts'
import { settingsOf } from './options.ts'
import type { Settings } from './options.ts'
import { optionsOfReport, pipelineOfReport } from './report.ts'
import type { Reopening, Report } from './report.ts'
import { resourcesOf } from './session.ts'
import { noteTrouble } from './verification.ts'
import type { Verification } from './verification.ts'

/** Compares the hash of every input, and of what the audit read beside them, with the report's. */
export async function checkInputs(
  report: Report,
  options: Reopening,
  verification: Verification,
): Promise<void> {
  const loaded = pipelineOfReport(report, options)
  const settings = settingsOf({ ...optionsOfReport(report, options), out: null }, loaded.pipeline.name)
  try {
    const source = await openOwn(loaded, settings, { readFooters: false })
    checkCards(report, source.cards, verification)
    const second = await openAgainst(loaded, settings, { readFooters: false })
    await checkFiles(report, { source, second }, verification)
  } catch (error) {
    noteTrouble(error, { kind: 'input', where: loaded.pipeline.source }, verification)
  }
  await checkBesides(report, { loaded, settings }, verification)
}

/** Every file of the data is there, with the bytes it had, and no other is. */
async function checkFiles(
  { record }: Report,
  { source, second }: { source: OpenedSource; second: OpenedSource | null },
  verification: Verification,
): Promise<void> {
  const { discrepancies } = verification
  const all = [...source.shards, ...(second?.shards ?? [])]
  const inputs = [...record.inputs, ...(record.against?.inputs ?? [])]
  const shards = new Map(all.map((shard) => [`${shard.component}/${shard.path}`, shard]))
  for (const input of inputs) {
    const where = `${input.component}/${input.path}`
    const shard = shards.get(where)
    if (shard === undefined) discrepancies.push({ kind: 'input', where, what: 'The file is gone' })
    else if (input.sha256.recomputed === null) verification.notReadWhole.push(where)
    else {
      const from = shard.against === true ? second! : source
      await checkFile(input, { where, hash: async () => (await from.obtain(shard)).sha256 }, verification)
    }
  }
  const known = new Set(inputs.map((input) => `${input.component}/${input.path}`))
  for (const where of shards.keys()) {
    if (!known.has(where)) discrepancies.push({ kind: 'input', where, what: 'The file was not there then' })
  }
}

async function checkFile(
  { bytes, sha256 }: InputRecord,
  { where, hash }: { where: string; hash: () => Promise<string> },
  verification: Verification,
): Promise<void> {
  try {
    const [expected, got] = [sha256.recomputed!, await hash()]
    verification.compared.inputs++
    verification.compared.inputBytes += bytes
    if (got === expected) return
    verification.discrepancies.push({ kind: 'input', where, what: 'The file changed', expected, got })
  } catch (error) {
    noteTrouble(error, { kind: 'input', where }, verification)
  }
}

/** Cards are part of the data: claims quote them, and configs and licences are read from them. */
function checkCards(
  { record }: Report,
  cards: readonly SourceDocument[],
  { discrepancies, compared }: Verification,
): void {
  const documents = record.card?.['documents']
  for (const document of Array.isArray(documents) ? documents.filter(isObject) : []) {
    const [where, expected] = [String(document['path']), String(document['sha256'])]
    const card = cards.find(({ path }) => path === where)
    compared.besides++
    if (card === undefined) {
      discrepancies.push({ kind: 'input', where, what: 'The card is gone' })
      continue
    }
    const got = createHash('sha256').update(card.text).digest('hex')
    if (got !== expected)
      discrepancies.push({ kind: 'input', where, what: 'The card changed', expected, got })
  }
}

/** Claims, logs, suppressions, benchmarks and upstream sets that stand beside the pipeline. */
async function checkBesides(
  { record }: Report,
  { loaded, settings }: { loaded: LoadedPipeline; settings: Settings },
  verification: Verification,
): Promise<void> {
  const { discrepancies, compared, notCompared } = verification
  const resources = resourcesOf(loaded, settings)
  const named = [...(record.pipeline.files ?? []), ...localResources(record)]
  const besides = new Map(named.map(({ path, sha256 }) => [path, sha256]))
  const typed = settings.allowOutside ? absolutePaths(loaded.pipeline as unknown as JsonObject) : NONE
  for (const [where, expected] of besides) {
    try {
      const path = typed.get(where) ?? where
      const got = (await resources.file({ kind: 'local', path })).sha256
      compared.besides++
      if (got !== expected)
        discrepancies.push({ kind: 'input', where, what: 'The file changed', expected, got })
    } catch (error) {
      // Of a file outside the pipeline's folder the report names only the last part, which says not where it is.
      if (settings.allowOutside && !typed.has(where))
        notCompared.push(`${where}: it may be outside the folder of the pipeline`)
      else noteTrouble(error, { kind: 'input', where }, verification)
    }
  }
}

const NONE: ReadonlyMap<string, string> = new Map()

/** Where a file is that the report names by its last part alone: `run.json` has its path as it was typed. */
function absolutePaths(value: JsonValue, found = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'string') {
    if (isAbsolute(value)) found.set(basename(value), value)
  } else if (value !== null && typeof value === 'object') {
    for (const inner of Object.values(value)) absolutePaths(inner as JsonValue, found)
  }
  return found
}

function localResources({ stages }: AuditRecord): { path: string; sha256: string }[] {
  const all = Object.values(stages).flatMap(({ resources }) => resources)
  return all.flatMap(({ origin, sha256 }) => {
    const local = typeof origin === 'string' && !/^[a-z][a-z ]*:/.test(origin)
    return local && typeof sha256 === 'string' ? [{ path: origin, sha256 }] : []
  })
}
