import { createHash } from 'node:crypto'
import { count, plural, size } from '../numbers.ts'
import { corpusTotals } from '../verdict.ts'
import { heading } from './parts.ts'
import { sectionChanges, sectionFiles, sectionMethod, sectionNotChecked } from './section-closing.ts'
import { sectionClaims } from './section-claims.ts'
import { sectionComposition } from './section-composition.ts'
import { sectionContamination } from './section-contamination.ts'
import { sectionDuplicates } from './section-duplicates.ts'
import { sectionFindings } from './section-findings.ts'
import { sectionIntegrity } from './section-integrity.ts'
import { sectionProvenance } from './section-provenance.ts'
import { sectionQuality } from './section-quality.ts'
import { sectionTokens } from './section-tokens.ts'
import { sectionVerdict } from './section-verdict.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { html, raw } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

/** The order of the page: the verdict, what it rests on, what it does not cover, how to check it. */
const SECTIONS: readonly ((view: View) => Section)[] = [
  sectionVerdict,
  sectionClaims,
  sectionIntegrity,
  sectionComposition,
  sectionTokens,
  sectionProvenance,
  sectionDuplicates,
  sectionContamination,
  sectionQuality,
  sectionFindings,
  sectionChanges,
  sectionNotChecked,
  sectionMethod,
  sectionFiles,
]

/** The whole page: one file, complete without its script, which only filters, sorts and switches the theme. */
export function page(view: View): string {
  const sections = SECTIONS.map((section) => section(view))
  const policy = `default-src 'none'; style-src '${integrity(STYLE)}'; script-src '${integrity(SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${raw(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>Audit of ${view.record.pipeline.name}</title>
        <link rel="icon" href="data:," />
        <style>${raw(STYLE)}</style>
      </head>
      <body>
        <a class="skip" href="#verdict">Skip to the verdict</a>
        ${raw(ICONS)}
        <div class="frame">
          ${header(view)}
          <nav class="contents" aria-label="Contents">
            <ol>
              ${sections.map(contentsItem)}
            </ol>
          </nav>
          <main>${sections.map(sectionHtml)}</main>
          <footer class="foot">
            <p>
              Written by ${view.record.tool.name} ${view.record.tool.version}. This page is a function of
              <code>audit.json</code> and <code>evidence.parquet</code>; it holds no clock, no score and no
              external reference.
            </p>
          </footer>
        </div>
        <script>${raw(SCRIPT)}</script>
      </body>
    </html> `.text
}

function contentsItem(section: Section): Html {
  const aside: Fill =
    section.aside === undefined || section.aside === ''
      ? ''
      : html`<span class="aside">${section.aside}</span>`
  return html`<li>
    <a href="#${section.id}"><span>${section.title}</span>${aside}</a>
  </li>`
}

function sectionHtml(section: Section): Html {
  return html`<section id="${section.id}" aria-labelledby="${section.id}-title">
    ${heading(section.id, section.title)} ${section.body}
  </section> `
}

function header(view: View): Html {
  const { source, pipeline } = view.record
  const total = corpusTotals(view.record)
  return html`<header class="top-strip">
    <p class="kicker">Audit of training data</p>
    <h1>${pipeline.name}</h1>
    <p class="scale">
      ${plural(total.rows, 'example')}
      <span
        >in ${plural(Object.keys(view.record.components).length, 'component')},
        ${plural(view.record.inputs.length, 'file')}, ${size(total.textBytes)} of text</span
      >
    </p>
    <dl class="identity">
      <div>
        <dt>Source</dt>
        <dd><code>${source.uri}</code></dd>
      </div>
      <div>
        <dt>Revision</dt>
        <dd>
          ${source.revision === null ? html`<span class="none">local files: the hashes below pin them</span>` : html`<code>${source.revision}</code>${source.commitDate === null ? '' : html` <span class="muted">committed ${source.commitDate}</span>`}`}
        </dd>
      </div>
      <div>
        <dt>Report digest</dt>
        <dd><code>sha256:${view.auditSha256}</code></dd>
      </div>
      <div>
        <dt>Findings</dt>
        <dd>
          ${count(view.digest.findings)}, each a row of <a href="evidence.parquet">evidence.parquet</a>; the
          record is <a href="audit.json">audit.json</a>
        </dd>
      </div>
    </dl>
  </header>`
}

function integrity(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** Icons as symbols: a verdict is an icon and a word, the colour only repeats them. */
const ICONS = `<svg class="symbols" aria-hidden="true" focusable="false">
<symbol id="i-yes" viewBox="0 0 16 16"><path d="M3 8.5l3.2 3.2L13 4.8"/></symbol>
<symbol id="i-near" viewBox="0 0 16 16"><path d="M2.5 6.2c1.8-1.8 3.7-1.8 5.5 0s3.7 1.8 5.5 0M2.5 11c1.8-1.8 3.7-1.8 5.5 0s3.7 1.8 5.5 0"/></symbol>
<symbol id="i-no" viewBox="0 0 16 16"><path d="M4 4l8 8M12 4l-8 8"/></symbol>
<symbol id="i-open" viewBox="0 0 16 16"><path d="M5.5 5.8a2.6 2.6 0 1 1 3.8 2.3c-.9.5-1.3 1-1.3 1.9M8 12.6v.4"/></symbol>
<symbol id="i-void" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5"/><path d="M4.5 11.5l7-7"/></symbol>
<symbol id="i-skip" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5" stroke-dasharray="2.6 2.6"/></symbol>
<symbol id="i-link" viewBox="0 0 16 16"><path d="M6.5 9.5l3-3M7 4.5l1.2-1.2a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5l-1.2 1.2a3 3 0 0 1-4.5-4.5L4.5 7"/></symbol>
</svg>`
