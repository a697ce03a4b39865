import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { data, redirect } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'
import { call, callOrThrow } from '../../services/call.server.ts'
import { type Form, field, onceFor } from '../../services/form.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { bytesPerMB, pixelsPerMillion } from './settings-form.ts'

interface Asking {
  blog: Blog
  request: Request
}

/** The settings of media as a change of them begins. */
export const loadMediaSettings = async ({ blog, request }: Asking) => {
  viewerWith(request, ['owner'])
  const { body, headers } = await callOrThrow(mediaEndpoints, 'GET /media/settings', { blog, request })
  const version = /^"(\d+)"$/.exec(headers.get('ETag') ?? '')?.[1] ?? '0'
  return { settings: body, version, requestKey: crypto.randomUUID() }
}

/** A number as it was typed; null, which the service refuses by name, where it is none. */
const numberIn = (form: Form, name: string): number => Number(field(form, name).trim() || Number.NaN)

const typed = (form: Form) => ({
  fileBytesMax: Math.round(numberIn(form, 'fileBytesMax') * bytesPerMB),
  personBytesMax: Math.round(numberIn(form, 'personBytesMax') * bytesPerMB),
  pictureBytesMax: Math.round(numberIn(form, 'pictureBytesMax') * bytesPerMB),
  picturePixelsMax: Math.round(numberIn(form, 'picturePixelsMax') * pixelsPerMillion),
  widths: field(form, 'widths')
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number),
  formats: (['avif', 'webp'] as const).filter((format) => form.has(format)),
  quality: {
    ...{ jpeg: numberIn(form, 'quality.jpeg'), webp: numberIn(form, 'quality.webp') },
    avif: numberIn(form, 'quality.avif'),
  },
  keepsMetadata: field(form, 'keepsMetadata') === 'true',
})

const whyNot: Readonly<Record<string, string>> = {
  'precondition-failed':
    'Someone else changed these settings in the meantime. Your values are below. Save again to apply yours.',
  invalid: 'Some fields are not valid; see below.',
}

/** Puts what was typed in force for the next jobs. */
export const changeMediaSettings = async ({ blog, request, form }: Asking & { form: Form }) => {
  viewerWith(request, ['owner'])
  const answer = await call(mediaEndpoints, 'PUT /media/settings', {
    ...{ blog, request, body: typed(form) },
    headers: { 'If-Match': `"${field(form, 'version')}"`, ...onceFor(form) },
  })
  if (answer.ok) throw redirect('/settings/media?done=saved')
  const { code, errors = [] } = answer.problem
  const refused: FormAnswer = {
    intent: 'save',
    problem:
      whyNot[code] ?? 'These settings cannot be changed at the moment. Nothing was changed; try again.',
    // One of the widths is named by its number, and all are in one field.
    errors: Object.fromEntries(errors.map(({ path, message }) => [path.replace(/\.\d+$/, ''), message])),
    values: Object.fromEntries(form),
  }
  return data(refused, { status: answer.status })
}
