/**
 * Invented short items asked in other words above all of their options, or told as a statement with their answer; and what
 * is like them and is another question or another fact.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Stage } from '../../../src/core/stage.ts'
import { contamination } from '../../../src/stages/contamination/stage.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryExample } from '../../support/corpus.ts'
import { localResources } from './local-resources.ts'

const GLAND = {
  question: 'The lantern gland of the ferryman is supplied by:',
  options: ['Upper bellows artery', 'Deep rowlock artery', 'Recurrent tiller artery', 'Lesser anchor artery'],
}
const BREAD = {
  question: 'Which of the following enzymes does not take part in the ripening of harbour bread?',
  options: ['Salt reductase of the crust', 'Rye transferase', 'Kelp oxidase', 'Barley synthase'],
}
const COUGH = {
  question: 'Most common cause of keelson cough in apprentice caulkers is:',
  options: ['Tar vapour', 'Hemp fibres', 'Oakum mites', 'Pitch pine dust'],
}
const WORD = {
  question: 'Does quayside fever need isolation?',
  options: ['Yes', 'No', 'Maybe'],
}
const ITEMS = { GLAND, BREAD, COUGH, WORD }
type Name = keyof typeof ITEMS

const folder = mkdtempSync(join(tmpdir(), 'assay-restated-'))
const LABELS = 'ABCD'
const lines = Object.entries(ITEMS).map(([id, { question, options }]) => {
  const labelled = Object.fromEntries(options.map((text, i) => [LABELS[i], text]))
  return JSON.stringify({ id, question, options: labelled, answer: 'A' })
})
writeFileSync(join(folder, 'items.jsonl'), lines.join('\n'))
afterAll(() => rmSync(folder, { recursive: true }))

async function verdict(item: Name, example: MemoryExample): Promise<string> {
  const stage = contamination.create({
    benchmarks: [{ name: 'items', file: 'items.jsonl' }],
    methods: ['assay'],
  }) as unknown as Stage
  const shard = { component: 'a', path: 'a.jsonl', examples: [example] }
  const { findings } = await memoryRun(stage, [shard], { resources: localResources(folder) })
  return findings.find((finding) => finding.item === item)?.rule.slice('contamination/'.length) ?? 'none'
}

const FIRM = /^(exact-match|near-match|options-shuffled|question-and-answer|question-match|answer-side)$/
const lettered = (options: readonly string[]) => options.map((text, i) => `${LABELS[i]}. ${text}`).join('\n')
const bulleted = (options: readonly string[]) => options.map((text) => `- ${text}`).join('\n')
const turned = (options: readonly string[]) => [...options.slice(2), ...options.slice(0, 2)]
const answered = (item: Name, n = 0) => `The correct answer is ${ITEMS[item].options[n]}.`

test.each([
  ['asked as a question', 'GLAND', 'Which vessel brings blood to the lantern gland in a ferryman?'],
  [
    'negated in other words',
    'BREAD',
    'All but the crust: which enzyme is not needed for ripening harbour bread?',
  ],
  ['the other way round', 'COUGH', 'In apprentice caulkers, what most commonly causes keelson cough?'],
] as const)(
  'a short question %s above all of its options, in any order, is the item',
  async (_, item, question) => {
    const { options } = ITEMS[item]
    for (const list of [lettered(options), lettered(turned(options)), bulleted(turned(options))])
      expect(await verdict(item, chat(`${question}\n${list}`, answered(item))), list).toMatch(FIRM)
  },
)

test('a sentence that lists the options tells none of them', async () => {
  const list = `The lantern gland of the ferryman is supplied by the ${GLAND.options.slice(0, 3).join(', ').toLowerCase()} and others.`
  expect(await verdict('GLAND', chat('Tell me something.', list))).not.toBe('question-and-answer')
})

test('told by the assistant with all of its options it is on the answer side', async () => {
  const text = `Here is one. Which vessel brings blood to the lantern gland of a ferryman?\n${lettered(GLAND.options)}\n${answered('GLAND')}`
  expect(await verdict('GLAND', chat('Write a question.', text))).toBe('answer-side')
})

test.each([
  ['about another thing', 'GLAND', 'Which vessel crosses behind the third knuckle of the pilot?', 0],
  ['with the opposite asked', 'BREAD', 'Which enzyme takes part in the ripening of harbour bread?', 1],
  ['about another disease', 'COUGH', 'In ropewalk spinners, what most often causes winter rash?', 0],
  ['about nothing', 'COUGH', 'Put these in alphabetical order and say a word about each.', 0],
  [
    'with the least common asked',
    'COUGH',
    'In apprentice caulkers, what is the least common cause of keelson cough?',
    2,
  ],
] as const)('a question %s above the same options is not the item', async (_, item, question, answer) => {
  const { options } = ITEMS[item]
  for (const list of [lettered(options), bulleted(turned(options))])
    expect(await verdict(item, chat(`${question}\n${list}`, answered(item, answer))), list).not.toMatch(FIRM)
})

test('options that many questions have decide nothing', async () => {
  const asked = 'Must a deckhand with quayside fever be kept apart?'
  expect(await verdict('WORD', chat(`${asked}\n${lettered(WORD.options)}`, answered('WORD')))).toBe('none')
})

test('less than all of the options is not enough for a question in other words', async () => {
  const asked = 'Which vessel brings blood to the lantern gland in a ferryman?'
  const list = lettered([...GLAND.options.slice(0, 2), 'Common mast artery', 'Greater plank artery'])
  expect(await verdict('GLAND', chat(`${asked}\n${list}`, answered('GLAND')))).not.toMatch(FIRM)
})

test.each([
  ['behind the question', 'The lantern gland of the ferryman is supplied by the upper bellows artery.'],
  ['in front of it', 'Tar vapour is the most common cause of keelson cough in apprentice caulkers.'],
  [
    'and more after a comma',
    'The lantern gland of the ferryman is supplied by the upper bellows artery, a small vessel.',
  ],
] as const)('a question told with its answer %s is the item', async (_, statement) => {
  const item = statement.startsWith('Tar') ? 'COUGH' : 'GLAND'
  for (const text of [statement, `Some facts first. ${statement} The rest is rare.`])
    expect(await verdict(item, chat('Tell me something.', text)), text).toBe('answer-side')
  expect(await verdict(item, chat(`Is this right? ${statement}`, 'Yes.'))).toBe('question-and-answer')
})

test.each([
  ['another answer', 'GLAND', 'The lantern gland of the ferryman is supplied by the deep rowlock artery.'],
  ['another subject', 'GLAND', 'The signal gland of the pilot is supplied by the upper bellows artery.'],
  ['a denial', 'COUGH', 'Tar vapour is not the most common cause of keelson cough in apprentice caulkers.'],
  ['the opposite', 'COUGH', 'Tar vapour is the least common cause of keelson cough in apprentice caulkers.'],
  [
    'more in the sentence',
    'COUGH',
    'Tar vapour, if one believes the guild, and the most common cause of keelson cough in apprentice caulkers is damp.',
  ],
] as const)('a statement with %s is not the item', async (_, item, statement) => {
  expect(await verdict(item, chat('Tell me something.', statement))).not.toMatch(FIRM)
})
