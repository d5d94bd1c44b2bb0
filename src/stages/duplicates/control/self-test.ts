import type { Example } from '../../../core/example.ts'
import { wilson } from '../../../core/interval.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { Stage, StageContext } from '../../../core/stage.ts'
import { DEFAULTS } from '../options.ts'
import { NOT_PLANTED } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { Found, kindFigures, recallByKind } from './measure.ts'
import { findPairs } from './memory-run.ts'
import { SEED, plantAll } from './plant.ts'
import type { Plants, Row } from './plant.ts'

/**
 * Plants copies of the user's own rows into the sample, in every way rows repeat each other, and measures how many the stage
 * finds, and as what.
 * @param sample rows of the corpus, a few thousand; pairs among them are the corpus' own.
 * @returns the positive control: recall per kind with Wilson intervals, and the pairs of untouched rows.
 */
export async function selfTest(
  stage: Stage,
  context: StageContext,
  sample: readonly Example[],
): Promise<JsonObject> {
  const rows = sample.map(({ shard, turns, columns }): Row => ({
    component: context.plan.shards[shard]?.component ?? '',
    ...{ turns, columns },
  }))
  const plants = plantAll(rows)
  const { planted, passedOver } = plants
  const found = new Found(await findPairs(stage, [...rows, ...planted], context))
  const counts = recallByKind(found, planted, rows.length)
  const kinds = [...counts].map(([kind, of]) => [kind, kindFigures(kind, of, passedOver[kind])] as const)
  const sum = (name: string): number => kinds.reduce((n, [, figures]) => n + (figures[name] as number), 0)
  return {
    ...{ seed: SEED, planted: sum('planted'), found: sum('found'), otherLevel: sum('otherLevel') },
    byKind: Object.fromEntries(kinds),
    untouched: untouchedFigures(found, rows.length),
    notes: notesOf(plants, kinds),
  }
}

function untouchedFigures(found: Found, rows: number): JsonObject {
  const { pairs, flagged } = found.untouched(rows)
  const [low, high] = wilson(flagged, rows)
  return {
    ...{ rows, flagged, pairs, per10000: rows === 0 ? 0 : (10_000 * flagged) / rows },
    ...{ lowPer10000: low * 10_000, highPer10000: high * 10_000 },
  }
}

/** What a reader of the figures must know. */
function notesOf({ tooLong }: Plants, kinds: readonly (readonly [Kind, JsonObject])[]): readonly string[] {
  const missing = kinds.filter(([, figures]) => figures['planted'] === 0)
  return [
    'Found means found as the level the kind stands for. Passed over are rows drawn for a kind that cannot carry it: a copy is ' +
      'planted as near only where a slow alignment of the planted text itself has at least ' +
      `${100 * DEFAULTS.alignedRatio} % of the words of the longer one, of short rows all but one, without template text.`,
    'Where no more than a word or two are edited, a medicine may stand in the place of a plain word: such a copy is found as a ' +
      'minimal difference, and counts as another level.',
    'Untouched rows are those of the corpus: pairs of them are its own duplicates, which are expected there.',
    'A sample this small is searched by the exact join unless joinWords forbids it; how much MinHash finds of a larger corpus is measured where it is used.',
    ...missing.map(([kind]) => `${kind}: not planted, ${NOT_PLANTED[kind]}.`),
    ...(tooLong === 0 ? [] : [`${tooLong} rows of the sample are too long to be copied.`]),
  ]
}
