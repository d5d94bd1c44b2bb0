import type { Plan, ShardInfo } from '../core/plan.ts'
import type { ObtainedShard, Slice } from '../core/source.ts'

/** Whether a shard is of the corpus audited, not of the one it is compared with. */
export function isOwn(shard: ShardInfo): boolean {
  return shard.against !== true
}

/** The plan without the second corpus. Its shards come last, so numbers of shards stay what they are. */
export function ownPlan(plan: Plan): Plan {
  if (plan.against === undefined) return plan
  const rest = { ...plan }
  delete rest.against
  const slices = plan.slices.filter(({ shard }) => isOwn(plan.shards[shard]!))
  return { ...rest, shards: plan.shards.filter(isOwn), slices }
}

/** What a map leaves, as far as shards are concerned. */
interface Part {
  plan: Plan
  slices: readonly { slice: Slice }[]
  lost: readonly { slice: Slice }[]
  obtained: readonly (ObtainedShard | null)[]
}

/** What was read of the corpus audited. */
export function ownPart<M extends Part>(mapped: M): M {
  if (mapped.plan.against === undefined) return mapped
  const own = ({ slice }: { slice: { shard: number } }): boolean => isOwn(mapped.plan.shards[slice.shard]!)
  const plan = ownPlan(mapped.plan)
  const obtained = mapped.obtained.slice(0, plan.shards.length)
  return { ...mapped, plan, obtained, slices: mapped.slices.filter(own), lost: mapped.lost.filter(own) }
}
