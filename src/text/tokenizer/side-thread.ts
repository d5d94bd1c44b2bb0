import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'

/** Goes before a thread's own code: `answer(message)` hands one message over and wakes the waiting thread. */
const PROLOGUE = `
const { workerData } = require('node:worker_threads')
const { port, signal, data, from } = workerData
const load = require('node:module').createRequire(from)
const answer = (message) => {
  port.postMessage(message)
  Atomics.add(signal, 0, 1)
  Atomics.notify(signal, 0)
}
`

/**
 * A thread that does what this one cannot do synchronously: wait for promises, or run code under a time limit. Every
 * message gets exactly one answer, and the code answers once when it is ready. Inline code, because it then works from
 * sources and from the build alike.
 */
export class SideThread {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #signal = new Int32Array(new SharedArrayBuffer(4))
  #seen = 0

  /** `from` is the module whose packages the code may load. */
  constructor(code: string, from: string, data: unknown) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#worker = new Worker(PROLOGUE + code, {
      eval: true,
      workerData: { port: port2, signal: this.#signal, data, from },
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    })
    // A thread that dies answers nothing; whoever waits runs into the time limit and says so.
    this.#worker.on('error', () => {})
    this.#worker.unref()
    port1.unref()
  }

  /** Sends a message and blocks for the answer. */
  ask(message: unknown, limitMs: number): unknown {
    this.#port.postMessage(message)
    return this.wait(limitMs)
  }

  /** Blocks for the next answer; undefined when none came in time, and the thread is then gone. */
  wait(limitMs: number): unknown {
    const end = performance.now() + limitMs
    // The thread may wake us for an answer that was taken before it came to that: only the count says there is a new one.
    while (Atomics.load(this.#signal, 0) === this.#seen) {
      const left = end - performance.now()
      if (left > 0) Atomics.wait(this.#signal, 0, this.#seen, left)
      else {
        void this.#worker.terminate()
        return undefined
      }
    }
    this.#seen++
    return receiveMessageOnPort(this.#port)?.message
  }

  close(): void {
    void this.#worker.terminate()
  }
}
