import { createHash } from 'node:crypto'
import { count } from '../numbers.ts'
import { severityRank } from '../verdict.ts'
import type { RuleDigest } from './digest.ts'
import { card } from './card.ts'
import { severityBadge, showing, table } from './parts.ts'
import { html } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

const RULES_LISTED = 60

/** Every rule that found something, worst first, with its first findings. */
export function sectionFindings(view: View): Section {
  const rules = [...view.digest.rules.values()].sort(
    (a, b) =>
      severityRank(a.severity) - severityRank(b.severity) ||
      b.findings - a.findings ||
      (a.rule < b.rule ? -1 : 1),
  )
  return {
    id: 'findings',
    title: 'Findings by rule',
    aside: count(view.digest.findings),
    body: rules.length === 0 ? html`<p>The checks that ran report no finding.</p>` : ruleTable(rules, view),
  }
}

/** Rule names come from stages, but anchors must be valid and distinct ids whatever they hold. */
export function ruleAnchor(rule: string): string {
  if (/^[a-zA-Z0-9/-]{1,80}$/.test(rule)) return `rule-${rule.replace(/\//g, '.')}`
  return `rule-${createHash('sha256').update(rule).digest('hex').slice(0, 16)}`
}

function ruleTable(rules: readonly RuleDigest[], view: View): Html {
  const listed = rules.slice(0, RULES_LISTED)
  return html`${table({
    caption: 'Findings by rule',
    heads: ['Rule', 'Severity', 'Findings #', 'Components'],
    rows: listed.map((rule) => [
      html`<a href="#${ruleAnchor(rule.rule)}">${rule.rule}</a>`,
      severityBadge(rule.severity),
      { number: rule.findings },
      componentList(rule),
    ]),
    total: rules.length,
    rest: 'audit.json',
  })}${listed.map((rule) => ruleBlock(rule, view))}`
}

function componentList(rule: RuleDigest): Html {
  const all = [...rule.components].sort(([a], [b]) => (a < b ? -1 : 1))
  return html`${all.slice(0, 8).map(([name, number], index) => [index === 0 ? '' : ', ', name, ' ', count(number)])}${all.length > 8 ? ', …' : ''}`
}

function ruleBlock(rule: RuleDigest, view: View): Html {
  // Findings drawn as cards elsewhere have their anchor there; an id may stand once on a page.
  const here = rule.first.filter((finding) => !view.carded.has(finding.id)).slice(0, view.caps.perRule)
  return html`<details class="rule" id="${ruleAnchor(rule.rule)}">
    <summary>
      ${severityBadge(rule.severity)} <span class="rule-name">${rule.rule}</span>
      <span class="muted">${count(rule.findings)}</span>
    </summary>
    ${cardNote(rule)}
    ${here.map((finding) => card(finding, view))}
    ${showing(here.length, rule.findings)}
  </details>`
}

function cardNote(rule: RuleDigest): Fill {
  const finding = rule.first[0]
  if (finding?.benchmark !== undefined) {
    return html`<p class="muted">
      Evidence cards with both texts stand under <a href="#contamination">Contamination</a>.
    </p>`
  }
  if (finding?.place.kind !== 'pair') return ''
  return html`<p class="muted">Pairs with their texts stand under <a href="#duplicates">Duplicates</a>.</p>`
}
