import { expect, test } from 'vitest'
import { compare } from '../../../src/stages/contamination/compare.ts'
import { sameSaying, sayings, spelledOut } from '../../../src/stages/contamination/synonyms.ts'
import type { Saying } from '../../../src/stages/contamination/synonyms.ts'

const one = (text: string) => sayings(text.split(' '))[0] as Saying

test.each([
  ['shortness of breath', 'dyspnoea', true],
  ['heart attack', 'myocardial infarction', true],
  ['elevated', 'increased', true],
  ['fifty two', '52', true],
  ['one hundred and four', '104', true],
  ['two hundred fifty', '250', true],
  ['hundred', '100', true],
  ['one hundred and four', '140', false],
  ['l04', '104', true],
  ['1o4', '104', true],
  ['l04', '105', false],
  ['b12', '812', false],
  ['36,9', '36.9', true],
  ['36,9', '369', false],
  ['1,000', '1000', true],
  ['double', 'single', false],
  ['dna', 'rna', false],
  ['mins', 'minute', true],
  ['oedema', 'edema', true],
  ['ke1p', 'kelp', true],
  ['vitarnin', 'vitamin', true],
  ['step', 'setp', true],
  ['elevated', 'lowered', false],
  ['mother', 'sister', false],
  ['52', '51', false],
  ['alpha', 'beta', false],
  ['hyperkalaemia', 'hypokalaemia', false],
  ['never', 'fever', false],
  ['median', 'radial', false],
])('%s and %s say the same: %s', (a, b, expected) => {
  expect(sameSaying(one(a), one(b))).toBe(expected)
  expect(sameSaying(one(b), one(a))).toBe(expected)
})

test.each([
  ['ssi', 'after surgical site infection', [1, 4]],
  ['mmhg', '120 mm hg', [1, 3]],
  ['kelp', 'the ke 1 p diet', [1, 4]],
  ['36.9', 'is 36 9 today', [1, 3]],
  ['104', 'of l 04 beats', [1, 3]],
  ['207,000', 'were 2 o 7,000 cells', [1, 4]],
  ['36.9', 'is 3 69 today', null],
  ['doc', 'drug of choice', [0, 3]],
  ['doc', 'doctor of medicine', null],
  ['in', 'is no', null],
])('%s in "%s"', (short, text, place) => {
  expect(spelledOut(short, text.split(' '))).toEqual(place)
})

test.each([
  ['increased risk', 'elevated likelihood', { replaced: [], same: [0, 1], other: 0, lost: 0 }],
  ['left lung', 'right lung', { opposites: 1, same: [1] }],
  ['120 mm hg', '102 mmhg', { numbers: 1, units: 0, numbersMissing: ['120'], same: [1, 2] }],
  ['denies fever', 'does not report pyrexia', { negationsMissing: 1, negationsAdded: 1, same: [1] }],
  ['cystitis', 'garden', { replaced: [0], other: 1, lost: 1 }],
  ['cystitis', '', { replaced: [], other: 0, lost: 1 }],
])('%s against %s', (item, row, expected) => {
  expect(compare(item.split(' '), row === '' ? [] : row.split(' '))).toMatchObject(expected)
})
