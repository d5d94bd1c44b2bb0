import { createHash } from 'node:crypto'
import { canonicalJson } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'
import type { NotChecked, Resources, Stage } from '../core/stage.ts'
import { dropThreadCaches } from '../core/thread-cache.ts'
import { collectGarbage } from './collect.ts'
import { intakeStage } from './intake.ts'
import type { Opened } from './open.ts'
import { ownPlan } from './own.ts'
import { createStages } from './pipeline.ts'
import { rowHashStage } from './row-hashes.ts'
import type { Session } from './session.ts'

export interface Prepared {
  /** In registry order, the engine's own first. */
  stages: readonly Stage<never>[]
  /** One per stage. */
  indexes: readonly unknown[]
  notChecked: NotChecked[]
  /** sha256 over the contents of every file the stages read: an index is only as old as its files. */
  resourcesSha256: string
}

/** Builds the index of every stage, one after the other, so that what they report has an order. */
export async function prepareStages(
  session: Session,
  { plan, columns }: Pick<Opened, 'plan' | 'columns'>,
): Promise<Prepared> {
  const { settings, resources, loaded } = session
  const intake = intakeStage(columns)
  const own = settings.out === null ? [intake] : [intake, rowHashStage()]
  const stages = [...own, ...createStages(loaded.pipeline)]
  const seen: JsonValue[] = []
  const notChecked: NotChecked[] = []
  const indexes: unknown[] = []
  for (const stage of stages) {
    settings.onProgress({ kind: 'prepare', stage: stage.name })
    indexes.push(
      await stage.prepare({
        plan: stage.readsAgainst === true ? plan : ownPlan(plan),
        evidence: settings.evidence,
        resources: watched(resources, seen),
        notChecked: (entry) => notChecked.push(entry),
        warn: (message) => settings.onProgress({ kind: 'warning', message }),
      }),
    )
  }
  // What the indexes were built with is no longer used; the workers need the room.
  dropThreadCaches()
  collectGarbage()
  const resourcesSha256 = createHash('sha256').update(canonicalJson(seen)).digest('hex')
  return { stages, indexes, notChecked, resourcesSha256 }
}

function watched(resources: Resources, seen: JsonValue[]): Resources {
  return {
    async file(ref) {
      const resource = await resources.file(ref)
      seen.push([resource.origin, resource.sha256])
      return resource
    },
    async table(ref) {
      const table = await resources.table(ref)
      seen.push([table.origin, table.sha256])
      return table
    },
  }
}
