import type { JsonObject } from '../../core/json.ts'
import type { Tally } from '../../core/tally.ts'
import { FLAG } from './flagged.ts'
import type { Flagged } from './flagged.ts'
import type { Match } from './match.ts'
import { SPLITS } from './upstream.ts'
import type { UpstreamIndex } from './upstream.ts'

/** What became of the rows of one source; the order is stored. */
export const OUTCOMES = ['declared', 'verified', 'contradicted', 'matched'] as const

const TRAIN = SPLITS.indexOf('train')
const VALIDATION = SPLITS.indexOf('validation')
const TEST = SPLITS.indexOf('test')

/** Per source: outcomes and splits of its rows; and the rows worth a finding. */
interface Counts {
  outcomes: Float64Array
  splits: Float64Array
  unknown: number
}

/** Counts rows by declared source, source found, and split; per slice in workers, per component in reduce. */
export class RowCounts {
  readonly #sources: number
  readonly #components = new Map<string, Counts>()
  readonly #flagged: { row: number; flag: number; declared: number; match: Match }[] = []

  constructor(sources: number) {
    this.#sources = sources
  }

  count(row: number, declared: number, matches: readonly Match[], upstream: UpstreamIndex): void {
    const counts = this.#of('')
    const best = matches[0]
    if (declared >= 0) this.#outcome(counts, declared, 'declared')
    else if (best !== undefined) this.#outcome(counts, upstream.source[best.item]!, 'matched')
    else counts.unknown++
    if (best === undefined) return
    // A reworded item of the declared source does not outweigh one of another source that stands there as it is.
    const own = matches.find(
      (match) => upstream.source[match.item] === declared && (!match.near || best.near),
    )
    if (own !== undefined) this.#outcome(counts, declared, 'verified')
    else if (declared >= 0 && !best.near && isComplete(upstream, declared)) {
      this.#outcome(counts, declared, 'contradicted')
      this.#flagged.push({ row, flag: FLAG.contradicted, declared, match: best })
    }
    const shown = trainFirst(own ?? best, matches, upstream)
    counts.splits[upstream.source[shown.item]! * SPLITS.length + upstream.split[shown.item]!]!++
    this.#evaluation(row, declared, matches, upstream)
  }

  /** A row is of a test or validation split when no train item explains it as well. */
  #evaluation(row: number, declared: number, matches: readonly Match[], upstream: UpstreamIndex): void {
    const bestOf = (split: number): Match | undefined =>
      matches.find((match) => upstream.split[match.item] === split)
    const train = bestOf(TRAIN)?.aligned ?? 0
    const test = bestOf(TEST)
    const validation = bestOf(VALIDATION)
    if (test !== undefined && test.aligned > train) {
      this.#flagged.push({ row, flag: FLAG.test, declared, match: test })
    } else if (validation !== undefined && validation.aligned > train) {
      this.#flagged.push({ row, flag: FLAG.validation, declared, match: validation })
    }
  }

  tally(): Tally {
    const counts = this.#of('')
    return {
      outcomes: counts.outcomes,
      splits: counts.splits,
      unknown: counts.unknown,
      flaggedRow: Float64Array.from(this.#flagged, (one) => one.row),
      flaggedWhy: Uint8Array.from(this.#flagged, (one) => one.flag),
      flaggedDeclared: Int32Array.from(this.#flagged, (one) => one.declared),
      flaggedItem: Int32Array.from(this.#flagged, (one) => one.match.item),
      flaggedTurn: Int32Array.from(this.#flagged, (one) => one.match.turn),
      flaggedContainment: Float64Array.from(this.#flagged, (one) => one.match.containment),
      flaggedAligned: Float64Array.from(this.#flagged, (one) => one.match.aligned),
      flaggedNear: Uint8Array.from(this.#flagged, (one) => Number(one.match.near)),
    }
  }

  add(component: string, tally: Tally): void {
    const counts = this.#of(component)
    accumulate(counts.outcomes, tally['outcomes'] as Float64Array)
    accumulate(counts.splits, tally['splits'] as Float64Array)
    counts.unknown += tally['unknown'] as number
  }

  flagged(shard: number, tally: Tally): Flagged[] {
    const rows = tally['flaggedRow'] as Float64Array
    return Array.from(rows, (row, i) => ({
      shard,
      row,
      why: (tally['flaggedWhy'] as Uint8Array)[i]!,
      declared: (tally['flaggedDeclared'] as Int32Array)[i]!,
      item: (tally['flaggedItem'] as Int32Array)[i]!,
      turn: (tally['flaggedTurn'] as Int32Array)[i]!,
      containment: (tally['flaggedContainment'] as Float64Array)[i]!,
      aligned: (tally['flaggedAligned'] as Float64Array)[i]!,
      near: (tally['flaggedNear'] as Uint8Array)[i]!,
    }))
  }

  /** Per component: outcomes and splits of one source's rows. */
  ofSource(source: number): JsonObject {
    const entries = [...this.#components.keys()].sort().map((component) => {
      const { outcomes, splits } = this.#components.get(component)!
      const named = OUTCOMES.map((name, i) => [name, outcomes[source * OUTCOMES.length + i]!])
      const bySplit = SPLITS.map((name, i) => [name, splits[source * SPLITS.length + i]!] as const)
      const found = Object.fromEntries(bySplit.filter(([, rows]) => rows > 0))
      return [component, { ...(Object.fromEntries(named) as JsonObject), splits: found }] as const
    })
    return Object.fromEntries(entries)
  }

  /** Rows per component that declare no known source and were found in none. */
  unknown(): JsonObject {
    return Object.fromEntries(
      [...this.#components.keys()].sort().map((name) => [name, this.#components.get(name)!.unknown]),
    )
  }

  #outcome(counts: Counts, source: number, outcome: (typeof OUTCOMES)[number]): void {
    counts.outcomes[source * OUTCOMES.length + OUTCOMES.indexOf(outcome)]!++
  }

  #of(component: string): Counts {
    let counts = this.#components.get(component)
    if (counts === undefined) {
      counts = {
        outcomes: new Float64Array(this.#sources * OUTCOMES.length),
        splits: new Float64Array(this.#sources * SPLITS.length),
        unknown: 0,
      }
      this.#components.set(component, counts)
    }
    return counts
  }
}

/** Of equal matches within one source the one of its train split: it explains the row without an evaluation split. */
function trainFirst(match: Match, matches: readonly Match[], { source, split }: UpstreamIndex): Match {
  const equal = matches.find(
    ({ item, aligned, near }) =>
      aligned === match.aligned &&
      near === match.near &&
      split[item] === TRAIN &&
      source[item] === source[match.item],
  )
  return equal ?? match
}

/** A row can be missing from a source only when all of the source was read. */
function isComplete({ facts }: UpstreamIndex, source: number): boolean {
  const { read, unread } = facts[source]!
  return read && unread.length === 0
}

function accumulate(total: Float64Array, more: Float64Array): void {
  for (let i = 0; i < more.length; i++) total[i]! += more[i]!
}
