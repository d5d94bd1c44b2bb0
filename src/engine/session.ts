import { AuditError } from '../core/error.ts'
import type { LoadedPipeline } from '../core/pipeline.ts'
import type { Resources } from '../core/stage.ts'
import { checkOut } from '../io/report-store.ts'
import { createResources } from '../io/resources.ts'
import { openWorkFolder } from '../io/work-folder.ts'
import type { WorkFolder } from '../io/work-folder.ts'
import { Collector } from './collector.ts'
import type { WorkerSetup } from './messages.ts'
import { settingsOf } from './options.ts'
import type { AuditOptions, Settings } from './options.ts'
import { Pool } from './pool.ts'

/** What one audit holds open from its first call to its last. */
export class Session {
  readonly loaded: LoadedPipeline
  readonly settings: Settings
  readonly work: WorkFolder
  readonly resources: Resources
  readonly collector = new Collector()
  readonly startedAt = new Date()
  /** Milliseconds by step. */
  readonly ms: Record<string, number> = {}
  private pool: Pool | null = null
  /** The workers were given work. */
  private begun = false
  private finished = false
  private readonly onAbort = (): void => void this.pool?.close(interrupted(this))

  private constructor(loaded: LoadedPipeline, settings: Settings, work: WorkFolder) {
    this.loaded = loaded
    this.settings = settings
    this.work = work
    this.resources = resourcesOf(loaded, settings)
    settings.signal?.addEventListener('abort', this.onAbort)
  }

  static async start(loaded: LoadedPipeline, options: AuditOptions): Promise<Session> {
    const settings = settingsOf(options, loaded.pipeline.name)
    if (settings.out !== null) await checkOut(settings.out)
    return new Session(loaded, settings, await openWorkFolder(settings.out, settings.resume))
  }

  /** Runs one step and keeps its time. @throws AuditError INTERRUPTED instead, once the run is stopped. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.checkInterrupted()
    const start = performance.now()
    const value = await work()
    this.ms[name] = performance.now() - start
    return value
  }

  /** Starts workers for so many slices before it is known what they work with. */
  warmPool(slices: number): void {
    this.pool = new Pool(this.settings.workers)
    this.pool.warm(slices)
  }

  startPool(setup: () => WorkerSetup): Pool {
    this.pool ??= new Pool(this.settings.workers)
    this.pool.begin(setup)
    this.begun = true
    return this.pool
  }

  /** The report stands: the tallies are not needed any more. */
  finish(): void {
    this.finished = true
  }

  /** Ends every thread. Tallies stay for `--resume` unless the report stands or there is none to resume. */
  async stop(): Promise<void> {
    this.settings.signal?.removeEventListener('abort', this.onAbort)
    await this.pool?.close()
    const resumable = !this.finished && this.settings.out !== null && this.begun
    await (resumable ? this.work.release() : this.work.remove())
  }

  /** @throws AuditError INTERRUPTED once the run is stopped. */
  checkInterrupted(): void {
    if (this.settings.signal?.aborted === true) throw interrupted(this)
  }
}

/** What stages may read beside the corpus, with the rights the settings give. */
export function resourcesOf(loaded: LoadedPipeline, settings: Settings): Resources {
  return createResources({
    folder: loaded.folder,
    allowOutside: settings.allowOutside,
    offline: settings.offline,
    useToken: settings.useToken,
    ...(settings.cacheDir === undefined ? {} : { cacheDir: settings.cacheDir }),
  })
}

function interrupted({ settings }: Session): AuditError {
  return new AuditError('INTERRUPTED', {
    what: 'The run was stopped',
    ...(settings.out === null
      ? {}
      : { fix: `No report was written; --resume goes on from what ${settings.out}.work holds` }),
  })
}
