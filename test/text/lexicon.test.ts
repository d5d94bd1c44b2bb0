import { expect, test } from 'vitest'
import { numberValue, opposed, sameWord, unitOf } from '../../src/text/lexicon.ts'

test.each([
  ['1,000', '1000'],
  ['0.50', '0.5'],
  ['.5', '0.5'],
  ['007', '7'],
  ['three', '3'],
  ['third', '#3'],
  ['iii', '3'],
  ['b', 'b'],
  ['a', null],
  ['i', null],
  ['patient', null],
])('the number %s is %s', (word, value) => {
  expect(numberValue(word)).toBe(value)
})

test.each([
  ['left', 'right', true],
  ['increased', 'lower', true],
  ['increased', 'elevated', false],
  ['hyperkalaemia', 'hypokalaemia', true],
  ['stable', 'unstable', true],
  ['agonist', 'antagonist', true],
  ['union', 'ion', false],
  ['man', 'patient', false],
])('%s and %s are opposites: %s', (a, b, expected) => {
  expect(opposed(a, b)).toBe(expected)
  expect(opposed(b, a)).toBe(expected)
})

test.each([
  ['anaemia', 'anemia', true],
  ['patients', 'patient', true],
  ['diagnosis', 'diagnoses', true],
  ['recieve', 'receive', true],
  ['pneumonla', 'pneumonia', true],
  ['gout', 'goat', false],
  ['median', 'radial', false],
])('%s and %s are one word: %s', (a, b, expected) => {
  expect(sameWord(a, b)).toBe(expected)
})

test('units by any spelling', () => {
  expect(unitOf('milligrams')).toBe('mg')
  expect(unitOf('hrs')).toBe(unitOf('hours'))
  expect(unitOf('patients')).toBeNull()
})
