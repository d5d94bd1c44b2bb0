import { ROLE_CODE } from '../../core/example.ts'
import { BOUNDARY } from './boundary.ts'
import { hasBit } from './scores.ts'
import type { Scores } from './scores.ts'
import type { AssayHit } from './tally.ts'

/** Verdict classes, and whether they count as contamination. */
export const CLASSES = [
  { name: 'exact-match', counted: true, meaning: 'the whole item, word for word' },
  { name: 'near-match', counted: true, meaning: 'the item with edits' },
  {
    name: 'options-shuffled',
    counted: true,
    meaning: 'the item with its options in another order or under other labels',
  },
  {
    name: 'question-and-answer',
    counted: true,
    meaning: 'the question and its right answer, without the options',
  },
  { name: 'question-match', counted: true, meaning: 'the question without its options or answer' },
  { name: 'answer-side', counted: true, meaning: "the item inside an assistant's turn" },
  {
    name: 'sibling-item',
    counted: true,
    meaning: 'the same vignette or stem, but another question, number or negation',
  },
  { name: 'options-only', counted: false, meaning: 'all options of an item, without its question' },
  { name: 'passage-only', counted: false, meaning: 'the passage an item is about, without its question' },
  { name: 'template', counted: false, meaning: 'a stock phrase that happens to be an item, or part of one' },
] as const
export type ClassName = (typeof CLASSES)[number]['name']

/**
 * Thresholds. They come from the score distributions that `bench/contamination-quality.ts` prints for several
 * generated corpora and for the benchmarks against each other: planted items on one side, everything else on the
 * other, with a margin between.
 */
export const THRESHOLDS = {
  /** A question with this many bits found needs no second signal. */
  ownBits: 60,
  ownCoverage: 0.66,
  ownCoverageWithOptions: 0.55,
  ownDensity: 0.5,
  /** Below this many words a stock term can be that much of a question: then nearly all of it must be there. */
  ownWords: 25,
  ownShortCoverage: 0.85,
  ownShortDensity: 0.6,
  /** So many words in a row, word for word, of a question that says much are copied from it, however much is missing. */
  copiedRun: 25,
  /** With options as second signal. */
  optionCoverage: 0.4,
  optionDensity: 0.4,
  optionBits: 15,
  bothBits: 30,
  /** Of the question there must be this much all the same; less where the options say all. */
  leastBits: 8,
  leastBitsListed: 6,
  /** All options of a question that says nothing by itself. */
  listBits: 40,
  /** With a boundary, options or an answer as second signal. */
  shortBits: 24,
  shortBitsWithOptions: 20,
  shortCoverage: 0.6,
  /** The same where the only second signal is that the match begins and ends with a line or sentence. */
  boundaryCoverage: 0.75,
  shortDensity: 0.55,
  /** The same where one sentence tells it with its answer: then nearly all of it, or it is what anyone might say of the subject. */
  toldShort: 0.9,
  /** Whole short questions. */
  wholeCoverage: 0.95,
  wholeBits: 12,
  /** A whole short question that is all its turn says; a turn that is just that is a second signal of its own. */
  turnBits: 18,
  /** Below this, a question found whole is a stock phrase unless its options or answer come with it. */
  phraseBits: 40,
  /** A question of which words dropped out and into which none came, with all of its options. */
  cutWords: 0.66,
  cutCoverage: 0.5,
  cutBits: 16,
  nearCoverage: 0.8,
  /** All options without their question: so many of them must be its own, and say so much. */
  ownOptions: 3,
  ownOptionBits: 80,
  /** Of what a short question is about, said in other words beside all of its options; and less where its answer is given too. */
  topic: 0.8,
  topicAnswered: 0.65,
  /** Share of the last sentence without which the question asks something else. */
  askCoverage: 0.5,
  /** Share of the last sentence, and of the question, in whose place other content words make another question. */
  askReplaced: 0.12,
  askReplacedAnswered: 0.6,
  replaced: 0.25,
  /** The same where the row lists the item's options and gives its answer, within so many words. */
  replacedAgreed: 0.45,
  agreedDistance: 8,
  askChance: 0.02,
  /** Of a case this much must be told, and it must say this much, for the question to be its own though it is not asked. */
  toldCoverage: 0.9,
  toldBits: 120,
  /** Other places with other words that make a negation one slip among many. */
  slips: 3,
  slipsAgreed: 2,
  slipsAsked: 8,
} as const

/** The verdict on a sighting, or null where it is not one of the item. */
export function judge(hit: AssayHit, scores: Scores): ClassName | null {
  const verdict = hit.restated ? null : judgeAsked(hit, scores)
  if (verdict !== null && verdict !== 'template' && verdict !== 'sibling-item') return verdict
  if (verdict === 'sibling-item' && isChanged(hit)) return verdict
  if (!isAskedAgain(hit, scores)) return verdict ?? (isListed(hit, scores) ? 'options-only' : null)
  return hit.role === ROLE_CODE.assistant ? 'answer-side' : 'near-match'
}

/** Something that decides the answer differs where the question stands as it is. */
function isChanged(hit: AssayHit): boolean {
  return hit.numbersChanged + hit.unitsChanged + hit.oppositesChanged + hit.negationsChanged > 0
}

/** A short question is asked in other words beside the list of all its options, which say which one it is. */
function isAskedAgain(hit: AssayHit, scores: Scores): boolean {
  const t = THRESHOLDS
  if (hit.topicChanged || hit.optionsAltered + hit.optionsNegated > 0) return false
  if (scores.foundOptionBits < t.listBits || scores.topicBits < t.leastBits) return false
  const given = hit.answerTurn >= 0 && hit.answerDistance <= t.agreedDistance
  return scores.topicRatio >= (given ? t.topicAnswered : t.topic)
}

/** All options stand there as they are, and those that no other question has say more than a list of terms would. */
function isListed(hit: AssayHit, scores: Scores): boolean {
  const t = THRESHOLDS
  if (!hit.restated || hit.optionsFound < hit.options || hit.optionsEdited > 0) return false
  return scores.ownOptions >= t.ownOptions && scores.ownOptionBits >= t.ownOptionBits
}

function judgeAsked(hit: AssayHit, scores: Scores): ClassName | null {
  const signals = signalsOf(hit, scores)
  if (!isSighting(hit, scores, signals)) return null
  if (isTemplate(hit, scores, signals)) return 'template'
  if (isSibling(hit, scores, signals)) return 'sibling-item'
  if (hit.role === ROLE_CODE.assistant) return 'answer-side'
  const whole = hit.covered === hit.questionWords && hit.inserted === 0 && hit.inOrder
  const allOptions = hit.optionsFound === hit.options
  if (signals.mostOptions && (hit.reordered || hit.relabelled)) {
    if (scores.coverageRatio >= THRESHOLDS.ownCoverage) return 'options-shuffled'
  }
  if (whole && allOptions && hit.optionsEdited === 0)
    return hit.relabelled ? 'options-shuffled' : 'exact-match'
  if (signals.options || signals.list || (hit.options > 0 && signals.allOptions)) return 'near-match'
  if (signals.answer) return 'question-and-answer'
  return whole || hit.options > 0 ? 'question-match' : 'near-match'
}

interface Signals {
  /** All of two or three options, or at least three quarters of more, were found, and they say something. */
  mostOptions: boolean
  /** At least half of the options were found, and they say something. */
  options: boolean
  /** All of the options were found, though they may say little (yes, no, maybe). */
  allOptions: boolean
  /** The row lists as many options as the item has, and half of them are the item's. */
  list: boolean
  answer: boolean
  boundary: boolean
}

function signalsOf(hit: AssayHit, scores: Scores): Signals {
  const half = hit.optionsFound >= Math.max(2, hit.options / 2)
  const options = half && scores.foundOptionBits >= THRESHOLDS.optionBits
  const most = Math.max(Math.min(3, hit.options), Math.ceil(0.75 * hit.options))
  return {
    mostOptions: options && hit.optionsFound >= most,
    options,
    allOptions: hit.options >= 2 && hit.optionsFound === hit.options,
    list: hit.options >= 2 && hit.otherOptions === hit.options && hit.optionsFound * 2 >= hit.options,
    answer: hit.answerTurn >= 0,
    boundary: hit.boundary !== 0,
  }
}

function isSighting(hit: AssayHit, scores: Scores, signals: Signals): boolean {
  const t = THRESHOLDS
  const { coverageRatio, densityRatio, foundBits } = scores
  const options = signals.options || signals.allOptions || signals.list
  // Some options may come from a stock shared by many items: beside them the answer or more of the
  // question must be there.
  const some = options && !signals.mostOptions && !signals.allOptions && !signals.answer
  if (some && foundBits < t.phraseBits && coverageRatio < t.nearCoverage) return false
  if (hit.longestRun >= t.copiedRun && foundBits >= t.ownBits) return true
  if (hit.told && coverageRatio >= t.toldShort && foundBits >= t.shortBits) return true
  const second = options || signals.boundary
  const own = options ? t.ownCoverageWithOptions : t.ownCoverage
  if (foundBits >= t.ownBits && coverageRatio >= own && densityRatio >= t.ownDensity) {
    if (options || hit.questionWords >= t.ownWords || coverageRatio >= t.ownShortCoverage) return true
    // Words of a short question that lie scattered over a sentence may just be about the same thing.
    if (signals.boundary && densityRatio >= t.ownShortDensity) return true
  }
  if (signals.options && coverageRatio >= t.optionCoverage && densityRatio >= t.optionDensity) {
    const least = scores.foundOptionBits >= t.ownBits ? t.leastBitsListed : t.leastBits
    if (foundBits >= least && foundBits + scores.foundOptionBits >= t.bothBits) return true
  }
  if (!second) return false
  // A question of a word or two says nothing; all of its options say which one it is.
  const listed = signals.options && signals.allOptions && hit.options >= 3
  if (listed && scores.foundOptionBits >= t.listBits && coverageRatio >= t.wholeCoverage) return true
  if (isCutShort(hit, scores, signals)) return true
  const density = options ? t.shortDensity : t.ownShortDensity
  if (coverageRatio >= (options ? t.shortCoverage : t.boundaryCoverage) && densityRatio >= density) {
    if (foundBits >= (options ? t.shortBitsWithOptions : t.shortBits)) return true
  }
  return foundBits >= t.wholeBits && coverageRatio >= t.wholeCoverage && densityRatio >= t.wholeCoverage
}

/** A line that holds nothing but most of the question's words, in order, above all of its options: a word dropped out. */
function isCutShort(hit: AssayHit, scores: Scores, signals: Signals): boolean {
  const t = THRESHOLDS
  if (!signals.allOptions || hit.inserted > 0 || !hit.inOrder) return false
  if ((hit.boundary & (BOUNDARY.turn | BOUNDARY.line)) === 0) return false
  return (
    scores.wordRatio >= t.cutWords && scores.coverageRatio >= t.cutCoverage && scores.foundBits >= t.cutBits
  )
}

/**
 * A short question that fits many cases ("What is the diagnosis?") is a leak only together with its own options or
 * answer, or when it is all the turn says and says enough.
 */
function isTemplate(hit: AssayHit, scores: Scores, signals: Signals): boolean {
  if (signals.options) return false
  if (scores.foundBits >= THRESHOLDS.phraseBits) return false
  const own = signals.allOptions || signals.list
  const listsOthers = hit.options >= 3 && hit.otherOptions >= 3 && !own
  if (listsOthers) return true
  const alone = (hit.boundary & (BOUNDARY.turn | BOUNDARY.line)) !== 0
  if (own || signals.answer) return scores.foundBits < THRESHOLDS.wholeBits
  const all = (hit.boundary & BOUNDARY.turn) !== 0 && hit.inserted === 0 && hit.covered === hit.questionWords
  return !alone || scores.foundBits < (all ? THRESHOLDS.turnBits : THRESHOLDS.shortBits)
}

/**
 * A number, unit, side or negation was changed, in the question or in an option; or other words stand where the
 * question says what it asks. Nothing else that agrees makes up for a number, unit or side: neither the vignette nor
 * the options.
 */
function isOtherQuestion(hit: AssayHit, scores: Scores): boolean {
  const t = THRESHOLDS
  const agreed = agrees(hit, scores)
  if (hit.numbersChanged + hit.unitsChanged + hit.oppositesChanged + hit.optionsAltered > 0) return true
  if (isNegated(hit, agreed)) return true
  if (scores.replacedRatio >= (agreed ? t.replacedAgreed : t.replaced)) return true
  // Where the last sentence differs no more than chance has it, given the case before, it is edited like the rest.
  const even = scores.askChance >= t.askChance && scores.coverageRatio >= t.ownCoverage
  if (even && agreed) return false
  if (scores.askRatio < t.askCoverage) return !isUnasked(hit, scores)
  if (even && scores.askReplacedRatio < t.replacedAgreed) return false
  // Asked in other words and answered alike it is the same question; a list of options may be shared by many.
  const answered = hit.answerTurn >= 0 && hit.otherOptions < 2 && hit.optionsFound < 2
  const allowed = answered ? t.askReplacedAnswered : agreed ? t.replacedAgreed : t.askReplaced
  return scores.askReplacedRatio >= allowed
}

/**
 * The whole case is told, nothing else is asked than its question asks, and all of its options that say something, or its
 * answer right away, tell which question that is: "Choose the best answer."
 */
function isUnasked(hit: AssayHit, scores: Scores): boolean {
  const t = THRESHOLDS
  if (scores.toldRatio < t.toldCoverage || scores.foundBits < t.toldBits) return false
  if (scores.askReplacedRatio >= t.askReplaced) return false
  const listed = hit.options >= 3 && hit.optionsFound === hit.options && hit.otherOptions <= hit.options
  const given = isGiven(hit) && hit.otherOptions < 2 && (hit.boundary & BOUNDARY.turn) !== 0
  return (listed && scores.foundOptionBits >= t.optionBits) || given
}

/**
 * A negation that came or went decides, unless it is one slip among many: each in the case told needs some other
 * places with other words, one in the last sentence needs many and the item's own options and answer besides.
 */
function isNegated(hit: AssayHit, agreed: boolean): boolean {
  const t = THRESHOLDS
  if (hit.optionsNegated > 0 && !agreed) return true
  const told = hit.negationsChanged - hit.negationsAsked
  const others = hit.otherPlaces - hit.negationsChanged
  if (others < (agreed ? t.slipsAgreed : t.slips) * told) return true
  return hit.negationsAsked > 0 && !(agreed && others >= t.slipsAsked)
}

/**
 * The row lists half of three or more options that say something, gives the item's answer right away, and differs in
 * several places: where one place alone differs, another question may well have the same options and answer.
 */
function agrees(hit: AssayHit, scores: Scores): boolean {
  const list = hit.options >= 3 && hit.optionsFound + hit.optionsNegated >= Math.max(2, hit.options / 2)
  return list && isGiven(hit) && scores.foundOptionBits >= THRESHOLDS.optionBits && !isOnePlace(hit)
}

/** The reply begins with the item's answer. */
function isGiven(hit: AssayHit): boolean {
  return hit.answerTurn > hit.turn && hit.answerDistance <= THRESHOLDS.agreedDistance
}

/** Nothing differs but one place of the question. */
function isOnePlace(hit: AssayHit): boolean {
  return Math.max(placesMissing(hit), hit.otherPlaces) + hit.optionsEdited < 2
}

/** Stretches of the question that were not found. */
function placesMissing(hit: AssayHit): number {
  let places = 0
  for (let q = 0; q < hit.questionWords; q++) {
    if (!hasBit(hit.mask, q) && (q === 0 || hasBit(hit.mask, q - 1))) places++
  }
  return places
}

/** Same vignette or stem, but something that decides the answer differs. */
function isSibling(hit: AssayHit, scores: Scores, signals: Signals): boolean {
  if (scores.coverageRatio < THRESHOLDS.shortCoverage && scores.foundBits < THRESHOLDS.ownBits) return true
  if (isOtherQuestion(hit, scores)) return true
  const listsOthers =
    hit.options >= 3 && hit.otherOptions >= 3 && !signals.options && !signals.allOptions && !signals.list
  // A stock stem may also be said in other words; of a long case some words may be lost.
  const edited =
    scores.wordRatio < 1 && (scores.coverageRatio < 0.95 || hit.questionWords < THRESHOLDS.ownWords)
  if (listsOthers && edited) return hit.optionsFound * 4 <= hit.options
  if (signals.options) return false
  return scores.foundBits < THRESHOLDS.ownBits && scores.coverageRatio < THRESHOLDS.nearCoverage
}
