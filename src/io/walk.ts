import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Paths of all files below a folder, forward slashes, links followed, each folder once even when links make a loop.
 * Hidden files and folders are left out, and so are reports of earlier audits: their evidence is no data. Not a globbing
 * library: their patterns lose names with line breaks.
 */
export async function walk(folder: string): Promise<string[]> {
  const files: string[] = []
  const seen = new Set<string>()
  const pending = ['']
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    const real = await realpath(join(folder, below))
    if (seen.has(real)) continue
    seen.add(real)
    const entries = await readdir(real, { withFileTypes: true })
    if (below !== '' && isReport(entries.map(({ name }) => name))) continue
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      const kind = entry.isSymbolicLink() ? await stat(join(folder, path)).catch(() => null) : entry
      if (kind?.isDirectory() === true) pending.push(path)
      else if (kind?.isFile() === true) files.push(path)
    }
  }
  return files
}

/** What every report has in its folder. */
const REPORT_FILES = ['audit.json', 'evidence.parquet', 'run.json']

function isReport(names: readonly string[]): boolean {
  return REPORT_FILES.every((name) => names.includes(name))
}
