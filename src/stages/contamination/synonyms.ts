import {
  isNegation,
  isSlip,
  numberValue,
  opposed,
  samePole,
  sameWord,
  scannedNumber,
  spokenNumber,
  unitOf,
  unscanned,
} from '../../text/lexicon.ts'

/**
 * Words and phrases of medical English that say the same where examinations use them, one group a line. Written from
 * the language, like the lexicon: what can stand for another without changing what is asked. Words that stand on one
 * side of a pair of opposites, units and numbers are looked up in the lexicon.
 */
const GROUPS = `shortness of breath|dyspnea|dyspnoea|breathlessness|difficulty breathing|trouble breathing
without|w / o
° c|℃|degrees celsius|degree celsius|celsius|degrees centigrade|centigrade|degrees c|deg c
° f|℉|degrees fahrenheit|degree fahrenheit|fahrenheit|degrees f|deg f
year old|y / o
blood pressure|arterial pressure|bp
mmhg|mm hg|millimeters of mercury|millimetres of mercury|mm of hg|mm of mercury
bpm|beats per minute|beats a minute|per minute|/ min|/ minute
breaths per minute|breaths a minute|per minute|/ min|/ minute
heart rate|pulse rate|pulse|hr
respiratory rate|breathing rate|respirations|respiration rate|rr
body temperature|temperature|temp
fever|pyrexia|raised temperature|elevated temperature
hypertension|high blood pressure|elevated blood pressure|htn
hypotension|low blood pressure
myocardial infarction|heart attack
stroke|cerebrovascular accident|cva
emergency department|emergency room|er|ed
physical examination|physical exam|clinical examination|clinical exam|examination|exam
medical history|past medical history|past history|history|pmh
medication|medications|drug|drugs|medicine|medicines|meds|pharmaceutical
treatment|treatments|therapy|therapies|management
treated|managed
diagnosis|condition|disorder|disease|illness
swelling|edema|oedema
fatigue|tiredness|exhaustion
vomiting|emesis|throwing up
pain|discomfort|ache|aching
itching|pruritus|itch
sweating|diaphoresis|perspiration
fainting|syncope|passing out
nosebleed|nosebleeds|epistaxis
rash|eruption
jaundice|icterus
hives|urticaria
hair loss|alopecia
urination|micturition|voiding
seizure|seizures|convulsion|convulsions|fit|fits
tumor|tumors|tumour|tumours|neoplasm|neoplasms
newborn|newborns|neonate|neonates
children|kids|pediatric patients|paediatric patients
boy|male child
girl|female child
woman|women|female|females|lady
man|men|male|males|gentleman
physician|doctor|clinician|general practitioner|gp
hospitalization|hospitalisation|hospital admission|admission
surgery|operation|surgical procedure|surgical intervention
radiograph|radiography|x ray|x rays|xray|roentgenogram
computed tomography|ct|ct scan|cat scan
magnetic resonance imaging|mri|mri scan
electrocardiogram|electrocardiography|ecg|ekg
ultrasound|ultrasonography|sonography|ultrasonogram
complete blood count|full blood count|cbc|fbc
leukocyte|leukocytes|leucocyte|leucocytes|white blood cell|white blood cells|wbc|wbcs
erythrocyte|erythrocytes|red blood cell|red blood cells|rbc|rbcs
platelet|platelets|thrombocyte|thrombocytes
intraocular pressure|iop
laboratory|lab|labs
studies|tests|results|findings|values|study|test
shows|show|reveals|reveal|demonstrates|demonstrate|discloses|exhibits|displays|showed|revealed|demonstrated
presents|presented|presenting|comes|came|arrives|visits|attends
complains|complaining|reports|reporting|states|stating|says|mentions|complained|reported|notes
brought|taken
severe|marked|intense
mild|slight|minor
normal|unremarkable|within normal limits
due|because|owing
associated|linked|related|connected
cause|reason
responsible|accountable
causes|leads|results|produces
caused|induced|produced
risk|likelihood|chance|probability
effect|impact|influence
effects|impacts|influences
affects|influences|impacts
improve|enhance|ameliorate
performed|carried out|done|conducted|undertaken
used|employed|utilized|utilised
indicated|warranted
following|after
several|many|multiple|numerous
daily|every day|once a day|each day
twice daily|bid|two times a day|twice a day
annual|yearly|every year
kidney|renal|kidneys
liver|hepatic
heart|cardiac
lung|lungs|pulmonary
stomach|gastric
brain|cerebral
skin|cutaneous
abdomen|abdominal|belly
denotes|stands for|means|signifies|represents
required|needed|necessary
administered|given
location|site
started|commenced|initiated
smokes|uses tobacco|smokes cigarettes
unsteadiness|imbalance
developed|acquired
typical|characteristic
feature|characteristic|sign
purpose|aim|goal
hypothesis|assumption
evaluate|assess|evaluated|assessed
recommended|advised|suggested
large|big|sizable
quickly|rapidly|fast
usual|customary
additional|further|extra
contains|includes|comprises
obtain|acquire|get
lasting|persisting
recently|lately
entire|whole
nearly|almost|approximately|about|roughly
worsening|deterioration|deteriorating
weakness|debility
numbness|loss of sensation
likely|probable
most appropriate|best|most suitable|optimal|ideal
following|listed|below|these
patient|patients|individual|individuals|person|subject|subjects
patient's|individual's|person's
correct|true|right
caused by|due to|because of|owing to|resulting from|result of
alcohol use|alcohol consumption|alcohol intake|drinking`

/** First word → the phrases that begin with it, longest first, each with the number of its group. */
const PHRASES = new Map<string, { words: readonly string[]; group: number }[]>()
GROUPS.split('\n').forEach((line, group) => {
  for (const phrase of line.split('|')) {
    const words = phrase.split(' ')
    const first = words[0] as string
    const known = PHRASES.get(first) ?? []
    PHRASES.set(
      first,
      [...known, { words, group }].sort((a, b) => b.words.length - a.words.length),
    )
  }
})

/** A word, or a phrase that is one: its text, its words [from, to), and the groups it belongs to. */
export interface Saying {
  text: string
  from: number
  to: number
  groups: readonly number[]
}

/** Words with known phrases taken together. */
export function sayings(words: readonly string[]): Saying[] {
  const out: Saying[] = []
  while ((out.at(-1)?.to ?? 0) < words.length) out.push(sayingAt(words, out.at(-1)?.to ?? 0))
  return out
}

function sayingAt(words: readonly string[], from: number): Saying {
  const number = spokenNumber(words, from)
  if (number !== null) return { text: number.value, from, to: number.to, groups: [] }
  const starts = (PHRASES.get(words[from] as string) ?? []).filter(({ words: phrase }) =>
    phrase.every((word, i) => words[from + i] === word),
  )
  const length = starts[0]?.words.length ?? 1
  const groups = starts.filter((start) => start.words.length === length).map(({ group }) => group)
  return { text: words.slice(from, from + length).join(' '), from, to: from + length, groups }
}

/** Do the two say the same: one word in two spellings, one number or unit written in two ways, or synonyms? */
export function sameSaying(a: Saying, b: Saying): boolean {
  if (a.text === b.text) return true
  if (a.groups.some((group) => b.groups.includes(group))) return true
  if (isNegation(a.text) !== isNegation(b.text)) return isSlip(a.text, b.text)
  if (opposed(a.text, b.text)) return false
  const number = numberValue(a.text)
  const other = numberValue(b.text)
  if (number !== null && number === other) return true
  if (number !== null || other !== null) return sameScanned(a.text, b.text)
  const unit = unitOf(a.text)
  if (unit !== null && unit === unitOf(b.text)) return true
  return samePole(a.text, b.text) || sameWord(a.text, b.text)
}

/** One number, in one of the two with letters for some of its digits. */
function sameScanned(a: string, b: string): boolean {
  const [x, y] = [scannedNumber(a), scannedNumber(b)]
  return (x !== null && x === numberValue(b)) || (y !== null && y === numberValue(a))
}

/** Letters of an abbreviation. */
const SHORTEST_ACRONYM = 2
const LONGEST_ACRONYM = 6
/** A word is broken into this many parts at most. */
const MOST_PARTS = 3

/**
 * Where among `words` the ones stand that an abbreviation is made of ("ssi": surgical site infection), or that a word
 * was broken into ("mmhg": mm hg, "kelp": ke 1 p), or null.
 */
export function spelledOut(acronym: string, words: readonly string[]): [from: number, to: number] | null {
  for (let parts = 2; parts <= MOST_PARTS; parts++) {
    for (let from = 0; from + parts <= words.length; from++) {
      if (isJoined(acronym, words, [from, from + parts])) return [from, from + parts]
    }
  }
  if (acronym.length < SHORTEST_ACRONYM || acronym.length > LONGEST_ACRONYM) return null
  const letters = [...acronym]
  for (let from = 0; from + acronym.length <= words.length; from++) {
    const to = from + acronym.length
    if (letters.every((letter, i) => words[from + i]?.startsWith(letter) === true)) {
      if (words.slice(from, to).some((word) => word.length > 2)) return [from, to]
    }
  }
  return null
}

/** Are words [from, to), one behind the other, this word, or what a scan made of it? A number may have lost its point. */
function isJoined(word: string, words: readonly string[], [from, to]: [number, number]): boolean {
  let length = 0
  for (let i = from; i < to; i++) length += (words[i] as string).length
  const number = isDigit(word)
  // A scan puts one digit for one letter: nearly all are told apart by their lengths.
  if (length !== word.length && !(number && length === word.length - 1)) return false
  const joined = words.slice(from, to).join('')
  if (number) {
    const parts = words.slice(from, to)
    if (parts.length === 2 && parts.every(isDigit) && (word === parts.join('.') || word === parts.join(',')))
      return true
    if (scannedNumber(joined) === numberValue(word)) return true
  }
  return word === joined || word === unscanned(joined)
}

function isDigit(word: string): boolean {
  const code = word.charCodeAt(0)
  return code >= 48 && code <= 57
}
