import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { type AnswerHead, answerHead } from './answer-headers.ts'
import { sendWhole, type WholeAnswer } from './whole.ts'

type Controller = Dispatcher.DispatchController

interface AnsweringOptions {
  req: IncomingMessage
  res: ServerResponse
  /** What of the browser's address the service did not see. */
  prefix: string
  /** Headers of the gateway's own: names and values in turn. */
  own: readonly string[]
  /** How long the browser may take nothing of the answer. */
  stallMsMax: number
  onHead: (head: AnswerHead) => void
  /** Told of the `Counted-View` of a page. */
  onView?: ((view: string) => void) | undefined
  /** The service has given its whole answer, or none is needed any more. */
  onDone: () => void
  /** The service gave no answer; nothing was sent to the browser yet. */
  onFailure: (error: Error) => void
}

const gone = new Error('The browser is gone.')

/** Passes one answer on as it comes, no faster than the browser takes it. */
export class Answering implements Dispatcher.DispatchHandler {
  readonly #options: AnsweringOptions
  #controller: Controller | undefined
  #begun = false
  #done = false

  constructor(options: AnsweringOptions) {
    this.#options = options
    options.res.once('close', () => {
      if (!this.#done) this.#controller?.abort(gone)
      options.onDone()
    })
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    if (this.#options.res.destroyed) controller.abort(gone)
  }

  onResponseStart(controller: Controller, status: number): void {
    // 103 and its like are an offer that need not be passed on.
    if (status < 200) return
    this.begin(status, this.headOf(controller))
  }

  headOf({ rawHeaders }: Controller): AnswerHead {
    return answerHead((rawHeaders ?? []) as Buffer[], this.#options)
  }

  begin(status: number, head: AnswerHead): void {
    const { res, own, onHead, onView } = this.#options
    this.#begun = true
    if (head.countedView !== undefined && (status === 200 || status === 304)) onView?.(head.countedView)
    onHead(head)
    // Where it can be read again: what is measured leaves streams out.
    if (head.isEventStream) res.setHeader('Content-Type', 'text/event-stream')
    res.writeHead(status, head.headers.concat(own))
    // Without a length it may be long until the first byte comes, as in a stream of events.
    if (head.contentLength === undefined) res.flushHeaders()
  }

  /** Gives the browser an answer that was read as a whole. */
  whole(answer: WholeAnswer): void {
    this.#done = true
    this.#options.onDone()
    sendWhole(this.#options, answer)
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    const { res, stallMsMax } = this.#options
    if (res.write(chunk)) return
    controller.pause()
    // A client that sends requests and does not read would hold the connection to the service.
    const stalled = setTimeout(() => res.destroy(), stallMsMax)
    const unstall = () => clearTimeout(stalled)
    res.once('close', unstall)
    res.once('drain', () => {
      res.off('close', unstall)
      unstall()
      controller.resume()
    })
  }

  onResponseEnd(): void {
    const { res, onDone } = this.#options
    this.#done = true
    onDone()
    res.end()
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#done = true
    const { res, onFailure } = this.#options
    if (error === gone || res.destroyed) return
    // Half an answer must not look like a whole one.
    if (this.#begun) res.destroy()
    else onFailure(error)
  }
}
