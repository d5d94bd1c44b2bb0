import type { EvidenceLevel } from '../../core/finding.ts'
import type { JsonValue } from '../../core/json.ts'
import type { Unresolved } from './answers.ts'

/** How many answers of a benchmark were given and could not be read, why, and what they look like. */
export type AnswersUnresolved = Readonly<{
  count: number
  why: Readonly<Record<string, number>>
  /** The first forms: column and value, cut. */
  forms: readonly string[]
}>

const MOST_FORMS = 5
/** No more of a benchmark's text than this goes into a report. */
const LONGEST_FORM = 40

export function summarise(
  unresolved: readonly Unresolved[],
  evidence: EvidenceLevel,
): AnswersUnresolved | null {
  if (unresolved.length === 0) return null
  const why: Record<string, number> = {}
  const forms = new Set<string>()
  for (const { given, why: reason } of unresolved) {
    why[reason] = (why[reason] ?? 0) + 1
    if (forms.size === MOST_FORMS) continue
    forms.add(
      `${cut(given.column)}: ${evidence === 'hash' ? kindOf(given.value) : cut(written(given.value))}`,
    )
  }
  return { count: unresolved.length, why, forms: [...forms] }
}

function written(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function cut(text: string): string {
  const chars = [...text.slice(0, 2 * LONGEST_FORM + 2)]
  return chars.length <= LONGEST_FORM ? text : `${chars.slice(0, LONGEST_FORM - 1).join('')}…`
}

/** For reports that are to hold no text of the data. */
function kindOf(value: JsonValue): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return `a text of ${value.length} characters`
  return Array.isArray(value) ? 'a list' : typeof value
}
