import { z } from 'zod'
import type { Judged, Measured, Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { componentsOf, obstaclesOf, stageOf } from '../measure.ts'
import { countTokens, tokenizersOf } from '../measure-tokens.ts'
import type { Definition } from '../measure-tokens.ts'
import { compare, readStated, wholeRatio } from '../number.ts'
import { STATED, TOLERANCE, judgeQuantity, show } from '../quantity.ts'
import { holds, names, partJson, unanswered, weaken, worst } from '../verdict.ts'
import { COMPONENTS } from './fields.ts'

const SCOPES = ['all', 'without-system', 'assistant', 'user', 'chat-template'] as const

/**
 * A number of tokens. What a token is decides the answer, so every definition (unit × scope × tokenizer) gets a
 * verdict of its own, and the claim as a whole says under which it holds.
 */
export const tokens = defineKind({
  name: 'tokens',
  title: 'Number of tokens, under each definition of a token',
  keys: {
    value: STATED,
    tolerance: TOLERANCE.optional(),
    tokenizer: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The claimant's tokenizer, `words` for whitespace-separated words; absent when it is not named",
      ),
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .optional()
      .describe('Text the claimant counted; absent when it is not said, and then every scope is tried'),
    components: COMPONENTS,
  },
  judge(body, { measured }) {
    const stage = stageOf('tokens', measured)
    if ('missing' in stage) return unanswered('not-checked', stage.missing, { stated: body.value })
    const components = componentsOf(body.components, measured)
    const tried = definitions(body.scopes ?? SCOPES, measured)
    const parts = tried.flatMap((definition) => part(definition, components, body, measured))
    return weaken(summarise(parts, body), obstaclesOf(components, measured))
  },
})

interface Defined extends Part {
  definition: Definition
  total: number
}

function definitions(scopes: readonly Definition['scope'][], measured: Measured): Definition[] {
  return ['words', ...tokenizersOf(measured)].flatMap((tokenizer) =>
    scopes.map((scope) => ({ tokenizer, scope })),
  )
}

function part(
  definition: Definition,
  components: readonly string[],
  body: { value: string | number; tolerance?: string | number | undefined },
  measured: Measured,
): Defined[] {
  const total = countTokens(definition, components, measured)
  if (total === null) return []
  const name = nameOf(definition)
  const judged = judgeQuantity(`the count of ${name}`, wholeRatio(total), body.value, body.tolerance)
  return [{ name, verdict: judged.verdict, because: judged.because, measured: total, definition, total }]
}

function nameOf({ tokenizer, scope }: Definition): string {
  const unit = tokenizer === 'words' ? 'whitespace-separated words' : `${tokenizer} tokens`
  return scope === 'all' ? `${unit}, all turns` : `${unit}, ${scope}`
}

interface Asked {
  value: string | number
  tolerance?: string | number | undefined
  tokenizer?: string | undefined
  scopes?: readonly Definition['scope'][] | undefined
}

function summarise(parts: readonly Defined[], asked: Asked): Judged {
  const relevant =
    asked.tokenizer === undefined
      ? parts
      : parts.filter((one) => one.definition.tokenizer === asked.tokenizer)
  const single = relevant.length === 1 ? relevant[0]!.total : null
  const quantity = judgeQuantity('', wholeRatio(single ?? 0), asked.value, asked.tolerance)
  return {
    stated: quantity.stated,
    measured: Object.fromEntries(parts.map((one) => [one.name, one.total])),
    difference: single === null ? null : quantity.difference,
    tolerance: quantity.tolerance,
    ...verdictOf(relevant, parts, asked),
    evidence: [],
    parts: parts.map((one) => ({ ...partJson(one), ...one.definition })),
  }
}

function verdictOf(
  relevant: readonly Defined[],
  parts: readonly Defined[],
  asked: Asked,
): Pick<Judged, 'verdict' | 'because'> {
  const where = under(parts)
  if (relevant.length === 0) {
    const because = `the claimant's tokenizer ${asked.tokenizer ?? ''} was not measured; ${where}`
    return { verdict: 'undetermined', because }
  }
  const verdict = worst(relevant.map((one) => one.verdict))
  const named = asked.tokenizer !== undefined
  // A named tokenizer that agrees in every scope agrees in the claimant's, whichever that was.
  if (named && (asked.scopes !== undefined || holds(verdict))) return { verdict, because: where }
  const unsaid = named
    ? 'the claim does not say which text was counted'
    : 'the claim does not name its tokenizer'
  const open = relevant.some((one) => holds(one.verdict)) || between(relevant, asked)
  if (open) return { verdict: 'undetermined', because: `${unsaid}; ${where}` }
  return {
    verdict: 'contradicted',
    because: `${unsaid}, and all lie on one side of "${asked.value}": ${where}`,
  }
}

/** Some definition lies below the stated band and another above: one in between may well give it. */
function between(parts: readonly Defined[], asked: Asked): boolean {
  const number = readStated(asked.value, asked.tolerance)!
  const below = parts.some((one) => compare(wholeRatio(one.total), number.low) < 0)
  return below && parts.some((one) => compare(wholeRatio(one.total), number.high) > 0)
}

function under(parts: readonly Defined[]): string {
  const good = parts.filter((one) => holds(one.verdict))
  if (good.length === 0)
    return `it holds under none of the ${parts.length} definitions measured (${range(parts)})`
  const words = good.filter((one) => one.definition.tokenizer === 'words')
  if (words.length === good.length)
    return `it holds for whitespace-separated words only (${names(good)}), not for tokens of a model`
  return `it holds under ${good.length} of ${parts.length} definitions measured: ${names(good)}`
}

function range(parts: readonly Defined[]): string {
  const totals = parts.map((one) => one.total)
  return `${show(Math.min(...totals))} to ${show(Math.max(...totals))}`
}
