/** Random questions, made of pieces that options are listed with and of whole lists of options. */
import type { Role } from '../../../src/core/example.ts'
import type { MemoryExample } from '../../support/corpus.ts'
import { pick } from '../../support/random.ts'

/** Roles turns have, the commonest more often. */
export const ROLES: Role[] = ['system', 'user', 'assistant', 'user', 'assistant']

/** Pieces of questions: labels of every kind, where they count and where they do not, and what introduces options. */
const QUESTION_PIECES = [
  ...[
    '(A) ',
    '(B) ',
    '(C) ',
    ' (A) one',
    ' (B) two',
    '\nA. ',
    '\nB. ',
    '\nC) ',
    '\n - B: ',
    '\n**A) ',
    'A) ',
    'B.',
  ],
  ...[
    '\r\n(D) ',
    '(A)',
    '(B)x',
    'x(C) ',
    'A.',
    ' options:',
    'Answer Choices: ',
    'choices:',
    ' answer  options: ',
  ],
  // Other layouts, whole and in pieces.
  ...[
    '\n**A.** ',
    '\n**B.** ',
    '**C**. ',
    ' **A)** x',
    '[A] ',
    '\n[B] ',
    '\nA - ',
    '\nB - ',
    'C -',
    '\nOption A: ',
  ],
  ...[
    '\n**Option B:** ',
    'option C. ',
    '\na) ',
    '\nb. ',
    ' (a) x',
    ' (b) y',
    '\n(c) ',
    ' A. x',
    ' B. y',
    ', C) z',
  ],
  ...[
    '\n1. ',
    '\n2) ',
    '\n 3 - ',
    '\n(1) ',
    '\n[2] ',
    '\r1: ',
    '\n__2.__ ',
    '\n10. ',
    '\ni. ',
    '\nii) ',
    '\n(iii) ',
  ],
  ...['\nI. ', '\nII. ', '\n- x', '\n- y', '\n* z', '\n\t* ', '*', '_', '-', ' - ', ';', ','],
  ...[
    '.',
    ' .',
    'é',
    'ＡＢ',
    '\n',
    '\n\n',
    ' ',
    '\t',
    'five words of plain text',
    'Word',
    'Which?',
    '7',
    'B',
    '(',
    ')',
    '',
  ],
]

const OPTION_TEXTS = [
  'one.',
  'a b',
  'TWO',
  '3 mg',
  'none of these',
  'x\ty',
  'a long text of seven or eight words',
  '.',
  'é',
]

const LABELS_AS_WRITTEN = [
  ...[
    '\n(x) ',
    '\nx. ',
    ' (x) ',
    '\n* x) ',
    '\n**x.** ',
    '\n**x)** ',
    '\n**x**: ',
    '\n- **x)** ',
    '\n[x] ',
    ' [x] ',
  ],
  ...[
    '\nx - ',
    '\nOption x: ',
    '\n**Option x:** ',
    ' x. ',
    ' x) ',
    ' **x.** ',
    '\r\nx: ',
    '\n- ',
    '\n  * ',
    '\n_x._ ',
  ],
  ...['\nx.', '\nx)', '\n(x)', ' x.', '\nx、', '\nx．', ' x：', '\n• ', '\nx -'],
]
const INSTRUCTIONS = [
  '',
  '',
  '\n\nAnswer:',
  '\nAnswer with the letter only.',
  '\nanswer by number',
  '\nReply with one LETTER',
  '\nChoose the right one.\nThink.',
  '\nWhich one?',
]
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const ROMAN = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi']
const NAMES = [
  LETTERS,
  LETTERS,
  LETTERS.map((letter) => letter.toLowerCase()),
  LETTERS.map((_, i) => String(i + 1)),
  ROMAN,
  ROMAN.map((name) => name.toUpperCase()),
]

const ASKS = ['', '', 'Which?', 'It is? Options:']

/** Options behind a question, as a sentence or an object lists them. */
function listedSeldom(random: () => number): string {
  const count = 2 + Math.floor(random() * 4)
  const label = pick(random, [' x) ', ' (x) ', ' **x)** ', '"x": ', "'x' : "])
  const texts = pick(random, [LETTERS, NAMES[2]!, NAMES[3]!])
    .slice(0, count)
    .map((name) => label.replace('x', name))
  const quote = label.trim()[0]!
  const object = quote === '"' || quote === "'"
  const options = texts
    .map((own) => own + (object ? `${quote}one two${quote},` : pick(random, OPTION_TEXTS)))
    .join('')
  return pick(random, ASKS) + (object ? `{${options.slice(0, -1)}}` : options) + pick(random, INSTRUCTIONS)
}

export function randomQuestion(random: () => number): MemoryExample {
  const text = (): string =>
    Array.from({ length: Math.floor(random() * 14) }, () => pick(random, QUESTION_PIECES)).join('')
  // A list of options as they are written, so that many questions have some.
  const listed = (): string => {
    const label = pick(random, LABELS_AS_WRITTEN)
    const names = pick(random, NAMES)
    return names
      .slice(0, 2 + Math.floor(random() ** 4 * 25))
      .map((name) => label.replace('x', name) + pick(random, OPTION_TEXTS) + (random() < 0.1 ? ', ' : ''))
      .join('')
  }
  const turns = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
    role: pick(random, ROLES),
    text:
      random() < 0.05
        ? pick(random, ['', 'Plain words. ']) + listedSeldom(random)
        : random() < 0.4
          ? text() + pick(random, ASKS) + listed() + pick(random, INSTRUCTIONS)
          : text(),
  }))
  return { turns }
}
