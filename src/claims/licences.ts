import { finding } from '../core/finding-id.ts'
import type { Finding } from '../core/finding.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { Measured } from './kind.ts'
import { isObject } from '../core/json.ts'
import { spdxOf, termsNotCarriedOn } from './licence-terms.ts'
import { at, numberAt } from './measure.ts'

/** What SPDX writes where nothing can be said. */
const NO_ASSERTION = 'NOASSERTION'

/** A licence as a card declares it. */
export interface DeclaredLicence {
  card: string
  /** As written. */
  declared: string
  /** SPDX expression; null when the words name none. */
  spdx: string | null
}

/** One place that states the licence of a source. */
export interface LicenceStatement {
  /** As written. */
  licence: string
  spdx: string | null
  /** An address. */
  statedAt: string | null
}

/** A source found in the corpus, and the terms it brings along. */
export interface SourceLicence {
  name: string
  /** SPDX expression; null when none is stated, or none of the SPDX list. */
  licence: string | null
  statements: readonly LicenceStatement[]
  /** Who or what compared the statement with the place that states it. */
  verifiedBy: string
  /** How the source was found in the rows. */
  foundBy: string
  /** Rows by component. */
  components: Readonly<Record<string, number>>
  /** Where two places state different licences, or the source's terms and those the card declares differ. */
  conflict: string | null
}

/** What the rows of a component come under, as far as their sources are known. */
export interface ComponentLicence {
  rows: number
  /** Rows by licence of their source. */
  licences: Readonly<Record<string, number>>
  /** Rows of no known source, or of one whose licence is not known. */
  unknown: number
  /** SPDX expression over all rows, or `NOASSERTION` while some are unknown. */
  concluded: string
}

export interface LicenceTable {
  declared: readonly DeclaredLicence[]
  sources: readonly SourceLicence[]
  components: Readonly<Record<string, ComponentLicence>>
}

/** Declared on the cards, concluded from the sources found. Compares terms as stated; not legal advice. */
export function licenceTable(measured: Measured): LicenceTable {
  const declared = declaredOn(measured.card)
  const stage = measured.stages['attribution']
  const metrics = at(stage?.metrics, 'sources')
  if (stage === undefined || !isObject(metrics)) return { declared, sources: [], components: {} }
  const corpus = declared.find((entry) => entry.card === 'README.md') ?? declared[0]
  const sources = Object.keys(metrics)
    .sort()
    .map((name) => sourceLicence(name, at(metrics, name), corpus?.spdx ?? null))
    .filter(({ components }) => Object.keys(components).length > 0)
  return { declared, sources, components: concluded(sources, measured) }
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
  const statements = statementsOf(source)
  const licence = statements[0]?.spdx ?? null
  const components = rowsByComponent(source)
  const matched = sum(source, 'verified') + sum(source, 'matched') > 0
  const checked = at(source, 'licenceCheckedBy')
  const read = at(source, 'cardLicence')
  const seen = typeof read === 'string' ? 'the card of the upstream set, read in this run' : null
  return {
    name,
    licence,
    statements,
    verifiedBy: seen ?? (typeof checked === 'string' ? checked : 'nobody: quoted as the registry states it'),
    foundBy: matched ? 'rows matched with the upstream set' : 'declared source column',
    components,
    conflict: conflictOf(statements, corpus),
  }
}

/** As the registry states it first, then what else is stated, the card that was read last. */
function statementsOf(source: JsonValue): LicenceStatement[] {
  const main = { licence: at(source, 'licence'), at: at(source, 'licenceStatedAt') }
  const others = at(source, 'licenceAlsoStated')
  const card = { licence: at(source, 'cardLicence'), at: at(source, 'cardAddress') }
  const list = [main, ...(Array.isArray(others) ? others.filter(isObject) : []), card]
  return list.flatMap((entry): LicenceStatement[] => {
    const [licence, address] = [at(entry, 'licence'), at(entry, 'at')]
    if (typeof licence !== 'string') return []
    return [{ licence, spdx: spdxOf(licence), statedAt: typeof address === 'string' ? address : null }]
  })
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

function sum(source: JsonValue, outcome: string): number {
  const components = at(source, 'components')
  const names = isObject(components) ? Object.keys(components) : []
  return names.reduce((total, name) => total + (numberAt(components, name, outcome) ?? 0), 0)
}

function conflictOf(statements: readonly LicenceStatement[], corpus: string | null): string | null {
  const spelt = new Map(statements.map((one) => [one.spdx ?? one.licence, one]))
  if (spelt.size > 1) {
    const places = [...spelt].map(([name, { statedAt }]) => `${name} at ${statedAt ?? 'its card'}`)
    return `its licence is stated as ${places.join(' and as ')}`
  }
  const licence = statements[0]?.spdx ?? null
  if (licence === null || corpus === null) return null
  const terms = termsNotCarriedOn(licence, corpus)
  return terms === null ? null : `its licence is ${licence}, the card declares ${corpus}: ${terms}`
}

function concluded(sources: readonly SourceLicence[], measured: Measured): Record<string, ComponentLicence> {
  const entries = Object.keys(measured.components)
    .sort()
    .map((name): [string, ComponentLicence] => {
      const rows = measured.components[name]!.examples
      const licences: Record<string, number> = {}
      for (const { licence, components } of sources) {
        if (licence !== null) licences[licence] = (licences[licence] ?? 0) + (components[name] ?? 0)
      }
      const known = Object.entries(licences).filter(([, count]) => count > 0)
      const unknown = rows - known.reduce((total, [, count]) => total + count, 0)
      return [
        name,
        { rows, licences: Object.fromEntries(known), unknown, concluded: together(known, unknown) },
      ]
    })
  return Object.fromEntries(entries)
}

function together(known: readonly [licence: string, rows: number][], unknown: number): string {
  if (unknown > 0 || known.length === 0) return NO_ASSERTION
  const ids = known.map(([id]) => (/ (AND|OR) /.test(id) && known.length > 1 ? `(${id})` : id))
  return ids.sort().join(' AND ')
}

/**
 * Findings about licences: differences between cards, terms of sources that are not carried on, unknown terms of
 * sources, and of components where upstream sets were compared.
 */
export function licenceFindings(measured: Measured): Finding[] {
  const { declared, sources, components } = licenceTable(measured)
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
    if (source.conflict !== null)
      findings.push(conflict(source.name, `${source.name}: ${source.conflict}`, [source]))
    else if (source.licence === null) findings.push(unknown(source.name, unknownLicence(source)))
  }
  for (const [name, one] of Object.entries(components)) {
    if (one.unknown === 0 || one.unknown === one.rows) continue
    const message = `the licence of ${one.unknown} of the ${one.rows} rows of ${name} is not known: no known source explains them`
    findings.push({ ...unknown(name, message, 'component'), evidence: { ...one } })
  }
  return findings
}

function unknownLicence({ name, statements }: SourceLicence): string {
  const stated = statements[0]
  if (stated === undefined) return `the licence of source ${name} is not known: none is stated`
  return `the licence of source ${name} is not known: "${stated.licence}" names no licence of the SPDX list`
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

function unknown(name: string, message: string, kind: 'source' | 'component' = 'source'): Finding {
  return finding({
    rule: 'claims/licence-unknown',
    severity: 'low',
    place: { kind, name },
    message: `${message}; this is not legal advice`,
    evidence: {},
  })
}
