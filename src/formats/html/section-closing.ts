import type { JsonObject, JsonValue } from '../../core/json.ts'
import { count, plural } from '../numbers.ts'
import { asList, asNumber, asText, at, entriesAt, objectsOf } from '../reading.ts'
import { absent, hash, jsonText, table } from './parts.ts'
import type { Cell } from './parts.ts'
import { html } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

/** What changed since a baseline report, where one was given. */
export function sectionChanges(view: View): Section {
  const baseline = view.record.extra?.['baseline']
  return {
    id: 'changes',
    title: 'Changes since a baseline',
    aside: baseline === undefined ? '–' : '',
    body: html`${baseline === undefined ? absent('No earlier report was given to compare with.') : baselineText(baseline)}${suppressed(view)}`,
  }
}

/** What is new, what is gone and what stayed since the baseline. */
function baselineText(baseline: JsonValue): Fill {
  const number = (key: string): number => asNumber(at(baseline, key)) ?? 0
  const ids = asList(at(baseline, 'new')).flatMap((id) => asText(id) ?? [])
  const fixed = objectsOf(at(baseline, 'fixed'))
  return html`<p class="lead">
      Since the report ${hash(asText(at(baseline, 'audit')) ?? null)}: ${plural(number('newCount'), 'new finding')},
      ${count(number('fixedCount'))} gone, ${count(number('unchanged'))} unchanged.
    </p>
    ${ids.length === 0 ? '' : html`<p>New: ${ids.slice(0, 40).map((id, index) => [index === 0 ? '' : ', ', html`<code>${id}</code>`])}</p>`}${
      fixed.length === 0
        ? ''
        : table({
            caption: 'Findings that are gone',
            titled: true,
            heads: ['Rule', 'Finding'],
            rows: fixed
              .slice(0, 40)
              .map((each): Cell[] => [asText(each['rule']) ?? '', html`<code>${asText(each['id'])}</code>`]),
            total: number('fixedCount'),
            rest: 'audit.json',
          })
    }`
}

/** Findings a person reviewed and accepted: shown with the reason, never hidden. */
function suppressed(view: View): Fill {
  const list = objectsOf(view.record.extra?.['suppressions'])
  if (list.length === 0) return ''
  return table({
    caption: 'Findings reviewed and accepted',
    titled: true,
    heads: ['Finding', 'Reason', 'By', 'Date'],
    rows: list
      .slice(0, view.caps.rows)
      .map((each): Cell[] => [
        html`<code>${asText(each['id'])}</code>`,
        asText(each['reason']) ?? '–',
        asText(each['author']) ?? '–',
        asText(each['date']) ?? '–',
      ]),
    total: list.length,
    rest: 'audit.json',
  })
}

/** The limits of this audit, as prominent as its results. */
export function sectionNotChecked(view: View): Section {
  const list = view.record.notChecked
  return {
    id: 'not-checked',
    title: 'What was not checked',
    aside: count(list.length),
    body: html`<p>
        A finding is evidence; the absence of a finding is only as good as the method that looked.
      </p>
      ${
        list.length === 0
          ? absent('Nothing that was asked for is missing.')
          : table({
              caption: 'What was not checked',
              heads: ['What', 'Why', 'What it would need'],
              rows: list
                .slice(0, view.caps.rows)
                .map((entry): Cell[] => [entry.what, entry.why, entry.needs]),
              total: list.length,
              rest: 'audit.json',
              stacked: true,
            })
      }`,
  }
}

/** Every setting that decides a number, and the command that makes them again. */
export function sectionMethod(view: View): Section {
  const { record } = view
  const stages = Object.entries(record.stages)
  return {
    id: 'method',
    title: 'Method and how to reproduce',
    body: html`${reproduce(view)}
      <dl class="facts">
        <div>
          <dt>Tool</dt>
          <dd>${record.tool.name} ${record.tool.version}, Unicode tables ${record.tool.unicode}</dd>
        </div>
        <div>
          <dt>Pipeline</dt>
          <dd>${record.pipeline.name}, ${hash(record.pipeline.sha256)}</dd>
        </div>
        <div>
          <dt>Rows read</dt>
          <dd>
            ${record.pipeline.limit === null ? 'all' : `at most ${count(record.pipeline.limit)} (--limit)`}
          </dd>
        </div>
      </dl>
      <p>
        Times, hosts and paths are in <code>run.json</code>, so that the same data and settings give the same
        report, byte for byte, on any machine and with any number of workers.
      </p>
      ${stages.map(([name, stage]) => stageBlock(name, stage))}${extra(record.extra)}`,
  }
}

function reproduce(view: View): Html {
  const { uri, revision } = view.record.source
  const source = revision !== null && uri.startsWith('hf://') ? `${uri}@${revision}` : uri
  return html`<p>
      Re-check every piece of evidence against the data, or run the audit again and compare digests:
    </p>
    <pre class="command" tabindex="0" aria-label="Commands to reproduce">
assay verify .
assay run PIPELINE.yaml   # source: ${source}
sha256sum audit.json      # ${view.auditSha256}</pre>`
}

function stageBlock(
  name: string,
  stage: { version: number; options: JsonObject; resources: readonly JsonObject[] },
): Html {
  return html`<details class="more">
    <summary>
      ${name}
      <span class="muted">version ${stage.version}, ${plural(stage.resources.length, 'resource')}</span>
    </summary>
    <h3>Options</h3>
    ${jsonText(stage.options)}${resources(stage.resources)}
  </details>`
}

function resources(list: readonly JsonObject[]): Fill {
  if (list.length === 0) return ''
  const keys = [...new Set(list.flatMap((each) => Object.keys(each)))].slice(0, 6)
  return html`<h3>Resources</h3>
    ${table({
      caption: 'Resources read',
      heads: keys,
      rows: list.slice(0, 100).map((each): Cell[] =>
        keys.map((key) => {
          const value = each[key]
          return key === 'sha256' && typeof value === 'string' ? hash(value) : jsonText(value ?? null)
        }),
      ),
      total: list.length,
      rest: 'audit.json',
    })}`
}

/** What later parts of the audit added that no section draws. */
function extra(value: JsonObject | undefined): Fill {
  const others = entriesAt(value).filter(
    ([key]) => !['baseline', 'suppressions', 'control', 'licences'].includes(key),
  )
  return others.map(
    ([key, each]) =>
      html`<details class="more">
        <summary>${key}</summary>
        ${jsonText(each)}
      </details>`,
  )
}

/** The files of the report and what each is for. */
export function sectionFiles(view: View): Section {
  return {
    id: 'files',
    title: 'Files of this report',
    body: html`${table({
      caption: 'Files of this report',
      heads: ['File', 'Holds', 'sha256'],
      rows: view.files.map((file): Cell[] => [
        html`<a href="${file.name}">${file.name}</a>`,
        file.about,
        hash(file.sha256),
      ]),
      stacked: true,
    })}
      <p>Hashes of every other file, this page included, are in <code>run.json</code>.</p>`,
  }
}
