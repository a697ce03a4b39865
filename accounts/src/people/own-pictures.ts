import type { Bus } from '@logbook/chassis/log/bus.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'

const decode = decodeOf(['MediaRequested', 'MediaFinished', 'MediaRemoved'])

/**
 * Returns a function that says whether, by the log, a picture is finished, is there and is the person’s own. It throws `unavailable` where
 * the log can not be read.
 */
export const ownPictures =
  (bus: Pick<Bus, 'readStream'>) =>
  async (picture: string, personId: string): Promise<boolean> => {
    const medium = /\/media\/([0-9a-f-]{36})\//.exec(picture)?.[1] ?? ''
    let [isOwn, isReady] = [false, false]
    for (const recorded of await bus.readStream(mediaSubject(medium))) {
      const read = decode(recorded)
      if (read.kind !== 'event') continue
      const { type, data } = read.event
      if (type === 'MediaRequested') isOwn = data.ownerId === personId
      else isReady = type === 'MediaFinished' && data.picture !== null
    }
    return isOwn && isReady
  }
