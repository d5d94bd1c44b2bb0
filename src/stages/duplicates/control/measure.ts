import { wilson } from '../../../core/interval.ts'
import type { JsonObject } from '../../../core/json.ts'
import { LEVELS } from '../levels.ts'
import type { Level } from '../levels.ts'
import { KINDS } from './kinds.ts'
import type { Kind } from './kinds.ts'
import type { FoundPair } from './memory-run.ts'
import type { Planted } from './plant.ts'

/** Levels that make no group, or none whose members are each other's copies. */
const NO_GROUPS: ReadonlySet<Level> = new Set(['minimal-difference', 'shared-passage', 'template'])
/** Levels that say a row repeats, or asks the same as, another. */
const DUPLICATES = LEVELS.filter((level) => !NO_GROUPS.has(level))

/** What was found, by row: rows of the sample come first, then what was planted. */
export class Found {
  readonly #levels = new Map<string, Level>()
  /** Groups by level, by row: large groups list their members with one of them, not with each other. */
  readonly #groups = new Map<number, Set<string>>()
  readonly #pairs: readonly FoundPair[]

  constructor(pairs: readonly FoundPair[]) {
    this.#pairs = pairs
    for (const { level, a, b, group } of pairs) {
      this.#levels.set(nameOf(a, b), strongest(level, this.#levels.get(nameOf(a, b))))
      if (NO_GROUPS.has(level)) continue
      for (const row of [a, b]) {
        const groups = this.#groups.get(row) ?? new Set()
        this.#groups.set(row, groups.add(`${level} ${group}`))
      }
    }
  }

  /** The level two rows are found as, or null. */
  level(a: number, b: number): Level | null {
    const listed = this.#levels.get(nameOf(a, b))
    if (listed !== undefined) return listed
    const [own, other] = [this.#groups.get(a), this.#groups.get(b)]
    const shared = [...(own ?? [])].filter((group) => other?.has(group) === true)
    return DUPLICATES.find((level) => shared.some((group) => group.startsWith(`${level} `))) ?? null
  }

  /** Pairs of two rows below `rows`, by level, and the rows that repeat or ask the same as another. */
  untouched(rows: number): { pairs: Record<string, number>; flagged: number } {
    const pairs: Record<string, number> = {}
    const flagged = new Set<number>()
    for (const { level, a, b } of this.#pairs) {
      if (a >= rows || b >= rows) continue
      pairs[level] = (pairs[level] ?? 0) + 1
      if (!NO_GROUPS.has(level)) flagged.add(a).add(b)
    }
    return { pairs, flagged: flagged.size }
  }
}

function nameOf(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}

function strongest(level: Level, known: Level | undefined): Level {
  return known === undefined || LEVELS.indexOf(level) < LEVELS.indexOf(known) ? level : known
}

interface Counts {
  planted: number
  found: number
  otherLevels: Record<string, number>
}

/** Planted and found by kind; the copies stand behind `rows` rows of the sample, in their order. */
export function recallByKind(found: Found, planted: readonly Planted[], rows: number): Map<Kind, Counts> {
  const kinds = Object.keys(KINDS) as Kind[]
  const counts = new Map(
    kinds.map((kind): [Kind, Counts] => [kind, { planted: 0, found: 0, otherLevels: {} }]),
  )
  planted.forEach(({ kind, host }, i) => {
    const of = counts.get(kind) as Counts
    of.planted++
    const level = found.level(host, rows + i)
    if (level === KINDS[kind]) of.found++
    else if (level !== null) of.otherLevels[level] = (of.otherLevels[level] ?? 0) + 1
  })
  return counts
}

/** The figures of a kind as the report keeps them. */
export function kindFigures(
  kind: Kind,
  { planted, found, otherLevels }: Counts,
  passedOver: number,
): JsonObject {
  const [lowRatio, highRatio] = wilson(found, planted)
  const otherLevel = Object.values(otherLevels).reduce((sum, n) => sum + n, 0)
  return {
    ...{ level: KINDS[kind], planted, found, recallRatio: planted === 0 ? 0 : found / planted },
    ...{ lowRatio, highRatio, otherLevel, otherLevels, passedOver },
  }
}
