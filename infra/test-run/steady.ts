import { fork } from 'node:child_process'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { createVitest, type TestModule } from 'vitest/node'

const timesOf = (text: string): number => {
  const times = Number(text)
  if (!Number.isInteger(times) || times < 1)
    throw new InvalidArgumentError('must be a whole number from 1 on')
  return times
}

const program = new Command('npm run test:steady --')
  .description(
    'Runs files of tests again and again beside a busy core, and says how often each failed. Ends with 1 if one ever did.',
  )
  .argument('<file...>', 'files of tests, as vitest finds them by a part of their path')
  .option('--times <n>', 'how often', timesOf, 20)
  .option('--quiet-core', 'keep no core busy', false)
  .parse()
const { times, quietCore } = program.opts<{ times: number; quietCore: boolean }>()

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Says each failed test in full, and counts it. */
const noteFailures = (modules: readonly TestModule[], failures: Map<string, number>): void => {
  for (const module of modules) {
    if (module.ok()) continue
    failures.set(module.relativeModuleId, (failures.get(module.relativeModuleId) ?? 0) + 1)
    for (const error of module.errors()) say(`  ${module.relativeModuleId}: ${error.message}`)
    for (const test of module.children.allTests('failed'))
      say(`  ${module.relativeModuleId} > ${test.fullName}\n    ${test.result().errors?.[0]?.stack ?? ''}`)
  }
}

process.env.NODE_ENV ??= 'test'
// One process that computes for ever takes a core, as a machine that is busy with other things would.
const busy = quietCore ? undefined : fork(join(import.meta.dirname, 'busy-core.ts'))
const vitest = await createVitest({ watch: false, reporters: [{}] })
const failures = new Map<string, number>()
try {
  const specifications = (
    await Promise.all(program.args.map((file) => vitest.getRelevantTestSpecifications([file])))
  ).flat()
  if (specifications.length === 0) throw new Error(`No file of tests is called ${program.args.join(' or ')}`)
  for (let time = 1; time <= times; time++) {
    const begun = performance.now()
    const { testModules } = await vitest.runTestSpecifications(specifications)
    noteFailures(testModules, failures)
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
    say(
      `${time} of ${times}: ${testModules.every((module) => module.ok()) ? 'passed' : 'failed'} in ${seconds} s`,
    )
  }
  for (const [file, count] of failures) say(`${file} failed ${count} of ${times} times`)
  if (failures.size === 0) say(`Steady: ${specifications.length} files passed ${times} times`)
  process.exitCode = failures.size === 0 ? 0 : 1
} finally {
  busy?.kill('SIGKILL')
  await vitest.close()
}
