import { createReadableStreamFromReadable, writeReadableStreamToWritable } from '@react-router/node'
import type { Request as Req, Response as Res } from 'express'

const originOf = ({ protocol, headers: { host = '' } }: Req): string =>
  URL.canParse(`${protocol}://${host}`) ? `${protocol}://${host}` : 'http://localhost'

/** A request of Express as the platform's. It is aborted once its sender is gone. */
export const requestOf = (req: Req, res: Res): Request => {
  const gone = new AbortController()
  res.on('close', () => {
    if (!res.writableFinished) gone.abort()
  })
  const headers = new Headers()
  for (const [name, value = ''] of Object.entries(req.headers))
    for (const each of [value].flat()) headers.append(name, each)
  const hasBody = req.method !== 'GET' && req.method !== 'HEAD'
  return new Request(new URL(originOf(req) + req.originalUrl), {
    method: req.method,
    headers,
    signal: gone.signal,
    ...(hasBody ? { body: createReadableStreamFromReadable(req), duplex: 'half' as const } : {}),
  })
}

/** Sets the status and replaces the headers of an answer; cookies are added. */
export const sendHead = (res: Res, { status, headers }: Response): void => {
  res.status(status)
  for (const [name, value] of headers)
    if (name === 'set-cookie') res.append(name, value)
    else res.set(name, value)
}

/** Sends an answer as it comes. */
export const sendResponse = async (res: Res, response: Response): Promise<void> => {
  if (res.destroyed) return void (await response.body?.cancel())
  sendHead(res, response)
  if (response.body === null) return void res.end()
  try {
    await writeReadableStreamToWritable(response.body, res)
  } catch (error) {
    // Its reader is gone.
    if (!res.destroyed) throw error
  }
}
