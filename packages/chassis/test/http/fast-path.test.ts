import express from 'express'
import supertest from 'supertest'
import { expect, it } from 'vitest'
import { createHttpApp } from '../../src/http/app.ts'
import { silentLogger } from '../../src/logger.ts'
import { Problem } from '../../src/problem.ts'

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
      fastPath(req, res, fail) {
        if (req.url === '/ready') res.writeHead(200).end('prepared')
        else if (req.url === '/bad-head') res.writeHead(200, { Link: 'a\nb' }).end()
        else if (req.url === '/half') {
          res.writeHead(200, { 'Content-Length': '100' }).write('half')
          throw new Error('no more')
        } else if (req.url === '/fails') setImmediate(() => fail(new Problem('gone', { detail: 'It went.' })))
        else return undefined
        return '/:prepared'
      },
    }),
  )
}

it('a fast path answers ahead of Express', async () => {
  const { text, headers } = await boot().get('/ready').expect(200)
  expect(text).toBe('prepared')
  expect(headers['x-request-id']).toBeUndefined()
})

it('what a fast path leaves, or throws at, is answered by the routes', async () => {
  const service = boot()
  for (const name of ['other', 'bad-head']) {
    const { body, headers } = await service.get(`/${name}`).expect(200)
    expect(body).toEqual({ name })
    expect(headers['x-request-id']).toBeDefined()
  }
})

it('the connection ends where a fast path throws after half an answer', async () => {
  const service = boot()
  await expect(service.get('/half')).rejects.toThrow('socket hang up')
  await service.get('/ready').expect(200)
})

it('what a fast path fails with is answered like every other problem', async () => {
  const service = boot()
  const { body, headers } = await service.get('/fails').expect(410)
  expect(body).toMatchObject({ code: 'gone', detail: 'It went.' })
  expect(headers['x-request-id']).toBeDefined()
  expect(headers['x-content-type-options']).toBe('nosniff')
})
