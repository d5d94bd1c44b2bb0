import type { Measured } from './kind.ts'
import { isObject } from '../core/json.ts'
import { at, numberAt } from './measure.ts'

/** One way to count: what is counted, and in which text. */
export interface Definition {
  /** Name of a tokenizer of the run, or `words` for whitespace-separated words. */
  tokenizer: string
  scope: 'all' | 'without-system' | 'assistant' | 'user' | 'chat-template'
}

/** Tokenizers the run counted with, in code-unit order. */
export function tokenizersOf(measured: Measured): string[] {
  const names = Object.values(measured.components).flatMap((component) => Object.keys(component.tokens))
  return [...new Set(names)].sort()
}

/** The count under a definition over some components; null when the run did not measure it. */
export function countTokens(
  definition: Definition,
  components: readonly string[],
  measured: Measured,
): number | null {
  let total = 0
  for (const component of components) {
    const count = inComponent(definition, component, measured)
    if (count === null) return null
    total += count
  }
  return total
}

function inComponent({ tokenizer, scope }: Definition, component: string, measured: Measured): number | null {
  const figures = measured.components[component]
  if (figures === undefined) return null
  if (scope === 'chat-template') {
    return numberAt(measured.stages['tokens']?.metrics, 'chatTemplate', tokenizer, component)
  }
  const words = tokenizer === 'words'
  if (words && scope === 'all') return figures.words
  const counted = words ? wordsByRole(component, measured) : figures.tokens[tokenizer]
  if (counted === undefined || counted === null) return null
  if (scope === 'all') return counted.total
  if (scope === 'without-system') return counted.total - (counted.byRole['system'] ?? 0)
  return counted.byRole[scope] ?? 0
}

function wordsByRole(
  component: string,
  measured: Measured,
): { total: number; byRole: Record<string, number> } | null {
  const words = at(measured.stages['tokens']?.metrics, 'words', component)
  const roles = at(words, 'byRole')
  const total = numberAt(words, 'total')
  if (total === null || !isObject(roles)) return null
  return {
    total,
    byRole: Object.fromEntries(Object.keys(roles).map((role) => [role, numberAt(roles, role) ?? 0])),
  }
}
