import { basename, dirname, join } from 'node:path'
import { AuditError } from '../core/error.ts'
import { canonicalJson } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import type { FindingBlock } from '../core/finding-block.ts'
import type { Finding } from '../core/finding.ts'
import type { AuditRecord, Format } from '../core/record.ts'
import { FORMATS } from '../formats/index.ts'
import { readEvidence, writeEvidence } from '../io/evidence.ts'
import { startReport } from '../io/report-store.ts'
import type { ReportDraft } from '../io/report-store.ts'
import { sealed } from './run-seal.ts'
import type { Session } from './session.ts'

/** Formats every report holds whatever the pipeline asks for. */
const ALWAYS = ['json', 'flagged-rows']
const DEFAULT_FORMATS = ['markdown', 'html']

export interface Written {
  record: AuditRecord
  /** Where the report is; null when none was asked for. */
  folder: string | null
  /** Where an earlier report was moved to. */
  movedAside: string | null
  /** What `run.json` holds. */
  run: JsonObject
}

/**
 * Writes the report: first the findings as they stream out of the stages, then the record that is bound to them,
 * then every format, and run.json last.
 */
export async function writeReport(
  session: Session,
  findings: AsyncGenerator<Finding | FindingBlock, AuditRecord, undefined>,
  runRecord: (files: Readonly<Record<string, string>>) => JsonObject,
  sidecars: Readonly<Record<string, () => AsyncIterable<Uint8Array>>>,
): Promise<Written> {
  const { out, onProgress } = session.settings
  const draft = await startReport(out, session.work.path)
  try {
    const path = draft.path('evidence.parquet')
    const stream = new Ending(findings)
    const formats = chosen(session)
    const notes = new Map(formats.map((format) => [format.name, format.notes?.()]))
    const noted = [...notes.values()].filter((entry) => entry !== undefined)
    const note = (finding: Finding): void => {
      for (const entry of noted) entry.add(finding)
    }
    const evidence = await writeEvidence(path, stream, noted.length === 0 ? null : note)
    const record = { ...stream.result(), evidence: { file: 'evidence.parquet', ...evidence } }
    const files: Record<string, string> = { 'evidence.parquet': evidence.sha256 }
    const rendered = inCanonicalOrder(record)
    for (const format of formats) {
      session.checkInterrupted()
      onProgress({ kind: 'write', file: format.file })
      files[format.file] = await draft.write(
        format.file,
        format.render(rendered, () => readEvidence(path), { files, notes: notes.get(format.name) }),
      )
    }
    for (const [file, content] of Object.entries(sidecars)) files[file] = await draft.write(file, content())
    const run = runRecord(files)
    await draft.write('run.json', [sealed(run)])
    session.checkInterrupted()
    return { record, run, ...(await place(draft, out)) }
  } catch (error) {
    await draft.discard()
    throw error
  }
}

/** As a reader of `audit.json` has it: formats must not depend on the order in which a pipeline spells its keys. */
function inCanonicalOrder(record: AuditRecord): AuditRecord {
  return JSON.parse(canonicalJson(record as unknown as JsonObject)) as AuditRecord
}

/** A stream that keeps what its generator returns at the end. */
class Ending<T, R> implements AsyncIterable<T> {
  private readonly generator: AsyncGenerator<T, R, undefined>
  private ended: { value: R } | null = null

  constructor(generator: AsyncGenerator<T, R, undefined>) {
    this.generator = generator
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: async () => {
        const next = await this.generator.next()
        if (next.done !== true) return next
        this.ended = { value: next.value }
        return { done: true, value: undefined }
      },
      return: async () => {
        await this.generator.return(undefined as R)
        return { done: true, value: undefined }
      },
    }
  }

  result(): R {
    if (this.ended === null)
      throw new AuditError('INTERNAL', { what: 'The findings were not read to their end' })
    return this.ended.value
  }
}

function chosen({ settings, loaded }: Session): readonly Format[] {
  if (settings.out === null) return []
  const names = new Set([...ALWAYS, ...(loaded.pipeline.formats ?? DEFAULT_FORMATS)])
  return FORMATS.filter((format) => names.has(format.name))
}

async function place(
  draft: ReportDraft,
  out: string | null,
): Promise<Pick<Written, 'folder' | 'movedAside'>> {
  if (out !== null) {
    const aside = await draft.commit()
    return { folder: out, movedAside: aside === null ? null : join(dirname(out), basename(aside)) }
  }
  await draft.discard()
  return { folder: null, movedAside: null }
}
