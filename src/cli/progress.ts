import cliProgress from 'cli-progress'
import type { Progress, ProgressEvent } from '../core/event.ts'
import { count, duration, size, visible } from './text.ts'

/** Draws what a run tells: a live bar on a terminal, plain lines elsewhere. Always to stderr. */
export interface Drawing {
  onProgress: Progress
  /** Leaves the terminal as it was. */
  end(): void
}

export function drawing(stream: NodeJS.WriteStream): Drawing {
  return stream.isTTY ? bar(stream) : lines(stream)
}

/** Rows where they are known, else bytes, seen so far. */
class Meter {
  rows = 0
  bytes = 0
  total: number | null = null
  totalBytes = 0
  private start = Date.now()

  begin(event: Extract<ProgressEvent, { kind: 'plan' }>): void {
    this.total = event.rows
    this.totalBytes = event.bytes
    this.start = Date.now()
  }

  add(event: Extract<ProgressEvent, { kind: 'map' }>): void {
    this.rows += event.rows
    this.bytes += event.bytes
  }

  perSecond(): number {
    return Math.round(this.rows / Math.max(0.001, (Date.now() - this.start) / 1000))
  }

  eta(): string {
    if (this.total === null || this.rows === 0) return '–'
    return duration(((Date.now() - this.start) / this.rows) * Math.max(0, this.total - this.rows))
  }
}

function bar(stream: NodeJS.WriteStream): Drawing {
  const meter = new Meter()
  const drawn = new cliProgress.SingleBar({
    stream,
    hideCursor: true,
    clearOnComplete: true,
    format: '{step} {bar} {share} {rows} · {rate} rows/s · {left} left · {path}',
    barsize: 24,
    etaBuffer: 10,
    linewrap: false,
    gracefulExit: false,
  })
  let running = false
  const payload = (step: string, path: string): object => ({
    step,
    path: visible(path).slice(-48),
    share:
      meter.total === null || meter.total === 0
        ? ''
        : `${Math.min(100, Math.floor((100 * meter.rows) / meter.total))}%`,
    rows: `${count(meter.rows)}${meter.total === null ? '' : `/${count(meter.total)}`} rows`,
    rate: count(meter.perSecond()),
    left: meter.eta(),
  })
  const say = (text: string): void => {
    if (running) drawn.stop()
    stream.write(`${text}\n`)
    if (running) drawn.start(meter.total ?? 1, meter.rows, payload('reading', ''))
  }
  const end = (): void => {
    if (running) drawn.stop()
    running = false
  }
  const onProgress = (event: ProgressEvent): void => {
    switch (event.kind) {
      case 'plan':
        meter.begin(event)
        drawn.start(meter.total ?? 1, 0, payload('reading', ''))
        running = true
        return
      case 'map':
        meter.add(event)
        return drawn.update(
          meter.total === null ? 0 : Math.min(meter.rows, meter.total),
          payload('reading', event.path),
        )
      case 'download':
        return drawn.update(payload(`fetching ${size(event.done)}/${size(event.bytes)}`, event.path))
      case 'warning':
        return say(`warning: ${visible(event.message)}`)
      case 'prepare':
      case 'reduce':
      case 'claims':
      case 'write':
        return drawn.update(payload(sentence(event), ''))
    }
  }
  return { onProgress, end }
}

/** At most one line about rows in this time; steps are always told. */
const LINE_EVERY_MS = 5000

function lines(stream: NodeJS.WriteStream): Drawing {
  const meter = new Meter()
  let lastLine = Date.now()
  let lastStep = ''
  const say = (text: string): void => void stream.write(`${text}\n`)
  const step = (text: string): void => {
    if (text !== lastStep) say(text)
    lastStep = text
  }
  const onProgress = (event: ProgressEvent): void => {
    switch (event.kind) {
      case 'plan': {
        meter.begin(event)
        const rows = event.rows === null ? '' : `, ${count(event.rows)} rows`
        const fetch = event.download > 0 ? `, ${size(event.download)} to download` : ''
        return say(`reading ${event.shards} files${rows}, ${size(event.bytes)}${fetch}`)
      }
      case 'map': {
        meter.add(event)
        const finished = meter.total !== null && meter.rows >= meter.total
        if (!finished && Date.now() - lastLine < LINE_EVERY_MS) return
        lastLine = Date.now()
        const total = meter.total === null ? '' : ` of ${count(meter.total)}`
        return say(
          `read ${count(meter.rows)}${total} rows, ${count(meter.perSecond())} rows/s, ${visible(event.path)}`,
        )
      }
      case 'download':
        if (event.done >= event.bytes) step(`fetched ${visible(event.path)} (${size(event.bytes)})`)
        return
      case 'warning':
        return say(`warning: ${visible(event.message)}`)
      case 'prepare':
      case 'reduce':
      case 'claims':
      case 'write':
        return step(sentence(event))
    }
  }
  return { onProgress, end: () => undefined }
}

function sentence(
  event: Extract<ProgressEvent, { kind: 'prepare' | 'reduce' | 'claims' | 'write' }>,
): string {
  switch (event.kind) {
    case 'prepare':
      return `preparing ${event.stage}`
    case 'reduce':
      return `reducing ${event.stage}`
    case 'claims':
      return 'judging claims'
    case 'write':
      return `writing ${event.file}`
  }
}
