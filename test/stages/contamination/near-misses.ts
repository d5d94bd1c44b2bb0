/**
 * Invented examination items, each with a near miss: a text that shares nearly everything with the item and is
 * another question all the same. Written for this project; the medicine is made to read like an examination, not to
 * be relied on.
 */
export interface NearMiss {
  kind: string
  question: string
  options: readonly string[]
  /** The near miss, and its own options where they are not the item's. */
  other: string
  otherOptions?: readonly string[]
}

const FISHER =
  'A 52-year-old trawler captain comes to the harbour clinic with a swollen thumb two days after a conger eel spine went through his glove. He has a temperature of 38.1 °C and a red streak up to the elbow. He takes metformin for diabetes and has never had an operation.'
const POTTER =
  'A potter aged 34 notices that her fingertips turn white and then blue whenever she wedges cold clay, and that her knuckles have felt tight since autumn. Swallowing dry bread has become slow. Her grandmother had a goitre.'
const ROWER =
  'During a regatta a 19-year-old rower collapses at the finish. She is confused, her skin is hot and dry, and her rectal temperature is 41.2 °C. Her team says that she drank only coffee that morning.'
const BEEKEEPER =
  'A retired beekeeper of 71 years is brought in by his neighbour because he has been seeing small dogs in his orchard at dusk. He walks with short steps, his handwriting has shrunk, and he became rigid after a single dose of haloperidol.'
const BAKER =
  'A baker reports wheezing that begins an hour into each night shift and fades during her holidays. Spirometry in the afternoon is normal. She keeps two cats and has smoked five cigarettes a day for three years.'
const TEACHER =
  'A village teacher develops a painless ulcer on his forearm six weeks after cleaning the school aquarium, followed by a chain of small nodules along the arm. He is otherwise well and takes no medicines.'
const SHEPHERD =
  'A shepherd has had fullness under the right ribs for a year. Ultrasound of the liver shows a cyst of 9 cm with daughter cysts inside it. Two of his dogs died last winter.'
const PIANIST =
  'Three months after a wrist fracture treated in plaster, a pianist has burning pain in the hand, shiny skin and sweating of the palm. The bones have healed in good position on the radiograph.'

const STEPS = ['Incision and drainage', 'Oral doxycycline', 'Amputation of the thumb', 'Observation at home']
const DISEASES = ['Systemic sclerosis', 'Carpal tunnel syndrome', 'Thyroid storm', 'Dermatomyositis']
const DOSES = [
  'Oral cefazolex 250 mg every six hours',
  'Oral cefazolex 500 mg every eight hours',
  'Intravenous mirapenem 1 g once a day',
  'No antibiotic until culture results arrive',
]
const LIVER = ['Albendazole with drainage', 'Lobectomy alone', 'Praziquantel for one day', 'Repeat imaging']

const SAME_VIGNETTE: NearMiss[] = (
  [
    [
      FISHER,
      'What is the most appropriate next step in management?',
      'Which organism is the most likely cause?',
      STEPS,
    ],
    [
      POTTER,
      'What is the most likely diagnosis?',
      'Which antibody would best predict renal crisis?',
      DISEASES,
    ],
    [
      POTTER,
      'What is the most likely diagnosis?',
      'What is the best treatment for the most likely diagnosis?',
      DISEASES,
    ],
    [
      BEEKEEPER,
      'What is the most likely diagnosis?',
      'Which of the following would confirm the most likely diagnosis?',
      DISEASES,
    ],
    [
      FISHER,
      'What is the most likely diagnosis?',
      'What is the most likely complication of this diagnosis?',
      DISEASES,
    ],
    [ROWER, 'What should be done first?', 'Which laboratory abnormality is most likely to be found?', STEPS],
    [
      BEEKEEPER,
      'What is the most likely diagnosis?',
      'What is the most appropriate drug treatment?',
      DISEASES,
    ],
    [BAKER, 'Which test would confirm the diagnosis?', 'Which mechanism explains her symptoms?', DISEASES],
    [TEACHER, 'Which organism is responsible?', 'How long should treatment be continued?', STEPS],
    [SHEPHERD, 'What is the best treatment?', 'What is the most feared complication of puncture?', LIVER],
    [PIANIST, 'What is the diagnosis?', 'Which measure might have prevented this condition?', DISEASES],
    [FISHER, 'Which lymph nodes drain this region first?', 'What is the most likely diagnosis?', STEPS],
  ] as const
).map(([vignette, question, other, options]) => ({
  kind: 'same vignette, other question',
  question: `${vignette} ${question}`,
  options,
  other: `${vignette} ${other}`,
}))

const FACTS = ['Thiamine', 'Pyridoxine', 'Cobalamin', 'Riboflavin']
const OTHER_FACTS: NearMiss[] = (
  [
    [
      'Which vitamin is lacking in a sailor with bleeding gums and corkscrew hairs?',
      'Which vitamin is lacking in a sailor with night blindness and dry corneas?',
    ],
    [
      'A 40-year-old woman has fatigue, cold intolerance and dry skin. What is the most likely diagnosis?',
      'A 40-year-old woman has haematuria, flank colic and a family history of stones. What is the most likely diagnosis?',
    ],
    [
      'A man is brought to the emergency department with crushing chest pain and sweating for one hour. What is the most appropriate next step?',
      'A man is brought to the emergency department with painless visual loss in one eye since breakfast. What is the most appropriate next step?',
    ],
    [
      'The drug of choice for absence seizures in schoolchildren is',
      'The drug of choice for trigeminal neuralgia in pensioners is',
    ],
    [
      'Which nerve is injured when a patient with a fractured humeral shaft cannot extend the wrist?',
      'Which nerve is injured when a patient with a fractured fibular neck cannot dorsiflex the ankle?',
    ],
    [
      'A newborn has bilious vomiting and a double bubble on the abdominal film. Which of the following is the most likely diagnosis?',
      'A newborn has drooling, choking feeds and a coiled feeding tube on the chest film. Which of the following is the most likely diagnosis?',
    ],
    [
      'Which enzyme is deficient in an infant with cataracts after the first milk feeds?',
      'Which enzyme is deficient in an infant with musty urine after several protein meals?',
    ],
    [
      'A farmer presents with fever, jaundice and calf tenderness after a flood. Which of the following is the best initial treatment?',
      'A farmer presents with miosis, drooling and bradycardia after spraying. Which of the following is the best initial treatment?',
    ],
  ] as const
).map(([question, other], i) => ({
  kind: 'same stem, other facts',
  question,
  options: i % 2 === 0 ? FACTS : DISEASES,
  other,
  otherOptions:
    i % 2 === 0 ? ['Ascorbate', 'Niacin', 'Folate', 'Retinol'] : ['Measles', 'Gout', 'Rickets', 'Shingles'],
}))

const NERVES = ['Median nerve', 'Ulnar nerve', 'Radial nerve', 'Musculocutaneous nerve']
const CELLS = ['Neutrophils', 'Eosinophils', 'Mast cells', 'Plasma cells']
const SAME_OPTIONS: NearMiss[] = (
  [
    [
      'Which nerve supplies the first dorsal interosseous muscle?',
      'Which nerve supplies the brachialis muscle?',
      NERVES,
    ],
    [
      'Which nerve is compressed in the carpal tunnel?',
      'Which nerve is stretched in a spiral humeral fracture?',
      NERVES,
    ],
    [
      'Which cells predominate in the sputum of acute asthma?',
      'Which cells predominate in the synovial fluid of septic arthritis?',
      CELLS,
    ],
    [
      'Which cells release histamine within minutes of a wasp sting?',
      'Which cells secrete immunoglobulin in the marrow of myeloma?',
      CELLS,
    ],
    [
      'A deficiency of which vitamin causes dry beriberi?',
      'A deficiency of which vitamin causes subacute combined degeneration?',
      FACTS,
    ],
    [
      'Isoniazid should be given together with which vitamin?',
      'Methylmalonic acid rises when which vitamin is missing?',
      FACTS,
    ],
    [
      `${SHEPHERD} What is the best treatment?`,
      'A traveller passes flat worms after eating raw freshwater fish at a lake. What is the best treatment?',
      LIVER,
    ],
    [
      'Which condition best explains tight skin of the fingers with dysphagia?',
      'Which condition best explains a violet rash of the eyelids with weakness?',
      DISEASES,
    ],
  ] as const
).map(([question, other, options]) => ({ kind: 'same options, other question', question, options, other }))

const CHANGED_NUMBER: NearMiss[] = (
  [
    [`${FISHER} Which regimen is recommended?`, ['52-year-old', '27-year-old'], DOSES],
    [`${ROWER} What should be done first?`, ['41.2 °C', '37.2 °C'], STEPS],
    [
      'A child weighing 18 kg needs 15 mg/kg of paracetamol. How many millilitres of a syrup with 120 mg in 5 ml are given?',
      ['18 kg', '24 kg'],
      ['11.25 ml', '9 ml', '4.5 ml', '22.5 ml'],
    ],
    [
      'A drip of 1 litre is to run over eight hours through a set that gives 20 drops per ml. What is the rate in drops per minute?',
      ['eight hours', 'twelve hours'],
      ['42', '28', '21', '56'],
    ],
    [
      'What is the half-life of a drug whose plasma level falls from 80 mg/l to 10 mg/l in 12 hours?',
      ['80 mg/l', '40 mg/l'],
      ['4 hours', '3 hours', '6 hours', '12 hours'],
    ],
    [
      'A wound heals poorly after 500 mg of hydrocortisone daily for three weeks. Which vitamin may help?',
      ['500 mg', '500 mcg'],
      FACTS,
    ],
    [
      'Symptoms that last longer than six weeks after a tick bite call for which test?',
      ['six weeks', 'six hours'],
      DISEASES,
    ],
    [
      'A boy of 7 years swallowed a coin cell 2 hours ago. What is the next step?',
      ['2 hours', '2 days'],
      STEPS,
    ],
    ['Which finding is expected with a serum potassium of 6,800 µmol/l?', ['6,800', '2,800'], CELLS],
  ] as const
).map(([question, [from, to], options]) => ({
  kind: 'changed number, dose or unit',
  question,
  options,
  other: question.replace(from, to),
}))

const CHANGED_OPTION_DOSE: NearMiss[] = [
  {
    kind: 'changed number, dose or unit',
    question: `${FISHER} Which of the following regimens should be started?`,
    options: DOSES,
    other: `${FISHER} Which of the following regimens should be started?`,
    otherOptions: DOSES.map((option) => option.replace('250 mg', '750 mg')),
  },
  {
    kind: 'changed number, dose or unit',
    question:
      'How should a ferry stewardess with a first attack of seasickness be treated before the crossing?',
    options: ['Scopamine 5 mg', 'Cinnarol 25 mg', 'Ginger tea', 'No treatment'],
    other: 'How should a ferry stewardess with a first attack of seasickness be treated before the crossing?',
    otherOptions: ['Scopamine 50 mg', 'Cinnarol 25 mg', 'Ginger tea', 'No treatment'],
  },
]

const NEGATION: NearMiss[] = (
  [
    [
      'Which of the following is a feature of harbour lung in tug engineers?',
      'Which of the following is not a feature of harbour lung in tug engineers?',
    ],
    [
      'All of the following are signs of a tension pneumothorax EXCEPT',
      'Which of the following are signs of a tension pneumothorax?',
    ],
    [
      'Which of the following drugs crosses the placenta?',
      'All of the following drugs cross the placenta EXCEPT',
    ],
    [
      'Which of the following is a recognised complication of the modified rope splint?',
      'Which of the following is a recognised complication of the modified rope splint, EXCEPT?',
    ],
    [
      'Which of these statements about the kelp diet is true?',
      'Which of these statements about the kelp diet is false?',
    ],
    [
      'Regarding the blood supply of the scaphoid, which statement is correct?',
      'Regarding the blood supply of the scaphoid, which statement is NOT correct?',
    ],
    [
      'Which of the following belongs to the treatment of keelman gout?',
      'Which one of these does not belong to the usual treatment of keelman gout?',
    ],
    [
      `${BAKER} She has wheals on contact with flour. Which step is helpful?`,
      `${BAKER} She has no wheals on contact with flour. Which step is helpful?`,
    ],
    [
      'Which drug can be given safely to a nursing mother with mastitis?',
      "Which drug can't be given safely to a nursing mother with mastitis?",
    ],
    [
      'Which finding is consistent with a ruptured plantaris tendon?',
      'Which finding would be inconsistent with a ruptured plantaris tendon?',
    ],
  ] as const
).map(([question, other], i) => ({ kind: 'negation', question, options: i % 2 === 0 ? CELLS : STEPS, other }))

const OPPOSITES: NearMiss[] = (
  [
    ['Which structure crosses in front of the left ureter at the pelvic brim?', ['left', 'right'], NERVES],
    [`${SHEPHERD} What is the best treatment?`, ['right ribs', 'left ribs'], LIVER],
    [
      'A woman of fishing stock has lost the hair of her armpits. What is the most likely diagnosis?',
      ['A woman', 'A man'],
      DISEASES,
    ],
    [
      'Which hormone is increased in a patient with a pituitary stalk lesion?',
      ['increased', 'decreased'],
      CELLS,
    ],
    [
      'Which of the following is the most common site of a stress fracture in rowers?',
      ['most common', 'least common'],
      NERVES,
    ],
    [
      'A jockey has polyuria, thirst and hypercalcaemia. What is the most likely diagnosis?',
      ['hypercalcaemia', 'hypocalcaemia'],
      DISEASES,
    ],
    [
      'Which structure of the rigging hook is marked by the arrow at label B?',
      ['label B', 'label C'],
      NERVES,
    ],
    ['Which drug lowers the systolic pressure of a calm bystander most?', ['systolic', 'diastolic'], DOSES],
    [
      'Two siblings of a wharf family have the disease and both parents are well. Which pattern fits?',
      ['Two siblings', 'Five siblings'],
      DISEASES,
    ],
    [
      'Which muscle is tested by abduction of the arm against resistance at the regatta?',
      ['abduction', 'adduction'],
      NERVES,
    ],
    [
      'Which agent acts as an agonist at the imaginary delta-nine receptor?',
      ['agonist', 'antagonist'],
      FACTS,
    ],
  ] as const
).map(([question, [from, to], options]) => ({
  kind: 'opposites and number words',
  question,
  options,
  other: question.replace(from, to),
}))

export const NEAR_MISSES: readonly NearMiss[] = [
  ...[...SAME_VIGNETTE, ...OTHER_FACTS, ...SAME_OPTIONS, ...CHANGED_NUMBER, ...CHANGED_OPTION_DOSE],
  ...[...NEGATION, ...OPPOSITES],
]
