import axios from 'axios'
import { limits } from './limits.ts'

/** What a service answers to a GET of the gateway's own, as JSON of at most so many bytes. Rejects where it is not there in time. */
export const askService = async (
  url: string,
  { bytesMax, token }: { bytesMax: number; token?: string | undefined },
): Promise<unknown> => {
  const { data } = await axios.get<unknown>(url, {
    timeout: limits.ownAskMsMax,
    maxRedirects: 0,
    maxContentLength: bytesMax,
    proxy: false,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  })
  return data
}
