import { Worker } from 'node:worker_threads'
import { AuditError } from '../core/error.ts'
import type { ErrorCode, ErrorDetail } from '../core/error.ts'
import type { JsonObject } from '../core/json.ts'
import type { ShardInfo } from '../core/plan.ts'
import type {
  Answer,
  CarriedError,
  LookAnswer,
  LookTask,
  MapTask,
  Reply,
  Task,
  WorkerSetup,
} from './messages.ts'

/** A worker died while it worked on a task (a trap in native code, out of memory): the task may be tried again. */
export class WorkerCrash extends Error {
  constructor(cause: unknown) {
    super(`worker died: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'WorkerCrash'
  }
}

/** Scanners work on typed arrays: a large nursery would only hold memory, in every thread. */
const YOUNG_MB = 8

interface Job {
  id: number
  task: Task
  transfer: ArrayBuffer[]
  resolve(answer: Answer): void
  reject(error: unknown): void
}

interface Member {
  worker: Worker
  job: Job | null
}

/**
 * Worker threads that pull one task at a time. A member that dies rejects its own task with `WorkerCrash` and is
 * replaced when there is work; everything else goes on.
 */
export class Pool {
  readonly size: number
  private setup: (() => WorkerSetup) | null
  private readonly members = new Set<Member>()
  private readonly queue: Job[] = []
  private nextId = 0
  private closed: unknown = null

  /** @param setup what every thread works with; null where that is not known yet (`begin`). */
  constructor(size: number, setup: (() => WorkerSetup) | null = null) {
    this.size = size
    this.setup = setup
  }

  /** Starts up to so many threads: they load the program while the main thread still prepares. */
  warm(threads: number): void {
    while (this.members.size < Math.min(threads, this.size)) this.start()
  }

  /** Tells the threads what they work with. */
  begin(setup: () => WorkerSetup): void {
    this.setup = setup
    for (const { worker } of this.members) worker.postMessage({ setup: setup() })
    this.pull()
  }

  run(task: Task, transfer: ArrayBuffer[] = []): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.closed !== null) return reject(this.closed as Error)
      this.queue.push({ id: this.nextId++, task, transfer, resolve, reject })
      this.pull()
    })
  }

  async map(task: MapTask): Promise<Extract<Answer, { kind: 'map' }>> {
    const answer = await this.run(task)
    if (answer.kind !== 'map') throw new AuditError('INTERNAL', { what: 'A worker gave a wrong answer' })
    return answer
  }

  async look(task: LookTask): Promise<LookAnswer> {
    const answer = await this.run(task)
    if (answer.kind !== 'look') throw new AuditError('INTERNAL', { what: 'A worker gave a wrong answer' })
    return answer
  }

  /** Tells every worker where the shards lie now; those started later get it with their setup. */
  tellShards(shards: readonly ShardInfo[]): void {
    for (const { worker } of this.members) worker.postMessage({ shards })
  }

  /** Replaces every idle member: native memory a large task took is only given back with its thread. */
  recycleIdle(): void {
    for (const member of [...this.members]) {
      if (member.job !== null) continue
      this.drop(member)
      this.start()
    }
  }

  /** Has every thread collect what it no longer uses, once it has done what it works on. */
  collect(): void {
    for (const { worker } of this.members) worker.postMessage({ collect: true })
  }

  /** Stops every thread at once; what is waiting is rejected with `reason`. */
  async close(
    reason: unknown = new AuditError('INTERRUPTED', { what: 'The run was stopped' }),
  ): Promise<void> {
    this.closed ??= reason
    const members = [...this.members]
    this.members.clear()
    for (const job of this.queue.splice(0)) job.reject(reason)
    for (const { job } of members) job?.reject(reason)
    await Promise.all(members.map(({ worker }) => worker.terminate()))
  }

  private pull(): void {
    if (this.setup === null) return
    while (this.queue.length > 0) {
      const member = this.idle()
      if (member === null) return
      const job = this.queue.shift()!
      try {
        member.worker.postMessage({ id: job.id, task: job.task }, job.transfer)
        member.job = job
      } catch (error) {
        // A task that cannot be sent (a buffer in it was sent before) fails by itself, not the thread that was to do it.
        job.reject(error)
      }
    }
  }

  private idle(): Member | null {
    for (const member of this.members) if (member.job === null) return member
    return this.members.size < this.size ? this.start() : null
  }

  private start(): Member {
    const worker = new Worker(workerFile(), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    if (this.setup !== null) worker.postMessage({ setup: this.setup() })
    const member: Member = { worker, job: null }
    this.members.add(member)
    worker.on('message', (reply: Reply) => this.settle(member, reply))
    worker.on('error', (error) => this.lose(member, error))
    worker.on('messageerror', (error) => this.lose(member, error))
    worker.on('exit', (code) => this.lose(member, new Error(`exit code ${code}`)))
    return member
  }

  private settle(member: Member, reply: Reply): void {
    const job = member.job
    member.job = null
    if (job === null || job.id !== reply.id) return
    if ('error' in reply) job.reject(uncarry(reply.error))
    else job.resolve(reply.answer)
    this.pull()
  }

  private lose(member: Member, error: unknown): void {
    if (!this.members.delete(member)) return
    void member.worker.terminate()
    const job = member.job
    member.job = null
    job?.reject(new WorkerCrash(error))
    this.pull()
  }

  private drop(member: Member): void {
    this.members.delete(member)
    void member.worker.terminate()
  }
}

/** Threads run JavaScript: from the TypeScript sources (in tests) the built worker is used. */
function workerFile(): URL {
  const here = import.meta.url
  return here.endsWith('.ts') ? new URL('../../dist/engine/worker.js', here) : new URL('./worker.js', here)
}

export function carry(error: unknown): CarriedError {
  const known = error instanceof Error ? error : new Error(String(error))
  const { name, message, stack } = known
  if (!(known instanceof AuditError)) return { name, message, stack, audit: null }
  const detail: Record<string, unknown> = { ...known.detail }
  // A cause may hold anything; its story is in the stack.
  delete detail['cause']
  return { name, message, stack, audit: { code: known.code, detail: detail as JsonObject } }
}

export function uncarry(carried: CarriedError): Error {
  const { audit } = carried
  const error =
    audit === null
      ? new Error(carried.message)
      : new AuditError(audit.code as ErrorCode, audit.detail as unknown as ErrorDetail)
  if (audit === null) error.name = carried.name
  if (carried.stack !== undefined) error.stack = carried.stack
  return error
}
