import type { Batch } from '../core/batch.ts'
import type { EvidenceLevel } from '../core/finding.ts'
import type { NotChecked } from '../core/stage.ts'
import { shownFields, unreadOf } from '../core/turn-field.ts'
import { RoleCounts } from './unknown-roles.ts'

/** Fields an entry names. */
const SHOWN = 8

type PackedNames = ReturnType<RoleCounts['packed']>

/** Rows by the fields of their turns nobody reads, and rows that have any, as JSON of a tally. */
export type PackedUnread = PackedNames & { rows: number }

/** Counts rows by the fields of their turns that nobody reads, in memory bounded as that of unknown roles is. */
export class UnreadRows {
  private readonly names = new RoleCounts()
  private rows = 0

  scan(batch: Batch): void {
    unreadOf(batch, (_, from, to) => {
      this.rows++
      for (const field of new Set(batch.unread!.field.slice(from, to))) this.names.add(field)
    })
  }

  packed(): PackedUnread {
    return { ...this.names.packed(), rows: this.rows }
  }

  addPacked(packed: PackedUnread): void {
    this.rows += packed.rows
    this.names.addPacked(packed)
  }

  /** What no stage saw of a component's turns; null where that is nothing. */
  notChecked(component: string, evidence: EvidenceLevel): NotChecked | null {
    if (this.rows === 0) return null
    const { turns: kept } = this.names.kept()
    const fields = [...kept].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    const named = fields.filter(([field]) => shownFields([field], evidence)[0] === field)
    const shown = named.slice(0, SHOWN).map(([field, rows]) => `${field} (${rowsText(rows)})`)
    // How many more there are is not known: the memory for names is bounded.
    if (shown.length < fields.length) shown.push(shown.length === 0 ? 'names not shown' : 'and others')
    return {
      what: `what turns in "${component}" hold beside role, content, reasoning and calls`,
      why: `it is not read, in ${rowsText(this.rows)}: ${shown.join(', ')}`,
      needs: 'what matters of it written into the content of the turn',
    }
  }
}

function rowsText(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}
