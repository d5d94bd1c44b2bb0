import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { checkOut, startReport } from '../../src/io/report-store.ts'

let folder = ''
let out = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-report-'))
  out = join(folder, 'deep', 'report')
})

async function report(text: string): Promise<string | null> {
  await checkOut(out)
  const draft = await startReport(out, folder)
  await draft.write('audit.json', [text])
  return draft.commit()
}

describe('the report store', () => {
  it('puts a whole report in its place and tells the hash of each file', async () => {
    const draft = await startReport(out, folder)
    const sha256 = await draft.write('audit.json', ['{"ä":', Buffer.from('1}')])
    expect(sha256).toBe(createHash('sha256').update('{"ä":1}').digest('hex'))
    expect(existsSync(out)).toBe(false)
    expect(await draft.commit()).toBe(null)
    expect(readFileSync(join(out, 'audit.json'), 'utf8')).toBe('{"ä":1}')
    expect(readdirSync(join(folder, 'deep'))).toEqual(['report'])
  })

  it('moves earlier reports aside, each to a place of its own', async () => {
    await report('1')
    expect(await report('2')).toBe(`${out}.previous-1`)
    expect(await report('3')).toBe(`${out}.previous-2`)
    expect(readFileSync(join(`${out}.previous-1`, 'audit.json'), 'utf8')).toBe('1')
    expect(readFileSync(join(`${out}.previous-2`, 'audit.json'), 'utf8')).toBe('2')
    expect(readFileSync(join(out, 'audit.json'), 'utf8')).toBe('3')
  })

  it('leaves nothing when it is discarded, and an earlier report as it was', async () => {
    await report('1')
    const draft = await startReport(out, folder)
    await draft.write('audit.json', ['2'])
    await draft.discard()
    expect(readdirSync(join(folder, 'deep'))).toEqual(['report'])
    expect(readFileSync(join(out, 'audit.json'), 'utf8')).toBe('1')
  })

  it('clears away the draft of a run that was killed, and no other', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const stale = join(folder, 'deep', `.report.part-${dead}`)
    const running = join(folder, 'deep', `.report.part-${process.ppid}`)
    for (const path of [stale, running]) mkdirSync(path, { recursive: true })
    await report('1')
    expect(existsSync(stale)).toBe(false)
    expect(existsSync(running)).toBe(true)
  })

  it('takes an empty folder, but never one with other things in it', async () => {
    mkdirSync(out, { recursive: true })
    await report('1')
    const home = join(folder, 'home')
    mkdirSync(home)
    writeFileSync(join(home, 'thesis.tex'), 'x')
    await expect(checkOut(home)).rejects.toMatchObject({ code: 'OUTPUT' })
    await expect(checkOut(join(home, 'thesis.tex'))).rejects.toMatchObject({ code: 'OUTPUT' })
    await expect(checkOut(join(home, 'thesis.tex', 'below'))).rejects.toMatchObject({ code: 'OUTPUT' })
  })

  it('says when a folder may not be written', async () => {
    await expect(checkOut('/proc/none/report')).rejects.toMatchObject({ code: 'OUTPUT' })
  })

  it('hands on the error of a format as it is', async () => {
    const draft = await startReport(out, folder)
    const broken = async function* (): AsyncGenerator<string> {
      yield 'a'
      throw new RangeError('format broke')
    }
    await expect(draft.write('x', broken())).rejects.toThrow(RangeError)
  })
})
