/**
 * Words whose exchange changes what a medical text means. Lists are short and general: what is not in them is an
 * ordinary difference, and the pair stays a near-duplicate.
 */

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''))

export const NEGATIONS = list(`
  no not never none nor neither without cannot can't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't
  shouldn't couldn't hasn't haven't hadn't absent denies denied negative lack lacks lacking avoid contraindicated`)

export const UNITS = list(`
  g mg μg mcg ng pg kg l dl ml μl mmol μmol nmol pmol mol meq iu u mm cm m km mmhg kpa pa hz khz mhz s sec second
  seconds min minute minutes h hr hour hours d day days week weeks month months year years bpm ppm mv v ma kcal kj cal
  microgram micrograms milligram milligrams gram grams kilogram kilograms liter liters litre litres milliliter
  milliliters millilitre millilitres percent units unit daily weekly monthly yearly hourly once twice`)

/** Words that stand against each other; either may replace the other. */
const OPPOSITES: ReadonlySet<string> = new Set(
  `left right|right left|bilateral unilateral|upper lower|anterior posterior|proximal distal|medial lateral
  superior inferior|dorsal ventral|ipsilateral contralateral`
    .split(/[|\n]/)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .flatMap((pair) => [pair, pair.split(' ').reverse().join(' ')]),
)

const SEXES: readonly ReadonlySet<string>[] = [
  list('he him his man men male males boy boys mr father son brother'),
  list('she her hers woman women female females girl girls mrs ms mother daughter sister'),
]

const ANTONYMS: ReadonlySet<string> = new Set(
  `positive negative|present absent|increase decrease|increases decreases|increased decreased|increasing decreasing
  higher lower|high low|more less|before after|acute chronic|benign malignant|start stop|always never|with without
  safe unsafe|indicated contraindicated|normal abnormal|stable unstable|active inactive|true false|yes no
  agonist antagonist|minimum maximum|oral intravenous|systolic diastolic|sensitive resistant`
    .split(/[|\n]/)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .flatMap((pair) => [pair, pair.split(' ').reverse().join(' ')]),
)

/** Stems of international non-proprietary names, and common names without one. */
const MEDICINE_ENDINGS =
  /(?:cillin|mycin|micin|floxacin|cycline|conazole|azole|vir|vudine|mab|tinib|ciclib|parib|zomib|olol|pril|sartan|dipine|statin|fibrate|gliptin|gliflozin|glitazone|glutide|formin|glinide|prazole|tidine|setron|triptan|azepam|azolam|barbital|caine|curonium|profen|fenac|coxib|oxicam|parin|xaban|gatran|grel|thiazide|semide|terol|tropium|asone|solone|sonide|lukast|oxetine|pramine|triptyline|peridol|peridone|zapine|giline|dopa|stigmine|dronate|platin|rubicin|taxel|citabine|trexate|quine|bendazole|nidazole|penem|bactam|afil|lactone|gestrel|estradiol|progesterone|thyroxine|phylline|ergoline)$/
const MEDICINE_NAMES = list(`
  aspirin paracetamol acetaminophen morphine codeine fentanyl tramadol methadone naloxone digoxin digitoxin warfarin
  heparin insulin adrenaline epinephrine noradrenaline norepinephrine dopamine dobutamine vasopressin oxytocin
  amiodarone adenosine atropine lithium phenytoin carbamazepine valproate lamotrigine levetiracetam gabapentin
  pregabalin ketamine propofol thiopental midazolam clonidine hydralazine nitroglycerin nitroprusside furosemide
  spironolactone mannitol allopurinol colchicine febuxostat azathioprine cyclosporine tacrolimus cyclophosphamide
  vincristine bleomycin tamoxifen letrozole anastrozole thalidomide isoniazid rifampicin rifampin ethambutol
  pyrazinamide vancomycin linezolid nitrofurantoin trimethoprim acyclovir ivermectin albendazole artesunate
  metoclopramide domperidone loperamide bisacodyl lactulose sucralfate misoprostol sertraline citalopram escitalopram
  venlafaxine bupropion mirtazapine buspirone lorazepam zolpidem donepezil memantine baclofen bromocriptine
  liothyronine methimazole carbimazole propylthiouracil glibenclamide glipizide gliclazide acarbose folate
  cobalamin thiamine riboflavin niacin pyridoxine retinol calciferol tocopherol`)

export function isMedicine(word: string): boolean {
  return MEDICINE_NAMES.has(word) || (word.length > 5 && MEDICINE_ENDINGS.test(word))
}

export function isOppositeSide(a: string, b: string): boolean {
  return OPPOSITES.has(`${a} ${b}`)
}

export function isOppositeSex(a: string, b: string): boolean {
  return SEXES.some((sex, i) => sex.has(a) && (SEXES[1 - i] as ReadonlySet<string>).has(b))
}

/** Opposite words, and words that differ only in a prefix that turns their meaning round. */
export function isAntonym(a: string, b: string): boolean {
  if (ANTONYMS.has(`${a} ${b}`)) return true
  const hyper = (x: string, y: string): boolean => x.startsWith('hyper') && y === `hypo${x.slice(5)}`
  const tachy = (x: string, y: string): boolean => x.startsWith('tachy') && y === `brady${x.slice(5)}`
  const un = (x: string, y: string): boolean =>
    ['un', 'in', 'im', 'non', 'anti'].some((prefix) => y === prefix + x)
  return hyper(a, b) || hyper(b, a) || tachy(a, b) || tachy(b, a) || un(a, b) || un(b, a)
}
