import type { PictureFacts } from '@logbook/contracts/events/media.ts'
import type { WorkAnswer } from '@logbook/contracts/http/media.ts'
import type { Begun, Part } from '../fetch/fetch.ts'

export interface FileKind {
  /** As which it is served. */
  type: string
  kind: 'picture' | 'audio' | 'video' | 'document' | 'other'
}

export interface MadePicture {
  variant: string
  type: string
  width: number
  height: number
  bytes: Buffer
}

interface Fetching {
  /** Hosts that may be fetched from, unless this worker has a list of its own. */
  allow?: readonly string[]
  maxBytes: number
  signal: AbortSignal
  onProgress: (progress: { bytes: number; total: number | null }) => void
  from?: Part
  onBegin?: (begun: Begun) => Promise<void>
}

/** What a worker does its work with. Errors named MediaRefused say, in a sentence for its owner, that no further attempt would help. */
export interface Tools {
  /** Streams what is at an address to `write`, piece by piece. */
  fetch(url: string, write: (chunk: Uint8Array) => Promise<void>, fetching: Fetching): Promise<void>
  /** What a file is, by its first bytes. */
  kindOf(head: Buffer): Promise<FileKind>
  describe(picture: Buffer, wanted: Pick<WorkAnswer, 'settings'>): Promise<PictureFacts>
  /** The middle of a picture as a small square, which a portrait is made of. */
  square(picture: Buffer, wanted: Pick<WorkAnswer, 'settings'>): Promise<Buffer>
  /**
   * What makes a poster of the video in a file, or undefined where this machine has nothing for that. Errors named NoPoster say in a few words
   * why there is none.
   */
  poster(): Promise<((file: string, signal: AbortSignal) => Promise<MadePicture>) | undefined>
  make(
    picture: Buffer,
    wanted: Pick<WorkAnswer, 'filters' | 'keepsMetadata' | 'focus' | 'settings' | 'use'>,
    signal: AbortSignal,
  ): AsyncIterable<MadePicture>
  /** The crops alone, of a picture that was made before. */
  crop(
    picture: Buffer,
    wanted: Pick<WorkAnswer, 'focus' | 'settings'>,
    signal: AbortSignal,
  ): AsyncIterable<MadePicture>
}
