import type { Reporter, Vitest } from 'vitest/node'

/**
 * Ends a run with `N passed, N failed, N skipped` on a line of its own, after everything else, for scripts and hurried people.
 * Of what ran more than once the last run counts.
 */
export default class ClosingLine implements Reporter {
  private vitest?: Vitest
  private errors = 0
  private further = 0

  onInit(vitest: Vitest): void {
    this.vitest = vitest
    process.once('exit', () => this.print())
  }

  onTestRunEnd(_: unknown, errors: readonly unknown[]): void {
    this.errors = errors.length
  }

  /** Files that count as failed although their tests passed at last. */
  countAsFailed(files: number): void {
    this.further += files
  }

  private print(): void {
    const counts = { passed: 0, failed: this.errors + this.further, skipped: 0 }
    for (const module of this.vitest?.state.getTestModules() ?? []) {
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed++
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed' || state === 'failed' || state === 'skipped') counts[state]++
        // Begun and never ended: the run was cut short.
        else counts.failed++
      }
    }
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
  }
}
