import type { Readable } from 'node:stream'
import { parseJson } from '@logbook/contracts/json.ts'
import { Pool } from 'undici'
import { problemIn } from '../log/bus-http.ts'
import { Problem } from '../problem.ts'

/** What questions need of HTTP. Every failure is a `Problem`; no answer at all is `unavailable`. */
export interface QuestionHttp {
  /** Posts JSON, and resolves with what the answer says, undefined where it says nothing. */
  post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown>
  /** Posts NDJSON, and yields the lines of the answer as they come. */
  lines(path: string, body: string, signal: AbortSignal): AsyncIterable<string>
  close(): void
}

const away = (cause: unknown): Problem =>
  new Problem('unavailable', {
    detail: 'The connection to the event bus failed. Whether the question was answered is not known.',
    cause,
  })

export async function* linesOf(stream: Readable): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

export const createQuestionHttp = ({
  url,
  source,
  token,
}: {
  url: string
  source: string
  token?: string | undefined
}): QuestionHttp => {
  const { origin, pathname } = new URL(url)
  const prefix = pathname === '/' ? '' : pathname
  // The bus bounds how long each request waits.
  const pool = new Pool(origin, { headersTimeout: 0, bodyTimeout: 0 })
  const common = {
    'User-Agent': `logbook${source}`,
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  }
  const send = async (path: string, type: string, body: string, signal: AbortSignal | undefined) => {
    const answer = await pool.request({
      method: 'POST',
      path: `${prefix}${path}`,
      headers: { ...common, 'Content-Type': type },
      body,
      signal: signal ?? null,
    })
    if (answer.statusCode < 300) return answer
    throw problemIn(await answer.body.text(), answer.headers)
  }
  const attempt = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    try {
      return await run()
    } catch (error) {
      throw error instanceof Problem ? error : away(error)
    }
  }
  return {
    post: (path, body, signal) =>
      attempt(async () => {
        const answer = await send(path, 'application/json', JSON.stringify(body), signal)
        return parseJson(await answer.body.text())
      }),
    async *lines(path, body, signal) {
      const answer = await attempt(() => send(path, 'application/x-ndjson', body, signal))
      try {
        yield* linesOf(answer.body)
      } catch (error) {
        throw away(error)
      }
    },
    close() {
      void pool.destroy()
    },
  }
}
