import type { FindingBlock } from '../core/finding-block.ts'
import type { Finding } from '../core/finding.ts'
import type {
  NotChecked,
  ReduceContext,
  RoundInput,
  RowFigures,
  SliceTally,
  StageResult,
  TallyOutline,
} from '../core/stage.ts'
import { transferables } from '../core/tally.ts'
import type { Tally } from '../core/tally.ts'
import { outlineTally, readTally } from '../io/tally-store.ts'
import { collectGarbage } from './collect.ts'
import type { Mapped } from './map.ts'
import type { RoundTask } from './messages.ts'
import type { Opened } from './open.ts'
import { ownPart } from './own.ts'
import type { Pool } from './pool.ts'
import type { Prepared } from './prepare.ts'
import { lookThrough, recordsThrough } from './second-look.ts'
import type { Session } from './session.ts'

export interface ReduceInput {
  session: Session
  opened: Opened
  prepared: Prepared
  mapped: Mapped
  notChecked: NotChecked[]
}

export type StageFindings = { stage: string; found: Finding | FindingBlock }

/** Reduces every stage in registry order; findings come as a stream, results when a stage is done. */
export async function* reduceStages(
  input: ReduceInput,
  done: (stage: string, result: StageResult) => void,
): AsyncGenerator<StageFindings> {
  input.mapped.pool.tellShards(input.mapped.plan.shards)
  for (const [index, stage] of input.prepared.stages.entries()) {
    input.session.settings.onProgress({ kind: 'reduce', stage: stage.name })
    const start = performance.now()
    const seen = stage.readsAgainst === true ? input : { ...input, mapped: ownPart(input.mapped) }
    const context = contextOf(seen, stage.name)
    const findings = stage.reduce(tallies(seen, stage.name), input.prepared.indexes[index] as never, context)
    for (;;) {
      const next = await findings.next()
      input.session.checkInterrupted()
      if (next.done === true) {
        done(stage.name, next.value)
        break
      }
      yield { stage: stage.name, found: next.value }
    }
    input.session.ms[`reduce ${stage.name}`] = performance.now() - start
  }
}

/** The tallies of one stage in slice order, one in memory at a time. */
async function* tallies({ mapped, session }: ReduceInput, stage: string): AsyncGenerator<SliceTally> {
  for (const [index, { slice, file }] of mapped.slices.entries()) {
    session.checkInterrupted()
    const { component } = mapped.plan.shards[slice.shard]!
    yield { slice: index, shard: slice.shard, component, tally: await readTally(file, stage) }
  }
}

async function* rowFigures({ prepared, mapped }: ReduceInput): AsyncGenerator<RowFigures> {
  for (const { file } of ownPart(mapped).slices) {
    let figures: RowFigures = {}
    for (const [index, stage] of prepared.stages.entries()) {
      if (stage.rowFigures === undefined) continue
      const tally = await readTally(file, stage.name)
      figures = { ...figures, ...stage.rowFigures(tally, prepared.indexes[index] as never) }
    }
    yield figures
  }
}

function contextOf(input: ReduceInput, stage: string): ReduceContext {
  return {
    plan: input.mapped.plan,
    evidence: input.session.settings.evidence,
    rowFigures: () => rowFigures(input),
    examples: lookThrough(input.mapped.pool, input.mapped.plan),
    records: recordsThrough(input.mapped.pool, input.mapped.plan),
    round: (round, inputs) => runRound(input, { stage, round }, withoutTally(inputs)),
    outlines: () => outlines(input, stage),
    tallyRound: (round, inputs) => runRound(input, { stage, round }, withTallies(input, inputs)),
    threads: input.mapped.pool.size,
    roundsDone: () => {
      input.mapped.pool.collect()
      collectGarbage()
    },
    notChecked: (entry) => input.notChecked.push(entry),
    warn: (message) => input.session.settings.onProgress({ kind: 'warning', message }),
  }
}

/** An input of a round, and the file of a tally that is part of it. */
type Work = Pick<RoundTask, 'input' | 'tally'>

async function* withoutTally(inputs: Iterable<RoundInput> | AsyncIterable<RoundInput>): AsyncGenerator<Work> {
  for await (const input of inputs) yield { input }
}

async function* withTallies({ mapped }: ReduceInput, inputs: Iterable<RoundInput>): AsyncGenerator<Work> {
  let slice = 0
  for (const input of inputs) yield { input, tally: mapped.slices[slice++]!.file }
}

async function* outlines({ mapped, session }: ReduceInput, stage: string): AsyncGenerator<TallyOutline> {
  for (const [index, { slice, file }] of mapped.slices.entries()) {
    session.checkInterrupted()
    const { component } = mapped.plan.shards[slice.shard]!
    yield { slice: index, shard: slice.shard, component, ...(await outlineTally(file, stage)) }
  }
}

/** Keeps the pool busy, holds only a few inputs and answers, and answers in the order of the inputs. */
async function* runRound(
  input: ReduceInput,
  name: { stage: string; round: string },
  inputs: AsyncIterable<Work>,
): AsyncGenerator<Tally> {
  const running: Promise<Tally>[] = []
  const start = performance.now()
  let done = 0
  const tell = (): void => input.session.settings.onProgress({ kind: 'reduce', ...name, done: ++done })
  for await (const part of inputs) {
    const answer = ask(input.mapped.pool, name, part)
    // Awaited in order below; until then a rejection must not count as unhandled.
    answer.catch(() => undefined)
    running.push(answer)
    if (running.length < input.mapped.pool.size + 1) continue
    yield await running.shift()!
    tell()
  }
  for (const answer of running) {
    yield await answer
    tell()
  }
  const { ms } = input.session
  const key = `reduce ${name.stage}: ${name.round}`
  ms[key] = (ms[key] ?? 0) + performance.now() - start
}

async function ask(pool: Pool, name: { stage: string; round: string }, work: Work): Promise<Tally> {
  const answer = await pool.run({ kind: 'round', ...name, ...work }, transferables(work.input))
  if (answer.kind !== 'round') throw new TypeError('a worker gave a wrong answer')
  return answer.output
}
