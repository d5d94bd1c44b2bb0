import { createRequire } from 'node:module'
import parseExpression from 'spdx-expression-parse'

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

/** Licences that ask for themselves on what is built from the work. */
const SAME_LICENCE = /^(CC-BY(-NC)?-SA|GPL|AGPL|LGPL|ODbL|OSL|EUPL|GFDL|MPL)-/
const NO_DERIVATIVES = /^CC-BY(-NC)?-ND-/
const NON_COMMERCIAL = /^CC-BY-NC-/
const ATTRIBUTION = /^(CC-BY-|ODC-By-)/
/** Licences that ask for nothing, attribution included. */
const NO_TERMS = /^(CC0-1\.0|PDDL-1\.0|Unlicense|0BSD|MIT-0)$/

/**
 * Terms a source's licence states that the corpus' declared licence does not carry on, as a clause; null where it
 * does. Compares SPDX expressions as stated and is not legal advice: of alternatives (OR) one has to be carried on,
 * of parts (AND) all.
 */
export function termsNotCarriedOn(source: string, corpus: string): string | null {
  if (source === corpus) return null
  return ofExpression(parseExpression(source), new Set(idsOf(parseExpression(corpus))))
}

type Expression = ReturnType<typeof parseExpression>

function ofExpression(expression: Expression, corpus: ReadonlySet<string>): string | null {
  if ('license' in expression) return ofLicence(expression.license, corpus)
  const [left, right] = [ofExpression(expression.left, corpus), ofExpression(expression.right, corpus)]
  if (expression.conjunction === 'and') return left ?? right
  return left === null || right === null ? null : left
}

function idsOf(expression: Expression): string[] {
  if ('license' in expression) return [expression.license]
  return [...idsOf(expression.left), ...idsOf(expression.right)]
}

function ofLicence(id: string, corpus: ReadonlySet<string>): string | null {
  if (corpus.has(id)) return null
  if (NO_DERIVATIVES.test(id)) return 'the source states that no derivatives may be shared'
  if (SAME_LICENCE.test(id)) return 'the source asks for the same licence on what is built from it'
  const declared = [...corpus]
  if (NON_COMMERCIAL.test(id) && !declared.some((one) => /(^|-)NC(-|$)/.test(one)))
    return 'the source allows non-commercial use only'
  if (ATTRIBUTION.test(id) && declared.every((one) => NO_TERMS.test(one)))
    return 'the source asks for attribution'
  return null
}
