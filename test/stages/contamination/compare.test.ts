import { expect, test } from 'vitest'
import { compare } from '../../../src/stages/contamination/compare.ts'

test.each([
  ['500 mg', '250 mg', { numbers: 1, units: 0 }],
  ['500 mg', '500 g', { numbers: 0, units: 1 }],
  ['1,500 ml', '1500 milliliters', { numbers: 0, units: 0 }],
  ['two weeks', '', { numbers: 0, units: 0 }],
  ['left foot', 'right foot', { opposites: 1 }],
  ['', 'not', { negationsAdded: 1, negationsMissing: 0 }],
  ['gout', 'scurvy', { replaced: [0] }],
  ['the gout', 'a scurvy', { replaced: [1] }],
  ['anaemia', 'anemia', { replaced: [] }],
  ['gout', '', { replaced: [] }],
])('"%s" against "%s" is %j', (item, row, expected) => {
  const words = (text: string) => text.split(' ').filter((word) => word !== '')
  expect(compare(words(item), words(row))).toMatchObject(expected)
})
