import { wilson } from '../core/interval.ts'
import type { JsonValue } from '../core/json.ts'
import type { AuditRecord } from '../core/record.ts'
import { asList, asNumber, asText, at, entriesAt } from './reading.ts'

export interface ControlKind {
  kind: string
  /** The level it must be found as, where the stage has levels. */
  level: string | undefined
  planted: number
  found: number
  /** 95 % interval of the recall. */
  low: number
  high: number
  otherLevel: number
  passedOver: number
}

/** What a stage found of what was planted for it. */
export interface Control {
  planted: number
  found: number
  low: number
  high: number
  kinds: readonly ControlKind[]
  notes: readonly string[]
  untouched: JsonValue
}

/** The positive control of a stage; null where none was run. */
export function readControl(record: AuditRecord, stage: string): Control | null {
  const control = at(record.extra?.['control'], 'stages', stage)
  const [planted, found] = [asNumber(at(control, 'planted')), asNumber(at(control, 'found'))]
  if (planted === undefined || found === undefined) return null
  const kinds = entriesAt(control, 'byKind').map(([kind, each]): ControlKind => {
    const number = (name: string): number => asNumber(at(each, name)) ?? 0
    const counts = { planted: number('planted'), found: number('found') }
    const more = { otherLevel: number('otherLevel'), passedOver: number('passedOver') }
    return { kind, level: asText(at(each, 'level')), ...counts, ...between(counts), ...more }
  })
  kinds.sort(byName)
  const notes = asList(at(control, 'notes')).flatMap((note) => asText(note) ?? [])
  const counts = { planted, found }
  return { ...counts, ...between(counts), kinds, notes, untouched: at(control, 'untouched') ?? null }
}

/** By name, "edited-2" before "edited-10". */
function byName({ kind: a }: ControlKind, { kind: b }: ControlKind): number {
  const [x, y] = [a, b].map((kind) => /^(.*?)(\d*)$/s.exec(kind) ?? ['', kind, ''])
  const [nameX, nameY] = [x?.[1] ?? '', y?.[1] ?? '']
  if (nameX !== nameY) return nameX < nameY ? -1 : 1
  return Number(x?.[2]) - Number(y?.[2])
}

function between({ planted, found }: { planted: number; found: number }): { low: number; high: number } {
  const [low, high] = wilson(found, planted)
  return { low, high }
}
