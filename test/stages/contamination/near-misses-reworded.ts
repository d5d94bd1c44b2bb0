/**
 * More near misses, of the harder kind: the case is told in other words as well, or one word among many is another.
 * Written after most of the rules and used to check them; invented like the rest.
 */
import type { NearMiss } from './near-misses.ts'

const GLASSBLOWER =
  'A 61-year-old glassblower has had a cataract removed from each eye and now sees halos around the street lamps. The pressure in both eyes is 17 mm Hg. He takes a thiazide for high blood pressure and denies headache.'
const GLASSBLOWER_TOLD =
  'A glassblower aged 61 years, who had cataracts removed on both sides, now notices halos around street lamps. Intraocular pressure is 17 mm Hg in each eye. He is on a thiazide because of hypertension and does not report headache.'
const SEXTON =
  'A 45-year-old sexton develops a hoarse voice three weeks after an operation on the thyroid gland. She drinks without coughing. Calcium is 2.3 mmol/l and the wound has healed. She has gained two kilograms since discharge.'
const SEXTON_TOLD =
  'Three weeks after thyroid surgery a sexton of 45 years has become hoarse. She can drink without any cough, the serum calcium is 2.3 mmol/l and the wound has healed well. Since discharge she has put on two kilograms.'
const PIPER =
  'A bagpiper complains of a dry cough and breathlessness that ease whenever his pipes are away for repair. Fine crackles are heard at both bases. He has never smoked, and his peak flow is normal.'

const NERVES = ['Recurrent laryngeal nerve', 'Superior laryngeal nerve', 'Phrenic nerve', 'Hypoglossal nerve']
const LENSES = ['Posterior capsule opacity', 'Retinal detachment', 'Angle closure', 'Optic neuritis']
const LUNGS = ['Hypersensitivity pneumonitis', 'Asthma', 'Sarcoidosis', 'Silicosis']
const AGENTS = ['Marivastin', 'Colfenamide', 'Tresolol', 'Umbrasone']

const OTHER_ASK: NearMiss[] = (
  [
    [
      `${GLASSBLOWER} What is the most likely diagnosis?`,
      `${GLASSBLOWER_TOLD} Which laser would cure this?`,
      LENSES,
    ],
    [
      `${GLASSBLOWER} What is the most likely diagnosis?`,
      `${GLASSBLOWER} Which drug may worsen his gout?`,
      LENSES,
    ],
    [
      `${SEXTON} Which nerve was injured?`,
      `${SEXTON_TOLD} Which muscle is paralysed by this injury?`,
      NERVES,
    ],
    [
      `${SEXTON} Which nerve was injured?`,
      `${SEXTON_TOLD} How many weeks should she wait for recovery?`,
      NERVES,
    ],
    [`${PIPER} What is the diagnosis?`, `${PIPER} What would lavage of the lungs show?`, LUNGS],
    [`${PIPER} Which test should be ordered next?`, `${PIPER} Which organism grows in the pipes?`, LUNGS],
  ] as const
).map(([question, other, options]) => ({ kind: 'case told again, other question', question, options, other }))

const OTHER_NUMBER: NearMiss[] = (
  [
    [
      `${GLASSBLOWER} What is the most likely diagnosis?`,
      [GLASSBLOWER, GLASSBLOWER_TOLD],
      ['17 mm', '71 mm'],
      LENSES,
    ],
    [`${SEXTON} Which nerve was injured?`, [SEXTON, SEXTON_TOLD], ['2.3 mmol', '1.3 mmol'], NERVES],
    [`${SEXTON} Which nerve was injured?`, [SEXTON, SEXTON_TOLD], ['Three weeks', 'Three hours'], NERVES],
    [`${SEXTON} Which nerve was injured?`, [SEXTON, SEXTON], ['two kilograms', 'nine kilograms'], NERVES],
  ] as const
).map(([question, [from, to], [old, changed], options]) => ({
  kind: 'case told again, another number',
  question,
  options,
  other: question.replace(from, to).replace(old, changed),
}))

const TURNED_ROUND: NearMiss[] = (
  [
    [`${GLASSBLOWER} What is the most likely diagnosis?`, ['denies headache', 'has headache'], LENSES],
    [`${GLASSBLOWER} What is the most likely diagnosis?`, ['most likely', 'least likely'], LENSES],
    [`${PIPER} What is the diagnosis?`, ['never smoked', 'always smoked'], LUNGS],
    [`${PIPER} What is the diagnosis?`, ['ease whenever', 'do not ease when'], LUNGS],
    [`${SEXTON} Which nerve was injured?`, ['without coughing', 'with coughing'], NERVES],
    [
      'Which ointment can be used on the lips of a trumpeter with cold sores?',
      ['can be', 'should not be'],
      AGENTS,
    ],
    ['Which of the following increases the depth of a diver’s sleep?', ['increases', 'reduces'], AGENTS],
    ['Which is the first sign of hypernatraemia in a marathon swimmer?', ['hyper', 'hypo'], LENSES],
    ['The anterior wall of the sail loft sinus is formed by the', ['anterior', 'posterior'], NERVES],
    ['Which of these is true of alpha rope disease in splicers?', ['alpha', 'beta'], LUNGS],
    ['Which vein drains the upper pole of the bagpiper’s cheek?', ['upper', 'lower'], NERVES],
    ['Which tumour is most common in type 2 tar syndrome?', ['type 2', 'type 1'], LENSES],
  ] as const
).map(([question, [from, to], options]) => ({
  kind: 'turned round',
  question,
  options,
  other: question.replace(from, to),
}))

const ONE_WORD: NearMiss[] = (
  [
    [
      'Which nerve is at risk when the submandibular gland is removed in a glassblower?',
      ['submandibular', 'thyroid'],
      NERVES,
    ],
    [
      'The drug of choice for seasickness in a pregnant stewardess with asthma is',
      ['seasickness', 'cystitis'],
      AGENTS,
    ],
    [
      'Which enzyme does marivastin block in the liver of a healthy volunteer?',
      ['marivastin', 'colfenamide'],
      NERVES,
    ],
    [
      'What is the most common cause of blindness among retired welders in the valley?',
      ['blindness', 'deafness'],
      LENSES,
    ],
    [
      'Is tresolol effective for the treatment of stage fright in singers?',
      ['tresolol', 'umbrasone'],
      ['yes', 'no'],
    ],
    [
      'Is tresolol effective for the treatment of stage fright in singers?',
      ['stage fright', 'nodules'],
      ['yes', 'no', 'maybe'],
    ],
    ['Does the ROPE3 gene play a role in splicer’s palm?', ['ROPE3', 'SAIL2'], ['yes', 'no']],
    [
      'Which finding confirms the diagnosis of bellows lung in an accordionist?',
      ['bellows lung', 'reed palsy'],
      LUNGS,
    ],
    ['Which cells line the duct of the lacrimal gland of a seal?', ['lacrimal', 'parotid'], LUNGS],
  ] as const
).map(([question, [from, to], options]) => ({
  kind: 'one word another',
  question,
  options,
  other: question.replace(from, to),
}))

export const REWORDED_NEAR_MISSES: readonly NearMiss[] = [
  ...[...OTHER_ASK, ...OTHER_NUMBER, ...TURNED_ROUND, ...ONE_WORD],
]

/**
 * Where the line is drawn: a word that stands in many texts says little, and one such word for another in a long
 * question is called an edit, which the evidence shows.
 */
export const CALLED_EDITED: NearMiss = {
  kind: 'one common word another',
  question: 'Deficiency of which factor prolongs bleeding after the lancing of a carbuncle?',
  options: AGENTS,
  other: 'Deficiency of which factor prolongs fever after the lancing of a carbuncle?',
}
