import { turnBounds } from './example-words.ts'
import type { ExampleTurns, TurnBounds } from './example-words.ts'
import { labelBefore } from './labels.ts'
import type { OptionPresence } from './option-presence.ts'
import type { OptionMatcher } from './options-match.ts'
import type { Sighting } from './sighting.ts'

/** A list of fewer options says little, and this share of a longer one must be there. */
const LEAST = { options: 2, share: 0.75 }
/** A text may begin so many lists; more are not looked at. */
const MOST_LISTS = 4

/** What a reply lists of an item's options: turn and words [from, to), which count from the example's first word. */
export interface Listed {
  turn: number
  from: number
  to: number
  options: Pick<
    Sighting,
    'optionsFound' | 'optionMask' | 'reordered' | 'relabelled' | 'optionsEdited' | 'optionsAltered'
  > & { optionsNegated: number }
}

/** What looks for options: `options` holds where they stand after a look that found them. */
interface Looks {
  options: OptionMatcher
  presence: OptionPresence
}

/**
 * The options of a question that was asked without any, where the turn behind it lists them: under labels, however much
 * is said of each, or side by side. Null where it does not.
 */
export function listedBehind(looks: Looks, sighting: Sighting, example: ExampleTurns): Listed | null {
  const { item, turn, options, optionsFound, otherOptions } = sighting
  if (options < LEAST.options || optionsFound >= LEAST.options || otherOptions >= LEAST.options) return null
  const next = turn + 1
  if (next >= example.turns) return null
  const bounds = turnBounds(example, next)
  const region = { symbols: example.symbols, start: bounds.from, end: bounds.to, listFrom: bounds.from }
  const least = Math.max(LEAST.options, Math.ceil(LEAST.share * options))
  const whole = { ...region, close: true }
  if (looks.presence.most(item, whole, example, bounds) < least) return null
  for (const start of [...listStarts(example, bounds), bounds.from]) {
    looks.options.match(item, { ...whole, start, listFrom: start }, example, bounds)
    if (looks.options.found >= least && isList(looks.options, example, bounds))
      return listed(looks.options, next)
  }
  return null
}

/** Words behind a first label, where a list may begin. */
function listStarts(example: ExampleTurns, bounds: TurnBounds): number[] {
  const starts: number[] = []
  for (let w = bounds.from + 1; w < bounds.to && starts.length < MOST_LISTS; w++)
    if (labelBefore(example, bounds, w) === 0) starts.push(w)
  return starts
}

/** Nothing that decides was changed, and each option found has a label, or all stand side by side. */
function isList(options: OptionMatcher, example: ExampleTurns, bounds: TurnBounds): boolean {
  if (options.altered + options.negated > 0) return false
  const found = options.at.filter((at) => at >= 0)
  return found.every((at) => labelBefore(example, bounds, at) >= 0) || options.sideBySide()
}

function listed(options: OptionMatcher, turn: number): Listed {
  return {
    ...{ turn, from: options.regionStart, to: options.regionEnd },
    options: {
      ...{ optionsFound: options.found, optionMask: options.mask, optionsEdited: options.edited },
      ...{ reordered: options.reordered, relabelled: options.relabelled },
      ...{ optionsAltered: 0, optionsNegated: 0 },
    },
  }
}
