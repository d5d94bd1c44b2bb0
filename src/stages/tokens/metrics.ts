import type { JsonObject } from '../../core/json.ts'
import { ROLE_CODE, ROLES } from '../../core/example.ts'
import type { ComponentFigures } from '../../core/stage.ts'
import { describeLengths } from './lengths.ts'
import { BYTES, CHARACTERS, Counts, FIRST_TOKENIZER, WORDS } from './tally.ts'

/** What the numbers were counted with. */
export interface Counted {
  /** Names of the tokenizers, in the order of their units. */
  tokenizers: readonly string[]
  /** Names of the tokenizers whose chat template was rendered. */
  templates: readonly string[]
  sequenceLengths: readonly number[]
}

/** Component name → counts, in the order of the plan. */
export type ByComponent = ReadonlyMap<string, Counts>

/** The figures every report shows by component. */
export function componentFigures(counts: ByComponent, counted: Counted): Record<string, ComponentFigures> {
  return perComponent(counts, (one) => ({
    turns: one.turns.reduce((sum, n) => sum + n, 0),
    textBytes: one.total(BYTES),
    words: one.total(WORDS),
    tokens: Object.fromEntries(
      counted.tokenizers.map((name, i) => [name, unitFigures(one, FIRST_TOKENIZER + i)]),
    ),
  }))
}

export function tokenMetrics(counts: ByComponent, counted: Counted): JsonObject {
  const all = new Counts(counted.tokenizers.length, counted.templates.length)
  for (const one of counts.values()) all.add(one)
  return {
    words: perComponent(counts, (one) => unitFigures(one, WORDS)),
    characters: perComponent(counts, (one) => unitFigures(one, CHARACTERS)),
    bytes: perComponent(counts, (one) => unitFigures(one, BYTES)),
    components: perComponent(counts, (one) => ({ lengths: lengthsOf(one, counted) })),
    corpus: { lengths: lengthsOf(all, counted) },
    sequenceLengths: counted.sequenceLengths,
    chatTemplate: Object.fromEntries(
      complete(all, counted).map(([name, i]) => [name, perComponent(counts, (one) => one.templates[i]!)]),
    ),
    definitions: definitions(counts, counted, all),
  }
}

/** Chat templates that rendered every example; the others would give a total of something else. */
export function complete(all: Counts, counted: Counted): [string, number][] {
  return counted.templates
    .map((name, i): [string, number] => [name, i])
    .filter(([, i]) => all.templateFailures[i] === 0)
}

/** Every way of counting that was measured, each with its total: a claim of "N tokens" is judged under each. */
function definitions(counts: ByComponent, counted: Counted, all: Counts): JsonObject[] {
  const units = [
    { unit: 'words', tokenizer: null, number: WORDS },
    { unit: 'characters', tokenizer: null, number: CHARACTERS },
    { unit: 'bytes', tokenizer: null, number: BYTES },
    ...counted.tokenizers.map((tokenizer, i) => ({ unit: 'tokens', tokenizer, number: FIRST_TOKENIZER + i })),
  ]
  const scopes = ['all', 'without-system'] as const
  const plain = units.flatMap(({ unit, tokenizer, number }) =>
    scopes.map((scope) => {
      const measure = (one: Counts) => one.total(number) - (scope === 'all' ? 0 : systemPart(one, number))
      return { unit, scope, tokenizer, total: measure(all), perComponent: perComponent(counts, measure) }
    }),
  )
  const templated = complete(all, counted).map(([tokenizer, i]) => ({
    unit: 'tokens',
    scope: 'chat-template',
    tokenizer,
    total: all.templates[i]!,
    perComponent: perComponent(counts, (one) => one.templates[i]!),
  }))
  return [...plain, ...templated]
}

function lengthsOf(one: Counts, counted: Counted): JsonObject {
  const tokens = counted.tokenizers.map((name, i): [string, JsonObject] => [
    name,
    describeLengths(one.lengths[FIRST_TOKENIZER + i]!, counted.sequenceLengths),
  ])
  return { words: describeLengths(one.lengths[WORDS]!, []), ...Object.fromEntries(tokens) }
}

function unitFigures(one: Counts, unit: number): { total: number; byRole: Record<string, number> } {
  return { total: one.total(unit), byRole: one.byRole(unit) }
}

function systemPart(one: Counts, unit: number): number {
  return one.totals[unit * ROLES.length + ROLE_CODE.system]!
}

function perComponent<T>(counts: ByComponent, measure: (one: Counts) => T): Record<string, T> {
  return Object.fromEntries([...counts].map(([component, one]) => [component, measure(one)]))
}
