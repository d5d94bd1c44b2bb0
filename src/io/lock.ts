import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { outputError } from './disk.ts'

/**
 * Runs `work` with the name it may download to: the target itself for whoever holds its lock, a name of its own for
 * another process meanwhile, so that two never write to one file.
 */
export async function withLock<T>(target: string, work: (name: string) => Promise<T>): Promise<T> {
  const lock = `${target}.assay.lock`
  if (!(await acquire(lock))) return work(`${target}.${hostname()}-${process.pid}`)
  try {
    return await work(target)
  } finally {
    await rm(lock, { force: true })
  }
}

async function acquire(lock: string): Promise<boolean> {
  await mkdir(dirname(lock), { recursive: true }).catch((error: unknown) => {
    throw outputError('The cache cannot be written', lock, error)
  })
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(lock, 'wx')
      await file.writeFile(`${hostname()} ${process.pid}`)
      await file.close()
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw outputError('The cache cannot be written', lock, error)
      if (await isHeld(lock)) return false
      await rm(lock, { force: true })
    }
  }
  return false
}

/** A lock left by a killed process of this machine is not held. */
async function isHeld(lock: string): Promise<boolean> {
  const [host, pid] = (await readFile(lock, 'utf8').catch(() => '')).split(' ')
  if (host !== hostname()) return host !== ''
  if (Number(pid) === process.pid) return false
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
