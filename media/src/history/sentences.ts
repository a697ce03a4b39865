import { counted, inFigures } from '@logbook/contracts/words.ts'
import type { MediaEvent } from '../domain/medium.ts'

const progress = ({ step, bytes, total }: Extract<MediaEvent, { type: 'MediaProgressed' }>['data']) => {
  const of = total === null ? '' : ` of ${inFigures(total)}`
  return step === 'making'
    ? `Made ${inFigures(bytes)}${of} variants.`
    : `${step === 'fetching' ? 'Fetched' : 'Stored'} ${inFigures(bytes)}${of} bytes.`
}

/** What an event of a medium says to people, in one sentence. Reasons and people are told beside it. */
export const sentenceOf = ({ type, data }: MediaEvent): string => {
  switch (type) {
    case 'MediaRequested':
      return data.upload === null ? 'Requested by link.' : 'Uploaded.'
    case 'MediaClaimed':
      return `Attempt ${data.attempt} began, by the worker ${data.worker} under lease ${data.lease}.`
    case 'MediaProgressed':
      return progress(data)
    case 'MediaFinished':
      return `Finished with ${counted(data.variants.length, 'file')}.`
    case 'MediaFailed':
      return `Attempt ${data.attempt} failed.`
    case 'MediaPostponed':
      return 'Postponed. The attempt is not counted.'
    case 'MediaParked':
      return `Parked after ${data.attempts === 1 ? 'one attempt' : `${data.attempts} attempts`}.`
    case 'MediaRetried':
      return 'Put back at its place in the queue.'
    case 'MediaCancelled':
      return 'Cancelled.'
    case 'MediaDescribed':
      return 'Name, alternative text or focal point changed.'
    case 'MediaCropRequested':
      return 'The focal point changed: its crops are to be made again.'
    case 'MediaRemoved':
      return 'Deleted.'
  }
}
