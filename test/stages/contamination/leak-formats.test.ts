/**
 * One invented item in the forms in which items stand in text that models wrote: dialogues, JSON, markup, exam
 * sheets, wrapped lines. Each must be found, and not as a sibling.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Role } from '../../../src/core/example.ts'
import type { Finding } from '../../../src/core/finding.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { contamination } from '../../../src/stages/contamination/stage.ts'
import { memoryRun } from '../../support/corpus.ts'
import { localResources } from './local-resources.ts'

const LONG = {
  id: 'long',
  question:
    "A 44-year-old lock keeper has had a dry cough for five weeks, ever since a new varnish was used on the gates. The patient's chest film is normal, and his peak flow falls by 25% on working days. Which of the following is the most appropriate next step?",
  options: {
    A: 'Serial peak flow records at work and at home',
    B: 'Bronchoscopy',
    C: 'Oral prednisolone for two weeks',
    D: 'Allergy desensitisation',
  },
  answer: 'A',
}
const MIDDLE = {
  id: 'middle',
  question: 'Which muscle of the hand is paralysed first in the fictional Quayside compression syndrome?',
  options: { A: 'Abductor pollicis brevis', B: 'First lumbrical', C: 'Opponens', D: 'Palmaris' },
  answer: 'C',
}
const SHORT = {
  id: 'short',
  question: 'Which mineral hardens barnacle shells?',
  options: { A: 'Calcite', B: 'Aragonite', C: 'Apatite', D: 'Opal' },
  answer: 'A',
}
const OTHERS = [
  {
    id: 'other-1',
    question: 'A cooper drops a barrel on his foot and cannot flex the great toe. Which tendon is torn?',
    options: { A: 'Flexor hallucis longus', B: 'Peroneus tertius', C: 'Plantaris', D: 'Tibialis posterior' },
    answer: 'A',
  },
  {
    id: 'other-2',
    question: 'Which gas escapes when bilge water is stirred after a long voyage?',
    options: { A: 'Hydrogen sulphide', B: 'Neon', C: 'Ozone', D: 'Phosgene' },
    answer: 'A',
  },
]
const ITEMS = [LONG, MIDDLE, SHORT, ...OTHERS]
type Item = typeof LONG

const folder = mkdtempSync(join(tmpdir(), 'assay-formats-'))
writeFileSync(join(folder, 'items.jsonl'), ITEMS.map((item) => JSON.stringify(item)).join('\n'))
afterAll(() => rmSync(folder, { recursive: true }))

type Turns = readonly (readonly [Role, string])[]

async function find(turns: Turns): Promise<Finding[]> {
  const stage = contamination.create({
    benchmarks: [{ name: 'items', file: 'items.jsonl' }],
    methods: ['assay'],
  }) as unknown as Stage
  const example = { turns: turns.map(([role, text]) => ({ role, text })), columns: { id: 'r' } }
  const shard = { component: 'a', path: 'a.jsonl', examples: [example] }
  const { findings } = await memoryRun(stage, [shard], { resources: localResources(folder) })
  return findings
}

const FIRM = /exact-match|near-match|options-shuffled|question-and-answer|question-match|answer-side/
const list = (item: Item, form: (label: string, text: string) => string, between = '\n') =>
  Object.entries(item.options)
    .map(([label, text]) => form(label, text))
    .join(between)
const plain = (item: Item) => `${item.question}\n${list(item, (l, t) => `${l}. ${t}`)}`
const right = (item: Item) => item.options[item.answer as 'A']
const user = (text: string, answer = 'I am not sure.'): Turns => [
  ['user', text],
  ['assistant', answer],
]

/** Lines of 80 columns; a word that does not fit is broken with a hyphen. */
function hyphenated(text: string): string {
  const lines: string[] = ['']
  for (const word of text.split(/[ \n]/)) {
    const line = lines.at(-1) as string
    const room = 80 - line.length - 2
    if (word.length <= room + 1) lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
    else if (room > 3 && /^[a-z]{6,}$/.test(word) && word.length - room > 1) {
      lines[lines.length - 1] = `${line} ${word.slice(0, room)}-`
      lines.push(word.slice(room))
    } else lines.push(word)
  }
  return lines.join('\n')
}

function alternatingCase(text: string): string {
  return [...text]
    .map((c, i) => (i % 5 === 0 ? c.toUpperCase() : i % 11 === 0 ? c.toLowerCase() : c))
    .join('')
}

const FORMATS: Record<string, (item: Item) => Turns> = {
  'question in one turn, options in the next': (item) => [
    ['user', item.question],
    ['assistant', 'Which options are given?'],
    ['user', list(item, (l, t) => `${l}. ${t}`)],
    ['assistant', right(item)],
  ],
  'question asked by the assistant, options later': (item) => [
    ['user', 'Quiz me, please.'],
    ['assistant', `Sure! ${item.question}`],
    ['user', 'Give me the options.'],
    ['assistant', list(item, (l, t) => `${l}) ${t}`)],
  ],
  'Question: … Choices: (a) …': (item) =>
    user(`Question: ${item.question} Choices: ${list(item, (l, t) => `(${l.toLowerCase()}) ${t}`, ' ')}`),
  JSON: (item) =>
    user(JSON.stringify({ question: item.question, options: item.options, answer: item.answer })),
  'JSON, indented, in a code block': (item) =>
    user(
      'Make one.',
      `\`\`\`json\n${JSON.stringify([{ stem: item.question, choices: Object.values(item.options) }], null, 2)}\n\`\`\``,
    ),
  'JSON within JSON': (item) => user(JSON.stringify(JSON.stringify({ prompt: plain(item) }))),
  'escaped line breaks': (item) => user(`Question:\\n${plain(item).replaceAll('\n', '\\n')}\\nAnswer:`),
  'escaped line breaks without labels': (item) =>
    user(`${item.question}\\n${list(item, (_, t) => t, '\\n')}\\n`),
  LaTeX: (item) =>
    user(
      `\\textbf{${item.question.replace('25%', '$25\\%$')}}\n\\begin{enumerate}\n${list(item, (l, t) => `\\item[${l}] \\textit{${t}}`)}\n\\end{enumerate}`,
    ),
  Markdown: (item) =>
    user(
      `### Question 7\n\n**${item.question}**\n\n${list(item, (l, t) => `- **${l}.** *${t}*`)}\n\n> Choose one.`,
    ),
  'Markdown table': (item) =>
    user(`**${item.question}**\n\n| | |\n|---|---|\n${list(item, (l, t) => `| ${l} | ${t} |`)}`),
  HTML: (item) =>
    user(
      `<div class="q"><p>${item.question.replace('following', '<b>following</b>').replace('most', '<em>most</em>')}</p><ol type="A">${list(item, (_, t) => `<li>${t}</li>`, '')}</ol></div>`,
    ),
  'HTML entities': (item) =>
    user(plain(item).replaceAll("'", '&#39;').replaceAll('\n', '<br/>\n').replace(' of ', '&nbsp;of ')),
  bullets: (item) => user(`${item.question}\n${list(item, (_, t) => `• ${t}`)}`),
  dashes: (item) => user(`${item.question}\n${list(item, (_, t) => `– ${t}`)}`),
  'restated before the answer': (item) =>
    user(
      'Help me with my homework.',
      `You asked: "${item.question}"\n\nThe correct answer is (${item.answer}) ${right(item)}.`,
    ),
  'the correct answer is': (item) =>
    user(plain(item), `The correct answer is (${item.answer}) ${right(item)}.`),
  'exam sheet': (item) =>
    user(
      [OTHERS[0] as Item, item, OTHERS[1] as Item]
        .map((entry, i) => `${i + 1}. ${plain(entry)}`)
        .join('\n\n'),
    ),
  'exam sheet on one line': (item) =>
    user(
      [OTHERS[0] as Item, item, OTHERS[1] as Item]
        .map((e, i) => `Q${i + 1}) ${plain(e)}`)
        .join(' ')
        .replaceAll('\n', ' '),
    ),
  'German labels': (item) =>
    user(
      `Frage: ${item.question}\nAntwortmöglichkeiten:\n${list(item, (l, t) => `Antwort ${l}: ${t}`)}\nRichtige Antwort: ${item.answer}`,
    ),
  'French labels': (item) =>
    user(`Énoncé : ${item.question}\n${list(item, (l, t) => `Réponse ${l} : ${t}`)}`),
  'Chinese labels': (item) =>
    user(`问题：${item.question}\n${list(item, (l, t) => `选项${l}：${t}`)}\n答案：${item.answer}`),
  'numbered options': (item) =>
    user(`${item.question}\n${list(item, (l, t) => `${l.charCodeAt(0) - 64}) ${t}`)}`),
  '80 columns, hyphenated': (item) => user(hyphenated(plain(item))),
  capitals: (item) => user(plain(item).toUpperCase()),
  'case of a bad scan': (item) => user(alternatingCase(plain(item))),
  'smart quotes and dashes': (item) =>
    user(`“${plain(item).replaceAll("'", '’').replaceAll('-year-old', '‑year‑old')}”`),
  'options in a sentence': (item) => {
    const [a, b, c, d] = Object.values(item.options)
    return user(`${item.question} Is it ${a}, ${b}, ${c}, or ${d}?`)
  },
  'options gone, answer mentioned': (item) =>
    user(item.question, `The short answer is ${right(item).toLowerCase()}, for the reasons below.`),
  'options gone, in a longer letter': (item) =>
    user(`Dear all,\nmy exam had this one.\n\n${item.question}\n\nI said ${right(item)}. Regards`),
  'quoted by mail': (item) => user(plain(item).replace(/^/gm, '> ')),
  'behind a bullet beyond ASCII': (item) => user(`These came up:\n• ${item.question}\n• One on tides.`),
  'between quotes': (item) => user(`I could not answer this one.\n\n“${item.question}”\n\nAny ideas?`),
  'a row of a table, with its answer': (item) =>
    user(`| question | answer |\n|---|---|\n| ${item.question} | ${right(item)} |`),
  'a card, with its answer': (item) => user(`Front: ${item.question}\nBack: ${right(item)}`),
  'behind a number': (item) => user(`Section B\n7. ${item.question}\n8. Draw a barnacle.`),
  'behind a number, with its marks': (item) =>
    user(`Section B\nQ7: ${item.question} (2 marks)\nDraw a barnacle.`),
  'behind a sentence in Chinese': (item) => user(`请回答下面的问题：${item.question}`),
  'LaTeX list': (item) =>
    user(`${item.question}\n\\begin{enumerate}\n${list(item, (_, t) => `  \\item ${t}`)}\n\\end{enumerate}`),
  'Python list': (item) => user(`${item.question}\n[${list(item, (_, t) => `'${t}'`, ', ')}]`),
  'options between slashes': (item) => user(`${item.question} ${list(item, (_, t) => t, ' / ')}`),
  'options behind tabs': (item) => user(`${item.question}\t${list(item, (_, t) => t, '\t')}`),
  'options behind keys': (item) =>
    user(`${item.question}\n${list(item, (l, t) => `${l.charCodeAt(0) - 64}\ufe0f\u20e3 ${t}`)}`),
  'options against each other': (item) => user(`${item.question} ${list(item, (_, t) => t, ' vs. ')}`),
  'labels between spaces': (item) => user(`${item.question} ${list(item, (l, t) => `${l} ${t}`, ' ')}`),
  'small labels between spaces': (item) =>
    user(`${item.question} ${list(item, (l, t) => `${l.toLowerCase()} ${t}`, ' ')}`),
  'figures between spaces': (item) =>
    user(`${item.question} ${list(item, (l, t) => `${l.charCodeAt(0) - 64} ${t}`, ' ')}`),
  'line numbers': (item) =>
    user(
      plain(item)
        .split('\n')
        .map((line, i) => `${i + 1}: ${line}`)
        .join('\n'),
    ),
}

describe.each(ITEMS.slice(0, 3) as Item[])('$id item', (item) => {
  test.each(Object.entries(FORMATS))('%s', async (_, format) => {
    const findings = await find(format(item))
    const mine = findings.filter((f) => f.item === item.id && FIRM.test(f.rule))
    expect(findings.map((f) => `${f.item} ${f.rule}`).join(', ')).toContain(`${item.id} contamination/`)
    expect(mine.map((f) => f.rule)).toHaveLength(1)
  })
})

describe('what was seen of the options', () => {
  const seen = [
    ...[
      'Question: … Choices: (a) …',
      'JSON',
      'JSON within JSON',
      'escaped line breaks',
      'Markdown',
      'Markdown table',
    ],
    ...[
      'escaped line breaks without labels',
      'HTML',
      'bullets',
      'dashes',
      'German labels',
      'French labels',
      'capitals',
    ],
    ...[
      'Chinese labels',
      'options in a sentence',
      'exam sheet',
      'exam sheet on one line',
      'LaTeX',
      'numbered options',
    ],
    ...[
      'LaTeX list',
      'Python list',
      'options between slashes',
      'options behind tabs',
      'options behind keys',
      'options against each other',
      'labels between spaces',
      'small labels between spaces',
      'figures between spaces',
      'quoted by mail',
      'smart quotes and dashes',
      '80 columns, hyphenated',
      'JSON, indented, in a code block',
    ],
  ]
  test.each(seen)('%s', async (name) => {
    for (const item of ITEMS.slice(0, 3) as Item[]) {
      const findings = await find((FORMATS[name] as (item: Item) => Turns)(item))
      const mine = findings.find((f) => f.item === item.id)
      expect(`${item.id} ${String(mine?.evidence['optionsFound'])}`).toBe(`${item.id} 4`)
    }
  })
})

describe('what is seen of order and answers', () => {
  const rule = async (item: Item, turns: Turns) =>
    (await find(turns)).find((f) => f.item === item.id)?.rule.slice('contamination/'.length)

  test.each(['A card', 'Question: %q\nAnswer: %a', '%q\n**Answer:** %a'])(
    'an answer in the same turn: %s',
    async (form) => {
      for (const item of ITEMS.slice(0, 3) as Item[]) {
        const text =
          form === 'A card'
            ? `Front: ${item.question}\nBack: ${right(item)}`
            : form.replace('%q', item.question).replace('%a', right(item))
        expect(await rule(item, user(text))).toBe('question-and-answer')
      }
    },
  )

  test('an answer far into the reply', async () => {
    const reply = `Think of what a gull would do, then of the tide and the wind, and of nothing else at all.\n\n**Answer: ${right(SHORT)}**`
    expect(await rule(SHORT, user(SHORT.question, reply))).toBe('question-and-answer')
  })

  test.each([
    [3, 'question-and-answer'],
    [30, 'question-match'],
  ])('an answer %i exchanges later: %s', async (later, expected) => {
    const between = Array.from({ length: later }, () =>
      user('Tell me of the tide.', 'It comes and goes.'),
    ).flat()
    const turns: Turns = [
      ...user(MIDDLE.question),
      ...between,
      ...user('Well?', `It is ${right(MIDDLE as Item)}.`),
    ]
    expect(await rule(MIDDLE as Item, turns)).toBe(expected)
  })

  test('the right option named before the question is not its place in the list', async () => {
    for (const item of ITEMS.slice(0, 3) as Item[]) {
      expect(await rule(item, user(`Correct answer: ${right(item)}\n\n${plain(item)}`))).toBe('exact-match')
    }
  })

  test('the last letter of one option is no label of the next', async () => {
    const item = { ...SHORT, options: { A: 'Kelp A', B: 'Kelp C', C: 'Kelp B', D: 'Kelp D' } }
    writeFileSync(join(folder, 'items.jsonl'), JSON.stringify(item))
    try {
      for (const between of ['\n- ', '\t'])
        expect(await rule(item, user(`${item.question}${between}${list(item, (_, t) => t, between)}`))).toBe(
          'exact-match',
        )
      const other = { ...item, options: { A: 'yes', B: 'no', C: 'maybe', D: 'never' } }
      writeFileSync(join(folder, 'items.jsonl'), JSON.stringify(other))
      expect(await rule(other, user(`${item.question}\nA. no\nB. maybe\nC. never\nD. yes`))).toBe(
        'options-shuffled',
      )
    } finally {
      writeFileSync(join(folder, 'items.jsonl'), ITEMS.map((one) => JSON.stringify(one)).join('\n'))
    }
  })

  test.each([
    ['a number in front', 'Notes on tides and winds follow here.\n7) %q\nMore of them tomorrow.'],
    ['a word and a number in front', 'Notes on tides follow.\nQuestion 3) %q\nMore of them tomorrow.'],
    ['marks behind', 'Notes on tides follow.\n%q (2 marks)\nMore of them tomorrow.'],
    ['escaped line breaks around', 'Notes on tides follow\\n%q\\nMore of them tomorrow'],
    ['nothing but words around', 'Notes on tides %q more of them tomorrow'],
  ])('a short question without options: %s', async (name, form) => {
    const item = { ...SHORT, question: 'Which mineral hardens barnacle shells in winter' }
    writeFileSync(join(folder, 'items.jsonl'), JSON.stringify(item))
    try {
      const found = await rule(item, user(form.replace('%q', item.question)))
      expect(found ?? 'missed').toBe(name.startsWith('nothing') ? 'missed' : 'question-match')
    } finally {
      writeFileSync(join(folder, 'items.jsonl'), ITEMS.map((one) => JSON.stringify(one)).join('\n'))
    }
  })

  test.each([
    ['in a series', '%q A Calcite B Aragonite C Apatite D Opal', 4],
    ['in another order', '%q A Opal B Calcite C Aragonite D Apatite', 4],
    ['with others among them', '%q A Calcite B Chalk C Flint D Opal', 2],
    [
      'of words that only begin like them',
      '%q A Calcite sand B Aragonite beach C Apatite rock D Opal ring',
      0,
    ],
    ['named in a sentence', '%q A friend of mine says Calcite or B Opal says C of course', 0],
  ])('options between labels without marks: %s', async (_, form, expected) => {
    const found = (await find(user(form.replace('%q', SHORT.question)))).find((f) => f.item === SHORT.id)
    expect(found?.evidence['optionsFound'] ?? 0).toBe(expected)
  })

  test('half of a long question, word for word, is seen', async () => {
    const words = LONG.question.split(' ')
    const first = words.slice(0, Math.ceil(0.62 * words.length)).join(' ')
    expect(await rule(LONG, user(`Tell me more of this: ${first}`))).toBeDefined()
  })
})
