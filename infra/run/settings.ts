import { resolve } from 'node:path'
import { originSetting, parseConfig, setting } from '@logbook/chassis/start/config.ts'
import { z } from 'zod'
import { defaultPorts, type Place, type Ports, portVariable, root, serviceNames } from './services.ts'

const ownSettings = {
  LOGBOOK_DATA: setting.path('data').describe('The folder of all data, for its owner alone.'),
  LOGBOOK_PUBLIC_URL: originSetting
    .optional()
    .describe('Where browsers find the blog, without a path; where the gateway listens unless set.'),
  LOGBOOK_HOST: setting
    .host()
    .describe('The address that the gateway listens on. All others stay on 127.0.0.1.'),
  LOGBOOK_ONE_PROCESS: z
    .enum(['0', '1'])
    .default('0')
    .describe('`1` runs all services in one process, as `--one-process` does. `--dev` goes before it.'),
}
const portSettings = Object.fromEntries(
  serviceNames.map((name) => [
    portVariable(name),
    setting.port(defaultPorts[name]).describe(`The port of ${name}.`),
  ]),
)
export const settings = { ...ownSettings, ...portSettings }

/** Whether all services are to run in one process. Throws `ConfigError`. */
export const readOneProcess = (env: NodeJS.ProcessEnv): boolean =>
  parseConfig({ LOGBOOK_ONE_PROCESS: ownSettings.LOGBOOK_ONE_PROCESS }, env).LOGBOOK_ONE_PROCESS === '1'

/** The runner's settings: `LOGBOOK_HOST`, `LOGBOOK_DATA`, `LOGBOOK_PUBLIC_URL`, `LOGBOOK_<SERVICE>_PORT`. Throws `ConfigError` naming each wrong one. */
export const readPlace = (env: NodeJS.ProcessEnv): Place => {
  const { LOGBOOK_HOST, LOGBOOK_DATA, LOGBOOK_PUBLIC_URL } = parseConfig(ownSettings, env)
  const read = parseConfig(portSettings, env)
  const ports = Object.fromEntries(serviceNames.map((name) => [name, read[portVariable(name)]])) as Ports
  return {
    host: LOGBOOK_HOST,
    ports,
    dataFolder: resolve(root, LOGBOOK_DATA),
    publicUrl: LOGBOOK_PUBLIC_URL,
  }
}
