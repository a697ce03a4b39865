import { callerOf } from '@logbook/chassis/access/gate.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { invalid, isProblem, notFound, Problem } from '@logbook/chassis/problem.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import type { MediaSettings } from '@logbook/contracts/events/media-settings.ts'
import { chosenMediaId } from '@logbook/contracts/http/media.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import { Server } from '@tus/server'
import type { Request, RequestHandler, Response } from 'express'
import { NodeRequest, sendNodeResponse } from 'srvx/node'
import { mayChooseIds, mayManage } from '../domain/decide.ts'
import { ownerOf, type Requests } from '../jobs/requests.ts'
import { limits } from '../limits.ts'
import type { View } from '../read-model/view.ts'
import { type Uploads, uploadMetadata } from '../uploads/uploads.ts'

interface UploadOptions {
  uploads: Uploads
  requests: Requests
  view: Pick<View, 'one'>
  ids: Ids
  settings: () => Pick<MediaSettings, 'fileBytesMax'>
  /** Why nothing can be stored at the moment, or undefined. */
  storageFault: () => string | undefined
  origins: readonly string[]
}

const tusVersion = '1.0.0'
const patchType = 'application/offset+octet-stream'

const codes: Readonly<Record<number, ProblemCode>> = {
  400: 'bad-encoding',
  403: 'invalid',
  404: 'not-found',
  409: 'conflict',
  410: 'gone',
  412: 'precondition-failed',
  413: 'too-large',
  415: 'wrong-content-type',
}

/** The Express response behind a request of tus. */
const resOf = (req: { runtime?: { node?: { res?: unknown } } }): Response =>
  req.runtime?.node?.res as Response

const wholeNumber = /^\d{1,15}$/

/** Checks the headers that tus checks, with problems that name the header. */
const checkHeaders = (req: Request): void => {
  if (req.get('Tus-Resumable') !== tusVersion)
    throw new Problem('precondition-failed', { detail: `Send Tus-Resumable: ${tusVersion}.` })
  for (const name of ['Upload-Defer-Length', 'Upload-Concat'])
    if (req.get(name) !== undefined) throw invalid(name, 'is not supported')
  if (req.method === 'POST' && !wholeNumber.test(req.get('Upload-Length') ?? ''))
    throw invalid('Upload-Length', 'must be the length of the file in bytes')
  if (req.method !== 'PATCH') return
  if (!wholeNumber.test(req.get('Upload-Offset') ?? ''))
    throw invalid('Upload-Offset', 'must be the number of bytes sent before')
  if (req.get('Content-Type') !== patchType)
    throw new Problem('wrong-content-type', { detail: `Send ${patchType}.` })
}

const createServer = (options: UploadOptions): Server => {
  const { uploads, requests, view, ids, settings, storageFault, origins } = options
  const assertSpace = (): void => {
    const why = storageFault()
    if (why !== undefined) throw new Problem('unavailable', { detail: why, retryAfter: 30 })
  }
  /** The id that an import chose for its medium. Throws `conflict` for one that a medium has. */
  const chosenId = (id: string | null, caller: Caller): string => {
    if (!mayChooseIds(caller)) throw invalid('Upload-Metadata.id', 'may be chosen by owners only')
    const { success, data } = chosenMediaId.safeParse(id)
    if (!success) throw invalid('Upload-Metadata.id', 'must be a UUID in lower case')
    if (view.one(data) !== undefined) throw new Problem('conflict', { detail: 'A medium has this id.' })
    return data
  }
  return new Server({
    path: '/media/uploads',
    datastore: uploads.store,
    relativeLocation: true,
    maxSize: () => settings().fileBytesMax,
    allowedOrigins: [...origins],
    namingFunction: (req, metadata) =>
      metadata?.id === undefined ? ids.next() : chosenId(metadata.id, callerOf(resOf(req))),
    async onIncomingRequest(req, id) {
      const owner = await uploads.ownerOf(id)
      // One that is created has no owner yet, or is begun again by an import.
      if (req.method !== 'POST' && owner !== undefined && owner !== (ownerOf(callerOf(resOf(req))) ?? ''))
        throw notFound('such upload')
      if (req.method === 'PATCH') assertSpace()
    },
    async onUploadCreate(req, upload) {
      assertSpace()
      const owner = ownerOf(callerOf(resOf(req)))
      const { filename, alt, filters, keepsMetadata } = upload.metadata ?? {}
      if (!filename) throw invalid('Upload-Metadata.filename', 'must be the name of the file')
      const kept = {
        owner: owner ?? '',
        filename,
        alt: alt ?? '',
        filters: filters ?? '',
        ...(keepsMetadata === undefined ? {} : { keepsMetadata }),
        ...(upload.metadata?.id === undefined ? {} : { imported: 'true' }),
      }
      validate(uploadMetadata, kept)
      const open = uploads.openOf(kept.owner)
      if (owner !== null && open.count >= limits.openUploadsPerPersonMax)
        throw new Problem('too-many', {
          detail: 'You have too many incomplete uploads.',
          retryAfter: 60,
        })
      requests.assertJobQuota(owner)
      requests.assertSpace(owner, open.bytes + (upload.size ?? 0))
      upload.metadata = kept
      uploads.note(upload)
      return { metadata: kept }
    },
    async onUploadFinish(req, upload) {
      await uploads.complete(upload, causeOf(resOf(req)))
      return {}
    },
    onResponseError(req, error) {
      resOf(req).locals.uploadError = error
      return undefined
    },
  })
}

const problemOf = (res: Response, answer: { status: number }, text: string): Problem => {
  const error: unknown = res.locals.uploadError
  if (isProblem(error)) return error
  const header = /^Invalid ([\w-]+)/.exec(text)?.[1]
  if (header !== undefined) return invalid(header, 'is malformed')
  const code = codes[answer.status]
  if (code) return new Problem(code, { detail: text.trim() })
  return new Problem('unavailable', {
    detail: 'The bytes could not be stored. Request the offset with HEAD and resume from there.',
    retryAfter: 5,
    cause: error,
  })
}

/** Uploads by tus 1.0 (creation, creation-with-upload, termination). Refusals are problem documents. */
export const uploadHandlers = (options: UploadOptions) => {
  const { uploads, view } = options
  const server = createServer(options)

  /** Sets `Upload-Offset`, so that a client with a wrong offset can resume. */
  const setUploadOffset = async (req: Request, res: Response): Promise<void> => {
    const upload = await uploads.store.getUpload(String(req.params.id)).catch(() => undefined)
    if (upload) res.set('Upload-Offset', String(upload.offset))
  }

  const passToTus = async (req: Request, res: Response): Promise<void> => {
    res.set('Tus-Resumable', tusVersion)
    checkHeaders(req)
    const answer = await server.handleWeb(new NodeRequest({ req, res }) as unknown as globalThis.Request)
    if (answer.status < 400) {
      if (req.method === 'DELETE') await uploads.discard(String(req.params.id))
      return void (await sendNodeResponse(res, answer))
    }
    if (answer.status === 409) await setUploadOffset(req, res)
    throw problemOf(res, answer, await answer.text())
  }

  const readOffset: RequestHandler = async (req, res) => {
    if (req.method !== 'HEAD') throw new Problem('not-found', { detail: 'Request the offset with HEAD.' })
    // Complete, stored and requested: its bytes are no upload any more.
    const medium = view.one(String(req.params.id))
    const { upload } = medium?.request ?? {}
    if (!medium || !upload || !mayManage({ ownerId: medium.owner }, callerOf(res))) return passToTus(req, res)
    const length = String(upload.bytes)
    res
      .set({
        'Tus-Resumable': tusVersion,
        'Cache-Control': 'no-store',
        'Upload-Offset': length,
        'Upload-Length': length,
      })
      .status(200)
      .end()
  }
  // The tus server reads the body as it comes, and answers.
  return handlersOf(mediaEndpoints)({
    'POST /media/uploads': { raw: passToTus },
    'GET /media/uploads/:id': { raw: readOffset },
    'PATCH /media/uploads/:id': { raw: passToTus },
    'DELETE /media/uploads/:id': { raw: passToTus },
  })
}
