import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AuditError } from '../core/error.ts'
import type { ObtainedShard } from '../core/source.ts'
import { checkSpace, outputError } from './disk.ts'
import { gitHash, readThrough } from './hash-file.ts'
import type { HashedFile, HashWishes } from './hash-file.ts'
import type { HubClient } from './hub-client.ts'
import { networkReason, unreachable } from './hub-errors.ts'
import type { OpenAnswer } from './hub-request.ts'
import { LineMarks } from './line-marks.ts'

export interface Download extends HashWishes {
  client: HubClient
  address: string
  /** Final place; `<target>.assay.incomplete` until every byte is there. */
  target: string
  /** Listed size: more than this is refused, less is a lost connection. */
  bytes: number
}

/** Lost connections in a row without a single new byte before giving up. */
const FRUITLESS = 5

/**
 * Fetches one file, hashing on the way. An interrupted download goes on where it stopped while the server's ETag is the
 * same, and starts over otherwise: bytes of two versions never mix. The caller compares the hash and moves the file.
 * @returns hashes of the complete file at `incompletePath(target)`.
 * @throws AuditError DISK_FULL, OUTPUT, HUB_…, INTEGRITY
 */
export async function download(job: Download): Promise<HashedFile> {
  const path = incompletePath(job.target)
  const state = await resumeState(path, job)
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw outputError('The download cannot be written', path, error)
  })
  await checkSpace(dirname(path), job.bytes - state.done)
  const file = await open(path, state.done > 0 ? 'r+' : 'w').catch((error: unknown) => {
    throw outputError('The download cannot be written', path, error)
  })
  try {
    await fetchAll(job, state, file)
    await file.datasync()
  } catch (error) {
    throw error instanceof AuditError ? error : outputError('The download cannot be written', path, error)
  } finally {
    await file.close()
  }
  return finish(state)
}

export function incompletePath(target: string): string {
  return `${target}.assay.incomplete`
}

/** Moves a complete download to its final place in one step. */
export async function keep(target: string, place: string): Promise<void> {
  await rename(incompletePath(target), place).catch((error: unknown) => {
    throw outputError('The cache cannot be written', place, error)
  })
  await rm(etagPath(target), { force: true })
}

/** Throws away what was fetched so far. */
export async function discard(target: string): Promise<void> {
  await rm(incompletePath(target), { force: true })
  await rm(etagPath(target), { force: true })
}

function etagPath(target: string): string {
  return `${incompletePath(target)}.etag`
}

interface State {
  done: number
  /** Strong ETag of the bytes fetched so far; null makes every interruption a new start. */
  etag: string | null
  sha256: Hash
  git: Hash | null
  marks: LineMarks | null
}

function fresh(job: Download): State {
  return {
    done: 0,
    etag: null,
    sha256: createHash('sha256'),
    git: job.git ? gitHash(job.bytes) : null,
    marks: job.lines ? new LineMarks() : null,
  }
}

function take(state: State, chunk: Uint8Array): void {
  state.sha256.update(chunk)
  state.git?.update(chunk)
  state.marks?.add(chunk)
  state.done += chunk.byteLength
}

function finish(state: State): HashedFile {
  const lines: ObtainedShard['lines'] = state.marks?.finish() ?? null
  return {
    bytes: state.done,
    sha256: state.sha256.digest('hex'),
    gitOid: state.git?.digest('hex') ?? null,
    lines,
  }
}

/** What an earlier run left, re-hashed; nothing when its ETag is unknown. */
async function resumeState(path: string, job: Download): Promise<State> {
  const state = fresh(job)
  const etag = strong(await readFile(etagPath(job.target), 'utf8').catch(() => null))
  const left = await stat(path).catch(() => null)
  if (etag === null || left === null || left.size === 0 || left.size > job.bytes) return state
  await readThrough(path, (chunk) => take(state, chunk))
  return { ...state, etag }
}

/** `If-Range` takes strong validators only. */
function strong(etag: string | null): string | null {
  return etag !== null && /^"[\x21\x23-\x7e]*"$/.test(etag) ? etag : null
}

async function fetchAll(job: Download, state: State, file: FileHandle): Promise<void> {
  let fruitless = 0
  /** Farthest ever: starting over again and again is no progress. */
  let farthest = state.done
  while (state.done < job.bytes || job.bytes === 0) {
    const lost = await fetchSome(job, state, file)
    if (lost === null && (state.done === job.bytes || job.bytes === 0)) return
    fruitless = state.done > farthest ? 0 : fruitless + 1
    farthest = Math.max(farthest, state.done)
    if (fruitless >= FRUITLESS) throw lostConnection(job, state, lost)
  }
}

/** One connection. Returns why it ended early, or null when the server closed it in good order. */
async function fetchSome(job: Download, state: State, file: FileHandle): Promise<Error | null> {
  const headers: Record<string, string> =
    state.done > 0 && state.etag !== null ? { range: `bytes=${state.done}-`, 'if-range': state.etag } : {}
  const answer = await job.client.open(job.address, headers)
  try {
    if (!continues(answer, job, state)) {
      await startOver(job, state, file, answer)
      if (answer.status !== 200) return new Error('the server has another version')
    }
    for await (const chunk of answer.body) {
      if (state.done + chunk.byteLength > job.bytes) throw tooLong(job)
      await writeFully(file, chunk, state.done)
      take(state, chunk)
      job.progress?.(state.done)
    }
    return null
  } catch (error) {
    if (error instanceof AuditError || isFileError(error)) throw error
    return error instanceof Error ? error : new Error('connection lost')
  } finally {
    answer.close()
  }
}

/** Whether the body goes on exactly where we stopped, in the same version. */
function continues(answer: OpenAnswer, job: Download, state: State): boolean {
  if (answer.status !== 206 || state.done === 0) return false
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers.get('content-range') ?? '')
  const etag = strong(answer.headers.get('etag'))
  return (
    Number(range?.[1]) === state.done &&
    Number(range?.[3]) === job.bytes &&
    (etag === null || etag === state.etag)
  )
}

async function startOver(job: Download, state: State, file: FileHandle, answer: OpenAnswer): Promise<void> {
  await file.truncate(0)
  Object.assign(state, fresh(job))
  if (answer.status === 200) state.etag = strong(answer.headers.get('etag'))
  const path = etagPath(job.target)
  if (state.etag === null) await rm(path, { force: true })
  else await writeFile(path, state.etag)
}

async function writeFully(file: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let sent = 0; sent < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, sent, chunk.byteLength - sent, at + sent)
    sent += bytesWritten
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'write' && 'errno' in error
}

function tooLong(job: Download): AuditError {
  return new AuditError('INTEGRITY', {
    what: 'The server sends more bytes than the Hub lists',
    where: job.target,
    expected: `${job.bytes} bytes`,
    got: 'more',
  })
}

function lostConnection(job: Download, state: State, cause: Error | null): AuditError {
  const asked = { url: new URL(job.address), withToken: job.client.settings.token !== null }
  const got = `${state.done} of ${job.bytes} bytes, then ${cause === null ? 'the end' : networkReason(cause)}`
  return unreachable(asked, got, cause ?? undefined)
}
