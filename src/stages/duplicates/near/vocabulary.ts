/**
 * Words whose exchange changes what a medical text means. What stands in no list here or in `text/lexicon.ts` is an
 * ordinary difference, and the pair stays a near-duplicate.
 */
import { isNegation as isListedNegation, numberValue, opposed, unitOf } from '../../../text/lexicon.ts'
import * as languages from '../../../text/lexicon-languages.ts'
import { groups, list } from '../../../text/word-lists.ts'

/** Words that turn a sentence into its opposite, beside those of the lexicon. */
const NEGATIONS = list(`
  never cannot negative lacking avoid avoids avoided denying deny failed fails fail failing unable refused
  refuses refuse stopped ruled refuted excluded
  ne pas ni mai sem नहीं`)
/** Of the lexicon's, those that say how likely or how right something is and stand where another such word could. */
const NO_NEGATIONS = new Set([
  ...list('least false untrue wrong apart atypical uncharacteristic'),
  ...languages.WRONG,
])

export function isNegation(word: string): boolean {
  return NEGATIONS.has(word) || (isListedNegation(word) && !NO_NEGATIONS.has(word)) || /^n['’]/.test(word)
}

/** What a negation leaves beside itself: "a" of "n'a". Null where nothing is left. */
export function withoutNegation(word: string): string | null {
  const rest = /^n['’](.+)$/.exec(word)
  return rest === null ? null : (rest[1] as string)
}

/** Words that say nothing beside the word they stand with. */
const FILLERS = list(`
  a an the of to in on for is are was were be been being am do does did has have had having will would shall should
  may might must can could there it its this that these those any some also then and
  un une le la les du de des est sont ont au aux ein eine einen einem einer der die das dem den ist sind hat haben
  el los las una es son il lo gli o os um uma é het een 的 了 是`)

export function isFiller(word: string): boolean {
  return FILLERS.has(word)
}

/** Words that stand between figures and units. */
const BETWEEN = list(
  'a an the of in per times time every each x about p to and pro par je por al mal fois veces 次 每',
)

export function isBetweenFigures(word: string): boolean {
  return BETWEEN.has(word)
}

const TIMES = list('times mal fois veces')

/** "two times" is twice. */
export function isTimes(word: string): boolean {
  return TIMES.has(word)
}

const MORE_UNITS = list(`
  g mg μg mcg ng pg kg l dl ml μl mmol μmol nmol pmol mol meq iu u mm cm m km mmhg kpa pa hz khz mhz s sec min h hr d
  bpm ppm mv v ma kcal kj cal daily weekly monthly yearly hourly percent unit teaspoon teaspoons tablespoon tablespoons
  tsp tbsp drop drops puff puffs tablet tablets capsule capsules ampoule ampoules vial vials cup cups ounce ounces oz
  qd bid bd tid tds qid qds qhs qod prn stat nightly fortnight fortnights decade decades quarter quarters
  л مل 时 升 米 千`)
/** Spellings of one unit that the lexicon leaves apart. */
const SAME_UNITS: ReadonlyMap<string, string> = new Map(
  groups(
    `hour h|day d|second s|teaspoon teaspoons tsp|tablespoon tablespoons tbsp|drop drops|puff puffs|tablet tablets
    capsule capsules|vial vials|ampoule ampoules|cup cups|ounce ounces oz|iu u|bid bd|tid tds|qid qds`,
  ).flatMap((poles) => poles.flatMap((names) => names.map((name) => [name, names[0] as string] as const))),
)

/** The unit a word stands for, however it is spelled; null for other words. */
export function unitValue(word: string): string | null {
  if (/^[/%‰°²³⁻¹]+$/.test(word)) return word
  const same = SAME_UNITS.get(word)
  if (same !== undefined) return same
  return unitOf(word) ?? (MORE_UNITS.has(word) ? word : null)
}

/**
 * What is counted in each other's place and stands with or without a figure: "$5" and "5 dollars" are one, so that none of
 * these is a unit that one side may lack.
 */
const MEASURES = groups(`
  dollar dollars|euro euros|pound pounds|yen|yuan|franc francs|rupee rupees|peso pesos
  einmal|zweimal|dreimal|viermal`)

const MORE_NUMBERS = new Map<string, string>(
  groups(`
    0.5 half halb|0.25 quarter|12 dozen|x2 double twofold zweimal|x3 triple threefold dreimal|x4 viermal|1000000000 billion`).flatMap(
    (poles) => poles.flatMap((names) => names.map((name) => [name, names[0] as string] as const)),
  ),
)
const ROMAN: ReadonlyMap<string, string> = new Map(
  'I II III IV V VI VII VIII IX X XI XII XIII XIV XV'.split(' ').map((word, i) => [word, String(i + 1)]),
)

/** Fractions with a sign of their own, and as they are written with figures. */
const FRACTIONS = new Map<string, string>(
  groups(
    '0.5 ½ 1/2|0.25 ¼ 1/4|0.75 ¾ 3/4|1/3 ⅓|2/3 ⅔|0.2 ⅕ 1/5|0.4 ⅖ 2/5|0.6 ⅗ 3/5|0.8 ⅘ 4/5|0.125 ⅛ 1/8',
  ).flatMap((poles) => poles.flatMap((names) => names.map((name) => [name, names[0] as string] as const))),
)

/** The value of "½" or "1/2"; null for other text. */
export function fractionValue(text: string): string | null {
  return /^\d+\.\d+$/.test(text) ? null : (FRACTIONS.get(text) ?? null)
}

/** Zeros of the scripts whose digits are written beside those of ASCII: Arabic, Persian and those of India and Thailand. */
const ZEROS = [
  ...[0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6],
  ...[0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0],
]

function inAsciiDigits(word: string): string {
  return word.replace(/[\u0660-\u17e9]/g, (letter) => {
    const digit = ZEROS.map((zero) => letter.charCodeAt(0) - zero).find((value) => value >= 0 && value < 10)
    return digit === undefined ? letter : String(digit)
  })
}

/**
 * "1.000.000" and "1.000,5" have points between thousands; "1.000" alone may as well be one, and stays another number than
 * 1000.
 */
function withoutPoints(word: string): string {
  return /^\d{1,3}(?:(?:\.\d{3}){2,}(?:,\d+)?|\.\d{3},\d+)$/.test(word) ? word.replaceAll('.', '') : word
}

/**
 * What a figure is worth, as text: digits, number words, ordinals ("2nd" comes as "2" and "nd") and Roman numbers in
 * capitals. Null for other words.
 */
export function figureValue(word: string, raw: string): string | null {
  const roman = ROMAN.get(raw)
  if (roman !== undefined) return roman
  if (/^(?:st|nd|rd|th)$/.test(word)) return ''
  const value = MORE_NUMBERS.get(word) ?? fractionValue(word)
  if (value !== null) return value
  const digits = withoutPoints(inAsciiDigits(word))
  // Single letters are numbers to the lexicon: here they are names.
  return digits.length === 1 && !/\d/.test(digits) ? null : numberValue(digits)
}

const SIDES = groups(`
  left l|right r|bilateral bilaterally both|unilateral unilaterally
  od|os|ou
  upper|lower
  anterior|posterior
  proximal|distal
  medial|lateral
  superior|inferior
  dorsal|ventral
  ipsilateral|contralateral
  internal|external
  上|下`).concat(languages.SIDES)

const SEXES = groups(`
  he him his himself man men male males boy boys mr father son brother|she her hers herself woman women female females girl girls mrs ms mother daughter sister
  ehemann vater sohn bruder|ehefrau mutter tochter schwester
  mari père frère|épouse mère sœur
  padre hermano|madre hermana`).concat(languages.SEXES)

const ANTONYMS = groups(`
  high|low
  start starts started|stop stops stopped
  safe safely|unsafe harmful dangerous hazardous
  yes|no
  oral|intravenous
  sensitive|resistant
  with|without
  greater larger bigger higher more|less fewer smaller lower
  improved improves improve improving better|worsened worsens worsen worsening worse deteriorated
  survived survives survive alive|died dies die dead deceased
  continue continues continued|discontinue discontinued stop stopped
  allowed allow permitted permit|forbidden forbid prohibited
  ventricular ventricle ventricles|atrial atrium atria
  morning|evening|noon|afternoon|night
  inner|outer
  inside|outside
  within|beyond
  up upward upwards|down downward downwards
  long|short
  thick|thin
  wide|narrow
  gained|lost
  same|different
  required mandatory necessary|optional
  full|empty
  fast rapid rapidly|slow slowly
  congenital|acquired
  increasing|decreasing
  add added|remove removed
  enable enabled|disable disabled
  never|rarely seldom|often frequently|always
  可以 允许|禁止`)

/** Opposites only where a text differs in nothing else: they come and go with the wording. */
const LONE_ANTONYMS = groups(`
  and|or
  must|may`)

type Poles = readonly (readonly string[])[]

/** For each word the groups it stands in, and on which side of them. */
function sidesOf(all: readonly Poles[]): ReadonlyMap<string, readonly [group: number, pole: number][]> {
  const found = new Map<string, [number, number][]>()
  all.forEach((poles, group) =>
    poles.forEach((names, pole) => {
      for (const name of names) found.set(name, [...(found.get(name) ?? []), [group, pole]])
    }),
  )
  return found
}

function apart(all: readonly Poles[]): (a: string, b: string) => boolean {
  const sides = sidesOf(all)
  return (a, b) => {
    const theirs = sides.get(b)
    if (theirs === undefined) return false
    return (sides.get(a) ?? []).some(([group, pole]) => theirs.some(([g, p]) => g === group && p !== pole))
  }
}

export const isOppositeSide = apart(SIDES)
export const isOppositeSex = apart(SEXES)
export const isOtherMeasure = apart(MEASURES)
export const isLoneAntonym = apart(LONE_ANTONYMS)
const isListedAntonym = apart(ANTONYMS)

/** Opposite words, and words that differ only in a prefix that turns their meaning round. */
export function isAntonym(a: string, b: string): boolean {
  return isListedAntonym(a, b) || opposed(a, b) || turned(a, b) || turned(b, a)
}

function turned(x: string, y: string): boolean {
  if (['un', 'in', 'im', 'non', 'anti', 'contra'].some((prefix) => y === prefix + x)) return true
  // "afebrile", "asymptomatic"; "around" and "alive" are no opposites of their ends.
  return x.length > 5 && y === `a${x}`
}
