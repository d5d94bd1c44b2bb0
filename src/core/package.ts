import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the installed package: holds `data/`, `pipelines/` and `package.json`. */
export const packageRoot: string = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..'))

/** Name and version as they stand in the record. */
export const TOOL: { readonly name: string; readonly version: string } = readTool()

function readTool(): { name: string; version: string } {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    name: string
    version: string
  }
  return { name: manifest.name, version: manifest.version }
}
