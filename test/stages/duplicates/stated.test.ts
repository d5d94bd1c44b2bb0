import { describe, expect, it } from 'vitest'
import { LABELS } from '../../../src/stages/duplicates/label-kinds.ts'
import type { LabelKind } from '../../../src/stages/duplicates/label-kinds.ts'
import { statedOptions } from '../../../src/stages/duplicates/stated.ts'
import { chat } from '../../support/corpus.ts'
import { pick, randomOf } from '../../support/random.ts'
import { run } from './near-run.ts'

const TEXTS = ['Cold water', 'A slice of onion', 'Butter and salt', 'All of the above']

function stated(text: string, kind: LabelKind = LABELS.upper, texts: readonly string[] = TEXTS): string {
  const bytes = Buffer.from(text)
  const plain = (one: string): string => one.trim().toLowerCase().replace(/\.$/, '')
  const optionOf = (one: string): number => {
    const found = [...texts.keys()].filter((i) => plain(texts[i]!) === plain(one))
    return found.length === 1 ? found[0]! : -1
  }
  const options = statedOptions(bytes, 0, bytes.length, { labels: kind, count: texts.length, optionOf })
  return texts.map((_, i) => (((options >> i) & 1) === 1 ? 'ABCDEFGH'[i] : '')).join('')
}

const REMARK = 'It takes the heat out of the skin, which is what a fresh burn needs most of all. '.repeat(4)
const LONG = 'The skin was red and the pain had lasted for an hour when the cook came to ask. '.repeat(20)

const STATED: [string, string][] = [
  // Where later statements count, not earlier mentions.
  ['Option A is incorrect because onions burn. The correct answer is C.', 'C'],
  ['It cannot be Option A; it must be B', 'B'],
  ['The cause cannot be Option A; it must be B.', 'B'],
  ['Option A would cool it. Option B would not. The answer is C.', 'C'],
  ['A is incorrect. B is incorrect. C is correct.', 'C'],
  ['A) It is dry. B) It burns. C) It cools. Answer: C', 'C'],
  ['A. Incorrect: it burns.\nB. Correct: it cools.\nC. Incorrect.\n\nThe correct answer is B.', 'B'],
  ['We can rule out A and D. Therefore, the answer is B.', 'B'],
  ['Answer: C, not A.', 'C'],
  ['The answer is C and not A.', 'C'],
  ['Since A is not sufficient, the answer is B.', 'B'],
  ['Vitamin A. That was a guess. The answer is D.', 'D'],
  ['The incorrect answer is A. The correct answer is B.', 'B'],
  ['Your answer: A. The correct answer: B.', 'B'],
  // Several.
  ['Answer: A, C', 'AC'],
  ['Answer: A, D', 'AD'],
  ['A and C', 'AC'],
  ['A, C', 'AC'],
  ['A and C.', 'AC'],
  ['The correct answers are A, B and D.', 'ABD'],
  ['(A) and (C)', 'AC'],
  ['**A** and **C** are correct.', 'AC'],
  ['Answers: A & C', 'AC'],
  ['The answers are A and C. A is correct because it is cold. C is correct because it is wet.', 'AC'],
  ['\\boxed{A, C}', 'AC'],
  // Ways to state one.
  ['\\boxed{B}', 'B'],
  ['So we get $\\boxed{\\text{B}}$.', 'B'],
  ['B is correct', 'B'],
  ['B is correct.', 'B'],
  ['B is the correct answer.', 'B'],
  ['B is the best choice because it cools.', 'B'],
  ['Therefore B is correct.', 'B'],
  ['Statement B is correct.', 'B'],
  ['I would choose B', 'B'],
  ["I'd go with option B.", 'B'],
  ['I would choose B because it cools.', 'B'],
  ['answer: b', 'B'],
  ['answer: (b)', 'B'],
  ['The answer is b.', 'B'],
  ['<answer>B</answer>', 'B'],
  ['<answer>\nB\n</answer>', 'B'],
  ['{"answer": "B"}', 'B'],
  ['{"reason": "it cools", "answer": "B"}', 'B'],
  ['**Answer:** B', 'B'],
  ['**Correct answer**: (B) cold water', 'B'],
  ['### Answer\nB', 'B'],
  ['Answer B', 'B'],
  ['The correct option is (B).', 'B'],
  ['The best choice is B: it cools.', 'B'],
  ['Final answer: **B**', 'B'],
  ['The answer to this question is therefore B.', 'B'],
  ['The correct answer is option B.', 'B'],
  ['Both are wet. The answer must be B.', 'B'],
  ['B', 'B'],
  ['(B)', 'B'],
  ['**B**', 'B'],
  ['B.', 'B'],
  ['B) A slice of onion', 'B'],
  ['B - a slice of onion', 'B'],
  ['B, because it cools.', 'B'],
  ['B\n\nIt cools.', 'B'],
  ['Option B', 'B'],
  ['Option B: a slice of onion', 'B'],
  [`B. ${REMARK}`, 'B'],
  [`B\n${REMARK}`, 'B'],
  [`${REMARK}\n\nB`, 'B'],
  [`${REMARK}\n\n(B)`, 'B'],
  [`B. ${REMARK}\n\nA. is too dry.\nC. is too greasy.`, 'B'],
  [`${LONG}The correct answer is C.`, 'C'],
  [`Option A ${LONG}\n\nSo the answer is C.`, 'C'],
  [`B. ${LONG}`, 'B'],
  // Other languages.
  ['Die Antwort ist B.', 'B'],
  ['Antwort ist B', 'B'],
  ['Die richtige Antwort lautet: B', 'B'],
  ['Antwort: B', 'B'],
  ['B ist richtig.', 'B'],
  ['La réponse est B', 'B'],
  ['réponse est la B.', 'B'],
  ['Réponse : B', 'B'],
  ['La bonne réponse est B et C.', 'BC'],
  ['B est correcte.', 'B'],
  ['la respuesta es B', 'B'],
  ['La respuesta correcta es la opción B.', 'B'],
  ['Respuesta: B y C', 'BC'],
  ['答案是B', 'B'],
  ['答案：B', 'B'],
  ['正确答案是 B。', 'B'],
  ['故选B。', 'B'],
  ['答案：A、C', 'AC'],
  ['B。因为它最凉。', 'B'],
  // The text of an option.
  ['Cold water', 'A'],
  ['cold water.', 'A'],
  ['**Cold water**', 'A'],
  ['The correct answer is cold water.', 'A'],
  ['Answer: All of the above', 'D'],
  ['Cold water\n\nIt takes the heat out.', 'A'],
  ['Answer: A slice of onion', 'B'],
  ['Answer: B A slice of onion', 'B'],
]

const UNSTATED: string[] = [
  'Vitamin B is correct',
  'Vitamin B is correct.',
  'The answer is vitamin B.',
  'Hepatitis A and C',
  'Group A streptococcus',
  'Group A streptococcus is the answer.',
  'A patient with a burn should hold it under water.',
  'A and B cells are both involved.',
  'The answer is B cells.',
  'The answer is a cold cloth.',
  'The answer is A patient with a burn.',
  'Answer: A patient should rest.',
  'The answer is not A.',
  'The answer is not A or B.',
  'It is A or B.',
  'Answer: A or B',
  'A is incorrect.',
  'A is wrong, and so is B.',
  'Option A is incorrect.',
  'It cannot be A.',
  'We rule out A.',
  'Answer A is incorrect.',
  'Answer A: incorrect, it burns.',
  'A: incorrect. It burns.',
  'If the answer is B, the burn is old.',
  'Is the answer B?',
  'Your answer is B.',
  'The answer is A. No, the answer is B.',
  'The answer is A. Wait: B is correct.',
  'The answer is B12.',
  'The answer is B-cell lymphoma.',
  'Answer: A+',
  'Answer: A/B',
  'The answer is U.S. policy.',
  'C. difficile is treated by mouth.',
  'B. burgdorferi',
  'Answer: E',
  'Answer: A, E',
  'Option B might help. Option C might too.',
  'A. It is dry.\nB. It is wet.\nC. It is greasy.',
  'A) It is dry. B) It is wet. C) It is greasy.',
  '答案不是B',
  'B不正确。',
  '不选B',
  'Die Antwort ist nicht B.',
  "La réponse n'est pas B.",
  'La respuesta no es B.',
  'Many would say the answer is A.',
  'She had hepatitis B. It was old.',
  'b',
  'Plan B failed; see appendix C.',
  'Cold',
  'The answer is cold water. The answer is all of the above.',
  'Type A and type B are both seen.',
  "I wouldn't choose B.",
  'Doctors choose B.',
  'The wrong answer is B.',
  '',
]

describe('options an answer states', () => {
  it.each(STATED)('"%s": %s', (text, letters) => {
    expect(stated(text)).toBe(letters)
  })

  it.each(UNSTATED)('"%s": none', (text) => {
    expect(stated(text)).toBe('')
  })

  it('are none where another option says the letter itself', () => {
    const groups = ['O', 'A', 'B', 'AB']
    expect(stated('The answer is B.', LABELS.upper, groups)).toBe('')
    expect(stated('The answer is D.', LABELS.upper, groups)).toBe('D')
  })

  it.each([
    ['The correct answer is 3 days.', ''],
    ['Answer: 2 mg', ''],
    ['Answer: 1, 3', 'AC'],
    ['The answer is 2.5.', ''],
    ['2 is correct.', 'B'],
    ['Option 2', 'B'],
  ])('by number: "%s": %s', (text, letters) => {
    expect(stated(text, LABELS.digits)).toBe(letters)
  })
})

const QUESTION = `A cook burnt her thumb on a kettle an hour ago and asks what to put on it. Which is best?
A. Cold water
B. A slice of onion
C. Butter and salt
D. Leave it`

describe('answers to one prompt', () => {
  it.each([
    ['Option A is incorrect: it is too wet. The correct answer is C.', 'Answer: C', 'same-letter'],
    ['It cannot be Option A; it must be B', 'B.', 'same-letter'],
    [
      'Option A would be wet. The answer is C.',
      'Option A would be wet. The answer is B.',
      'conflicting-letter',
    ],
    ['Answer: A, C', 'Answer: A, D', 'conflicting-letter'],
    ['Answer: A, C', 'C and A.', 'same-letter'],
    ['\\boxed{B}', '<answer>C</answer>', 'conflicting-letter'],
    ['B is correct', 'I would choose C', 'conflicting-letter'],
    ['answer: b', 'Cold water', 'conflicting-letter'],
    [`B. ${REMARK}`, `C\n${REMARK}`, 'conflicting-letter'],
    ['答案是B', 'La respuesta es C', 'conflicting-letter'],
    ['Vitamin B is correct', 'Answer: C', 'different-text'],
  ])('"%s" and "%s": %s', async (a, b, outcome) => {
    const { findings } = await run([chat(QUESTION, a), chat(QUESTION, b)])
    const found = findings.filter(({ rule }) => rule === 'duplicates/same-prompt')
    expect(found.map(({ evidence }) => evidence['outcome'])).toEqual([outcome])
  })

  it('are held against each other by what they name, not by their letters, where options are shuffled', async () => {
    const shuffled = QUESTION.replace('Cold water', 'x')
      .replace('Butter and salt', 'Cold water')
      .replace('x', 'Butter and salt')
    const outcome = async (answer: string): Promise<unknown> => {
      const { findings } = await run([chat(QUESTION, 'Answer: A, B'), chat(shuffled, answer)])
      return findings.find(({ rule }) => rule === 'duplicates/options-shuffled')?.evidence['outcome']
    }
    expect(await outcome('B and C')).toBe('same-answer')
    expect(await outcome('A and B')).toBe('conflicting-answer')
  })
})

const CUES = [
  'Answer: ',
  'The correct answer is ',
  '\\boxed{',
  'die Antwort ist ',
  'la respuesta es ',
  '答案是',
]
const IDLE = [
  'Option A would cool it. ',
  'Vitamin C is wet. ',
  'Group B streptococcus was found. ',
  'A is incorrect. ',
  'D is not enough. ',
  'A patient came in. ',
  'It cannot be B. ',
]

describe('answers put together at random', () => {
  it('state what their statements say, and nothing where these differ', () => {
    const random = randomOf(71)
    for (let round = 0; round < 3000; round++) {
      const letters = Array.from({ length: Math.floor(random() * 3) }, () =>
        pick(random, ['A', 'B', 'C', 'D']),
      )
      const idle = (): string =>
        Array.from({ length: Math.floor(random() * 4) }, () => pick(random, IDLE)).join('')
      const said = letters.map((letter) => {
        const cue = pick(random, CUES)
        return `${cue}${letter}${cue.endsWith('{') ? '}' : ''}. `
      })
      const text = `So. ${idle()}${said.map((one) => one + idle()).join('')}`
      const [first = ''] = letters
      expect(stated(text), text).toBe(letters.every((letter) => letter === first) ? first : '')
    }
  })

  it('never read beyond what they are given, whatever they hold', () => {
    const random = randomOf(72)
    const pieces = [
      'A',
      'B',
      ' ',
      '.',
      ', ',
      '\n',
      'answer',
      ' is ',
      ':',
      '*',
      '(',
      ')',
      '{',
      '选',
      'é',
      'option ',
      "'",
      '-',
    ]
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: Math.floor(random() * 400) }, () => pick(random, pieces)).join('')
      const bytes = Buffer.from(`Answer: D\n${text}\nAnswer: D`)
      const offered = { labels: LABELS.upper, count: 4, optionOf: () => -1 }
      const alone = Buffer.from(text)
      expect(statedOptions(bytes, 10, 10 + alone.length, offered)).toBe(
        statedOptions(alone, 0, alone.length, offered),
      )
    }
  })
})
