import { parseJson } from '@logbook/contracts/json.ts'
import type { z } from 'zod'
import { type Answered, type AskOptions, createAsk, ServiceFailed } from '../http/ask.ts'

export type Asker = Pick<AskOptions, 'authorization' | 'signal'>

/** Reads with a caller's token, or as anyone may. Throws `ServiceFailed`. */
export const createReader = (asker: Asker = {}) => {
  const asking = createAsk(asker)

  const ask = async (url: string): Promise<Answered> => {
    const answer = await asking({ method: 'GET', url, mayBe: [401, 403, 404] })
    if (answer.status === 401 || answer.status === 403)
      throw new ServiceFailed(`${url} answered ${answer.status}: the token is not one of an owner.`)
    return answer
  }

  const missing = (url: string) => new ServiceFailed(`${url} answered 404: it is no such Logbook`)

  const one = async <Value>(
    url: string,
    schema: z.ZodType<Value>,
  ): Promise<{ value: Value; etag: string | undefined }> => {
    const { status, text, etag } = await ask(url)
    if (status === 404) throw missing(url)
    const read = schema.safeParse(parseJson(text))
    if (!read.success) throw new ServiceFailed(`${url} answered something else than this blog would`)
    return { value: read.data, etag }
  }

  const pages = async function* <Item>(
    first: string,
    schema: z.ZodType<Item>,
    { mayBeGone = false }: { mayBeGone?: boolean } = {},
  ): AsyncGenerator<Item> {
    for (let url: string | undefined = first; url !== undefined; ) {
      const answer: Answered = await ask(url)
      if (answer.status === 404 && mayBeGone) return
      if (answer.status === 404) throw missing(url)
      const items = schema.array().safeParse(parseJson(answer.text))
      if (!items.success) throw new ServiceFailed(`${url} answered something else than a list of this blog`)
      yield* items.data
      url = answer.link && new URL(answer.link, url).href
    }
  }

  return { ask, one, pages }
}
