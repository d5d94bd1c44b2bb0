import { describe, expect, it } from 'vitest'
import { answerLetter, optionCount } from '../../../src/stages/quality/mcq.ts'
import { balance, chiSquareTail } from '../../../src/stages/quality/statistics.ts'
import { TextFacts, scriptName } from '../../../src/stages/quality/text-facts.ts'
import { categoryOf, scriptOf } from '../../../src/text/unicode/properties.ts'
import { pick, randomOf } from '../../support/random.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** One code point after the other, with strings. */
function slowFacts(text: string): object {
  const scripts: Record<string, number> = {}
  for (const char of text) {
    const script = scriptOf(char.codePointAt(0)!)
    if (!categoryOf(char.codePointAt(0)!).startsWith('L') || script === 'Common' || script === 'Inherited')
      continue
    scripts[script] = (scripts[script] ?? 0) + 1
  }
  return {
    scripts,
    replacements: text.split('\ufffd').length - 1,
    solid: encode(text.replace(/[ \t-\r]/g, '')).length,
    fences: text.split('\n').filter((line) => /^[ \t]*```+[^`]*$/.test(line)).length,
    doubleEncoded: [...text.matchAll(/Ã[\u0080-\u00bf]|â[€\u0080]/g)].length,
  }
}

function fastFacts(text: string): object {
  const facts = new TextFacts()
  const padded = encode(`##${text}##`)
  facts.add(encode('ignored Ω'), 0, 5)
  facts.reset()
  facts.add(padded, 2, padded.length - 2)
  const scripts: Record<string, number> = {}
  facts.each((script, letters) => (scripts[scriptName(script)] = letters))
  const { replacements, solid, fences, doubleEncoded } = facts
  return { scripts, replacements, solid, fences, doubleEncoded }
}

describe('text facts', () => {
  it('equal the slow reference on random text', () => {
    const random = randomOf(1)
    const pieces = [
      'a',
      'Zz',
      ' ',
      '\n',
      '```',
      '``',
      '   ```',
      '    ```',
      'é',
      'Ã',
      '©',
      'â',
      '€',
      '\u0080',
      '発',
      'я',
      'ع',
      '\ufffd',
      '🩺',
      '𝒳',
      '\u0301',
      'ª',
      '\t',
      '5',
    ]
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: Math.floor(random() * 30) }, () => pick(random, pieces)).join('')
      expect(fastFacts(text), JSON.stringify(text)).toEqual(slowFacts(text))
    }
  })
})

describe('multiple choice', () => {
  const count = (text: string): number => optionCount(encode(text), 0, encode(text).length)
  const letter = (text: string): string | null => {
    const index = answerLetter(encode(text), 0, encode(text).length)
    return index === null ? null : 'ABCDEFGHIJ'[index]!
  }

  it.each([
    ['Which?\nA. x\nB. y\nC. z\nD. w', 4],
    ['Which?\nA) x\nB) y\nC) z', 3],
    ['Which? (A) x (B) y (C) z (D) w (E) v', 5],
    ['Options: A. one B. two C. three D. four', 4],
    ['a) x\nb) y\nc) z', 3],
    ['**A.** x\n**B.** y\n**C.** z', 3],
    ['[A] x [B] y [C] z', 3],
    ['A: x\nB: y\nC: z\nD: w', 4],
    ['Vitamin A. Then B. nothing', 0],
    ['A. x\nB. y', 0],
    ['Plan B. failed. C. is missing A.', 0],
    ['A.B.C. Smith wrote it', 0],
    ['', 0],
  ])('options of %j', (text, options) => expect(count(text)).toBe(options))

  it.each([
    ['The answer is B.', 'B'],
    ['Answer: (C)', 'C'],
    ['**Answer:** D', 'D'],
    ['The correct option is **A**', 'A'],
    ['B. Chronic fever', 'B'],
    ['(D)', 'D'],
    ['C', 'C'],
    ['**C) Spleen** — because it is', 'C'],
    ['Option A is wrong because of X. Option B fits.\n\nFinal answer: B', 'B'],
    ['At first the answer is A, but on reflection the answer is C.', 'C'],
    ['Therefore \\boxed{D}', 'D'],
    ['The answer is A because of the murmur', 'A'],
    ['This is the answer\n\nA patient with fever rests', null],
    ['The answer is a matter of taste', null],
    ['A patient with fever should rest', null],
    ['Answer: Aspirin', null],
    ["Answer: A's effect", null],
    ['I do not know', null],
  ])('letter of %j', (text, wanted) => expect(letter(text)).toBe(wanted))
})

describe('statistics', () => {
  it('tail probabilities of the chi-square distribution agree with published tables', () => {
    // Critical values at 0.05 and 0.001.
    const table: [number, number, number][] = [
      [3.841, 1, 0.05],
      [5.991, 2, 0.05],
      [7.815, 3, 0.05],
      [9.488, 4, 0.05],
      [16.919, 9, 0.05],
      [10.828, 1, 0.001],
      [16.266, 3, 0.001],
      [18.467, 4, 0.001],
    ]
    for (const [x, k, p] of table) expect(chiSquareTail(x, k)).toBeCloseTo(p, 4)
    expect(chiSquareTail(0, 3)).toBe(1)
  })

  it('expects nothing of a letter that was not offered', () => {
    const table = Array.from({ length: 11 }, () => new Array<number>(10).fill(0))
    table[4]!.splice(0, 4, 25, 25, 25, 25)
    table[5]!.splice(0, 5, 10, 10, 10, 10, 10)
    const result = balance(table)!
    expect(result).toMatchObject({
      answers: 150,
      chiSquare: 0,
      pValue: 1,
      largestDeviationRatio: 0,
      expected: { A: 35, E: 10 },
    })
    expect(balance([])).toBeNull()
  })
})
