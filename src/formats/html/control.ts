import type { JsonValue } from '../../core/json.ts'
import { readControl } from '../control.ts'
import type { Control, ControlKind } from '../control.ts'
import { count, percent, plural } from '../numbers.ts'
import { asNumber, entriesAt } from '../reading.ts'
import { table } from './parts.ts'
import type { Cell } from './parts.ts'
import { html } from './template.ts'
import type { Fill } from './template.ts'
import type { View } from './view.ts'

const KINDS_SHOWN = 60
const NOTES_SHOWN = 20

/** What is planted for a stage, one and many. */
const PLANTED: Readonly<Record<string, readonly [string, string]>> = {
  contamination: ['planted leak', 'planted leaks'],
  duplicates: ['planted copy', 'planted copies'],
}

/** How much of what was planted a stage found: without it, "nothing found" says nothing. */
export function control(stage: string, view: View): Fill {
  const [one, many] = PLANTED[stage] ?? ['planted row', 'planted rows']
  const found = readControl(view.record, stage)
  if (found === null) {
    return html`<p class="absent">
      No positive control was run: how many ${many} would be found in this corpus is unknown.
      <code>assay run --self-test</code> measures it.
    </p>`
  }
  const share =
    found.planted === 0
      ? ''
      : html`: ${percent(found.found / found.planted)} (95% interval ${percent(found.low)} to ${percent(found.high)})`
  return html`<h3>Positive control</h3>
    <p>${count(found.found)} of ${plural(found.planted, one, many)} found${share}.${untouched(found.untouched)}</p>
    ${
      found.kinds.length === 0 ? '' : kindTable(found, many)
    }${found.notes.slice(0, NOTES_SHOWN).map((note) => html`<p class="muted">${note}</p>`)}`
}

function kindTable({ kinds }: Control, many: string): Fill {
  const levels = kinds.some(({ level }) => level !== undefined)
  const more = levels ? ['95% interval', 'Other level #', 'Passed over #'] : []
  return table({
    caption: `${many.charAt(0).toUpperCase()}${many.slice(1)} found, by kind`,
    heads: ['Kind', ...(levels ? ['Found as'] : []), 'Planted #', 'Found #', 'Recall #', ...more],
    rows: kinds
      .slice(0, KINDS_SHOWN)
      .map((each): Cell[] => [
        each.kind,
        ...(levels ? [each.level ?? '–'] : []),
        { number: each.planted },
        { number: each.found },
        recall(each),
        ...(levels
          ? [
              each.planted === 0 ? '–' : `${percent(each.low)} to ${percent(each.high)}`,
              { number: each.otherLevel },
              { number: each.passedOver },
            ]
          : []),
      ]),
  })
}

function recall({ planted, found }: ControlKind): Cell {
  if (planted === 0) return { number: null }
  return { number: found / planted, text: percent(found / planted), bar: found / planted }
}

/** Pairs of rows nobody planted; a stage that counts none says nothing here. */
function untouched(of: JsonValue): Fill {
  const pairs = entriesAt(of, 'pairs').map(([level, n]) => `${count(asNumber(n) ?? 0)} ${level}`)
  return pairs.length === 0 ? '' : html` Pairs of untouched rows: ${pairs.join(', ')}.`
}
