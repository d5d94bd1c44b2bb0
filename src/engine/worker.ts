import { parentPort, workerData } from 'node:worker_threads'
import { STAGES } from '../stages/index.ts'
import type { Stage } from '../core/stage.ts'
import { transferables } from '../core/tally.ts'
import { intakeStage } from './intake.ts'
import { rowHashStage } from './row-hashes.ts'
import { mapSlice } from './map-slice.ts'
import type { Answer, Message, Task, WorkerSetup } from './messages.ts'
import { carry } from './pool.ts'
import { lookAt } from './second-look.ts'

/** One thread of the pool: takes a task, answers, waits for the next. */
const setup = workerData as WorkerSetup
const port = parentPort
if (port === null) throw new Error('worker.ts runs in a worker thread only')

const stages = setup.stages.map(({ name, options }) => makeStage(name, options))
let shards = setup.shards

port.on('message', (message: Message) => {
  if ('shards' in message) {
    shards = message.shards
    return
  }
  void answer(message.task).then(
    (value) => port.postMessage({ id: message.id, answer: value }, moved(value)),
    (error: unknown) => port.postMessage({ id: message.id, error: carry(error) }),
  )
})

async function answer(task: Task): Promise<Answer> {
  switch (task.kind) {
    case 'map':
      return mapSlice(task, { stages, indexes: setup.indexes, columns: setup.columns })
    case 'round': {
      const at = stages.findIndex((stage) => stage.name === task.stage)
      const round = stages[at]?.rounds?.[task.round]
      if (round === undefined) throw new Error(`stage ${task.stage} has no round ${task.round}`)
      const look = { examples: lookAt(shards, setup.columns) }
      return { kind: 'round', output: await round(task.input, setup.indexes[at] as never, look) }
    }
  }
}

function moved(value: Answer): ArrayBuffer[] {
  return value.kind === 'round' ? transferables(value.output) : []
}

function makeStage(name: string, options: WorkerSetup['stages'][number]['options']): Stage<never> {
  const own = [intakeStage(), rowHashStage()].find((stage) => stage.name === name)
  if (own !== undefined) return own
  const definition = STAGES.find((stage) => stage.name === name)
  if (definition === undefined) throw new Error(`unknown stage ${name}`)
  return definition.create(options)
}
