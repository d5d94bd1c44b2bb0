/**
 * The language of the embedded sample: a small grammar of invented medicine. Diseases, drugs and places do not
 * exist; every sentence is put together from short pieces, so that two sentences share few words in a row.
 */
export type Random = () => number

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!
}

export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1))
}

const words = (text: string): string[] => text.trim().split(/\s*\|\s*/)

const ONSET = words(
  'vel|tor|lum|bra|cef|dor|fen|gal|hex|iva|jor|kel|lor|mir|nab|oxa|pel|qui|rov|sal|tam|ulo|var|wel|xan|yel|zor|cam|dil|esk',
)
const MIDDLE = words('a|o|i|e|u|ami|ori|ula|eni|ovo|ata|iri|esta|ola|ino|adra|emi|uxo')
const DRUG_END = words(
  'trine|pril|mab|zole|statin|cillin|vir|done|pine|fenac|gliptin|sartan|thiazide|xaban|tidine|lol',
)
const ROOT = words(
  'nephr|hepat|card|dermat|oste|gastr|neur|my|arthr|angi|bronch|cyst|enter|hem|lymph|ot|rhin|splen|thym|vascul',
)
const DISEASE_END = words('opathy|itis|osis|algia|ectasia|omalacia|oplasia|openia|orrhexis|osclerosis')
const SURNAME_END = words('berg|ström|ovic|etti|mann|ley|wick|ford|sson|escu|ado|aki|ham|quist|dell')

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1)
}

/** Pieces that are made up anew each time. */
const INVENTED: Readonly<Record<string, (random: Random) => string>> = {
  drug: (random) => pick(random, ONSET) + pick(random, MIDDLE) + pick(random, DRUG_END),
  surname: (random) => capital(pick(random, ONSET) + pick(random, MIDDLE) + pick(random, SURNAME_END)),
  compound: (random) =>
    `${pick(random, ONSET)}${pick(random, MIDDLE)}${pick(random, ROOT)}${pick(random, DISEASE_END)}`,
  age: (random) => String(between(random, 3, 91)),
  small: (random) => String(between(random, 2, 9)),
  medium: (random) => String(between(random, 11, 89)),
  large: (random) => String(between(random, 101, 980)),
  decimal: (random) => `${between(random, 1, 19)}.${between(random, 1, 9)}`,
  temperature: (random) => `${between(random, 36, 40)}.${between(random, 0, 9)}`,
  pressure: (random) => `${between(random, 88, 190)}/${between(random, 50, 110)}`,
  code: (random) => `${pick(random, ['K', 'R', 'T', 'V', 'Z'])}${between(random, 2, 98)}`,
}

const RULES: Readonly<Record<string, readonly string[]>> = {
  disease: words(
    '{surname} {kind}|{compound}|{adjective} {compound}|{surname}-{surname} {kind}|{compound} of the {organ}',
  ),
  kind: words('syndrome|disease|fever|palsy|triad|anaemia|dystrophy|reaction'),
  adjective: words(
    'acute|smouldering|relapsing|nocturnal|familial|seasonal|silent|migratory|juvenile|late-onset|patchy|central',
  ),
  organ: words(
    'liver|left kidney|spleen|inner ear|distal femur|thyroid|retina|jejunum|pleura|pancreatic tail|adrenal cortex|larynx|parotid|bladder neck|sciatic nerve|tricuspid valve|marrow|epiglottis',
  ),
  person: words(
    'beekeeper|retired tram driver|violin maker|schoolchild|glass blower|night-shift baker|marine biologist|shepherd|piano tuner|welder|librarian|long-distance rower|potter|florist|stonemason|falconer|cheesemaker|lighthouse painter|weaver|diver|bus conductor|gardener|astronomer|tailor',
  ),
  symptom: words(
    'tingling of the {small} outer toes|a {adjective} cough|night sweats|blurred vision at dusk|painless swelling of the {organ}|itching after warm baths|hoarseness|a metallic taste|cramps in both calves|early satiety|hiccups|a rash that fades under pressure|brittle nails|double vision when looking left|morning stiffness|pale stools|a humming in one ear|unsteady gait|loss of smell|palpitations after meals|swollen eyelids|joint pain in the cold|thirst|yawning fits|a sore tongue|numb fingertips|weight loss of {small} kg|burning soles|tremor of the chin|bruises on the shins',
  ),
  time: words(
    '{small} days|{small} weeks|about {small} months|a fortnight|the past {small} nights|{medium} hours|almost a year|one season',
  ),
  trigger: words(
    'a trek through wet grass|a meal of smoked eel|switching to {drug}|moving house|a wasp sting|a long flight|dental work|a bout of measles|clearing out a barn|swimming in a quarry|a blood transfusion|stopping {drug}|a fall from a ladder|breathing paint fumes|a fast of {small} days|a skiing holiday',
  ),
  finding: words(
    'a firm edge of the {organ} {small} cm below the ribs|a soft murmur over the {organ}|{small} tender nodules near the {organ}|absent reflexes at the {organ}|a temperature of {temperature} °C|blood pressure {pressure} mmHg|a pulse of {medium} per minute|crackles at the left base|a grey line along the gums|waxy skin|unequal pupils|an oxygen saturation of {medium} %|oedema up to the knee|a violet ring around the iris',
  ),
  lab: words(
    'sodium {large} mmol/L|a {drug} level of {decimal} µg/mL|haemoglobin {decimal} g/dL|{large} platelets per nL|ferritin {large} µg/L|lactate {decimal} mmol/L|a titre of 1:{large}|creatinine {decimal} mg/dL|{medium} % eosinophils|bilirubin {decimal} mg/dL|a sedimentation rate of {medium} mm/h|marker {code} at {large} U/L',
  ),
  image: words(
    'Ultrasound|Scintigraphy|A plain film|Contrast CT|MRI of the {organ}|Endoscopy|Bronchoscopy|An echocardiogram',
  ),
  shows: words('shows|reveals|is remarkable for|demonstrates|points to|brings to light|is normal except for'),
  lesion: words(
    'a {medium} mm shadow in the {organ}|thickening around the {organ}|{small} calcified rings|a kinked duct|free fluid beneath the {organ}|a honeycomb pattern|loss of the cortical stripe|an old infarct of the {organ}',
  ),
  history: words(
    'As a child there was {disease}|An aunt had {disease}|{drug} was taken for {time}|Two years ago {disease} was ruled out|Vaccinations are complete|There is no travel beyond {surname} Bay|Alcohol is limited to {small} glasses a week|The family keeps {medium} pigeons',
  ),
  opening: words(
    'A {age}-year-old {person} has had {symptom} for {time}|For {time}, a {person} aged {age} has noticed {symptom} together with {symptom}|After {trigger}, a {age}-year-old {person} develops {symptom}|{symptom} and {symptom} bring a {person}, {age}, to the clinic|You are called to see a {age}-year-old {person} because of {symptom} that began after {trigger}|A {person} of {age} years reports {symptom}; {symptom} followed within {time}|Since {trigger} a {age}-year-old {person} complains of {symptom}',
  ),
  exam: words(
    'Examination finds {finding} and {finding}|There is {finding}, but no {lesion}|On inspection {finding} is seen|{finding} is the only abnormality|The nurse records {finding} as well as {finding}|Palpation gives {finding}',
  ),
  labs: words(
    'Blood tests give {lab} and {lab}|The laboratory reports {lab}|{lab} stands out|{image} {shows} {lesion}|{lab} was found together with {lesion}|{image} {shows} {lesion}, while {lab} is unchanged',
  ),
  vignette: words(
    '{opening}. {exam}. {labs}.|{opening}. {history}. {exam}.|{opening}. {labs}. {history}.|{opening}. {history}. {labs}. {exam}.|{opening}. {exam}.|{history}. {opening}. {labs}.',
  ),
  ask: words(
    'Which diagnosis explains this best?|What is the most likely cause?|Which of these should be given first?|What would you do next?|Which drug is to be avoided here?|Which test settles the question?|What is the underlying lesion?|Which single step helps most?',
  ),
  open: words(
    'How is {disease} told apart from {disease}?|Why does {drug} worsen {symptom} in {disease}?|When should {drug} be stopped in a {person} with {disease}?|Can {disease} cause {symptom} after {trigger}?|What dose of {drug} is used for {disease} when creatinine is {decimal} mg/dL?|Is {symptom} typical of {disease}, and what else could it be after {trigger}?|How long does {disease} last once {drug} is begun?|What should a {person} with {disease} know about {drug}?',
  ),
  explain: words(
    '{disease} fits because {finding} goes with {lab}|{drug} acts on the {organ}, which is why {symptom} eases within {time}|The combination of {symptom} and {lesion} is what sets {disease} apart|In {disease} the {organ} is affected first; {symptom} comes later|{trigger} is the usual trigger, and {lab} confirms it|Against {disease} speaks {finding}|A level above {decimal} µg/mL of {drug} would explain {symptom}|Without treatment {lesion} appears after {time}|{image} is worth repeating if {symptom} persists beyond {time}|{surname} first described {lesion} in this setting|Roughly {medium} % of cases show {lesion} as well',
  ),
  advice: words(
    'Start {drug} at {decimal} mg per kg and review after {time}|Give {drug} only if {lab} is confirmed|Withhold {drug} until {symptom} has settled|Refer to a {surname} centre when {finding} is present|Check {lab} every {time}|Explain that {symptom} may return after {trigger}|Combine {drug} with {drug}, never with {drug}|Watch for {symptom} during the first {time}|Repeat {image} of the {organ} at {small} months|Ask about {trigger} at each visit|Record {finding} in the notes',
  ),
  reason: words(
    '{explain}. {explain}. {advice}.|{explain}. {advice}.|{advice}. {explain}. {explain}.|{explain}. {explain}.|{explain}. {advice}. {advice}.',
  ),
  section: words(
    'Recommendation {code}: {advice}. {explain}.|{advice}; {advice}. The evidence is {grade}.|For {disease}, {advice}. {explain}. Grade: {grade}.|{explain}. Therefore: {advice}.|Panel note {code}. {explain}. {advice}.',
  ),
  grade: words(
    'low|moderate|high|very low, from {small} cohorts|moderate, from {medium} trials|expert opinion',
  ),
  house: words(
    'the {surname} Society|the Council of {surname}|the Northern {surname} Group|the {surname} Foundation|the Board for {compound}',
  ),
  guideline: words(
    'According to {house}, when is {drug} indicated in {disease}?|What does {house} recommend for {symptom} in {disease}?|Summarise the position of {house} on {drug} after {trigger}.|How often should {lab} be measured in {disease}, following {house}?|Which patients with {disease} need {image}, says {house}?',
  ),
  greeting: words(
    'Good morning, doctor.|Hello.|Hi there.|Sorry to bother you.|Thanks for taking the time.|I hope you can help.',
  ),
  lay: words(
    'I have had {symptom} for {time} and it started after {trigger}.|My father, a {person}, is {age} and keeps complaining about {symptom}.|They gave me {drug} and now there is {symptom}.|Is it normal to get {symptom} with {drug}?|Someone at work said it could be {disease}. Could it?',
  ),
  reply: words(
    'How long exactly has there been {symptom}?|Do you also notice {symptom}, say after {trigger}?|{explain}. {advice}.|I would first like to know about {lab}. {advice}.|That sounds more like {disease} than {disease}. {advice}.',
  ),
  system: words(
    'You are a careful medical assistant.|Answer as a clinician would, briefly.|You help doctors in training.|Give evidence first, then advice.',
  ),
}

/** Expands every `{name}` in a text; a piece at the start of a sentence gets a capital. */
export function write(random: Random, text: string): string {
  const body = expand(random, text, 0)
  return body.replace(
    /(^|[.?!:] )([a-zäöü])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )
}

function expand(random: Random, text: string, depth: number): string {
  if (depth > 12) throw new Error(`the grammar does not end: ${text}`)
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const invented = INVENTED[name]
    if (invented !== undefined) return invented(random)
    const rule = RULES[name]
    if (rule === undefined) throw new Error(`the grammar has no "${name}"`)
    return expand(random, pick(random, rule), depth + 1)
  })
}
