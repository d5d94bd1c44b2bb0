/**
 * Invented items whose case stands in one turn and whose question in another, as chats, system prompts and instruction
 * data hold them. Each must be found as it would be in one turn, and quoted turn by turn.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ROLE_CODE } from '../../../src/core/example.ts'
import type { Role } from '../../../src/core/example.ts'
import type { Finding } from '../../../src/core/finding.ts'
import type { JsonObject } from '../../../src/core/json.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { ORDER, ordersWorth, turnsOf } from '../../../src/stages/contamination/joined.ts'
import { contamination } from '../../../src/stages/contamination/stage.ts'
import { memoryRun } from '../../support/corpus.ts'
import { pick, randomOf } from '../../support/random.ts'
import { localResources } from './local-resources.ts'

interface Item {
  id: string
  case: readonly string[]
  ask: string
  options: Readonly<Record<string, string>>
  answer: string
}

const WEAVER: Item = {
  id: 'weaver',
  case: [
    'A 58-year-old loom weaver comes to the harbour clinic because of a dry cough that began four months ago.',
    'He has kept racing pigeons in a loft above the kitchen for 22 years and never smoked.',
    'On examination there are fine crackles over both lower lobes, and his fingers are clubbed.',
    'Spirometry shows a restrictive pattern, and a scan shows ground-glass shadows in the middle of both lungs.',
  ],
  ask: 'Which of the following steps is most likely to slow the course of his illness?',
  options: {
    A: 'Giving the pigeons away for good',
    B: 'Inhaled salbutamol before work',
    C: 'A course of tetracycline',
    D: 'Moving the loom to the cellar',
  },
  answer: 'A',
}
const DIVER: Item = {
  id: 'diver',
  case: [
    'A 31-year-old sponge diver is carried ashore with pain in both shoulders and a mottled rash on his belly.',
    'He surfaced in haste from 40 metres after his hose was cut by a trawler two hours earlier.',
    'His blood pressure is 104/66 mm Hg, and he cannot tell a warm spoon from a cold one below the navel.',
  ],
  ask: 'What gas law explains the origin of these complaints?',
  options: { A: 'Henry', B: 'Boyle', C: 'Charles', D: 'Graham' },
  answer: 'A',
}
const ITEMS = [WEAVER, DIVER]

const folder = mkdtempSync(join(tmpdir(), 'assay-joined-'))
const line = ({ id, options, answer, ...item }: Item) =>
  JSON.stringify({ id, question: `${item.case.join(' ')} ${item.ask}`, options, answer })
writeFileSync(join(folder, 'items.jsonl'), ITEMS.map(line).join('\n'))
afterAll(() => rmSync(folder, { recursive: true }))

type Turns = readonly (readonly [Role, string])[]

async function find(turns: Turns, rows = 1): Promise<Finding[]> {
  const stage = contamination.create({
    benchmarks: [{ name: 'items', file: 'items.jsonl' }],
    methods: ['assay'],
  }) as unknown as Stage
  const example = { turns: turns.map(([role, text]) => ({ role, text })), columns: { id: 'r' } }
  const shard = { component: 'a', path: 'a.jsonl', examples: Array.from({ length: rows }, () => example) }
  const options = { resources: localResources(folder), evidence: 'full' as const }
  return (await memoryRun(stage, [shard], options)).findings
}

const told = (item: Item) => item.case.join(' ')
const list = (item: Item) =>
  Object.entries(item.options)
    .map(([label, text]) => `${label}. ${text}`)
    .join('\n')
const asked = (item: Item) => `${item.ask}\n${list(item)}`
const right = (item: Item) => `${item.answer}. ${item.options[item.answer]}`
const verdicts = (findings: readonly Finding[]) => findings.map(({ item, rule }) => `${item} ${rule}`)

const user = (text: string): Turns[number] => ['user', text]
const assistant = (text: string): Turns[number] => ['assistant', text]
const half = (item: Item) => item.case.length >> 1

/** Turns, and the verdict they must get. */
const CHATS: Record<string, [(item: Item) => Turns, rule: string, where: string]> = {
  'case, then question and options': [
    (item) => [user(told(item)), assistant('Noted.'), user(asked(item)), assistant(right(item))],
    'exact-match',
    "in the user's turns",
  ],
  'case, then question without options, answered': [
    (item) => [user(told(item)), assistant('Noted.'), user(item.ask), assistant(right(item))],
    'question-and-answer',
    "in the user's turns",
  ],
  'case, then question without options or answer': [
    (item) => [user(told(item)), assistant('Noted.'), user(item.ask), assistant('Let me think.')],
    'question-match',
    "in the user's turns",
  ],
  'two turns of the user side by side': [
    (item) => [user(told(item)), user(asked(item)), assistant(right(item))],
    'exact-match',
    "in the user's turns",
  ],
  'case in the system prompt': [
    (item) => [['system', `Patient file: ${told(item)}`], user(asked(item)), assistant(right(item))],
    'exact-match',
    "in the system's and the user's turns",
  ],
  'instruction and input': [
    (item) => [user(asked(item)), user(told(item)), assistant(right(item))],
    'exact-match',
    "in the user's turns",
  ],
  'system prompt, instruction and input': [
    (item) => [['system', 'You help the ward.'], user(asked(item)), user(told(item)), assistant(right(item))],
    'exact-match',
    "in the user's turns",
  ],
  'three turns with assistant turns between': [
    (item) => [
      user(item.case.slice(0, half(item)).join(' ')),
      assistant('Thank you. What else is known?'),
      user(item.case.slice(half(item)).join(' ')),
      assistant('And what is the question?'),
      user(asked(item)),
      assistant(right(item)),
    ],
    'exact-match',
    "in the user's turns",
  ],
  'a sentence a turn, question without options': [
    (item) => [
      ...item.case.flatMap((sentence) => [user(sentence), assistant('Go on.')]),
      user(item.ask),
      assistant(right(item)),
    ],
    'question-and-answer',
    "in the user's turns",
  ],
  'a case the assistant tells, sentence by sentence': [
    (item) => [
      ...item.case.flatMap((sentence) => [user('Tell me more.'), assistant(sentence)]),
      user(item.ask),
      assistant(right(item)),
    ],
    'question-and-answer',
    "in the assistant's and the user's turns",
  ],
  'a case the assistant tells, asked with options': [
    (item) => [user('Present a case.'), assistant(told(item)), user(asked(item)), assistant(right(item))],
    'exact-match',
    "in the assistant's and the user's turns",
  ],
  'a case and its question the assistant gives one after the other': [
    (item) => [
      user('Quiz me.'),
      assistant(told(item)),
      user('And what is asked?'),
      assistant(asked(item)),
      user('Let me think.'),
    ],
    'answer-side',
    "in the assistant's turns",
  ],
  'all of the question in one turn, options in a later one': [
    (item) => [
      user(`${told(item)} ${item.ask}`),
      assistant('What are the choices?'),
      user(list(item)),
      assistant(right(item)),
    ],
    'exact-match',
    "in the user's turns",
  ],
  'question in one turn, options in the last': [
    (item) => [user(told(item)), assistant('Yes?'), user(item.ask), assistant('Options?'), user(list(item))],
    'exact-match',
    "in the user's turns",
  ],
}

describe.each(ITEMS)('$id', (item) => {
  test.each(Object.entries(CHATS))('%s', async (_, [chat, rule, where]) => {
    const findings = await find(chat(item))
    expect(verdicts(findings)).toEqual([`${item.id} contamination/${rule}`])
    expect(findings[0]?.message).toMatch(new RegExp(`, ${where}$`))
  })

  test.each(Object.entries(CHATS))('%s: every turn is quoted as it stands', async (_, [chat]) => {
    const turns = chat(item)
    const [finding] = await find(turns)
    const quoted = checkQuotations(finding as Finding, turns)
    expect(quoted.length).toBeGreaterThan(1)
    expect(quoted).toEqual([...quoted].sort((a, b) => a - b))
    expect(finding?.evidence['turns']).toEqual(quoted)
    expect(finding?.evidence['turn']).toBe(quoted.at(-1))
  })
})

/** Holds each quotation against its turn; returns the numbers of the turns quoted. */
function checkQuotations(finding: Finding, turns: Turns): number[] {
  const texts = finding.evidence['texts'] as unknown as Quoted[]
  expect(texts.filter(({ label }) => label === 'item')).toHaveLength(1)
  return texts.flatMap((quoted) => {
    for (const [from, to] of quoted.marks) {
      expect(to).toBeGreaterThan(from)
      expect(quoted.text.slice(from, to).trim()).toBe(quoted.text.slice(from, to))
    }
    if (quoted.label !== 'example') return []
    const [role, text] = turns[quoted.turn] as Turns[number]
    expect(quoted.role).toBe(role)
    const cut = new TextEncoder().encode(text).subarray(quoted.start, quoted.end)
    expect(new TextDecoder().decode(cut)).toBe(quoted.text)
    expect(quoted.marks.length).toBeGreaterThan(0)
    return [quoted.turn]
  })
}

interface Quoted extends JsonObject {
  label: string
  turn: number
  role: string
  start: number
  end: number
  text: string
  marks: [number, number][]
}

test('as many rows as there may be in a batch are each found', async () => {
  const rows = 1100
  const chat = [user(told(WEAVER)), assistant(told(DIVER)), user(asked(WEAVER)), assistant(right(WEAVER))]
  const findings = (await find(chat, rows)).filter(({ item }) => item === WEAVER.id)
  expect(findings.map(({ place }) => (place.kind === 'row' ? place.row : -1))).toEqual([
    ...Array(rows).keys(),
  ])
  expect(new Set(verdicts(findings))).toEqual(new Set(['weaver contamination/exact-match']))
})

test('cut anywhere, with other text before and behind, an item is found and quoted as it stands', async () => {
  const random = randomOf(9)
  const around = ['', 'Größe der Lunge: „normal“ – 🫁 ', 'Next part — ', '\n\n']
  let joined = 0
  for (let n = 0; n < 60; n++) {
    const item = pick(random, ITEMS)
    const words = `${told(item)} ${item.ask}`.split(' ')
    const cuts = [words.length * 0.2, words.length * 0.8].map((at) => Math.floor(at + 6 * random()))
    const pieces = [words.slice(0, cuts[0]), words.slice(cuts[0], cuts[1]), words.slice(cuts[1])]
    const turns = pieces.flatMap((piece, i): Turns => [
      [
        pick(random, ['user', 'user', 'unknown', 'document'] as const),
        `${pick(random, around)}${piece.join(' ')}`,
      ],
      assistant(i === 2 ? right(item) : pick(random, ['Go on.', ''])),
    ])
    const findings = await find(turns)
    expect(verdicts(findings)).toHaveLength(1)
    expect(verdicts(findings)[0]).toMatch(new RegExp(`^${item.id} .*/(question-and-answer|near-match)$`))
    if (checkQuotations(findings[0] as Finding, turns).length > 1) joined++
  }
  expect(joined).toBe(60)
})

describe('what several turns do not make', () => {
  const alone = async (...turns: Turns) =>
    (await Promise.all(turns.map((turn) => find([turn])))).flatMap(verdicts).sort()

  test.each([
    ['with options', asked],
    ['without options', (item: Item) => item.ask],
  ])('the case of one item and the question of another are no item: %s', async (_, form) => {
    for (const [one, other] of [
      [WEAVER, DIVER],
      [DIVER, WEAVER],
    ] as const) {
      const turns = [user(told(one)), user(form(other))]
      const chat = [turns[0]!, assistant('Noted.'), turns[1]!, assistant('I am not sure.')]
      expect(verdicts(await find(chat)).sort()).toEqual(await alone(...turns))
      expect(verdicts(await find([...turns].reverse())).sort()).toEqual(await alone(...turns))
    }
  })

  test('an answer that speaks of another item, and the question of a third, are no item', async () => {
    const turns = [user('Tell me a case.'), assistant(told(WEAVER)), user(asked(DIVER)), assistant('Henry')]
    expect(verdicts(await find(turns)).sort()).toEqual(await alone(turns[1]!, turns[2]!))
  })

  test('two items, one a turn, are found once each, in their own turn', async () => {
    const chat = ITEMS.flatMap((item) => [user(`${told(item)} ${asked(item)}`), assistant(right(item))])
    const findings = await find(chat)
    expect(verdicts(findings).sort()).toEqual([
      'diver contamination/exact-match',
      'weaver contamination/exact-match',
    ])
    const turnOf = new Map(findings.map(({ item, evidence }) => [item, evidence['turn']]))
    expect([turnOf.get('weaver'), turnOf.get('diver')]).toEqual([0, 2])
    for (const { evidence, message } of findings) {
      expect(evidence['turns']).toBeUndefined()
      expect(message).toMatch(/, in the user's turn$/)
    }
  })

  test('a whole item and a question about it are the item in its turn', async () => {
    const chat = [user(`${told(WEAVER)} ${asked(WEAVER)}`), assistant(right(WEAVER))]
    const asks = [
      user('Why would inhaled salbutamol before work not help him?'),
      assistant('It opens what is open.'),
    ]
    const [finding, ...others] = await find([...chat, ...asks])
    expect(others).toEqual([])
    expect(finding?.rule).toBe('contamination/exact-match')
    expect(finding?.evidence['turns']).toBeUndefined()
  })

  test('a changed number in another turn makes a sibling, as in one turn', async () => {
    const turns = [
      user(told(WEAVER).replace('22 years', '3 years')),
      user(asked(WEAVER)),
      assistant(right(WEAVER)),
    ]
    expect(verdicts(await find(turns))).toEqual(['weaver contamination/sibling-item'])
  })
})

describe('which turns are read as one text', () => {
  const { system, user: asks, assistant: answers, tool } = ROLE_CODE
  const { asking, exchanged, all } = ORDER

  test.each<[number[], ...(number[] | null)[]]>([
    [[asks, answers], null, null, null],
    [[answers, asks], null, null, [0, 1]],
    [
      [asks, answers, asks],
      [0, 2],
      [2, 0],
      [0, 1, 2],
    ],
    [[system, asks, answers], [0, 1], [1, 0], null],
    [[system, asks, asks, answers], [0, 1, 2], [0, 2, 1], null],
    [[asks, answers, asks, answers, tool], [0, 2, 4], null, [0, 1, 2, 3, 4]],
    [[answers], null, null, null],
  ])('%j: %j, %j, %j', (roles, ...orders) => {
    expect([asking, exchanged, all].map((order) => turnsOf(order, roles))).toEqual(orders)
  })

  test.each([
    ['nothing is linked', [system, asks, asks], [0, 0, 0], []],
    ['a system prompt says nothing of an item', [system, asks, answers], [0, 7, 9], []],
    ['a system prompt may hold the case', [system, asks, answers], [5, 4, 0], [asking, exchanged]],
    ['a question of a few words', [asks, answers, asks], [6, 0, 0], [asking, exchanged]],
    ['only an answer is linked', [asks, answers], [0, 8], []],
    ['an assistant may tell the case', [asks, answers, asks], [0, 8, 0], [all]],
    ['both sides may', [asks, answers, asks], [5, 8, 6], [asking, exchanged, all]],
    ['one turn', [asks, answers], [9, 9], []],
  ])('%s', (_, roles, longest, orders) => {
    expect(ordersWorth(Uint8Array.from(roles), Uint32Array.from(longest))).toEqual(orders)
  })
})
