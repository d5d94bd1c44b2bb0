import { parentPort } from 'node:worker_threads'
import { STAGES } from '../stages/index.ts'
import type { Example } from '../core/example.ts'
import { packExamples } from '../core/packed-examples.ts'
import type { Stage } from '../core/stage.ts'
import { readRecordsOfSlice, readRowsOfSlice } from '../io/lookup.ts'
import { transferables } from '../core/tally.ts'
import { dropThreadCaches } from '../core/thread-cache.ts'
import { readTally } from '../io/tally-store.ts'
import { collectGarbage } from './collect.ts'
import { intakeStage } from './intake.ts'
import { rowHashStage } from './row-hashes.ts'
import { mapSlice } from './map-slice.ts'
import type { Answer, LookAnswer, LookTask, Message, Task, WorkerSetup } from './messages.ts'
import { hash128 } from '../text/hash.ts'
import { carry } from './pool.ts'
import { lookAt } from './second-look.ts'

/** One thread of the pool: is told what to work with, takes a task, answers, waits for the next. */
const port = parentPort
if (port === null) throw new Error('worker.ts runs in a worker thread only')

let setup: WorkerSetup = { stages: [], indexes: [], columns: [], shards: [] }
let stages: readonly Stage<never>[] = []
let shards: WorkerSetup['shards'] = []

port.on('message', (message: Message) => {
  if ('setup' in message) {
    setup = message.setup
    shards = setup.shards
    stages = setup.stages.map(({ name, options }) => makeStage(name, options))
    return
  }
  if ('shards' in message) {
    shards = message.shards
    return
  }
  if ('collect' in message) {
    dropThreadCaches()
    collectGarbage()
    return
  }
  void answer(message.task).then(
    (value) => port.postMessage({ id: message.id, answer: value }, moved(value)),
    (error: unknown) => port.postMessage({ id: message.id, error: carry(error) }),
  )
})

// A task that cannot be read (a buffer in it went to another thread before) would leave the pool waiting for its answer.
port.on('messageerror', (error) => {
  throw error
})

async function answer(task: Task): Promise<Answer> {
  switch (task.kind) {
    case 'map':
      return mapSlice(task, { stages, indexes: setup.indexes, columns: setup.columns })
    case 'look':
      return lookTask(task)
    case 'round': {
      const at = stages.findIndex((stage) => stage.name === task.stage)
      const round = stages[at]?.rounds?.[task.round]
      if (round === undefined) throw new Error(`stage ${task.stage} has no round ${task.round}`)
      const look = { examples: lookAt(shards, setup.columns) }
      const tally = task.tally === undefined ? {} : await readTally(task.tally, task.stage)
      const input = { ...task.input, ...tally }
      return { kind: 'round', output: await round(input, setup.indexes[at] as never, look) }
    }
  }
}

async function lookTask({ what, shard, slice, rows, reader }: LookTask): Promise<LookAnswer> {
  const columns = setup.columns[slice.shard]
  if (columns === undefined) throw new RangeError(`no shard ${slice.shard}`)
  const options = { columns, reader }
  if (what === 'examples') {
    const examples: Example[] = []
    for await (const example of readRowsOfSlice(shard, slice, rows, options)) examples.push(example)
    return { kind: 'look', examples: packExamples(examples), records: null }
  }
  const records = new Uint32Array(4 * rows.length)
  let at = 0
  for await (const record of readRecordsOfSlice(shard, slice, rows, options))
    hash128(record, 0, record.length, records, 4 * at++)
  return { kind: 'look', examples: null, records }
}

function moved(value: Answer): ArrayBuffer[] {
  if (value.kind === 'round') return transferables(value.output)
  return value.kind === 'look' ? transferables({ ...value.examples, records: value.records }) : []
}

function makeStage(name: string, options: WorkerSetup['stages'][number]['options']): Stage<never> {
  const own = [intakeStage(), rowHashStage()].find((stage) => stage.name === name)
  if (own !== undefined) return own
  const definition = STAGES.find((stage) => stage.name === name)
  if (definition === undefined) throw new Error(`unknown stage ${name}`)
  return definition.create(options)
}
