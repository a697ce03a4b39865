import { type ImportOutcome, importOutcome } from '@logbook/contracts/http/imports.ts'
import { importedAddress } from '@logbook/contracts/http/posts.ts'
import type { WantedAddress } from '@logbook/importer/addresses.ts'
import type { z } from 'zod'
import { type Ask, ServiceFailed } from '../../http/ask.ts'

const outcomes = importOutcome.array()
const addresses = importedAddress.array()

const parseAnswer = <Item>(
  { url, count, schema }: { url: string; count: number; schema: z.ZodType<Item[]> },
  text: string,
): Item[] => {
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    if (parsed.success && parsed.data.length === count) return parsed.data
  } catch {
    // Said below.
  }
  throw new ServiceFailed(`${url} answered something else than an answer for each item`)
}

export interface ImportClient {
  /** Sends items, each as JSON, and answers what became of each, in order. Throws ServiceFailed. */
  send(items: readonly string[]): Promise<ImportOutcome[]>
  /** The slugs that texts will have, in order. Posts alone knows. Throws ServiceFailed. */
  addressesOf(wanted: readonly WantedAddress[]): Promise<{ key: string; slug: string }[]>
}

/** Sends to `POST /imports` of a service, whose address has no closing slash. */
export const createImportClient = (service: string, ask: Ask): ImportClient => {
  const post = async <Item>(
    path: string,
    items: readonly string[],
    schema: z.ZodType<Item[]>,
  ): Promise<Item[]> => {
    const url = `${service}${path}`
    const { text } = await ask({ method: 'POST', url, json: `[${items.join(',')}]` })
    return parseAnswer({ url, count: items.length, schema }, text)
  }
  return {
    send: (items) => post('/imports', items, outcomes),
    addressesOf: (wanted) =>
      post(
        '/imports/addresses',
        wanted.map((each) => JSON.stringify(each)),
        addresses,
      ),
  }
}
