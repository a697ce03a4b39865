import express from 'express'
import supertest from 'supertest'
import { expect, it } from 'vitest'
import { createHttpApp } from '../../src/http/app.ts'
import { silentLogger } from '../../src/logger.ts'

const boot = () => {
  const router = express.Router()
  router.get('/:name', (req, res) => void res.json(req.params))
  return supertest(
    createHttpApp({
      name: 'things',
      logger: silentLogger,
      router,
      health: () => ({ ready: true }),
      origins: [],
      prepared(req, res) {
        if (req.url === '/ready') res.writeHead(200).end('prepared')
        else if (req.url === '/bad-head') res.writeHead(200, { Link: 'a\nb' }).end()
        else if (req.url === '/half') {
          res.writeHead(200, { 'Content-Length': '100' }).write('half')
          throw new Error('no more')
        } else return undefined
        return '/:prepared'
      },
    }),
  )
}

it('answers what is prepared ahead of all else', async () => {
  const { text, headers } = await boot().get('/ready').expect(200)
  expect(text).toBe('prepared')
  expect(headers['x-request-id']).toBeUndefined()
})

it('answers the rest by its routes, what was prepared wrongly too', async () => {
  const service = boot()
  for (const name of ['other', 'bad-head']) {
    const { body, headers } = await service.get(`/${name}`).expect(200)
    expect(body).toEqual({ name })
    expect(headers['x-request-id']).toBeDefined()
  }
})

it('hangs up where half an answer is sent', async () => {
  const service = boot()
  await expect(service.get('/half')).rejects.toThrow('socket hang up')
  await service.get('/ready').expect(200)
})
