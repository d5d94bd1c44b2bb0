import type { InputRecord } from '../../core/record.ts'
import { count, plural, size } from '../numbers.ts'
import { corpusTotals } from '../verdict.ts'
import { hash, icon, jsonText, table } from './parts.ts'
import { html, raw } from './template.ts'
import type { Fill, Html } from './template.ts'
import type { Section, View } from './view.ts'

/** Were the bytes audited the bytes that were published, and was every row accounted for. */
export function sectionIntegrity(view: View): Section {
  const inputs = view.record.inputs
  return {
    id: 'integrity',
    title: 'Integrity',
    aside: count(inputs.length),
    body: html`${hashSentence(inputs)}${sumSentence(view)}${failures(view)}${files(view)}`,
  }
}

function hashSentence(inputs: readonly InputRecord[]): Html {
  const of = (state: InputRecord['verified']): number =>
    inputs.filter((input) => input.verified === state).length
  const bad = of(false)
  const parts: string[] = []
  if (of(true) > 0)
    parts.push(
      `${plural(of(true), 'file')} ${of(true) === 1 ? 'has' : 'have'} the sha256 the source declares`,
    )
  if (of(null) > 0)
    parts.push(`for ${plural(of(null), 'file')} the source declares none (recomputed, listed below)`)
  if (of('not-read-whole') > 0)
    parts.push(
      `${plural(of('not-read-whole'), 'file')} ${of('not-read-whole') === 1 ? 'was' : 'were'} not read whole, so not hashed`,
    )
  const said = parts.join('; ')
  const good = said === '' ? '' : `${said.slice(0, 1).toUpperCase()}${said.slice(1)}.`
  if (bad === 0) return html`<p class="lead">${icon('yes')} No hash mismatch. ${good}</p>`
  return html`<p class="lead v-contradicted">
    ${icon('no')}
    <strong>${plural(bad, 'file')} ${bad === 1 ? 'differs' : 'differ'} from the declared sha256.</strong>
    ${good}
  </p>`
}

function sumSentence(view: View): Html {
  const total = corpusTotals(view.record)
  const closes = total.rows === total.examples + total.unreadable
  return html`<p class="lead">
    ${icon(closes ? 'yes' : 'no')} ${count(total.rows)} rows in = ${count(total.examples)} audited +
    ${count(total.unreadable)} unreadable${closes ? '.' : html`: <strong>the sum does not close</strong>.`}
  </p>`
}

function failures(view: View): Fill {
  const list = view.record.failures
  if (list.length === 0) return ''
  return table({
    caption: 'Parts that could not be read',
    titled: true,
    heads: ['File', 'Component', 'Rows #', 'Code', 'Why'],
    rows: list
      .slice(0, view.caps.rows)
      .map((failure) => [
        failure.path,
        failure.component,
        { number: failure.rows },
        failure.code,
        failure.message,
      ]),
    total: list.length,
    rest: 'audit.json',
  })
}

function files(view: View): Html {
  const inputs = [...view.record.inputs, ...(view.record.against?.inputs ?? [])].sort(
    (a, b) => Number(b.verified === false) - Number(a.verified === false),
  )
  const attention = inputs.some((input) => input.verified === false)
  return html`<details class="more" ${attention ? raw(' open') : ''}>
      <summary>Every file with its hash</summary>
      ${table({
        caption: 'Input files',
        heads: ['File', 'Component', 'Bytes #', 'Rows #', 'Audited #', 'Unreadable', 'sha256', 'State'],
        rows: inputs
          .slice(0, view.caps.rows)
          .map((input) => [
            input.path,
            input.component,
            { number: input.bytes, text: size(input.bytes) },
            { number: input.rows },
            { number: input.audited },
            Object.keys(input.unreadable).length === 0
              ? html`<span class="none">0</span>`
              : jsonText(input.unreadable),
            hashes(input),
            state(input),
          ]),
        total: inputs.length,
        rest: 'audit.json',
      })}
    </details>
    ${schemas(view)}`
}

function hashes(input: InputRecord): Fill {
  const { declared, recomputed } = input.sha256
  if (recomputed === null) return hash(declared)
  if (declared === null || declared === recomputed) return hash(recomputed)
  return html`recomputed ${hash(recomputed)}<br />declared ${hash(declared)}`
}

function state(input: InputRecord): Html {
  if (input.verified === true) return html`<span class="verdict v-verified">${icon('yes')}matches</span>`
  if (input.verified === false) return html`<span class="verdict v-contradicted">${icon('no')}differs</span>`
  if (input.verified === null)
    return html`<span class="verdict v-not-verifiable">${icon('void')}none declared</span>`
  return html`<span class="verdict v-not-checked">${icon('skip')}not read whole</span>`
}

/** Schemas by the files that share them: one line when all agree, which is what a reader hopes to see. */
function schemas(view: View): Fill {
  const groups = new Map<string, InputRecord[]>()
  for (const input of view.record.inputs) {
    if (input.schema === null) continue
    const key = JSON.stringify(input.schema.map(({ name, type, nullable }) => [name, type, nullable]))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [input])
    else group.push(input)
  }
  if (groups.size === 0) return ''
  return html`<details class="more">
    <summary>
      ${groups.size === 1 ? 'One schema in every file' : `${count(groups.size)} different schemas`}
    </summary>
    ${[...groups.values()].slice(0, 12).map((inputs) =>
      table({
        caption: `Columns of ${inputs[0]?.path ?? ''}${inputs.length > 1 ? ` and ${plural(inputs.length - 1, 'other file')}` : ''}`,
        titled: true,
        heads: ['Column', 'Type', 'Nullable'],
        rows: (inputs[0]?.schema ?? [])
          .slice(0, view.caps.rows)
          .map((field) => [
            html`<code>${field.name}</code>`,
            html`<code>${field.type}</code>`,
            field.nullable ? 'yes' : 'no',
          ]),
        total: inputs[0]?.schema?.length ?? 0,
        rest: 'audit.json',
      }),
    )}
  </details>`
}
