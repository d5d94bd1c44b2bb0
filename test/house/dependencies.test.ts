import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

interface Manifest {
  dependencies: Record<string, string>
  optionalDependencies: Record<string, string>
  devDependencies: Record<string, string>
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
const section = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  .split(/^## /m)
  .find((part) => part.startsWith('Dependencies'))!
const [table = '', development = ''] = section.split('Development only:')

/** Names of packages in a text; names of our own files have a folder or an ending. */
function named(text: string): string[] {
  const names = [...text.matchAll(/`((?:@[a-z0-9-]+\/)?[a-z0-9.-]+)`/g)].map((match) => match[1]!)
  return [...new Set(names)].sort()
}

describe('the list of dependencies in CONTRIBUTING.md', () => {
  it('gives every package users install, and no other, a line with its job', () => {
    const rows = [...table.matchAll(/^\| (`.*?) \| (.*) \|$/gm)]
    const packages = { ...manifest.dependencies, ...manifest.optionalDependencies }
    expect(named(rows.map(([, names]) => names).join(' '))).toEqual(Object.keys(packages).sort())
    for (const [line, , job] of rows) expect(job!.trim(), line).not.toBe('')
    for (const name of Object.keys(manifest.optionalDependencies))
      expect(table).toContain(`| \`${name}\` (optional) |`)
  })

  it('names every package of development, and no other', () => {
    const packages = Object.keys(manifest.devDependencies).filter((name) => !name.startsWith('@types/'))
    expect(named(development)).toEqual(packages.sort())
  })
})
