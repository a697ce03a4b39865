import { type DescribeMedia, type MediumAnswer, mediumAnswer } from '@logbook/contracts/http/media.ts'
import type { ImportPicture } from '@logbook/importer/pictures/picture.ts'
import { type Answered, type Ask, type Asked, ServiceFailed } from '../../http/ask.ts'
import { PictureRefused, reasonOf } from './picture-refused.ts'
import { createUploader } from './upload.ts'

const refusals = [400, 404, 409, 410, 413, 415, 422]
const noAccess = [401, 403]

export type MediaClient = ReturnType<typeof createMediaClient>

/** Media as an import asks it, at an address without a closing slash. All throw ServiceFailed, and PictureRefused where only this picture can't come. */
export const createMediaClient = (base: string, ask: Ask) => {
  const media = `${base}/media`

  const asked: Ask = async (given) => {
    const answer = await ask({ ...given, mayBe: [...refusals, ...noAccess] })
    if (noAccess.includes(answer.status))
      throw new ServiceFailed(
        `${given.url} answered ${answer.status}: the token does not open media. Give it the scope media, or leave the pictures with --no-pictures`,
      )
    return answer
  }
  const done = async (given: Asked): Promise<void> => {
    const answer = await asked(given)
    if (refusals.includes(answer.status)) throw new PictureRefused(reasonOf(answer))
  }
  const mediumIn = ({ text }: Answered): MediumAnswer => {
    try {
      return mediumAnswer.parse(JSON.parse(text))
    } catch (cause) {
      throw new ServiceFailed(`${media} answered something else than a medium`, { cause })
    }
  }

  return {
    /** Undefined where there is none, or where it was removed. */
    async one(id: string): Promise<MediumAnswer | undefined> {
      const answer = await asked({ method: 'GET', url: `${media}/${id}` })
      return answer.status === 200 ? mediumIn(answer) : undefined
    },
    retry: (id: string): Promise<void> => done({ method: 'POST', url: `${media}/${id}/retry` }),
    describe: (id: string, changes: DescribeMedia): Promise<void> =>
      done({ method: 'PATCH', url: `${media}/${id}`, json: JSON.stringify(changes) }),
    /** Has it fetched from another host. */
    link: ({ id, name, alt }: ImportPicture, url: string): Promise<void> =>
      done({ method: 'POST', url: media, json: JSON.stringify({ id, url, name, alt }) }),
    /** Sends a file. */
    upload: createUploader(`${media}/uploads`, asked),
  }
}
