/**
 * Lets work start in the order it asked: at most `slots` at a time, and only while the memory it needs is left.
 * What needs more than there is runs alone, and is told how little it has.
 */
export class Gate {
  private readonly slots: number
  private readonly bytes: number
  private running = 0
  private used = 0
  private readonly waiting: { need: number; start: () => void }[] = []

  constructor(slots: number, bytes: number) {
    this.slots = slots
    this.bytes = bytes
  }

  /** Runs `work` when there is room; `granted` is the memory it may take. */
  async enter<T>(need: number, work: (granted: number) => Promise<T>): Promise<T> {
    const charge = Math.min(Math.max(need, 0), this.bytes)
    if (this.waiting.length > 0 || !this.fits(charge)) {
      await new Promise<void>((start) => this.waiting.push({ need: charge, start }))
    } else {
      this.take(charge)
    }
    try {
      return await work(Math.max(charge, this.bytes / this.slots))
    } finally {
      this.running--
      this.used -= charge
      this.wake()
    }
  }

  private fits(need: number): boolean {
    if (this.running === 0) return true
    return this.running < this.slots && this.used + need <= this.bytes
  }

  private take(need: number): void {
    this.running++
    this.used += need
  }

  private wake(): void {
    while (this.waiting.length > 0 && this.fits(this.waiting[0]!.need)) {
      const next = this.waiting.shift()!
      this.take(next.need)
      next.start()
    }
  }
}
