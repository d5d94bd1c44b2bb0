import { createHash } from 'node:crypto'
import { isObject } from '../core/json.ts'
import type { LoadedPipeline } from '../core/pipeline.ts'
import type { AuditRecord } from '../core/record.ts'
import type { SourceDocument } from '../core/source.ts'
import { openAgainst, openOwn } from './open.ts'
import { settingsOf } from './options.ts'
import type { Settings } from './options.ts'
import { optionsOfReport, pipelineOfReport } from './report.ts'
import type { Reopening, Report } from './report.ts'
import { resourcesOf } from './session.ts'
import { noteFailure } from './verification.ts'
import type { Verification } from './verification.ts'

/** Compares the hash of every input, and of what the audit read beside them, with the report's. */
export async function checkInputs(
  report: Report,
  options: Reopening,
  verification: Verification,
): Promise<void> {
  const { discrepancies, compared } = verification
  const loaded = pipelineOfReport(report, options)
  const settings = settingsOf({ ...optionsOfReport(report, options), out: null }, loaded.pipeline.name)
  try {
    const source = await openOwn(loaded, settings, { readFooters: false })
    checkCards(report, source.cards, verification)
    const second = await openAgainst(loaded, settings, { readFooters: false })
    const all = [...source.shards, ...(second?.shards ?? [])]
    const inputs = [...report.record.inputs, ...(report.record.against?.inputs ?? [])]
    const shards = new Map(all.map((shard) => [`${shard.component}/${shard.path}`, shard]))
    for (const input of inputs) {
      const where = `${input.component}/${input.path}`
      const shard = shards.get(where)
      if (shard === undefined) {
        discrepancies.push({ kind: 'input', where, what: 'The file is gone' })
      } else if (input.sha256.recomputed === null) {
        verification.notReadWhole.push(where)
      } else {
        compared.inputs++
        compared.inputBytes += input.bytes
        const from = shard.against === true ? second! : source
        const got = (await from.obtain(shard)).sha256
        if (got === input.sha256.recomputed) continue
        discrepancies.push({
          kind: 'input',
          where,
          what: 'The file changed',
          expected: input.sha256.recomputed,
          got,
        })
      }
    }
    const known = new Set(inputs.map((input) => `${input.component}/${input.path}`))
    for (const where of shards.keys()) {
      if (!known.has(where)) discrepancies.push({ kind: 'input', where, what: 'The file was not there then' })
    }
  } catch (error) {
    noteFailure(error, { kind: 'input', where: loaded.pipeline.source }, verification)
  }
  await checkBesides(report, { loaded, settings }, verification)
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
  { discrepancies, compared, notCompared }: Verification,
): Promise<void> {
  const resources = resourcesOf(loaded, settings)
  const named = [...(record.pipeline.files ?? []), ...localResources(record)]
  const besides = new Map(named.map(({ path, sha256 }) => [path, sha256]))
  for (const [where, expected] of besides) {
    try {
      const got = (await resources.file({ kind: 'local', path: where })).sha256
      compared.besides++
      if (got !== expected)
        discrepancies.push({ kind: 'input', where, what: 'The file changed', expected, got })
    } catch (error) {
      // Of a file outside the pipeline's folder the report names only the last part, which says not where it is.
      if (settings.allowOutside) notCompared.push(`${where}: it may be outside the folder of the pipeline`)
      else noteFailure(error, { kind: 'input', where }, { discrepancies } as Verification)
    }
  }
}

function localResources({ stages }: AuditRecord): { path: string; sha256: string }[] {
  const all = Object.values(stages).flatMap(({ resources }) => resources)
  return all.flatMap(({ origin, sha256 }) => {
    const local = typeof origin === 'string' && !/^[a-z][a-z ]*:/.test(origin)
    return local && typeof sha256 === 'string' ? [{ path: origin, sha256 }] : []
  })
}
