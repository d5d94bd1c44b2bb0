import * as languages from './lexicon-languages.ts'

/**
 * The few words that decide what a question asks: numbers, units, negations and pairs of opposites. A lexicon, not
 * a threshold: written from the language of medical examinations, not from any benchmark's items. Words come
 * normalised (lower case).
 */

const NUMBER_WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
const COUNTED = NUMBER_WORDS.split(' ')
const TENS = 'thirty forty fifty sixty seventy eighty ninety'
const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth'
/** Single letters and "iv" mean other things more often than numbers. */
const ROMAN: readonly (readonly [string, string])[] = [
  ...([['ii', '2'] as const, ['iii', '3'], ['vi', '6'], ['vii', '7'], ['viii', '8'], ['ix', '9']] as const),
]
const MULTIPLES: readonly (readonly [string, string])[] = [
  ['single', '1'],
  ['once', 'x1'],
  ['twice', 'x2'],
  ['thrice', 'x3'],
  ['hundred', '100'],
  ['thousand', '1000'],
  ['million', '1000000'],
]

/** Letters that name a kind: alpha and beta blockers, α and β thalassaemia. */
const GREEK: readonly (readonly [string, string])[] = [
  ...([['alpha', 'α'] as const, ['beta', 'β'], ['gamma', 'γ'], ['delta', 'δ'], ['kappa', 'κ']] as const),
]

/** Of so many words, up to so many letters long, spelling and value are kept: a hostile text has no end of words. */
const MOST_REMEMBERED = 1 << 14
const LONGEST_REMEMBERED = 64

const VALUES = new Map<string, string>([
  ...COUNTED.map((word, i): [string, string] => [word, String(i)]),
  ...TENS.split(' ').map((word, i): [string, string] => [word, String(30 + 10 * i)]),
  ...ORDINALS.split(' ').map((word, i): [string, string] => [word, `#${i + 1}`]),
  ...[...ROMAN, ...MULTIPLES, ...GREEK].map(([word, value]): [string, string] => [word, value]),
  ...languages.NUMBERS.flat().flatMap(([value = '', ...words]) =>
    words.map((word): [string, string] => [word, value]),
  ),
])

/**
 * A number's value as text, however it is written: "1,000" and "1000" are "1000", "three" is "3". A single letter that
 * names something (hepatitis B, label C, β) is its own value. Null for other words.
 */
export const numberValue = remembered(valueOf)

function valueOf(word: string): string | null {
  const value = VALUES.get(word)
  if (value !== undefined) return value
  if (/^(?:[b-hj-ru-z]|[α-λν-ω]{1,2})$/.test(word)) return word
  if (!/^[.\d]/.test(word)) return null
  // "1,000" is a thousand, "36,9" is written with a decimal comma.
  const plain = word
    .replace(/,(?=\d{3}(?!\d))/g, '')
    .replace(/^(\d+),(?=\d{1,2}$)/, '$1.')
    .replace(/^\./, '0.')
  const fraction = plain.replace(/^(\d+\.\d*?)0+$/, '$1').replace(/\.$/, '')
  return fraction.replace(/^0+(?=\d)/, '')
}

/** Spellings of a unit, one line each. */
const UNITS = `mg milligram milligrams|g gm gram grams|mcg ug µg μg microgram micrograms|ng nanogram nanograms|kg kilogram kilograms
ml cc milliliter milliliters millilitre millilitres|l liter liters litre litres|dl deciliter deciliters|iu unit units
mmol millimole millimoles|umol µmol μmol micromole micromoles|meq milliequivalent milliequivalents|mol mole moles
second seconds sec secs|minute minutes min mins|hour hours hr hrs hourly|day days daily|week weeks weekly wk wks|month months monthly mo mos|year years yearly yr yrs y yo
mm millimeter millimeters millimetre millimetres|cm centimeter centimeters centimetre centimetres|m meter meters metre metres
mmhg|kpa|celsius|fahrenheit|%|percent|bpm|lb lbs pound pounds|inch inches|foot feet`
const UNIT = new Map(
  UNITS.split(/[|\n]/).flatMap((line) => {
    const names = line.trim().split(' ')
    return names.map((name): [string, string] => [name, names[0] as string])
  }),
)
UNIT.set('percent', '%')
for (const [unit = '', ...names] of languages.UNITS.flat())
  for (const name of [unit, ...names]) UNIT.set(name, unit)
/** The scales of temperature, as `sayings` of the contamination stage joins their words, and their signs; a lone letter says little. */
for (const scale of ['celsius', 'fahrenheit'])
  UNIT.set(`degrees ${scale}`, scale).set(`degree ${scale}`, scale)
UNIT.set('℃', 'celsius').set('℉', 'fahrenheit')
UNIT.set('centigrade', 'celsius').set('degrees centigrade', 'celsius')

/** Tens, as number words, that a unit may follow: "fifty two". */
function isTens(word: string): boolean {
  return TENS_WORDS.has(word)
}

const TENS_WORDS: ReadonlySet<string> = new Set(['twenty', ...TENS.split(' ')])

/** Value of a number spelt in words from word `from` on, and where it ends: "fifty two", "one hundred and four"; or null. */
export function spokenNumber(words: readonly string[], from: number): { value: string; to: number } | null {
  const below = belowHundred(words, from)
  const many = below?.to ?? from
  if (words[many] !== 'hundred' || (below !== null && below.value > 9)) {
    return below === null || below.to < from + 2 ? null : { value: String(below.value), to: below.to }
  }
  const hundreds = 100 * (below?.value ?? 1)
  const rest = belowHundred(words, words[many + 1] === 'and' ? many + 2 : many + 1)
  return rest === null
    ? { value: String(hundreds), to: many + 1 }
    : { value: String(hundreds + rest.value), to: rest.to }
}

function belowHundred(words: readonly string[], from: number): { value: number; to: number } | null {
  const first = words[from]
  if (first === undefined) return null
  if (isTens(first)) {
    const unit = BELOW_TWENTY.get(words[from + 1] ?? '')
    const tens = Number(VALUES.get(first))
    return unit !== undefined && unit > 0 && unit < 10
      ? { value: tens + unit, to: from + 2 }
      : { value: tens, to: from + 1 }
  }
  const unit = BELOW_TWENTY.get(first)
  return unit === undefined ? null : { value: unit, to: from + 1 }
}

const BELOW_TWENTY: ReadonlyMap<string, number> = new Map(COUNTED.slice(0, 20).map((word, i) => [word, i]))

/** A number a scan put letters into ("l04", "1O"), with the digits they were; null for other words. */
export function scannedNumber(word: string): string | null {
  if (!/^[\dilosz.,]+$/.test(word) || !/\d/.test(word) || !/[ilosz]/.test(word)) return null
  const digits = word.replace(/[il]/g, '1').replaceAll('o', '0').replaceAll('s', '5').replaceAll('z', '2')
  return numberValue(digits)
}

/** The unit a word stands for, or null. */
export function unitOf(word: string): string | null {
  return UNIT.get(word) ?? null
}

const NEGATIONS = new Set([
  ...`not no non except excepting exception never without neither nor none cannot excluding exclude excludes incorrect false untrue wrong unlikely least
   lack lacks lacking absent absence contraindicated denies denied deny denying nothing nobody hardly apart inappropriate inconsistent unrelated
   uncharacteristic atypical barring`.split(/\s+/),
  ...[...languages.NEGATIONS, ...languages.EXCEPTIONS, ...languages.WRONG],
])

/** Auxiliaries with "not" whose apostrophe was lost, or whose last letter was cut off with it: didnt, didn t. */
const CONTRACTED = new Set(
  'is are was were do does did has have had could would should must need'
    .split(' ')
    .flatMap((word) => [`${word}nt`, `${word}n`])
    .concat('cant', 'wont', 'dont')
    .filter((word) => word !== 'don'),
)

/** True for words that turn a question into its opposite: not, except, isn't, unlikely … */
export function isNegation(word: string): boolean {
  if (NEGATIONS.has(word) || CONTRACTED.has(word)) return true
  return word.endsWith('t') && /n['’´`]t$/.test(word)
}

/** "n'a", "ne": one half of a negation in French, whose other half alone is a stain (PAS). */
const HALF = /^n(?:['’´`].+|e)$/

/** How many of the words are negations; "ne … pas" is one. */
export function negationsIn(words: readonly string[]): number {
  const french = words.includes('pas') && words.some((word) => HALF.test(word))
  return words.filter(isNegation).length + Number(french)
}

/** Letters from which on a slip makes no other word of a negation: "never" and "fever" are two words. */
const SLIP = 6

/** Is one of the two a slip of the pen for the other: "deneis", "wihtout"? */
export function isSlip(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < SLIP || a.charCodeAt(0) !== b.charCodeAt(0)) return false
  return Math.abs(a.length - b.length) <= 1 && distance(a, b) <= 1
}

/** Opposites, one pair (or more poles) each line; words of one pole mean the same here. */
const OPPOSITES = `left|right
man men male boy gentleman father son husband brother ♂|woman women female girl lady mother daughter wife sister ♀
he his him|she her hers
increase increases increased increasing increment elevated elevation elevates high higher highest raised raises rise rises rising upregulated gain ↑ ⇑ uparrow|decrease decreases decreased decreasing decrement reduced reduction reduces low lower lowest lowered lowers fall falls falling downregulated loss drop drops ↓ ⇓ downarrow
most|least
more|less fewer
maximum maximal greatest largest|minimum minimal smallest
best|worst
first earliest|last latest
acute|chronic|subacute
early|late
before|after
above over|below under
upper|lower
anterior|posterior
superior|inferior
medial|lateral
proximal|distal
dorsal|ventral
superficial|deep
internal|external
ascending|descending
afferent|efferent
sensory|motor
central|peripheral
cranial|caudal
positive|negative
present|absent
presence|absence
true|false
correct|incorrect wrong
appropriate|inappropriate
common commonly frequent|rare rarely uncommon uncommonly infrequent
benign|malignant
indicated|contraindicated
agonist agonists|antagonist antagonists
activates activation stimulates stimulation stimulated|inhibits inhibition inhibited suppresses suppression suppressed
artery arteries arterial|vein veins venous
systolic|diastolic
systole|diastole
sensitivity sensitive|specificity specific
maternal|paternal
dominant|recessive
primary|secondary|tertiary
mild|severe
always|never
all|none
ipsilateral|contralateral
unilateral|bilateral
flexion flexor|extension extensor
abduction abductor|adduction adductor
pronation|supination
inspiration inspiratory inhalation|expiration expiratory exhalation
sympathetic|parasympathetic
oxidation|reduction
synthesis|breakdown degradation
acid acidic acidosis|base basic alkaline alkalosis
soluble|insoluble
young younger|old older elderly
infant infants newborn neonate neonates|adult adults
child children|adult adults
hot warm|cold cool
dry|wet
day|night
day days|week weeks|month months|year years|hour hours|minute minutes
oral orally|intravenous intravenously|intramuscular intramuscularly|subcutaneous subcutaneously|topical topically
bacterial bacterium bacteria|viral virus viruses|fungal fungus fungi
type|subtype
diagnosis|cause etiology aetiology|treatment therapy management|complication complications|mechanism|prognosis|investigation test|organism pathogen
< ≤ ⩽ leq|> ≥ ⩾ geq
+|- −
longer longest|shorter shortest
larger bigger|smaller
faster|slower
strong strongest|weak weakest
gains|loses
begin begins start starts starting initiate initiated|stop stops stopping discontinue discontinued
open opens opening|close closes closing
single|multiple
single|double|triple
dna|rna
simple|complex
voluntary|involuntary
stable|unstable
cephalad|caudad
prone|supine
mother maternal|fetus fetal
inpatient inpatients|outpatient outpatients
smoker smokers|nonsmoker nonsmokers`
const POLES = new Map<string, (readonly [group: number, pole: number])[]>()
const ENGLISH = OPPOSITES.split('\n').map((line) => line.split('|').map((names) => names.split(' ')))
;[...ENGLISH, ...languages.SIDES, ...languages.SEXES, ...languages.OPPOSITES].forEach((poles, group) =>
  poles.forEach((names, pole) => {
    for (const name of names) POLES.set(name, [...(POLES.get(name) ?? []), [group, pole]])
  }),
)

/** Prefixes that make opposites of one stem; '' is the bare stem. */
const PREFIXES =
  'hyper/hypo tachy/brady intra/extra intra/inter pre/post macro/micro endo/exo sub/supra infra/supra ante/retro pro/anti over/under up/down poly/oligo poly/mono homo/hetero eu/dys eu/hypo eu/hyper /un /in /im /ir /il /dis /non /contra /anti /ant /hyper /hypo /de /mal'
    .split(' ')
    .map((pair) => pair.split('/') as [string, string])
/** Letters a stem must have: "on" and "union" are no opposites. */
const STEM = 5

/** Do two words stand for opposites: left and right, increased and lowered, hyperkalaemia and hypokalaemia? */
export function opposed(a: string, b: string): boolean {
  const theirs = POLES.get(b)
  for (const [group, pole] of POLES.get(a) ?? []) {
    if (theirs?.some(([other, side]) => other === group && side !== pole) === true) return true
  }
  // One stem ends one way: most pairs of words are told apart by their last letter.
  if (a.charCodeAt(a.length - 1) !== b.charCodeAt(b.length - 1)) return false
  return PREFIXES.some(([x, y]) => samePrefixed(a, x, b, y) || samePrefixed(a, y, b, x))
}

/** Words for kin share a side of sex and are not the same all the same. */
const KIN = new Set('father son husband brother mother daughter wife sister fetus'.split(' '))

/** Do two words stand on the same side of a pair of opposites: elevated and increased, woman and female? */
export function samePole(a: string, b: string): boolean {
  if (KIN.has(a) || KIN.has(b)) return false
  const theirs = POLES.get(b)
  return (POLES.get(a) ?? []).some(
    ([group, pole]) => theirs?.some(([other, side]) => other === group && side === pole) === true,
  )
}

function samePrefixed(a: string, x: string, b: string, y: string): boolean {
  if (a.length - x.length < STEM || a.length - x.length !== b.length - y.length) return false
  return a.startsWith(x) && b.startsWith(y) && a.slice(x.length) === b.slice(y.length)
}

const FUNCTION_WORDS = new Set(
  `the of and a an in to is with for or be are this that on as by it its from at which following has was have had what
   can may might could who whom whose will his her hers he she they them their theirs if when than also were been other others during
   should would must shall these those how why where does do did done there into onto between such but your you we our i my me then some
   any each both only about per up out very via upon among amongst within towards toward while whilst whereas because since so too
   being having s t one ones same given below above listed all most more likely probable probably patient patients person individual
   best appropriate suitable correct true right statement statements option options choice choices answer answers question
   now just already still yet currently presently known called named considered regarded regarding concerning generally usually
   typically mainly please select choose pick identify name indicate
   used use using uses according based shown seen noted found observed described stated`.split(/\s+/),
)

/** Words that can change without the question changing: articles, prepositions, pronouns, auxiliaries, ways to ask. */
export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(word)
}

/** One word in two spellings or inflections: anaemia and anemia, patient and patients, a slip of one or two letters. */
export function sameWord(a: string, b: string): boolean {
  if (a === b) return true
  const x = plainSpelling(a)
  const y = plainSpelling(b)
  if (x === y) return true
  const short = Math.min(x.length, y.length)
  if (short < 4) return false
  let common = 0
  while (common < short && x.charCodeAt(common) === y.charCodeAt(common)) common++
  if (common >= 4 && common >= 0.6 * Math.max(x.length, y.length) && short - common <= 3) return true
  const most = short >= 8 ? 2 : 1
  // Each letter more or less is an edit.
  if (Math.max(x.length, y.length) - short > most) return false
  if (short === 4) return [...x].sort().join('') === [...y].sort().join('') && distance(x, y) === 1
  return distance(x, y) <= most
}

const plainSpelling = remembered((word) => american(unscanned(word)))

/** Remembers what a pure function of a word gave: the same few thousand words are asked for again and again. */
function remembered<T>(of: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>()
  return (word) => {
    const earlier = known.get(word)
    if (earlier !== undefined) return earlier
    const value = of(word)
    if (word.length > LONGEST_REMEMBERED) return value
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(word, value)
    return value
  }
}

/** As the United States spell it, without an ending, and with what a scan makes of m. */
function american(word: string): string {
  return word
    .replace(/rn/g, 'm')
    .replace(/[ao]e/g, 'e')
    .replace(/our/g, 'or')
    .replace(/is(e|ed|ing|ation)/g, 'iz$1')
    .replace(/'s?$/, '')
}

/** Digits that a scan puts for letters, put right where the word has letters too: ke1p, n0. */
export function unscanned(word: string): string {
  if (!/[a-z]/.test(word) || !/[015]/.test(word)) return word
  return word.replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('5', 's')
}

/** Letters to put in, take out, replace or swap with the next to make b of a. */
function distance(a: string, b: string): number {
  const width = b.length + 1
  let before = new Uint16Array(width)
  let row = Uint16Array.from({ length: width }, (_, j) => j)
  let next = new Uint16Array(width)
  for (let i = 1; i <= a.length; i++) {
    const letter = a.charCodeAt(i - 1)
    next[0] = i
    for (let j = 1; j < width; j++) {
      const put = (row[j - 1] as number) + (letter === b.charCodeAt(j - 1) ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1)
      const swap = swapped ? (before[j - 2] as number) + 1 : put
      next[j] = Math.min(put, swap, (row[j] as number) + 1, (next[j - 1] as number) + 1)
    }
    ;[before, row, next] = [row, next, before]
  }
  return row[b.length] as number
}
