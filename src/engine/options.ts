import { cpus } from 'node:os'
import { AuditError } from '../core/error.ts'
import type { Progress } from '../core/event.ts'
import type { EvidenceLevel } from '../core/finding.ts'
import type { LastCommit } from '../core/record.ts'
import { SLICE_SIZE } from './plan.ts'
import type { SliceSize } from './plan.ts'

/** A corpus as a report names it. */
export interface Original {
  uri: string
  revision: string | null
  commitDate: string | null
  /** sha256 declared for each file, by `component/path`. */
  declared: Readonly<Record<string, string | null>>
}

/** How an audit is carried out. Nothing here but `limit`, `evidence`, `baseline` and `selfTest` may change a result. */
export interface AuditOptions {
  /** Report directory; null writes no report. Default: `reports/<pipeline name>`. */
  out?: string | null
  /** Worker threads, from 1 to 256; default: cores. */
  workers?: number
  /** Bounds what is decoded at once; default 2 GB. */
  memoryBytes?: number
  /** Rows to audit; the shards are then not read whole. */
  limit?: number | null
  /** Cache folder; default: the Hub's own (`HF_HUB_CACHE`, `HF_HOME`). */
  cacheDir?: string
  offline?: boolean
  /** Takes over what a stopped run has finished. */
  resume?: boolean
  /** Goes on after a shard failed; the report then says what is missing. */
  keepGoing?: boolean
  /** How much text the report quotes; default `snippet`. */
  evidence?: EvidenceLevel
  /** Report directory the findings are compared with: new ones alone count for `--fail-on`. */
  baseline?: string | null
  /** Plants known leaks into a sample of the rows and reports what the methods find of them. */
  selfTest?: boolean
  /** Lets a pipeline name paths outside its own folder. */
  allowOutside?: boolean
  /** Sends the Hub token to repositories named in a pipeline. */
  useToken?: boolean
  /** The second corpus was named by the user, not by a pipeline: it may lie anywhere, and the token may go there. */
  trustAgainst?: boolean
  /** The corpus the source is a copy of: the report speaks of that one. The user named the copy, so it may lie anywhere. */
  standsFor?: Original | null
  /** Last commit of each path, when it is known already: nobody is asked. */
  knownCommits?: Readonly<Record<string, LastCommit>> | null
  /** Where slices are cut; only tests need it. */
  sliceSize?: SliceSize
  /** Stops the run cleanly. */
  signal?: AbortSignal
  onProgress?: Progress
}

/** Options with every default filled in. */
export interface Settings extends Required<Omit<AuditOptions, 'cacheDir' | 'signal'>> {
  cacheDir: string | undefined
  signal: AbortSignal | undefined
}

export const DEFAULT_MEMORY_BYTES = 2 * 1024 ** 3

const MOST_WORKERS = 256

/** @throws AuditError USAGE for a number nothing can be done with. */
export function settingsOf(options: AuditOptions, name: string): Settings {
  checkNumbers(options)
  return {
    out: options.out === null ? null : (options.out ?? `reports/${name}`).replace(/(?<=.)[\\/]+$/, ''),
    workers: options.workers ?? Math.max(1, cpus().length),
    memoryBytes: options.memoryBytes ?? DEFAULT_MEMORY_BYTES,
    limit: options.limit ?? null,
    cacheDir: options.cacheDir,
    offline: options.offline ?? false,
    resume: options.resume ?? false,
    keepGoing: options.keepGoing ?? false,
    evidence: options.evidence ?? 'snippet',
    baseline: options.baseline ?? null,
    selfTest: options.selfTest ?? false,
    allowOutside: options.allowOutside ?? false,
    useToken: options.useToken ?? false,
    trustAgainst: options.trustAgainst ?? false,
    standsFor: options.standsFor ?? null,
    knownCommits: options.knownCommits ?? null,
    sliceSize: options.sliceSize ?? SLICE_SIZE,
    signal: options.signal,
    onProgress: options.onProgress ?? (() => undefined),
  }
}

function checkNumbers({ workers, limit, memoryBytes }: AuditOptions): void {
  if (workers !== undefined && !isWhole(workers, MOST_WORKERS))
    throw unusable('workers', `a whole number from 1 to ${MOST_WORKERS}`, workers)
  if (limit !== undefined && limit !== null && !isWhole(limit, Number.MAX_SAFE_INTEGER))
    throw unusable('limit', 'a whole number of at least 1, or null', limit)
  if (memoryBytes !== undefined && !(memoryBytes > 0))
    throw unusable('memoryBytes', 'a number of bytes above 0', memoryBytes)
}

function isWhole(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most
}

function unusable(option: string, expected: string, got: unknown): AuditError {
  return new AuditError('USAGE', {
    what: `The option "${option}" cannot be used`,
    expected,
    got: String(got),
  })
}
