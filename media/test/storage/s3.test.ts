import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from '@20minutes/s3rver'
import { limits } from '@logbook/media/storage/limits.ts'
import { s3Storage } from '@logbook/media/storage/s3.ts'
import { StorageUnavailable } from '@logbook/media/storage/unavailable.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { describeStorage, listed, piecesOf } from './conformance.ts'

const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

let folder: string
let server: S3rver
let endpoint: string
let made = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logbook-s3-'))
  const options = {
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    allowMismatchedSignatures: true,
  }
  server = new S3rver({ ...options, configureBuckets: [{ name: 'media' }] })
  endpoint = `http://127.0.0.1:${(await server.run()).port}`
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

describeStorage('in a bucket', async () => {
  // A prefix of its own for each test: it must be part of every request and of no answer.
  const prefix = `test-${made++}/`
  const storage = s3Storage({
    bucket: 'media',
    region: 'us-east-1',
    endpoint,
    prefix,
    credentials,
  })
  return { storage, dispose: () => storage.close() }
})

describe('a bucket with faults', () => {
  let faulty: Server | undefined
  const opened: { close(): Promise<void> }[] = []

  const bucketThat = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
    const listening = createServer((request, response) => {
      request.resume().once('end', () => answer(request, response))
    }).listen(0, '127.0.0.1')
    faulty = listening
    await new Promise((resolve) => listening.once('listening', resolve))
    const { port } = listening.address() as AddressInfo
    const storage = s3Storage({
      ...{ bucket: 'media', region: 'us-east-1', credentials },
      endpoint: `http://127.0.0.1:${port}`,
    })
    opened.push(storage)
    return storage
  }

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close()
    faulty?.closeAllConnections()
    faulty?.close()
  })

  it('a bucket that refuses requests is unavailable, with the reason', async () => {
    const storage = await bucketThat((_, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' })
      response.end('<Error><Code>AccessDenied</Code><Message>The key is not known here.</Message></Error>')
    })
    const refusal = await storage.put('a', piecesOf(Buffer.from('x'))).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(StorageUnavailable)
    expect(refusal).toMatchObject({
      kind: 'away',
      message: expect.stringContaining('The key is not known here.'),
    })
  })

  it('a full bucket is reported as full', async () => {
    const storage = await bucketThat((_, response) => {
      response.writeHead(507, { 'content-type': 'application/xml' })
      response.end('<Error><Code>InsufficientStorage</Code><Message>No space.</Message></Error>')
    })
    await expect(storage.put('a', piecesOf(Buffer.from('x')))).rejects.toMatchObject({ kind: 'full' })
  })

  it('a missing bucket is not an empty one', async () => {
    const storage = s3Storage({ bucket: 'none', region: 'us-east-1', endpoint, credentials })
    opened.push(storage)
    await expect(storage.get('a')).rejects.toThrow(StorageUnavailable)
    await expect(listed(storage, '')).rejects.toThrow(StorageUnavailable)
  })

  it('an unreachable bucket is away', async () => {
    const storage = await bucketThat(() => undefined)
    await new Promise((resolve) => faulty?.close(resolve))
    await expect(storage.size('a')).rejects.toMatchObject({ kind: 'away' })
  })

  it('a dropped request to a bucket is retried', async () => {
    let requests = 0
    const storage = await bucketThat((request, response) => {
      requests++
      if (requests === 1) request.socket.destroy()
      else response.writeHead(200, { etag: '"1"' }).end()
    })
    await storage.put('a', piecesOf(Buffer.from('x')))
    expect(requests).toBe(2)
  })

  it('a bucket is listed page by page to the end', async () => {
    const page = (keys: string[], next: string) =>
      `<ListBucketResult>${keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('')}${next}</ListBucketResult>`
    const storage = await bucketThat((request, response) => {
      const token = new URL(request.url ?? '', 'http://bucket').searchParams.get('continuation-token')
      response.setHeader('content-type', 'application/xml')
      const next = '<NextContinuationToken>n+1/=</NextContinuationToken>'
      response.end(token === 'n+1/=' ? page(['c'], '') : page(['a', 'b'], next))
    })
    expect((await listed(storage, '')).map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  })

  it('the parts of a failed upload are aborted', async () => {
    const requests: string[] = []
    const storage = await bucketThat((request, response) => {
      requests.push(`${request.method} ${request.url?.replace(/&?x-id=\w+/, '')}`)
      response.setHeader('content-type', 'application/xml')
      if (request.method === 'POST')
        response.end('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>')
      else response.writeHead(request.method === 'PUT' ? 200 : 204, { etag: '"1"' }).end()
    })
    const source = async function* () {
      yield Buffer.alloc(limits.partBytes + 1)
      throw new Error('the source broke')
    }
    await expect(storage.put('a', source())).rejects.toThrow('the source broke')
    expect(requests).toEqual([
      'POST /media/a?uploads=',
      'PUT /media/a?partNumber=1&uploadId=u1',
      'DELETE /media/a?uploadId=u1',
    ])
  })
})
