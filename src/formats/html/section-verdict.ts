import { count, plural } from '../numbers.ts'
import {
  headline,
  ruleCounts,
  severityRank,
  VERDICT_MEANING,
  VERDICT_ORDER,
  VERDICT_WORDS,
  verdictCounts,
} from '../verdict.ts'
import { severityBadge, verdictIcon, icon } from './parts.ts'
import { ruleAnchor } from './section-findings.ts'
import { html } from './template.ts'
import type { Html } from './template.ts'
import type { Section, View } from './view.ts'

const TOP_FINDINGS = 5

/** The first screen: one sentence, the verdict classes as counts, the worst findings, and how much was not checked. */
export function sectionVerdict(view: View): Section {
  return {
    id: 'verdict',
    title: 'Verdict',
    body: html`<p class="headline">${headline(view.record)}</p>
      ${tiles(view)}${top(view)}`,
  }
}

function tiles(view: View): Html {
  const counts = verdictCounts(view.record)
  return html`<ul class="tiles">
    ${VERDICT_ORDER.map(
      (verdict) =>
        html`<li class="v-${verdict}${counts[verdict] === 0 ? ' zero' : ''}">
          <a href="#claims"
            ><span class="figure">${count(counts[verdict])}</span>
            <span class="word">${verdictIcon(verdict)}${VERDICT_WORDS[verdict]}</span
            ><span class="meaning">${VERDICT_MEANING[verdict]}</span></a
          >
        </li>`,
    )}
    <li class="gap">
      <a href="#not-checked"
        ><span class="figure">${count(view.record.notChecked.length)}</span>
        <span class="word">${icon('skip')}Stated limits</span
        ><span class="meaning">what was not checked, and why</span></a
      >
    </li>
  </ul>`
}

function top(view: View): Html {
  const rules = [...ruleCounts(view.record)]
    .map(([rule, findings]) => ({
      rule,
      findings,
      seen: view.digest.rules.get(rule),
      first: view.record.findings[rule]?.[0],
    }))
    .map((entry) => ({ ...entry, severity: entry.seen?.severity ?? entry.first?.severity ?? 'info' }))
    .filter((entry) => entry.findings > 0 && entry.severity !== 'info')
    .sort(
      (a, b) =>
        severityRank(a.severity) - severityRank(b.severity) ||
        b.findings - a.findings ||
        (a.rule < b.rule ? -1 : 1),
    )
  if (rules.length === 0) {
    return html`<p class="quietly">The checks that ran report no finding above <em>info</em>.</p>`
  }
  return html`<h3>What to look at first</h3>
    <ol class="top">
      ${rules.slice(0, TOP_FINDINGS).map(
        ({ rule, findings, severity, seen, first }) =>
          html`<li>
            ${severityBadge(severity)} <a href="#${ruleAnchor(rule)}">${rule}</a>
            <span class="muted">${plural(findings, 'finding')}</span>
            <span class="message">${seen?.first[0]?.message ?? first?.message}</span>
          </li>`,
      )}
    </ol>
    ${rules.length > TOP_FINDINGS ? html`<p class="showing"><a href="#findings">All ${count(rules.length)} rules with findings</a></p>` : ''}`
}
