import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { topicGrants } from '@logbook/contracts/token-grants.ts'
import { expect, it, vi } from 'vitest'
import { createDoctor } from '../doctor/command.ts'
import type { Diagnosis, Facts } from '../doctor/facts.ts'
import { portVariable, startOrder } from '../run/services.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

const waiting = { interval: 200, timeout: 30_000 }

interface Said extends Diagnosis {
  facts: Facts
}

const doctor = async ({ place }: Logbook, dataFolder = place.dataFolder): Promise<Said> => {
  const ports = startOrder.map((name) => [portVariable(name), String(place.ports[name])])
  let text = ''
  const stdout = { write: (piece: string) => (text += piece) }
  const env = { LOGBOOK_DATA: dataFolder, ...Object.fromEntries(ports) }
  let ended: boolean | undefined
  const end = (ok: boolean) => {
    ended = ok
  }
  await createDoctor({ env, stdout, end }).parseAsync(['--json'], { from: 'user' })
  const said: Said = JSON.parse(text)
  expect(ended).toBe(said.ok)
  return said
}

it('the doctor asks each running service over the bus, names one that was killed, and finds it well when it is back', async () => {
  const logbook = await sharedLogbook()
  const findsNothing = () =>
    vi.waitFor(async () => {
      const said = await doctor(logbook)
      expect(said.findings.filter(({ level }) => level !== 'ok')).toEqual([])
      return said
    }, waiting)
  const well = await findsNothing()
  expect(well.verdict).toBe('Logbook is well.')
  const asked = well.facts.services.filter(({ kind }) => kind === 'reported').map(({ name }) => name)
  const health = Object.keys(topicGrants).filter((topic) => topic.startsWith('health.'))
  expect(asked.map((name) => `health.${name}`).sort()).toEqual(health.sort())

  await logbook.kill('moderation', 'SIGKILL')
  const ill = await doctor(logbook)
  expect(ill).toMatchObject({ ok: false, running: true })
  expect(ill.findings.filter(({ level }) => level !== 'ok')).toMatchObject([
    { about: 'moderation', level: 'broken', says: expect.stringContaining('ECONNREFUSED') },
  ])

  const elsewhere = temporaryFolder()
  expect(await doctor(logbook, elsewhere)).toMatchObject({ ok: false, running: false })

  await logbook.start('moderation')
  await findsNothing()
})
