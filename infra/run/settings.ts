import { resolve } from 'node:path'
import { parseConfig, setting } from '@logbook/chassis/config.ts'
import { webAddress } from '@logbook/contracts/text.ts'
import { defaultPorts, type Place, type Ports, portVariable, root, serviceNames } from './services.ts'

/** The runner's settings: `LOGBOOK_HOST`, `LOGBOOK_DATA`, `LOGBOOK_PUBLIC_URL`, `LOGBOOK_<SERVICE>_PORT`. Throws `ConfigError` naming each wrong one. */
export const readPlace = (env: NodeJS.ProcessEnv): Place => {
  const { LOGBOOK_HOST, LOGBOOK_DATA, LOGBOOK_PUBLIC_URL } = parseConfig(
    {
      LOGBOOK_HOST: setting.host(),
      LOGBOOK_DATA: setting.path('data'),
      LOGBOOK_PUBLIC_URL: webAddress.optional(),
    },
    env,
  )
  const shape = Object.fromEntries(
    serviceNames.map((name) => [portVariable(name), setting.port(defaultPorts[name])]),
  )
  const read = parseConfig(shape, env)
  const ports = Object.fromEntries(serviceNames.map((name) => [name, read[portVariable(name)]])) as Ports
  return {
    host: LOGBOOK_HOST,
    ports,
    dataFolder: resolve(root, LOGBOOK_DATA),
    publicUrl: LOGBOOK_PUBLIC_URL?.replace(/\/+$/, ''),
  }
}
