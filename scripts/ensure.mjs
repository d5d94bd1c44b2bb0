/**
 * Makes a fresh clone ready: installs from the lock file and builds when something is missing or older than its
 * sources. Plain JavaScript without dependencies, because it runs before anything is installed.
 */
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const installStamp = join(root, 'node_modules', '.assay-installed')
const buildStamp = join(root, 'dist', '.assay-built')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`assay needs Node 20.19 or newer; this is ${process.versions.node}`)
  process.exit(2)
}

const lock = digest([join(root, 'package-lock.json')])
if (!shared(join(root, 'node_modules')) && !matches(installStamp, lock)) {
  const install = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  // A registry that did not answer once often does the second time.
  if (status('npm', install) !== 0) run('npm', install)
  writeFileSync(installStamp, lock)
}

const sources = digest([
  ...files(join(root, 'src')),
  join(root, 'tsconfig.json'),
  join(root, 'package-lock.json'),
])
if (!matches(buildStamp, sources)) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  mkdirSync(join(root, 'dist'), { recursive: true })
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'])
  writeFileSync(buildStamp, sources)
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

function digest(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    hash.update(path.slice(root.length)).update('\0')
    if (existsSync(path) && statSync(path).isFile()) hash.update(readFileSync(path))
  }
  return hash.digest('hex')
}

/** A linked node_modules belongs to another checkout: installing would empty it under that one's feet. */
function shared(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function matches(stamp, value) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === value
}

function run(command, args) {
  const ended = status(command, args)
  if (ended === 0) return
  console.error(`assay: ${command} ${args.join(' ')} ended with ${ended}`)
  process.exit(2)
}

/** Exit code of a command, or the signal that ended it. */
function status(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  return done.status ?? done.signal ?? String(done.error)
}
