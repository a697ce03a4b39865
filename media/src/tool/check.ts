import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Damaged, Refused } from '@logbook/chassis/start/command-line.ts'
import {
  operatorTokenOf,
  operatorTokenSettings,
  parseConfig,
  setting,
} from '@logbook/chassis/start/config.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import type { Checked } from '../storage/check.ts'

const toolSettings = {
  LOGBOOK_DATA: setting.path('data'),
  LOGBOOK_MEDIA_PORT: setting.port(servicePorts.media),
  MEDIA_URL: z.url().optional(),
  ...operatorTokenSettings,
}

/** Where media answers, and what the operator shows it. Throws `Refused` where there is no token. */
const readPlace = (env: NodeJS.ProcessEnv): { url: string; token: string } => {
  const read = parseConfig(toolSettings, env)
  const url = read.MEDIA_URL ?? `http://127.0.0.1:${read.LOGBOOK_MEDIA_PORT}`
  const given = operatorTokenOf(read)
  if (given !== undefined) return { url, token: given }
  const file = resolve(join(read.LOGBOOK_DATA, 'tokens', operator))
  try {
    return { url, token: readFileSync(file, 'utf8').trim() }
  } catch {
    throw new Refused(`The operator's token can't be read from ${file}.`)
  }
}

/** Has the service compare its storage with what the log names. Throws `Refused` where it does not answer. */
export const askForCheck = async (env: NodeJS.ProcessEnv): Promise<Checked> => {
  const { url, token } = readPlace(env)
  const answer = await fetch(`${url}/check`, { headers: { Authorization: `Bearer ${token}` } }).catch(() => {
    throw new Refused(`Media does not answer at ${url}. Is Logbook running?`)
  })
  if (!answer.ok) throw new Refused(`Media answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Checked
}

/** What was found, line by line. Throws `Damaged` where an event names a file that is not there. */
export const describeCheck = (
  { objects, bytes, missing, unknown }: Checked,
  out: NodeJS.WritableStream,
): void => {
  for (const { key } of missing) out.write(`missing: ${key}\n`)
  for (const { key, bytes: size } of unknown) out.write(`no event names: ${key} (${size} bytes)\n`)
  out.write(
    `${objects} objects with ${bytes} bytes are named by events; ${unknown.length} others are stored.\n`,
  )
  if (missing.length > 0)
    throw new Damaged(`${missing.length} files are missing. Restore them from a backup.`)
}
