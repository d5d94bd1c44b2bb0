import type { Batch } from '../core/batch.ts'
import type { JsonObject } from '../core/json.ts'

/** Names told apart of one shard; of more, those that come first in code-unit order are counted. */
const KEPT = 32
/** Names a message gives. */
const SHOWN = 3
/** Names evidence and metrics give. */
const LISTED = 20

/** Turns per name of an unknown role. */
export type RoleTurns = ReadonlyMap<string, number>

/**
 * Counts turns by the name of a role nobody knows, in bounded memory. Whatever comes later, a name that was dropped has
 * more than enough names before it: what is kept of a whole does not depend on how it was cut.
 */
export class RoleCounts {
  private readonly turns = new Map<string, number>()
  private all = 0

  add(label: string, turns = 1): void {
    this.all += turns
    this.turns.set(label, (this.turns.get(label) ?? 0) + turns)
    if (this.turns.size > 4 * KEPT) this.drop()
  }

  /** The names kept, each with its turns, and the turns of all names. */
  kept(): { turns: RoleTurns; all: number } {
    this.drop()
    return { turns: new Map(sortedNames(this.turns)), all: this.all }
  }

  /** As JSON of a tally. */
  packed(): { names: [string, number][]; all: number } {
    const { turns, all } = this.kept()
    return { names: [...turns], all }
  }

  addPacked({ names, all }: ReturnType<RoleCounts['packed']>): void {
    this.all += all
    for (const [name, turns] of names) this.turns.set(name, (this.turns.get(name) ?? 0) + turns)
    if (this.turns.size > 4 * KEPT) this.drop()
  }

  private drop(): void {
    for (const [name] of sortedNames(this.turns).slice(KEPT)) this.turns.delete(name)
  }
}

function sortedNames(turns: RoleTurns): [string, number][] {
  return [...turns].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Calls `seen` with the names of every row of a batch that has turns of unknown roles. */
export function unknownRolesOf(batch: Batch, seen: (row: number, labels: readonly string[]) => void): void {
  const { turn = [], label = [] } = batch.unknownRoles ?? {}
  let at = 0
  for (let row = 0; row < batch.length && at < turn.length; row++) {
    const end = batch.turnStart[row + 1]!
    const first = at
    while (at < turn.length && turn[at]! < end) at++
    if (at > first) seen(row, label.slice(first, at))
  }
}

/** `: "narrator" (2 turns), "judge"`, or nothing where no name is to be shown. */
export function rolesText(turns: RoleTurns): string {
  if (turns.size === 0) return ''
  const shown = mostFirst(turns).slice(0, SHOWN)
  const names = shown.map(([name, count]) => (count === 1 ? name : `${name} (${count} turns)`))
  return `: ${names.join(', ')}${turns.size > SHOWN ? ` and ${turns.size - SHOWN} more` : ''}`
}

/** @param all turns of all names: what those listed leave is counted. */
export function rolesEvidence(turns: RoleTurns, all: number): JsonObject {
  if (turns.size === 0) return {}
  const listed = mostFirst(turns).slice(0, LISTED)
  const others = all - listed.reduce((sum, [, count]) => sum + count, 0)
  return {
    roles: listed.map(([role, count]) => ({ role, turns: count })),
    ...(others > 0 ? { turnsOfOtherRoles: others } : {}),
  }
}

function mostFirst(turns: RoleTurns): [string, number][] {
  return sortedNames(turns).sort(([, a], [, b]) => b - a)
}
