import { expect, test } from 'vitest'
import { askStart } from '../../../src/stages/contamination/ask.ts'
import { packItems } from '../../../src/stages/contamination/items.ts'

/** The words from the one on with which what is asked begins. */
function asked(question: string): string {
  const items = packItems([[{ id: '1', question, options: [], answer: null, context: null }]])
  const from = items.wordStart[askStart(items, 0)] as number
  return Buffer.from(items.bytes.subarray(from)).toString()
}

test.each([
  ['He coughs at sea. Which gas is it?', 'Which gas is it?'],
  ['He has 55%. Which gas is it?', 'Which gas is it?'],
  ['His tar level is 4 mg/dL. Which gas is it?', 'Which gas is it?'],
  ['He drank 3 L. The gas smells of tar.', 'The gas smells of tar.'],
  ['The pressure is 120 mm Hg. What is next?', 'What is next?'],
  ['It was found by Dr. Quill at sea.', 'It was found by Dr. Quill at sea.'],
  ['Was it told by St. Whichever?', 'Was it told by St. Whichever?'],
  ['He grew E. coli on deck?', 'He grew E. coli on deck?'],
])('%s', (question, expected) => {
  expect(asked(question)).toBe(expected)
})
