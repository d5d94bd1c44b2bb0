/**
 * Speed of the text kernels on one thread, in MB of text per second of CPU: npm run bench:words
 *
 * The text is invented here: 16 MB of plain ASCII sentences, and the same with typographic and accented characters.
 */
import { Normaliser } from '../src/text/normalise.ts'
import { makeWords } from '../src/text/words.ts'
import { pick, randomOf } from '../test/support/random.ts'

const random = randomOf(1)
const vocabulary = Array.from({ length: 5000 }, () =>
  Array.from({ length: 2 + Math.floor(random() * 9) }, () =>
    String.fromCharCode(97 + Math.floor(random() * 26)),
  ).join(''),
)
const figures = ['1.5 mg', '120/80', '(37 C)', "patient's", 'follow-up', 'BMI 24.1,', 'p < 0.05;']
const plain = sentences((word) => word)
const mixed = sentences((word) =>
  random() < 0.05 ? pick(random, ['naïve', '“quoted”', '– then', 'µg', '≥ 3', 'Ménière’s']) : word,
)

for (const [name, text] of [
  ['ASCII', plain],
  ['with 5 % non-ASCII words', mixed],
] as const) {
  const bytes = new TextEncoder().encode(text)
  const input = { textStart: Int32Array.of(0, bytes.length), turns: 1, bytes }
  const normaliser = new Normaliser()
  const words = speed(bytes.length, () => makeWords(input))
  const normal = speed(bytes.length, () => normaliser.normalise(bytes, 0, bytes.length))
  console.log(`${name}: words ${words} MB/s, normalise ${normal} MB/s`)
}

function sentences(change: (word: string) => string): string {
  const parts: string[] = []
  for (let size = 0; size < 16e6;) {
    const word = change(random() < 0.06 ? pick(random, figures) : pick(random, vocabulary))
    parts.push(random() < 0.07 ? `${word}.` : word)
    size += word.length + 1
  }
  return parts.join(' ')
}

/** Best of five, by CPU time of this process: other programs on the machine do not count. */
function speed(bytes: number, work: () => unknown): number {
  let best = Infinity
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1e6)
  }
  return Math.round(bytes / 1e6 / best)
}
