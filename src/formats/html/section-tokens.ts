import { count, percent } from '../numbers.ts'
import { asNumber, asObject, asText, at, entriesAt, objectsOf } from '../reading.ts'
import { tokenizerNames } from '../verdict.ts'
import { bandFigure } from './chart-band.ts'
import { claimAnchor } from './parts.ts'
import { absent, hash, jsonText, table } from './parts.ts'
import type { Cell, NumberCell } from './parts.ts'
import { html } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

/** How many tokens, by which tokenizer, and how much of it a model with a given sequence length would never see. */
export function sectionTokens(view: View): Section {
  const tokenizers = tokenizerNames(view.record)
  const ran = view.record.stages['tokens'] !== undefined
  return {
    id: 'tokens',
    title: 'Tokens',
    aside: count(tokenizers.length),
    body: ran
      ? html`<p>
            Text of all turns, without a chat template. “Token” names a unit of one tokenizer; a count without
            the tokenizer’s name cannot be checked.
          </p>
          ${heat(view, tokenizers)}${tokenClaims(view, tokenizers)}${roles(view, tokenizers)}${beyond(view)}${definitions(view)}${vocabularies(view)}`
      : absent('The tokens stage was not part of this pipeline.'),
  }
}

/** Claims with a part measured by one of these tokenizers, each on the scale of its band. */
function tokenClaims(view: View, tokenizers: readonly string[]): Fill {
  return view.record.claims
    .filter((claim) =>
      (claim.parts ?? []).some((part) =>
        tokenizers.some((name) => (asText(part['name']) ?? '').includes(name)),
      ),
    )
    .map((claim) => bandFigure(claim, `tokens-${claimAnchor(claim)}`))
}

/** What “tokens” can mean for this corpus: the total under every definition that was counted. */
function definitions(view: View): Fill {
  const list = objectsOf(view.record.stages['tokens']?.metrics['definitions'])
  if (list.length === 0) return ''
  return table({
    caption: 'The total under every definition counted',
    titled: true,
    heads: ['Unit', 'Tokenizer', 'Scope', 'Total #'],
    rows: list
      .slice(0, view.caps.rows)
      .map((each): Cell[] => [
        asText(each['unit']) ?? '',
        asText(each['tokenizer']) ?? html`<span class="none">–</span>`,
        (asText(each['scope']) ?? '').replace(/-/g, ' '),
        { number: asNumber(each['total']) ?? null },
      ]),
    total: list.length,
    rest: 'audit.json',
  })
}

function heat(view: View, tokenizers: readonly string[]): Html {
  const entries = Object.entries(view.record.components)
  const most = Math.max(
    1,
    ...entries.flatMap(([, figures]) => [
      figures.words ?? 0,
      ...tokenizers.map((name) => figures.tokens[name]?.total ?? 0),
    ]),
  )
  const cell = (value: number | null | undefined): NumberCell =>
    value === undefined || value === null ? { number: null } : { number: value, heat: value / most }
  const totals = tokenizers.map((name) =>
    entries.reduce((sum, [, figures]) => sum + (figures.tokens[name]?.total ?? 0), 0),
  )
  const words = entries.reduce((sum, [, figures]) => sum + (figures.words ?? 0), 0)
  const ratio = totals.map((total) =>
    words === 0 ? '' : html`<br /><span class="muted">${(total / words).toFixed(2)} per word</span>`,
  )
  return table({
    caption: 'Tokens by component and tokenizer',
    heads: ['Component', 'Words #', ...tokenizers.map((name) => `${name} #`)],
    rows: entries
      .slice(0, view.caps.rows)
      .map(([name, figures]): Cell[] => [
        name,
        cell(figures.words),
        ...tokenizers.map((tokenizer) => cell(figures.tokens[tokenizer]?.total)),
      ]),
    total: entries.length,
    rest: 'audit.json',
    foot: ['All', { number: words }, ...totals.map((total, index) => html`${count(total)}${ratio[index]}`)],
  })
}

function roles(view: View, tokenizers: readonly string[]): Fill {
  const tokenizer = tokenizers[0]
  if (tokenizer === undefined) return ''
  const entries = Object.entries(view.record.components)
  const names = [
    ...new Set(entries.flatMap(([, figures]) => Object.keys(figures.tokens[tokenizer]?.byRole ?? {}))),
  ]
  const role = (index: number, name: string): number =>
    entries[index]?.[1].tokens[tokenizer]?.byRole[name] ?? 0
  const shown = names.filter((name) => entries.some((_, index) => role(index, name) > 0))
  if (shown.length < 2) return ''
  return table({
    caption: `Share of ${tokenizer} tokens by role`,
    titled: true,
    heads: ['Component', ...shown.map((name) => `${name} #`)],
    rows: entries.slice(0, view.caps.rows).map(([name, figures], index): Cell[] => {
      const total = figures.tokens[tokenizer]?.total ?? 0
      return [
        name,
        ...shown.map((each): Cell =>
          total === 0
            ? { number: null }
            : {
                number: role(index, each) / total,
                text: percent(role(index, each) / total),
                heat: role(index, each) / total,
              },
        ),
      ]
    }),
    total: entries.length,
    rest: 'audit.json',
  })
}

/** Share of examples longer than a sequence length: those tokens are cut off in training. */
function beyond(view: View): Fill {
  const found = entriesAt(view.record.stages['tokens']?.metrics, 'components').flatMap(
    ([component, metrics]) =>
      entriesAt(metrics, 'lengths')
        .map(([unit, lengths]) => ({ component, unit, over: asObject(at(lengths, 'over')) ?? {} }))
        .filter((each) => each.unit !== 'words' && Object.keys(each.over).length > 0),
  )
  if (found.length === 0) return ''
  const limits = [...new Set(found.flatMap((each) => Object.keys(each.over)))].sort(
    (a, b) => Number(a) - Number(b),
  )
  return table({
    caption: 'Examples longer than a sequence length',
    titled: true,
    heads: [
      'Component',
      'Tokenizer',
      ...limits.map((limit) => `> ${/^\d+$/.test(limit) ? count(Number(limit)) : limit} #`),
    ],
    rows: found.slice(0, view.caps.rows).map(({ component, unit, over }): Cell[] => {
      const examples = view.record.components[component]?.examples ?? 0
      return [component, unit, ...limits.map((limit) => overCell(asNumber(over[limit]), examples))]
    }),
    total: found.length,
    rest: 'audit.json',
  })
}

function overCell(over: number | undefined, examples: number): NumberCell {
  if (over === undefined || examples === 0) return { number: over ?? null }
  return {
    number: over / examples,
    text: over === 0 ? '0' : `${count(over)} (${percent(over / examples)})`,
    heat: over / examples,
  }
}

function vocabularies(view: View): Fill {
  const list = entriesAt(view.record.stages['tokens']?.metrics, 'tokenizers')
  if (list.length === 0) return ''
  return table({
    caption: 'Tokenizers',
    titled: true,
    heads: ['Tokenizer', 'File sha256', 'About'],
    rows: list.map(([name, about]) => {
      const { sha256, ...rest } = asObject(about) ?? {}
      return [name, hash(typeof sha256 === 'string' ? sha256 : null), jsonText(rest)]
    }),
  })
}
