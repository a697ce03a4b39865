import { busTokenOf, busTokenSettings, parseConfig, setting } from '@logbook/chassis/config.ts'
import { defaultUrl, servicePorts } from '@logbook/contracts/services.ts'

export interface Config {
  host: string
  port: number
  logLevel: string
  busUrl: string
  /** Undefined where the bus is open. */
  busToken: string | undefined
  /** The view's file, rebuilt from the log when it is missing. */
  database: string
  /** Origins whose pages may call this service directly. */
  origins: readonly string[]
}

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const read = parseConfig(
    {
      HOST: setting.host(),
      PORT: setting.port(servicePorts.moderation),
      LOG_LEVEL: setting.logLevel(),
      BUS_URL: setting.url(defaultUrl('event-bus')),
      ...busTokenSettings,
      DATABASE: setting.path('data/moderation.sqlite'),
      CORS_ORIGINS: setting.origins('http://localhost:3000,http://127.0.0.1:3000'),
    },
    env,
  )
  return {
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    busUrl: read.BUS_URL,
    busToken: busTokenOf(read),
    database: read.DATABASE,
    origins: read.CORS_ORIGINS,
  }
}
