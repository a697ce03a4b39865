import { relative, sep } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What starts processes and browsers takes longest, and mostly waits: begun last, it would leave the other workers idle. */
const ranks: readonly RegExp[] = [
  // Of the whole-system tests, those that take more than half a minute.
  /^infra\/(postman\/|e2e\/(accounts-down|conform|docs|restarts|features|stored-scripts|runner|people|real-blogs)\.)/,
  /^infra\/e2e\//,
  // A worker serves one project: the house tests are grouped, so that workers of the unit tests do not end and restart for them.
  /^infra\/(house|containers|kubernetes)\//,
  /^(client\/test\/browser|infra\/test-run\/)/,
  /^((client|event-bus|accounts)\/test|infra\/(backup|export|import|log))\//,
]

/** Whole-system tests first, then those of browsers and processes, then the rest; within each, vitest's own order. */
export default class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const path = relative(this.ctx.config.root, moduleId).split(sep).join('/')
      const rank = ranks.findIndex((pattern) => pattern.test(path))
      return rank === -1 ? ranks.length : rank
    }
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other))
  }
}
