import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditError } from '../core/error.ts'
import { alive } from './alive.ts'
import { makeFolder } from './make-folder.ts'
import { writeFailure } from './write-failure.ts'

/**
 * Folder of a run's tallies, beside the report it will become (`<out>.work`), so that a stopped run can be resumed.
 * One run at a time owns it.
 */
export class WorkFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  tallyFile(key: string): string {
    return join(this.path, `${key.slice(0, 32)}.tally`)
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }

  /** Gives the folder up but keeps the tallies. */
  async release(): Promise<void> {
    await rm(join(this.path, 'lock'), { force: true })
  }
}

/**
 * @param out report directory, or null for a folder nobody can resume.
 * @param keep keeps the tallies of an earlier run.
 * @throws AuditError OUTPUT when the folder cannot be made or another run owns it.
 */
export async function openWorkFolder(out: string | null, keep: boolean): Promise<WorkFolder> {
  try {
    const path = out === null ? await mkdtemp(join(tmpdir(), 'assay-')) : `${out}.work`
    await makeFolder(path)
    await refuseOwned(path, out ?? path)
    if (!keep) {
      await rm(path, { recursive: true, force: true })
      await makeFolder(path)
    }
    await writeFile(join(path, 'lock'), String(process.pid))
    return new WorkFolder(path)
  } catch (cause) {
    throw writeFailure(cause, out ?? tmpdir())
  }
}

async function refuseOwned(path: string, where: string): Promise<void> {
  const text = await readFile(join(path, 'lock'), 'utf8').catch(() => '')
  const pid = Number(text.trim() || NaN)
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return
  if (!alive(pid)) return
  throw new AuditError('OUTPUT', {
    what: 'Another run is writing this report',
    where,
    got: `process ${pid}`,
    fix: `Wait for it, choose another --out, or, if it is no run of assay, remove ${join(path, 'lock')}`,
  })
}
