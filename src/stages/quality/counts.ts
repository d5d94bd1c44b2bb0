import type { JsonObject } from '../../core/json.ts'

/** Groups of named counters; adding two of them is adding every number. */
export class Counts {
  private readonly groups = new Map<string, Map<string, number>>()

  add(group: string, name: string, by = 1): void {
    const names = this.groups.get(group)
    if (names === undefined) this.groups.set(group, new Map([[name, by]]))
    else names.set(name, (names.get(name) ?? 0) + by)
  }

  get(group: string, name: string): number {
    return this.groups.get(group)?.get(name) ?? 0
  }

  /** Entries of a group, most frequent first, equal ones by name. */
  entries(group: string): [string, number][] {
    const byCount = (a: [string, number], b: [string, number]): number =>
      b[1] - a[1] || (a[0] < b[0] ? -1 : 1)
    return [...(this.groups.get(group) ?? [])].sort(byCount)
  }

  object(group: string): Record<string, number> {
    return Object.fromEntries(this.entries(group))
  }

  toJson(): JsonObject {
    return Object.fromEntries([...this.groups].map(([name, group]) => [name, Object.fromEntries(group)]))
  }

  addJson(json: JsonObject): void {
    for (const [group, names] of Object.entries(json)) {
      for (const [name, by] of Object.entries(names as Record<string, number>)) this.add(group, name, by)
    }
  }
}
