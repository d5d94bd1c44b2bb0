import { expect, it } from 'vitest'
import { readControl } from '../../src/formats/control.ts'
import { sampleRecord } from './record.ts'

it('lists the kinds of a positive control by name, numbers by their value', () => {
  const kinds = ['edited-10', 'edited-2', 'written-otherwise', 'edited-20', 'conversation', 'edited-5']
  const byKind = Object.fromEntries(kinds.map((kind) => [kind, { planted: 10, found: 9 }]))
  const control = { sampleRows: 100, stages: { duplicates: { planted: 60, found: 54, byKind } } }
  const read = readControl({ ...sampleRecord(), extra: { control } }, 'duplicates')
  expect(read?.kinds.map(({ kind }) => kind)).toEqual([
    'conversation',
    'edited-2',
    'edited-5',
    'edited-10',
    'edited-20',
    'written-otherwise',
  ])
})
