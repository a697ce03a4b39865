import type { FieldError, ProblemBody, ProblemCode } from '@logbook/contracts/problems.ts'

/** RFC 9457's title and HTTP status of each code: the only table of statuses. */
const table: Record<ProblemCode, { status: number; title: string }> = {
  'bad-json': { status: 400, title: 'The body is not JSON' },
  'bad-encoding': { status: 400, title: 'The request encoding is not valid' },
  'bad-form': { status: 400, title: 'The form is not valid' },
  invalid: { status: 422, title: 'The input is not valid' },
  unauthenticated: { status: 401, title: 'Authentication required' },
  forbidden: { status: 403, title: 'Not allowed' },
  'comments-closed': { status: 403, title: 'Comments are closed' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'not-acceptable': { status: 406, title: 'Not acceptable' },
  'version-conflict': { status: 409, title: 'The stream is not at the expected version' },
  'id-conflict': { status: 409, title: 'The id is already in use' },
  conflict: { status: 409, title: 'The current state does not allow this' },
  gone: { status: 410, title: 'Gone' },
  'precondition-failed': { status: 412, title: 'It has changed since you read it' },
  'too-large': { status: 413, title: 'The body is too large' },
  'range-not-satisfiable': { status: 416, title: 'Range not satisfiable' },
  'wrong-content-type': { status: 415, title: 'Unsupported content type' },
  'slow-request': { status: 408, title: 'The request timed out' },
  'too-many': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Not available at the moment' },
  'view-behind': { status: 503, title: 'The view has not reached this position' },
  timeout: { status: 503, title: 'The service took too long' },
  'no-answer': { status: 504, title: 'No answerer replied in time' },
  'answer-failed': { status: 502, title: 'The answerer failed' },
}

export interface ProblemDetails {
  detail?: string
  errors?: FieldError[]
  /** Seconds, for the Retry-After header. */
  retryAfter?: number
  /** RFC 9457 extension members, such as the actual version of a conflict. */
  extensions?: Record<string, unknown>
  cause?: unknown
}

/** The one error type: every refusal and failure of a service is a Problem. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly details: ProblemDetails

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(
      details.detail ?? table[code].title,
      details.cause === undefined ? undefined : { cause: details.cause },
    )
    this.name = 'Problem'
    this.code = code
    this.details = details
  }

  get status(): number {
    return table[this.code].status
  }

  /** The body of the answer, `application/problem+json`. */
  toBody(): ProblemBody {
    const { detail, errors, extensions } = this.details
    return {
      type: `urn:logbook:problem:${this.code}`,
      ...table[this.code],
      code: this.code,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
      ...extensions,
    }
  }
}

export const isProblem = (error: unknown, code?: ProblemCode): error is Problem =>
  error instanceof Problem && (code === undefined || error.code === code)

/** Input that is wrong in one named field. */
export const invalid = (path: string, message: string): Problem =>
  new Problem('invalid', { detail: `${path}: ${message}`, errors: [{ path, message }] })

/** For a caller without a token: a person at a page, or a program. */
export const signInFirst = (): Problem =>
  new Problem('unauthenticated', {
    detail:
      'Sign in first. A program sends an API token in the header “Authorization: Bearer <token>”; create one on the page Account of the blog.',
  })

export const notFound = (what: string): Problem =>
  new Problem('not-found', { detail: `There is no ${what}.` })
