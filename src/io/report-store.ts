import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AuditError } from '../core/error.ts'
import { alive } from './alive.ts'
import { makeFolder } from './make-folder.ts'
import { writeFailure } from './write-failure.ts'

/** Any of these makes a directory a report that may be moved aside. */
const MARKS = ['audit.json', 'run.json']

/**
 * A report while it is written: a hidden directory beside its final place, moved there in one step when it is
 * whole. An earlier report is moved aside, never overwritten.
 */
export class ReportDraft {
  private readonly out: string
  private readonly folder: string

  constructor(out: string, folder: string) {
    this.out = out
    this.folder = folder
  }

  path(file: string): string {
    return join(this.folder, file)
  }

  /** Writes one file and returns its sha256. */
  async write(
    file: string,
    content: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  ): Promise<string> {
    const hash = createHash('sha256')
    const path = this.path(file)
    try {
      const handle = await open(path, 'wx')
      try {
        await writeFile(handle, hashed(content, hash))
      } finally {
        await handle.close()
      }
    } catch (cause) {
      throw cause instanceof Error && 'syscall' in cause ? writeFailure(cause, join(this.out, file)) : cause
    }
    return hash.digest('hex')
  }

  /** Puts the report in its place; returns where an earlier one went, if there was one. */
  async commit(): Promise<string | null> {
    try {
      const aside = await moveAside(this.out)
      await rename(this.folder, this.out)
      return aside
    } catch (cause) {
      throw writeFailure(cause, this.out)
    }
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function* hashed(
  content: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  hash: { update(bytes: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece
    hash.update(bytes)
    yield bytes
  }
}

/**
 * Checks, before any work, that a report can go to `out`.
 * @throws AuditError OUTPUT when it is a file, or a directory that is not a report.
 */
export async function checkOut(out: string): Promise<void> {
  try {
    const info = await stat(out).catch(absent)
    if (info === null) {
      await makeFolder(dirname(resolve(out)))
      return
    }
    if (!info.isDirectory()) throw notAReport(out, 'a file')
    const files = await readdir(out)
    if (files.length > 0 && !MARKS.some((mark) => files.includes(mark))) {
      throw notAReport(out, `a directory with ${files.length} other files`)
    }
  } catch (cause) {
    throw writeFailure(cause, out)
  }
}

function notAReport(out: string, got: string): AuditError {
  return new AuditError('OUTPUT', {
    what: 'The output place is taken by something that is not a report',
    where: out,
    got,
    fix: 'Name another place with --out',
  })
}

/** Starts a report. With `out` null it goes nowhere: the draft lies in `scratch` and is never committed. */
export async function startReport(out: string | null, scratch: string): Promise<ReportDraft> {
  const place = resolve(out ?? join(scratch, 'report'))
  const folder = join(dirname(place), `.${basename(place)}.part-${process.pid}`)
  try {
    await removeStale(place)
    await rm(folder, { recursive: true, force: true })
    await makeFolder(folder)
    return new ReportDraft(place, folder)
  } catch (cause) {
    throw writeFailure(cause, place)
  }
}

/** Drafts of runs that were killed: whole reports are never called so. */
async function removeStale(place: string): Promise<void> {
  const prefix = `.${basename(place)}.part-`
  const names = await readdir(dirname(place)).catch(() => [])
  for (const name of names) {
    const pid = Number(name.slice(prefix.length))
    if (!name.startsWith(prefix) || !Number.isInteger(pid) || alive(pid)) continue
    await rm(join(dirname(place), name), { recursive: true, force: true })
  }
}

async function moveAside(out: string): Promise<string | null> {
  const info = await stat(out).catch(absent)
  if (info === null) return null
  if ((await readdir(out)).length === 0) {
    await rmdir(out)
    return null
  }
  for (let number = 1; ; number++) {
    const aside = `${out}.previous-${number}`
    if ((await stat(aside).catch(absent)) !== null) continue
    await rename(out, aside)
    return aside
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

/** sha256 of a file's bytes. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}
