import { describe, expect, it } from 'vitest'
import { chat } from '../../support/corpus.ts'
import { run } from './near-run.ts'

const said = (text: string) =>
  chat(`A nurse asks what was written on the card. It says ${text}, she thinks.`, 'Read it again.')

describe('conversations that differ in the case of letters', () => {
  it.each([
    ['5 Mg of salt', '5 mg of salt', [{ a: '5 Mg', b: '5 mg' }]],
    ['10 mM of it', '10 mm of it', [{ a: '10 mM', b: '10 mm' }]],
    ['10 mM of it', '10 MM of it', [{ a: '10 mM', b: '10 MM' }]],
    [
      '10mM and 2 MV',
      '10mm and 2 mV',
      [
        { a: '10mM', b: '10mm' },
        { a: '2 MV', b: '2 mV' },
      ],
    ],
    ['c1ccccc1', 'C1CCCCC1', [{ a: 'c1ccccc1', b: 'C1CCCCC1' }]],
    [
      '(the molecule CC(=O)Oc1ccccc1)',
      '(the molecule CC(=O)OC1CCCCC1)',
      [{ a: 'CC(=O)Oc1ccccc1', b: 'CC(=O)OC1CCCCC1' }],
    ],
  ])('are told apart where it may mean something: "%s", "%s"', async (from, to, expected) => {
    const { findings } = await run([said(from), said(to)])
    expect(findings.map(({ rule }) => rule)).toEqual(['duplicates/normalised-exact'])
    const listed = findings[0]!.evidence['caseDiffers'] as { a: string; b: string }[]
    const sorted = listed.map(({ a, b }) => [a, b].sort())
    expect(sorted).toEqual(expected.map(({ a, b }) => [a, b].sort()))
    expect(findings[0]!.message).toContain('case of a unit or a formula differs')
  })

  it.each([
    ['5 mL of it', '5 ml of it'],
    ['5 Kg of salt', '5 kg of salt'],
    ['5 IU of it', '5 iu of it'],
    ['the Nurse', 'the nurse'],
    ['5 Times a day', '5 times a day'],
    ['vitamin B12 now', 'vitamin b12 now'],
    ['NO salt (or ice)', 'no salt (or ice)'],
    ['Mg in a word alone', 'mg in a word alone'],
  ])('are equal for all that is known: "%s", "%s"', async (from, to) => {
    const { findings } = await run([said(from), said(to)])
    expect(findings.map(({ rule }) => rule)).toEqual(['duplicates/normalised-exact'])
    expect(findings[0]!.evidence).not.toHaveProperty('caseDiffers')
    expect(findings[0]!.message).toBe('The turns are equal after normalisation')
  })

  it('may be written in capitals throughout', async () => {
    const [small, large] = ['take 5 mg of salt with the soup.', 'TAKE 5 MG OF SALT WITH THE SOUP.']
    const { findings } = await run([chat(small, 'Yes.'), chat(large, 'Yes.')])
    expect(findings[0]!.evidence).not.toHaveProperty('caseDiffers')
  })

  it('show no text where none may be shown', async () => {
    const { findings } = await run([said('5 Mg of salt'), said('5 mg of salt')], { evidence: 'hash' })
    expect(findings[0]!.evidence['caseDiffers']).toBe(1)
    expect(findings[0]!.message).not.toMatch(/5 mg/i)
  })
})
