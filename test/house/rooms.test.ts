import { readFileSync, readdirSync, existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const src = join(root, 'src')

/** Who may import whom: the table of CONTRIBUTING.md. A file in the list is the only door into its room. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  text: ['core'],
  stages: ['core', 'text'],
  claims: ['core'],
  formats: ['core'],
  io: ['core'],
  engine: ['core', 'io', 'text', 'stages/index.ts', 'claims/index.ts', 'formats/index.ts'],
  cli: ['core', 'engine'],
}

/** Doors that open for named files only. */
const EXTRA: Readonly<Record<string, readonly string[]>> = {
  'cli/verify.ts': ['io', 'formats'],
  'cli/diff.ts': ['io', 'formats'],
  'cli/explain.ts': ['formats'],
  'cli/explained-rows.ts': ['io', 'formats'],
}

/** Rooms whose files use nothing from npm; `text/tokenizer` may load the optional native engine on demand. */
const NO_PACKAGES = ['core', 'text', 'claims']
const PACKAGE_EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'text/tokenizer/': ['tokenizers'],
  'claims/': ['yaml', 'zod', 'spdx-expression-parse', 'spdx-license-ids'],
}

interface Import {
  from: string
  to: string
  typeOnly: boolean
  /** Loaded when it is needed: `import('…')`. */
  lazy: boolean
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split('\\').join('/'))
  .filter((path) => path.endsWith('.ts'))
  .sort()

const imports: Import[] = files.flatMap((from) => importsOf(from))

function importsOf(from: string): Import[] {
  const text = readFileSync(join(src, from), 'utf8')
  const pattern =
    /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm
  return [...text.matchAll(pattern)].map((match) => ({
    from,
    to: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
    lazy: match[3] !== undefined,
  }))
}

function target(entry: Import): string {
  return relative(src, resolve(src, dirname(entry.from), entry.to))
    .split('\\')
    .join('/')
}

const room = (path: string): string => path.split('/')[0] ?? ''
const local = imports.filter((entry) => entry.to.startsWith('.'))

/** Files that are loaded with a file, and with those in turn. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const entry of local) {
    if (entry.from === file && !entry.typeOnly && !entry.lazy) loadedWith(target(entry), seen)
  }
  return seen
}

describe('rooms', () => {
  it('reads imports at all', () => {
    expect(files.length).toBeGreaterThan(10)
    expect(local.length).toBeGreaterThan(10)
  })

  it('answer help and bad usage without the engine', () => {
    const loaded = [...loadedWith('cli/main.ts')]
    expect(loaded).toContain('cli/run.ts')
    expect(
      loaded.filter((file) => ['engine', 'io', 'text', 'stages', 'claims'].includes(room(file))),
    ).toEqual([])
  })

  it('import only the rooms they may', () => {
    const wrong = local.filter((entry) => {
      if (entry.from === 'index.ts') return false
      const to = target(entry)
      if (room(to) === room(entry.from)) return false
      const allowed = [...(ROOMS[room(entry.from)] ?? []), ...(EXTRA[entry.from] ?? [])]
      return !allowed.some((door) => (door.endsWith('.ts') ? to === door : room(to) === door))
    })
    expect(wrong.map((entry) => `${entry.from} → ${target(entry)}`)).toEqual([])
  })

  it('know every folder of src', () => {
    const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(Object.keys(ROOMS)).toEqual(expect.arrayContaining(folders.map((entry) => entry.name)))
  })

  it('have no import cycles', () => {
    expect(cycles(local)).toEqual([])
  })

  it('keep core, text and claims free of packages', () => {
    const wrong = imports.filter((entry) => {
      if (entry.to.startsWith('.') || entry.to.startsWith('node:')) return false
      if (!NO_PACKAGES.includes(room(entry.from))) return false
      const allowed = Object.entries(PACKAGE_EXCEPTIONS).find(([prefix]) =>
        entry.from.startsWith(prefix),
      )?.[1]
      return !(allowed ?? []).includes(entry.to)
    })
    expect(wrong.map((entry) => `${entry.from} → ${entry.to}`)).toEqual([])
  })

  it('import only what package.json declares', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, object>
    const declared = new Set(
      Object.keys({ ...manifest['dependencies'], ...manifest['optionalDependencies'] }),
    )
    const names = imports
      .filter((entry) => !entry.to.startsWith('.') && !entry.to.startsWith('node:') && !entry.typeOnly)
      .map((entry) =>
        entry.to
          .split('/')
          .slice(0, entry.to.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    expect([...new Set(names)].filter((name) => !declared.has(name))).toEqual([])
  })

  it('have no utils, helpers, common, and no barrels but the registries', () => {
    const wrong = files.filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts$)/.test(path))
    expect(wrong).toEqual([])
    const barrels = files.filter((path) => path.endsWith('/index.ts'))
    expect(
      barrels.filter((path) => !['stages/index.ts', 'claims/index.ts', 'formats/index.ts'].includes(path)),
    ).toEqual([])
  })
})

describe('code', () => {
  it('stays in files of at most 400 lines', () => {
    const long = files.filter((path) => readFileSync(join(src, path), 'utf8').split('\n').length > 401)
    expect(long.filter((path) => !path.includes('/tables/') && !path.endsWith('-data.ts'))).toEqual([])
  })

  it('never asks the runtime for Unicode in the kernels', () => {
    const wrong = files
      // The split patterns are data there: compared with a tokenizer file's text, never run.
      .filter((path) => path.startsWith('text/') && path !== 'text/tokenizer/patterns.ts')
      .filter((path) => /\\p\{|\.normalize\(|\.toLowerCase\(|\.toLocale/.test(stripComments(path)))
    expect(wrong).toEqual([])
  })

  it('exits and prints only at the front door', () => {
    const wrong = files
      .filter((path) => !path.startsWith('cli/'))
      .filter((path) => /process\.exit\(|console\.|process\.stdout/.test(stripComments(path)))
    expect(wrong).toEqual([])
  })

  it('has no switched-off tests', () => {
    const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.test.ts'),
    )
    const wrong = tests.filter((path) => /\b(?:it|test|describe)\.(?:only|skip|todo)\(/.test(readTest(path)))
    expect(wrong.filter((path) => !path.includes('house/'))).toEqual([])
  })
})

function readTest(path: string): string {
  const full = join(root, 'test', path)
  return existsSync(full) ? readFileSync(full, 'utf8') : ''
}

function stripComments(path: string): string {
  return readFileSync(join(src, path), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
}

/** Strongly connected components of more than one file, by Tarjan's algorithm. */
function cycles(edges: readonly Import[]): string[][] {
  const next = new Map<string, string[]>()
  for (const edge of edges) next.set(edge.from, [...(next.get(edge.from) ?? []), target(edge)])
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (node: string): void => {
    order.set(node, order.size)
    low.set(node, order.get(node) ?? 0)
    stack.push(node)
    for (const to of next.get(node) ?? []) {
      if (!order.has(to)) visit(to)
      if (stack.includes(to)) low.set(node, Math.min(low.get(node) ?? 0, low.get(to) ?? 0))
    }
    if (low.get(node) !== order.get(node)) return
    const component = stack.splice(stack.indexOf(node))
    if (component.length > 1) found.push(component.sort())
  }
  for (const node of next.keys()) if (!order.has(node)) visit(node)
  return found
}
