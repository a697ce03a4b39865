import type { Reporter, TestModule } from 'vitest/node'

interface Part {
  /** Their ids: a file that runs once more is still one. */
  files: ReadonlySet<string>
  /** Since the run began. */
  fromMs: number
  toMs: number
  /** The time of all its files together, which several workers share. */
  workMs: number
}

const projects: Readonly<Record<string, string>> = { e2e: 'whole system', house: 'house rules', unit: 'unit' }

const partOf = ({ project, relativeModuleId }: TestModule): string =>
  relativeModuleId.startsWith('infra/postman/') ? 'Postman' : (projects[project.name] ?? 'tests')

const clock = (ms: number): string => {
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Measures how long each part of a run takes. Parts overlap: the workers are shared by all. */
export default class Parts implements Reporter {
  private readonly parts = new Map<string, Part>()
  private readonly begun = new Map<string, number>()
  private readonly beginning: number

  /** `beforeMs`: how long what came before took, as set-up. */
  constructor(beforeMs = 0) {
    this.beginning = performance.now() - beforeMs
    if (beforeMs > 0) this.add('set-up', this.beginning, performance.now())
  }

  onTestModuleStart(module: TestModule): void {
    this.begun.set(module.id, performance.now())
  }

  onTestModuleEnd(module: TestModule): void {
    this.add(partOf(module), this.begun.get(module.id) ?? performance.now(), performance.now(), module.id)
  }

  /** A part, or a further piece of one, that ran between these times of `performance.now()`. */
  add(name: string, begunAt: number, endedAt: number, file?: string): void {
    const [fromMs, toMs] = [begunAt - this.beginning, endedAt - this.beginning]
    const known = this.parts.get(name) ?? { files: new Set(), fromMs, toMs, workMs: 0 }
    this.parts.set(name, {
      files: file === undefined ? known.files : new Set([...known.files, file]),
      fromMs: Math.min(known.fromMs, fromMs),
      toMs: Math.max(known.toMs, toMs),
      workMs: known.workMs + toMs - fromMs,
    })
  }

  /** One line for each part, in minutes and seconds. */
  table(): string {
    const row = (name: string, ...columns: (string | number)[]) =>
      name.padEnd(14) + columns.map((column) => String(column).padStart(8)).join('')
    const parts = [...this.parts].toSorted(([, one], [, other]) => one.fromMs - other.fromMs)
    return [
      row('part', 'files', 'from', 'to', 'work'),
      ...parts.map(([name, { files, fromMs, toMs, workMs }]) =>
        row(name, files.size || '', clock(fromMs), clock(toMs), clock(workMs)),
      ),
    ].join('\n')
  }
}
