import { createRequire } from 'node:module'
import parseExpression from 'spdx-expression-parse'
import { finding } from '../core/finding-id.ts'
import type { Finding } from '../core/finding.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { Measured } from './kind.ts'
import { isObject } from '../core/json.ts'
import { at, numberAt } from './measure.ts'

const require = createRequire(import.meta.url)
const IDS = new Map<string, string>(
  [...(require('spdx-license-ids') as string[]), ...(require('spdx-license-ids/deprecated') as string[])].map(
    (id) => [id.toLowerCase(), id],
  ),
)

/** Spellings the Hub's cards use for licences whose SPDX identifier differs. */
const SPELLINGS: Readonly<Record<string, string>> = {
  apache2: 'Apache-2.0',
  'apache 2.0': 'Apache-2.0',
  'bsd-3': 'BSD-3-Clause',
  'cc by 4.0': 'CC-BY-4.0',
  'cc by-nc 4.0': 'CC-BY-NC-4.0',
  'cc by-nc-sa 4.0': 'CC-BY-NC-SA-4.0',
  'cc by-sa 4.0': 'CC-BY-SA-4.0',
  cc0: 'CC0-1.0',
  pddl: 'PDDL-1.0',
  'odc-by': 'ODC-By-1.0',
}

/** A licence as a card declares it. */
export interface DeclaredLicence {
  card: string
  /** As written. */
  declared: string
  /** SPDX expression; null when the words name none. */
  spdx: string | null
}

/** A source found in the corpus, and the terms it brings along. */
export interface SourceLicence {
  name: string
  licence: string | null
  /** Who or what says so: an address. */
  statedAt: string | null
  /** How the source was found: rows that declare it, rows found in the upstream set. */
  components: Readonly<Record<string, number>>
  verifiedBy: string
  /** Where the source's terms and those the card declares differ; null where they do not. */
  conflict: string | null
  found: boolean
}

export interface LicenceTable {
  declared: readonly DeclaredLicence[]
  sources: readonly SourceLicence[]
}

/** SPDX expression a text stands for, in canonical spelling; null when it is none. */
export function spdxOf(text: string): string | null {
  const trimmed = text.trim()
  const whole = IDS.get(trimmed.toLowerCase()) ?? SPELLINGS[trimmed.toLowerCase()]
  if (whole !== undefined) return whole
  if (trimmed.length > 200 || !/\b(AND|OR|WITH)\b/i.test(trimmed)) return null
  const spelt = trimmed.replace(/[A-Za-z0-9.+-]+/g, (word) =>
    /^(and|or|with)$/i.test(word) ? word.toUpperCase() : (IDS.get(word.toLowerCase()) ?? word),
  )
  try {
    parseExpression(spelt)
    return spelt
  } catch {
    return null
  }
}

/** Declared on the cards, concluded from the sources found. Compares terms as stated; not legal advice. */
export function licenceTable(measured: Measured): LicenceTable {
  const declared = declaredOn(measured.card)
  const sources = at(measured.stages['attribution']?.metrics, 'sources')
  if (!isObject(sources)) return { declared, sources: [] }
  const corpus = declared.find((entry) => entry.card === 'README.md') ?? declared[0]
  const found = Object.keys(sources)
    .sort()
    .map((name) => sourceLicence(name, at(sources, name), corpus?.spdx ?? null))
  return { declared, sources: found.filter((source) => source.found) }
}

function declaredOn(card: JsonObject | null): DeclaredLicence[] {
  const list = at(card, 'licences')
  if (!Array.isArray(list)) return []
  return list.filter(isObject).map((entry) => {
    const declared = String(at(entry, 'declared'))
    return { card: String(at(entry, 'card')), declared, spdx: spdxOf(declared) }
  })
}

function sourceLicence(name: string, source: JsonValue, corpus: string | null): SourceLicence {
  const stated = at(source, 'licence')
  const licence = typeof stated === 'string' ? (spdxOf(stated) ?? stated) : null
  const address = at(source, 'licenceStatedAt')
  const components = rowsByComponent(source)
  const verified = Object.values(components).some((rows) => rows > 0) && numberAt(source, 'verified') !== 0
  return {
    name,
    licence,
    statedAt: typeof address === 'string' ? address : null,
    components,
    verifiedBy: verified ? 'rows matched with the upstream set' : 'declared source column',
    conflict: conflictOf(licence, corpus),
    found: Object.keys(components).length > 0,
  }
}

function rowsByComponent(source: JsonValue): Record<string, number> {
  const components = at(source, 'components')
  if (!isObject(components)) return {}
  const rows: Record<string, number> = {}
  for (const name of Object.keys(components).sort()) {
    const one = at(components, name)
    const count = (numberAt(one, 'declared') ?? 0) + (numberAt(one, 'matched') ?? 0)
    if (count > 0) rows[name] = count
  }
  return rows
}

/** Terms a source states that the corpus' declared licence does not carry on. */
function conflictOf(licence: string | null, corpus: string | null): string | null {
  if (licence === null || corpus === null || licence === corpus) return null
  const terms = /^CC-BY(-NC)?(-ND|-SA)?-\d/.exec(licence)
  if (terms === null) return null
  const named = `its licence is ${licence}, the card declares ${corpus}`
  if (terms[2] === '-ND') return `${named}: the source states that no derivatives may be shared`
  if (terms[2] === '-SA') return `${named}: the source asks for the same licence on what is built from it`
  const open = !/(^|-)NC(-|$)/.test(corpus)
  return terms[1] === '-NC' && open ? `${named}: the source allows non-commercial use only` : null
}

/** Findings about licences: differences between cards, terms of sources that are not carried on, unknown terms. */
export function licenceFindings(measured: Measured): Finding[] {
  const { declared, sources } = licenceTable(measured)
  const findings: Finding[] = []
  const spellings = new Set(declared.map((entry) => entry.spdx ?? entry.declared))
  if (spellings.size > 1) findings.push(conflict('cards', 'the cards declare different licences', declared))
  for (const entry of declared.filter((one) => one.spdx === null)) {
    const message = `${entry.card} declares "${entry.declared}", which names no licence of the SPDX list`
    findings.push(unknown(entry.card, message))
  }
  if (declared.length === 0 && measured.card !== null) {
    findings.push(unknown('card', 'no card of the source declares a licence'))
  }
  for (const source of sources) {
    if (source.licence === null)
      findings.push(unknown(source.name, `the licence of source ${source.name} is not known`))
    else if (source.conflict !== null)
      findings.push(conflict(source.name, `${source.name}: ${source.conflict}`, [source]))
  }
  return findings
}

function conflict(name: string, message: string, evidence: readonly object[]): Finding {
  return finding({
    rule: 'claims/licence-conflict',
    severity: 'medium',
    place: { kind: 'source', name },
    message: `${message}; terms are compared as stated, this is not legal advice`,
    evidence: { licences: evidence as unknown as JsonValue },
  })
}

function unknown(name: string, message: string): Finding {
  return finding({
    rule: 'claims/licence-unknown',
    severity: 'low',
    place: { kind: 'source', name },
    message,
    evidence: {},
  })
}
