import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import express, { type Express } from 'express'
import type { ServerBuild } from 'react-router'
import { createSettingsCopy } from '../app/services/settings.server.ts'
import type { Painter } from '../pictures/painter.ts'
import type { Config } from './config.ts'
import { createPageHandler } from './pages.ts'

interface Parts {
  config: Config
  renderer: Renderer
  painter: Painter
  /** The address of the script of pages that are read. */
  readerScript: string
}

/** Every page of the blog, as an Express application. */
const appOf = ({ config, ...parts }: Parts): Express => {
  const app = express()
  const settings = createSettingsCopy({
    initial: config.initial,
    queryUrl: config.urls.query,
  })
  app.disable('x-powered-by')
  app.use(
    createPageHandler({
      build: () => import('virtual:react-router/server-build') as Promise<ServerBuild>,
      config,
      settings,
      ...parts,
    }),
  )
  return app
}

const made = new Map<Config, Express>()

export const createPages = (parts: Parts): Express => {
  const app = made.get(parts.config) ?? appOf(parts)
  made.set(parts.config, app)
  return app
}
