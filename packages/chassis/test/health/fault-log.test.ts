import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createFaultLog } from '../../src/health/fault-log.ts'
import { loggableError } from '../../src/logger.ts'

const logged = () => {
  const lines: { msg: string; times?: number; fault?: string; err?: { stack: string } }[] = []
  const logger = pino(
    { serializers: { err: loggableError } },
    { write: (line) => lines.push(JSON.parse(line)) },
  )
  return { lines, faults: createFaultLog(logger, { failed: 'it failed', again: 'it works again' }) }
}

it('a fault that comes a thousand times is told with its stack once, and then ever more rarely with its count', () => {
  const { lines, faults } = logged()
  for (let time = 0; time < 1_000; time += 1) faults.fault(new Error('the bus is away'))
  expect(lines.filter(({ err }) => err !== undefined)).toHaveLength(1)
  expect(lines.slice(1).map(({ times }) => times)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512])
  faults.over()
  faults.over()
  expect(lines.slice(10)).toMatchObject([{ msg: 'it works again', times: 1_000 }])
})

it('another fault, or the same after it was over, is told with its stack again', () => {
  const { lines, faults } = logged()
  faults.fault(new Error('one'))
  faults.fault(new Error('another'))
  faults.over()
  faults.fault(new Error('another'))
  expect(lines.filter(({ err }) => err !== undefined)).toHaveLength(3)
})
