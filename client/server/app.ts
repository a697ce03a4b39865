import { createRequestHandler } from '@react-router/express'
import express, { type Express } from 'express'
import { RouterContextProvider, type ServerBuild } from 'react-router'
import { blogContext, createBlog } from '../app/services/blog.server.ts'
import type { Config } from './config.ts'

/** Every page of the blog, as an Express application. What is rendered once is kept while its version lasts. */
const appOf = (config: Config): Express => {
  const blog = createBlog(config)
  const app = express()
  app.disable('x-powered-by')
  app.use(
    createRequestHandler({
      build: () => import('virtual:react-router/server-build') as Promise<ServerBuild>,
      getLoadContext: (_req, res) => {
        const context = new RouterContextProvider()
        context.set(blogContext, { ...blog, nonce: String(res.locals.nonce) })
        return context
      },
    }),
  )
  return app
}

const made = new Map<Config, Express>()

export const createPages = (config: Config): Express => {
  const app = made.get(config) ?? appOf(config)
  made.set(config, app)
  return app
}
