import { expect, test } from 'vitest'
import { ROLE_CODE } from '../../../src/core/example.ts'
import { BOUNDARY } from '../../../src/stages/contamination/boundary.ts'
import { judge } from '../../../src/stages/contamination/judge.ts'
import type { Scores } from '../../../src/stages/contamination/scores.ts'
import type { AssayHit } from '../../../src/stages/contamination/tally.ts'

/** A question of 20 words found whole, with its four options in place. */
const HIT: AssayHit = {
  ...{ row: 0, role: ROLE_CODE.user, item: 0, turn: 0, first: 0, last: 19, mask: Uint32Array.of(0xfffff) },
  ...{ from: 0, to: 40, questionFrom: 0, questionTo: 20, questionWords: 20, covered: 20, longestRun: 20 },
  ...{
    joined: 0,
    optionsTurn: -1,
    inOrder: true,
    inserted: 0,
    boundary: 0,
    optionsEdited: 0,
    optionsAltered: 0,
    optionsNegated: 0,
    replaced: Uint32Array.of(0),
  },
  ...{
    numbersChanged: 0,
    unitsChanged: 0,
    oppositesChanged: 0,
    negationsChanged: 0,
    negationsAsked: 0,
    otherPlaces: 0,
  },
  ...{ options: 4, optionsFound: 4, optionMask: 15, otherOptions: 4, reordered: false, relabelled: false },
  ...{ answerTurn: -1, answerDistance: 0, told: false },
  ...{ topic: Uint32Array.of(0), topicChanged: false, restated: false },
}
const SCORES: Scores = {
  ...{
    coverageRatio: 1,
    wordRatio: 1,
    densityRatio: 1,
    askRatio: 1,
    toldRatio: 1,
    askChance: 0,
    askReplacedRatio: 0,
    replacedRatio: 0,
  },
  ...{ topicRatio: 0, topicBits: 0 },
  ...{ questionBits: 120, foundBits: 120, optionBits: 80, foundOptionBits: 80 },
  ...{ ownOptions: 0, ownOptionBits: 0 },
}
/** All options of an item, and nothing of its question. */
const LISTED = { restated: true, covered: 0 }
const OWN = { ownOptions: 4, ownOptionBits: 120, coverageRatio: 0, foundBits: 0 }
const SHUFFLED = { reordered: true, relabelled: true }
const ANSWERED = { answerTurn: 1, answerDistance: 4 }
const NEGATED = { negationsChanged: 1, negationsAsked: 1 }
const ONE_PLACE = { covered: 19, mask: Uint32Array.of(0xfffef), otherPlaces: 1 }
const TWO_PLACES = { covered: 18, mask: Uint32Array.of(0xfbfef), otherPlaces: 2 }
/** The case alone. */
const UNASKED = { askRatio: 0.1, coverageRatio: 0.9, questionBits: 200, foundBits: 180 }
const ALONE = { options: 4, optionsFound: 0, otherOptions: 0, boundary: BOUNDARY.turn }
/** Three quarters of what a short question is about, said beside all of its options. */
const AGAIN = { restated: true, covered: 4 }
const TOPIC = { topicRatio: 0.75, topicBits: 20, coverageRatio: 0.4, foundBits: 16, questionBits: 36 }
/** One word of a short question differs, and that word was all it asked about. */
const WEAK = { coverageRatio: 0.65, wordRatio: 0.8, densityRatio: 0.8, questionBits: 36, foundBits: 24 }

test.each([
  ['all options in place', {}, {}, 'exact-match'],
  ['all options in another order', SHUFFLED, {}, 'options-shuffled'],
  ['three of four in another order', { ...SHUFFLED, optionsFound: 3 }, {}, 'options-shuffled'],
  ['half of them in another order', { ...SHUFFLED, optionsFound: 2 }, {}, 'near-match'],
  ['two of three in another order', { ...SHUFFLED, options: 3, optionsFound: 2 }, {}, 'near-match'],
  ['a number changed', { numbersChanged: 1 }, {}, 'sibling-item'],
  ['a unit changed in an option', { optionsAltered: 1, optionsFound: 3 }, {}, 'sibling-item'],
  ['an opposite', { oppositesChanged: 1 }, {}, 'sibling-item'],
  ['a negation', { negationsChanged: 1 }, {}, 'sibling-item'],
  ['an option with edits', { optionsEdited: 1 }, {}, 'near-match'],
  ['another last sentence', { covered: 17 }, { ...UNASKED, askReplacedRatio: 0.4 }, 'sibling-item'],
  ['nothing asked, all options', { covered: 17 }, UNASKED, 'near-match'],
  ['nothing asked, three of four options', { covered: 17, optionsFound: 3 }, UNASKED, 'sibling-item'],
  [
    'nothing asked, options of no meaning',
    { covered: 17 },
    { ...UNASKED, foundOptionBits: 9 },
    'sibling-item',
  ],
  ['nothing asked, some of the case', { covered: 17 }, { ...UNASKED, toldRatio: 0.8 }, 'sibling-item'],
  ['nothing asked, more options', { covered: 17, otherOptions: 5 }, UNASKED, 'sibling-item'],
  ['nothing asked, answered', { covered: 17, ...ALONE, ...ANSWERED }, UNASKED, 'question-and-answer'],
  ['nothing asked, answered late', { ...ALONE, ...ANSWERED, answerDistance: 30 }, UNASKED, 'sibling-item'],
  ['more said, answered', { ...ALONE, ...ANSWERED, boundary: 0 }, UNASKED, 'sibling-item'],
  ['other words in the last sentence', { covered: 18 }, { askReplacedRatio: 0.3 }, 'sibling-item'],
  [
    'other words, same options and answer',
    { ...TWO_PLACES, ...ANSWERED },
    { askReplacedRatio: 0.3 },
    'near-match',
  ],
  [
    'one other word, same options and answer',
    { ...ONE_PLACE, ...ANSWERED },
    { askReplacedRatio: 0.3 },
    'sibling-item',
  ],
  ['the same, a number too', { ...TWO_PLACES, ...ANSWERED, numbersChanged: 1 }, {}, 'sibling-item'],
  ['a negation among other slips', { negationsChanged: 1, otherPlaces: 4, covered: 17 }, {}, 'near-match'],
  ['a negation among few', { negationsChanged: 1, otherPlaces: 3 }, {}, 'sibling-item'],
  ['in what is asked, among few', { ...NEGATED, otherPlaces: 5 }, {}, 'sibling-item'],
  [
    'in what is asked, among many',
    { ...NEGATED, ...ANSWERED, otherPlaces: 9, covered: 12 },
    {},
    'near-match',
  ],
  ['a negated option', { optionsNegated: 1, optionsFound: 3 }, {}, 'sibling-item'],
  ['edited like the rest', { covered: 16 }, { askReplacedRatio: 0.3, askChance: 0.4 }, 'near-match'],
  ['in other words, answered', { ...AGAIN, ...ANSWERED }, TOPIC, 'near-match'],
  ['in other words, answered late', { ...AGAIN, ...ANSWERED, answerDistance: 30 }, TOPIC, null],
  ['in other words, not answered', AGAIN, TOPIC, null],
  ['in nearly the same words, not answered', AGAIN, { ...TOPIC, topicRatio: 0.85 }, 'near-match'],
  ['in other words, less of it', { ...AGAIN, ...ANSWERED }, { ...TOPIC, topicRatio: 0.6 }, null],
  ['in other words, turned', { ...AGAIN, ...ANSWERED, topicChanged: true }, TOPIC, null],
  ['in other words, common options', { ...AGAIN, ...ANSWERED }, { ...TOPIC, foundOptionBits: 30 }, null],
  [
    'in other words, by the assistant',
    { ...AGAIN, ...ANSWERED, role: ROLE_CODE.assistant },
    TOPIC,
    'answer-side',
  ],
  ['all options alone', LISTED, OWN, 'options-only'],
  ['all options alone, most of them shared by items', LISTED, { ...OWN, ownOptions: 2 }, null],
  ['all options alone, of common words', LISTED, { ...OWN, ownOptionBits: 50 }, null],
  ['all options alone, one edited', { ...LISTED, optionsEdited: 1 }, OWN, null],
  ['all but one of them alone', { ...LISTED, optionsFound: 3 }, OWN, null],
  ['half of them, another question', { ...SHUFFLED, covered: 16, optionsFound: 2 }, WEAK, null],
])('%s: %j %j is %s', (_, hit, scores, verdict) => {
  expect(judge({ ...HIT, ...hit }, { ...SCORES, ...scores })).toBe(verdict)
})
