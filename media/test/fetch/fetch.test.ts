import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { fetchTo } from '@logbook/media/fetch/fetch.ts'
import { MediaRefused } from '@logbook/media/types/refused.ts'
import { describe, expect, it } from 'vitest'
import { closed, failure, fetched, refusal, serve, serveRaw } from './hosts.ts'

describe('a file by link', () => {
  it('a file by link is streamed piece by piece and reports its length', async () => {
    const translate: unknown[] = []
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10, 'content-type': 'image/png' }).end('0123456789')
    })
    const found = await fetched(url, { onProgress: (progress) => translate.push(progress) })
    expect(found).toEqual({ bytes: 10, type: 'image/png', text: '0123456789' })
    expect(translate.at(-1)).toEqual({ bytes: 10, total: 10 })
  })

  it('a file by link is fetched from a host that sends no length', async () => {
    const translate: unknown[] = []
    const url = await serve((_, response) => {
      response.write('01234')
      response.end('56789')
    })
    expect((await fetched(url, { onProgress: (progress) => translate.push(progress) })).text).toBe(
      '0123456789',
    )
    expect(translate.at(-1)).toEqual({ bytes: 10, total: null })
  })

  it('a file by link is read no faster than it is written', async () => {
    let sent = 0
    const url = await serve((_, response) => {
      const more = (): void => {
        for (let room = true; room && sent < 64 * 1024 * 1024; sent += 65_536)
          room = response.write(Buffer.alloc(65_536))
        if (sent < 64 * 1024 * 1024) response.once('drain', more)
        else response.end()
      }
      more()
    })
    let got = 0
    let ahead = 0
    const write = async (chunk: Uint8Array): Promise<void> => {
      const before = got
      await new Promise(setImmediate)
      // Nothing was handed over while this was written.
      expect(got).toBe(before)
      got += chunk.length
      ahead = Math.max(ahead, sent - got)
    }
    const { signal } = new AbortController()
    const allow = allowedTargets(['127.0.0.1'])
    await fetchTo(url, write, { allow, maxBytes: 1e9, signal, onProgress: () => {} })
    expect(got).toBe(64 * 1024 * 1024)
    expect(ahead).toBeLessThan(32 * 1024 * 1024)
  })

  it('an abort ends a fetch with its reason', async () => {
    const url = await serve((_, response) => void response.write('x'))
    const aborting = new AbortController()
    const onProgress = () => aborting.abort(new Error('enough'))
    expect((await failure(url, { signal: aborting.signal, onProgress })).message).toBe('enough')
  })

  it('a fetch throws the error of the writing side', async () => {
    const url = await serve((_, response) => void response.writeHead(200, { etag: '"1"' }).end('x'))
    const full = new Error('the storage is full')
    const options = { allow: allowedTargets(['127.0.0.1']), maxBytes: 10, onProgress: () => {} }
    const write = () => Promise.reject(full)
    await expect(fetchTo(url, write, { ...options, signal: new AbortController().signal })).rejects.toBe(full)
  })
})

describe('the address of a file', () => {
  const allow = allowedTargets(['public'])
  it.each([
    ...[
      'http://127.0.0.1/',
      'http://localhost/',
      'http://127.1/',
      'http://0x7f.1/',
      'http://2130706433/',
      'http://0/',
    ],
    ...[
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
      'http://[::ffff:7f00:1]/',
      'http://[64:ff9b::7f00:1]/',
    ],
    ...[
      'http://[2001:0:7f00:1::]/',
      'http://[2002:7f00:1::]/',
      'http://[fd00::1]/',
      'http://[fec0::1]/',
      'http://[fe80::1]/',
      'http://10.0.0.1/',
    ],
    ...[
      'http://169.254.169.254/latest/meta-data',
      'http://192.168.0.1/',
      'http://100.64.0.1/',
      'http://[::]/',
    ],
  ])('a private address is refused: %s', async (url) => {
    expect(await refusal(url, { allow })).toContain('not public')
  })

  it.each([
    'ftp://example.org/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'gopher://example.org/',
    'nothing',
    'http://',
  ])('a URL that can’t be fetched is refused: %s', async (url) => {
    expect(await refusal(url)).toMatch(/begin with http|is invalid/)
  })

  it('a URL with credentials is refused', async () => {
    expect(await refusal('http://ada:secret@127.0.0.1/')).toBe('Credentials do not belong in an address.')
  })

  it('a redirect to a private address is refused', async () => {
    const targets: Record<string, string> = {
      '/inside': 'http://127.0.0.2/',
      '/mapped': 'http://[::ffff:127.0.0.1]:1/',
      '/file': 'file:///etc/passwd',
      '/credentials': '//ada:secret@127.0.0.1/',
    }
    let asked = 0
    const url = await serve((request, response) => {
      asked++
      response.writeHead(302, { location: targets[request.url ?? ''] ?? '/' }).end()
    })
    expect(await refusal(`${url}/inside`)).toContain('not among the targets allowed')
    expect(await refusal(`${url}/file`)).toContain('http')
    expect(await refusal(`${url}/credentials`)).toContain('Credentials')
    expect(asked).toBe(3)
  })

  it('a name is checked by the address connected to, whatever it resolved to before', async () => {
    const url = await serve((_, response) => void response.end('secret'))
    // The name means another address at each lookup, as one does that is rebound.
    const addresses = ['93.184.216.34', '127.0.0.1']
    const judged = allowedTargets(['public'])
    const lookup: typeof allow.lookup = (host, _options, callback) => {
      const address = addresses.shift() ?? '127.0.0.1'
      const objection = judged.objection(address, host)
      if (objection !== undefined) callback(new Error(objection), '', 0)
      else callback(null, [{ address, family: 4 }])
    }
    lookup('rebound.example', {}, () => {})
    const rebound = url.replace('127.0.0.1', 'rebound.example')
    expect(await refusal(rebound, { allow: { ...judged, lookup } })).toContain('not public')
  })
})

describe('a redirect', () => {
  it('redirects are followed a few times, also to relative addresses', async () => {
    const url = await serve((request, response) => {
      const step = Number(request.url?.slice(1))
      if (step === 0) response.end('there')
      else
        response
          .writeHead([301, 302, 303, 307, 308][step % 5] ?? 302, { location: `./${step - 1}` })
          .end('not this')
    })
    expect((await fetched(`${url}/5`)).text).toBe('there')
    expect(await refusal(`${url}/6`)).toContain('redirects more than 5 times')
  })

  it('a redirect without a location is refused', async () => {
    const url = await serve((_, response) => void response.writeHead(302).end())
    expect(await refusal(url)).toContain('redirects without an address')
  })
})

describe('the host of a file', () => {
  it('a host that declares too large a file is refused before anything is written', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 2_000_000 })
      response.write('x')
    })
    expect(await refusal(url)).toBe('The file is larger than 1,000,000 bytes.')
  })

  it('a host that never stops sending is cut off at the maximum size', async () => {
    const url = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', more)
      more()
    })
    expect(await refusal(url)).toBe('The file is larger than 1,000,000 bytes.')
  })

  it('a response shorter than its declared length is an error', async () => {
    const url = await serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234')
    expect(await failure(url)).not.toBeInstanceOf(MediaRefused)
    const more = await serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n0123456789')
    expect((await fetched(more)).text).toBe('01234')
  })

  it.each([
    'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
    'nonsense\r\n\r\n',
    `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(100_000)}\r\n\r\n`,
    '',
  ])('a host that does not speak HTTP is an error', async (text) => {
    expect((await failure(await serveRaw(text))).message).not.toBe('')
  })

  it('a silent host times out, before the headers and in the body', async () => {
    const silent = await serveRaw('', () => {})
    expect((await failure(silent, { bounds: { headersMs: 50 } })).message).toContain('did not answer within')
    const stuck = await serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234', () => {})
    expect((await failure(stuck, { bounds: { idleMs: 50 } })).message).toContain('sent nothing for')
  })

  it('a host that sends too slowly is refused, though it never pauses for long', async () => {
    const dripping: NodeJS.Timeout[] = []
    const url = await serve((_, response) => {
      dripping.push(setInterval(() => response.write('x'), 5))
    })
    expect(await refusal(url, { bounds: { paceMs: 100 } })).toBe('The other host sends too slowly.')
    for (const each of dripping) clearInterval(each)
  })

  it.each([400, 401, 403, 404, 410, 204, 206])(
    'the status %i means that there is no file',
    async (status) => {
      const url = await serve((_, response) => void response.writeHead(status).end())
      expect(await refusal(url)).toContain(`answers with status ${status}`)
    },
  )

  it.each([500, 503, 429, 408])('the status %i means that a retry may find the file', async (status) => {
    const url = await serve((_, response) => void response.writeHead(status).end())
    const error = await failure(url)
    expect(error).not.toBeInstanceOf(MediaRefused)
    expect(error.message).toContain(`answers ${status}`)
  })

  it('a compressed response is refused, since it may be a bomb', async () => {
    const url = await serve(
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    )
    expect(await refusal(url)).toContain('compressed (gzip)')
  })

  it('an unreachable host may be retried', async () => {
    const url = await closed()
    expect(await failure(url)).not.toBeInstanceOf(MediaRefused)
  })
})

describe('a broken download', () => {
  const whole = '0123456789'
  /** Sends a few bytes a connection, and honours ranges as `answer` says. */
  const breaking = (
    etag: () => string,
    answer: (request: IncomingMessage, response: ServerResponse, from: number) => void,
  ) => {
    const asked: (string | undefined)[] = []
    const listener: RequestListener = (request, response) => {
      asked.push(request.headers.range)
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
      if (from > 0) return answer(request, response, from)
      response.writeHead(200, { 'content-length': whole.length, etag: etag() })
      response.write(whole.slice(0, 4), () => response.destroy())
    }
    return { asked, listener }
  }

  it('a broken download is resumed as often as needed', async () => {
    const { asked, listener } = breaking(
      () => '"v1"',
      (request, response, from) => {
        expect(request.headers['if-range']).toBe('"v1"')
        response.writeHead(206, { 'content-range': `bytes ${from}-9/10`, 'content-length': 10 - from })
        if (from === 4) response.write(whole.slice(4, 7), () => response.destroy())
        else response.end(whole.slice(from))
      },
    )
    expect((await fetched(await serve(listener))).text).toBe(whole)
    expect(asked).toEqual([undefined, 'bytes=4-', 'bytes=7-'])
  })

  it('a broken download is not resumed if the file changed', async () => {
    const { listener } = breaking(
      () => '"v1"',
      (_, response) => void response.writeHead(200, { etag: '"v2"' }).end('another one'),
    )
    expect((await failure(await serve(listener))).message).toContain('has another file by now')
  })

  it.each(['bytes 0-9/10', 'bytes 4-9/99', 'bytes 5-9/10', 'nonsense'])(
    'a broken download is not resumed at another position: %s',
    async (range) => {
      const { listener } = breaking(
        () => '"v1"',
        (_, response) => void response.writeHead(206, { 'content-range': range }).end('456789'),
      )
      expect((await failure(await serve(listener))).message).toContain('another position')
    },
  )

  it('a broken download is not resumed without a validator', async () => {
    const { asked, listener } = breaking(
      () => 'W/"weak"',
      (_, response) => void response.end(),
    )
    await failure(await serve(listener))
    expect(asked).toEqual([undefined])
  })

  it('a download that keeps breaking is given up', async () => {
    const { asked, listener } = breaking(
      () => '"v1"',
      (_, response) => void response.destroy(),
    )
    await failure(await serve(listener), { bounds: { resumesMax: 3 } })
    expect(asked).toHaveLength(4)
  })
})
