/**
 * Invented items as models and careless copies tell them again: other words, other order, slips of the pen and of the
 * scanner. Each must be found, and not as a sibling.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Stage } from '../../../src/core/stage.ts'
import { contamination } from '../../../src/stages/contamination/stage.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import { localResources } from './local-resources.ts'

const CASE = {
  id: 'case',
  question:
    'A 58-year-old lighthouse keeper is brought to the emergency department because of shortness of breath that began two hours ago. He has a history of high blood pressure and takes lisinopril. His pulse is 112/min, respirations are 28/min, and blood pressure is 182/104 mm Hg. Physical examination shows crackles at both bases and no edema. An electrocardiogram shows no changes. Which of the following is the most appropriate next step in management?',
  options: ['Intravenous furosemide', 'Emergency bronchoscopy', 'Oral metoprolol', 'Pericardiocentesis'],
}
const FACT = {
  id: 'fact',
  question:
    'Which of the following muscles is most likely to be weak in a piper with an injury of the long bellows nerve?',
  options: ['Serratus anterior', 'Rhomboid major', 'Levator scapulae', 'Subclavius'],
}
const STEM = {
  id: 'stem',
  question: 'The drug of choice for acute herring fever in children is',
  options: ['Netamycin', 'Seinomycin', 'Quayacillin', 'Trawloxacin'],
}
const DENIAL = {
  id: 'denial',
  question:
    "A 30-year-old ferryman didn't sleep for two nights after a fall on the ramp. He denies headache and came without his glasses. Which of the following is the most appropriate next step?",
  options: ['Skull radiograph', 'Observation at home', 'Carotid ultrasound', 'Oral melatonin'],
}
const ITEMS = [CASE, FACT, STEM, DENIAL]
type Item = typeof CASE

const folder = mkdtempSync(join(tmpdir(), 'assay-rewordings-'))
const LABELS = 'ABCD'
function writeItems(): void {
  const lines = ITEMS.map((item) => {
    const options = Object.fromEntries(item.options.map((text, i) => [LABELS[i], text]))
    return JSON.stringify({ ...item, options, answer: 'A' })
  })
  writeFileSync(join(folder, 'items.jsonl'), lines.join('\n'))
}
writeItems()
afterAll(() => rmSync(folder, { recursive: true }))

const listed = (question: string, options: readonly string[]) =>
  `${question}\n${options.map((text, i) => `${LABELS[i]}. ${text}`).join('\n')}`
const gold = (item: Item) => `The correct answer is A. ${item.options[0]}.`

async function verdict(item: Item, user: string, assistant: string): Promise<string> {
  const stage = contamination.create({
    benchmarks: [{ name: 'items', file: 'items.jsonl' }],
    methods: ['assay'],
  }) as unknown as Stage
  const shard = { component: 'a', path: 'a.jsonl', examples: [chat(user, assistant, { id: 'r' })] }
  const { findings } = await memoryRun(stage, [shard], { resources: localResources(folder) })
  return findings.find((finding) => finding.item === item.id)?.rule.slice('contamination/'.length) ?? 'missed'
}

const FIRM = /^(exact-match|near-match|options-shuffled|question-and-answer|question-match|answer-side)$/
/** What another hand made of each question. */
const TOLD: readonly (readonly [string, Item, string])[] = [
  [
    'synonyms',
    CASE,
    'A 58-year-old lighthouse keeper is taken to the emergency room due to dyspnea that started two hours ago. He has a history of hypertension and uses lisinopril. His heart rate is 112/min, respiratory rate is 28/min, and arterial pressure is 182/104 mm Hg. Clinical examination reveals crackles at both bases and no swelling. An ECG demonstrates no changes. Which one of these is the best next step in management?',
  ],
  [
    'another order',
    CASE,
    'A lighthouse keeper, 58 years old, with a history of high blood pressure for which he takes lisinopril, is brought to the emergency department. He has had shortness of breath for two hours. Physical examination shows no edema and crackles at both bases. His pulse is 112/min, blood pressure is 182/104 mm Hg, and respirations are 28/min. An electrocardiogram shows no changes. What is the most appropriate next step in management?',
  ],
  [
    'notes',
    CASE,
    '58 yo lighthouse keeper, brought to the ER because of shortness of breath that began 2 hours ago. History of high blood pressure, takes lisinopril. HR 112/min, RR 28/min, BP 182/104 mmHg. Exam: crackles at both bases, no oedema. ECG shows no changes. Most appropriate next step in management?',
  ],
  [
    'numbers in words',
    CASE,
    CASE.question.replace('58-year-old', 'fifty-eight-year-old').replace('two hours', '2 hours'),
  ],
  [
    'noise with a negation among it',
    CASE,
    CASE.question
      .replace('because of', 'winter of')
      .replace('no edema', 'chapter edema')
      .replace('both bases', 'both invoices')
      .replace('takes', 'puzzle')
      .replace('pulse', 'garden')
      .replace('appropriate', 'copper'),
  ],
  ['another unit of pressure', CASE, CASE.question.replace('mm Hg', 'millimeters of mercury')],
  ['another unit of the pulse', CASE, CASE.question.replace('112/min', '112 bpm')],
  ...[
    ['denies', 'denied'],
    ['He denies', 'I deny'],
    ['without', 'w/o'],
    ['denies', 'deneis'],
    ['without', 'wihtout'],
    ["didn't", 'didn&rsquo;t'],
    ["didn't", 'didn´t'],
    ["didn't", 'didnt'],
    ["didn't", 'didn t'],
  ].map(
    ([word, slip]) =>
      [`${word} as ${slip}`, DENIAL, DENIAL.question.replace(word as string, slip as string)] as const,
  ),
  ['one statement left out', CASE, CASE.question.replace(' An electrocardiogram shows no changes.', '')],
  [
    'asked otherwise',
    FACT,
    'In a piper with injury to the long bellows nerve, which muscle is most probably weak?',
  ],
  ['British plural', FACT, FACT.question.replace('muscles is', 'muscles are')],
  [
    'slips',
    FACT,
    'Whcih of the follwing muscles is most liekly to be weka in a piper with an injury of the long belows nerve?',
  ],
  [
    'a bad scan',
    FACT,
    'Wh1ch of the fol1owing rnuscles is most like1y to be weak in a piper with an injury 0f the long be1lows nerve?',
  ],
  ['abbreviated', STEM, 'DOC for acute herring fever in children is?'],
  ['a question made of it', STEM, 'What is the drug of choice for acute herring fever in kids?'],
]

const said = (text: string) => CASE.question.replace(' His pulse', ` ${text} His pulse`)
const instead = (text: string) =>
  CASE.question.replace('Which of the following is the most appropriate next step in management?', text)
/** What was put in beside the question, or what its numbers were made of. */
const NOTED: readonly (readonly [string, string])[] = [
  ['a sentence that denies something', said('He has not travelled.')],
  ['two of them', said('No further history. He never sneezes.')],
  [
    'an instruction with a negation',
    instead(
      'Without guessing, answer: Which of the following is the most appropriate next step in management?',
    ),
  ],
  [
    'thoughts between sentences',
    CASE.question.replaceAll(/\. (?=[A-Z])/g, '. Wait. Nothing unusual so far. It says '),
  ],
  ['a remark in brackets', CASE.question.replace('112/min,', '112/min (not slow),')],
  ['a decimal comma', CASE.question.replace('58-year-old', '58,0-year-old')],
  [
    'hundreds in words',
    CASE.question.replace('112/min', 'one hundred and twelve/min').replace('182/', 'one hundred eighty-two/'),
  ],
  ['a number with a letter in it', CASE.question.replace('112/min', 'l12/min').replace('182/104', '182/1O4')],
  ['nothing asked', instead('').trim()],
  ['an empty question', instead('Choose the best answer.')],
]

test.each(NOTED)('%s', async (_, told) => {
  expect(await verdict(CASE, listed(told, CASE.options), gold(CASE))).toMatch(/exact-match|near-match/)
})

test.each([
  ['the contrary is asked for', said('').replace(' Which of', ' Find the one exception. Which of')],
  ['something else is asked', instead('Which drug has he taken?')],
  ['the contrary is asked in other words', instead('Which should never be done?')],
])('%s: a sibling', async (_, told) => {
  expect(await verdict(CASE, listed(told, CASE.options), gold(CASE))).toBe('sibling-item')
})

test('what is asked for in the plural or the singular', async () => {
  const cause = {
    ...FACT,
    id: 'cause',
    question:
      'A deckhand has had loose stools for three weeks after drinking from the rain barrel of a lightship. His stools are greasy and float. Treatment is expected to help by which of the following mechanisms?',
  }
  const row = cause.question.replace(
    'Treatment is expected to help by which of the following mechanisms?',
    'By which mechanism is treatment expected to help?',
  )
  const options = Object.fromEntries(cause.options.map((text, i) => [LABELS[i], text]))
  writeFileSync(join(folder, 'items.jsonl'), JSON.stringify({ ...cause, options, answer: 'A' }))
  const found = await verdict(cause, listed(row, cause.options), gold(cause))
  writeItems()
  expect(found).toBe('near-match')
})

test('an entity in an option', async () => {
  const options = ["Keeper's thumb splint", 'Emergency bronchoscopy', 'Oral metoprolol', 'Pericardiocentesis']
  const item = { ...CASE, id: 'entity', options }
  const kept = Object.fromEntries(options.map((text, i) => [LABELS[i], text]))
  writeFileSync(join(folder, 'items.jsonl'), JSON.stringify({ ...item, options: kept, answer: 'A' }))
  const row = listed(item.question, options).replace("Keeper's", 'Keeper&#x27;s')
  const found = await verdict(item, row, 'I am not sure.')
  writeItems()
  expect(found).toMatch(/exact-match|near-match/)
})

test.each(TOLD)('%s: %#', async (_, item, told) => {
  expect(await verdict(item, listed(told, item.options), gold(item))).toMatch(FIRM)
})

test.each([
  ['denies', 'reports'],
  ['without', 'with'],
  ['denies', 'admits'],
  ["didn't sleep", 'slept'],
])('a negation that went makes a sibling: %s', async (word, other) => {
  const told = DENIAL.question.replace(word, other)
  expect(await verdict(DENIAL, listed(told, DENIAL.options), 'I am not sure.')).toBe('sibling-item')
})

const RECAST: Record<string, (options: readonly string[]) => string> = {
  'Roman labels': (o) => o.map((text, i) => `${['i', 'ii', 'iii', 'iv'][i]}) ${text}`).join('\n'),
  'bare labels in small letters': (o) => o.map((text, i) => `${LABELS[i]} ${text}`.toLowerCase()).join('\n'),
  'slips in the options': (o) =>
    o.map((t, i) => `${LABELS[i]}. ${t.replace(/(..)(.)(.)/, '$1$3$2')}`).join('\n'),
}
test.each(Object.entries(RECAST).flatMap(([name, form]) => ITEMS.map((item) => [name, item, form] as const)))(
  '%s: %#',
  async (_, item, form) => {
    const found = await verdict(item, `${item.question}\n${form(item.options)}`, 'I am not sure.')
    expect(found).toMatch(/exact-match|near-match/)
  },
)

test.each(['Netamycin', 'Osteoclasts'])('a question of one word and its options: %s', async (word) => {
  const options = [
    'break down old bone',
    'store fat for winter',
    'carry oxygen to fish',
    'line the inner ear',
  ]
  const item = { id: 'word', question: `${word}:`, options }
  const kept = Object.fromEntries(options.map((text, i) => [LABELS[i], text]))
  writeFileSync(join(folder, 'items.jsonl'), JSON.stringify({ ...item, options: kept, answer: 'A' }))
  expect(await verdict(item, listed(item.question, options), 'A')).toBe('exact-match')
  expect(await verdict(item, listed(item.question, options.slice(0, 1)), 'A')).toBe('missed')
})
