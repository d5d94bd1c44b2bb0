import { z } from 'zod'
import type { Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { spdxOf } from '../licence-terms.ts'
import { licenceTable } from '../licences.ts'
import type { SourceLicence } from '../licences.ts'
import { componentsOf, failuresIn, stageOf } from '../measure.ts'
import { compose } from '../verdict.ts'
import { STATEMENT } from './fields.ts'

/** The licence a card declares, what else is said of it, and what the sources found bring along. */
export const licence = defineKind({
  name: 'licence',
  title: 'Licence statements, compared with each other and with the licences of the sources',
  keys: {
    value: z.string().min(1).describe('SPDX identifier or expression the claim states'),
    others: z
      .array(z.strictObject({ value: z.string().min(1), statedAt: STATEMENT }))
      .default([])
      .describe('The same matter as stated elsewhere'),
    sources: z.boolean().default(true).describe('Also compares with the licences of the sources found'),
  },
  // Which sources there are, the rows tell; the rest stands on cards.
  touched: ({ sources }, measured) =>
    sources && !('missing' in stageOf('attribution', measured))
      ? failuresIn(componentsOf(undefined, measured), measured)
      : [],
  judge(body, { measured }) {
    const table = licenceTable(measured)
    const parts = [
      onCard(body.value, table.declared),
      ...body.others.map((other) => elsewhere(body.value, other)),
    ]
    if (body.sources) parts.push(...table.sources.map((source) => ofSource(source)))
    return compose(parts, {
      stated: body.value,
      measured: table.declared.map((entry) => entry.declared),
      evidence: [...body.others.map((other) => ({ ...other.statedAt, value: other.value }))],
      tolerance: 'licences are compared as stated; this is not legal advice',
    })
  },
})

function onCard(
  value: string,
  declared: readonly { card: string; declared: string; spdx: string | null }[],
): Part {
  const name = 'declared on the card'
  if (declared.length === 0) {
    return { name, verdict: 'not-verifiable', because: 'no card of the source declares a licence' }
  }
  const wanted = spdxOf(value) ?? value
  const other = declared.find((entry) => (entry.spdx ?? entry.declared) !== wanted)
  if (other === undefined) {
    return {
      name,
      verdict: 'verified',
      because: `${declared[0]!.card} declares ${declared[0]!.declared}`,
      stands: true,
    }
  }
  return { name, verdict: 'contradicted', because: `${other.card} declares ${other.declared}`, stands: true }
}

function elsewhere(value: string, other: { value: string; statedAt: { address: string } }): Part {
  const name = `stated at ${other.statedAt.address}`
  const [ours, theirs] = [spdxOf(value), spdxOf(other.value)]
  if (ours === null || theirs === null) {
    const unnamed = theirs === null ? other.value : value
    return { name, verdict: 'undetermined', because: `"${unnamed}" names no licence of the SPDX list` }
  }
  if (ours === theirs) return { name, verdict: 'verified', because: `also says ${theirs}` }
  return { name, verdict: 'contradicted', because: `says ${theirs}`, stands: true }
}

function ofSource({ name: source, licence, conflict }: SourceLicence): Part {
  const name = `source ${source}`
  if (conflict !== null) return { name, verdict: 'undetermined', because: conflict }
  if (licence === null) return { name, verdict: 'undetermined', because: 'its licence is not known' }
  return { name, verdict: 'verified', because: `its licence is ${licence}` }
}
