import type { z } from 'zod'
import type { ServiceName } from '../services.ts'
import { plainCheckOf } from './plain.ts'

/** Names the streams of one kind: called with what fills the holes of its template, it returns a subject. */
export interface StreamName<Values extends readonly string[]> {
  (...values: Values): string
  /** Such as `post-{postId}`. */
  readonly template: string
  /** How every subject of this kind begins. */
  readonly prefix: string
}

type Holes<Template extends string> = Template extends `${string}{${string}}${infer Rest}`
  ? [string, ...Holes<Rest>]
  : []

/** `encode` turns a value into what a subject may hold, which is printable ASCII. */
export const streamName = <const Template extends string>(
  template: Template,
  encode: (value: string) => string = (value) => value,
): StreamName<Holes<Template>> => {
  const [prefix = '', ...between] = template.split(/\{\w+\}/)
  const name = (...values: readonly string[]): string => {
    let subject = prefix
    for (const [n, value] of values.entries()) subject += encode(value) + (between[n] ?? '')
    return subject
  }
  return Object.assign(name, { template, prefix })
}

/** The stream on which an event of these data belongs. */
export interface OwnStream<Data = unknown> {
  readonly template: string
  readonly prefix: string
  subject(data: Data): string
}

type Members<Values extends readonly string[]> = { readonly [Index in keyof Values]: string }

/** The stream whose name the members of an event's data fill, in the order of the holes of its template. */
export const onStream = <Values extends readonly string[], const Names extends Members<Values>>(
  name: StreamName<Values>,
  ...members: Names
): OwnStream<Readonly<Record<Names[number], string>>> => ({
  template: name.template,
  prefix: name.prefix,
  subject: (data) =>
    name(...(members.map((member) => data[member as Names[number]]) as readonly string[] as Values)),
})

/** Which fields of an event's data are somebody's, and what stands in their place once that person is erased. */
export interface PersonalFields<Data = unknown> {
  /** The person whose key seals them; null where they are no one's and stay in the clear. */
  owner(data: Data): string | null
  /** Of the top level of `data`. */
  readonly fields: readonly string[]
  /** Fits the schema of the event, and holds nothing of anyone. */
  erased(personId: string): Readonly<Record<string, unknown>>
}

/** Turns the data of one dataversion into that of the next. Pure and total: what it can't read it returns as it is. */
export type Upcast = (data: unknown) => unknown

interface Declared<Schema extends z.ZodType> {
  /** The services that may append it. From any other it is a forgery. */
  readonly by: readonly ServiceName[]
  readonly stream: OwnStream<z.infer<Schema>>
  readonly data: Schema
  /** One sentence that says what the event means, for people who don't know it. */
  readonly summary: string
}

export interface EventDefinition<Type extends string = string, Schema extends z.ZodType = z.ZodType>
  extends Declared<Schema> {
  readonly type: Type
  readonly personal: PersonalFields<z.infer<Schema>> | undefined
  readonly upcasts: readonly Upcast[]
  /** Of today's shape: one more than there are upcasts, so that a schema change and its upcast can't be made apart. */
  readonly dataversion: number
  /** True of data that the schema would return as they are, found out faster; false says nothing. */
  isPlain(data: unknown): boolean
}

type FieldOf<Data> = Data extends unknown ? keyof Data & string : never

/** What an event must say of itself. */
interface EventSpec<Schema extends z.ZodType> extends Declared<Schema> {
  /** The fields that are sealed in the log. There is no default: a text that people write must not reach the log in the clear. */
  readonly personal:
    | 'none'
    | (PersonalFields<z.infer<Schema>> & { readonly fields: readonly FieldOf<z.infer<Schema>>[] })
  /** From each older shape to the next; the first lifts dataversion 1 to 2. */
  readonly upcasts?: readonly Upcast[]
}

/** All that is known of a type of event. The catalogue, its description, permissions, sealing and decoding follow from it. */
export const defineEvent = <const Type extends string, Schema extends z.ZodType>(
  type: Type,
  { personal, upcasts = [], ...declared }: EventSpec<Schema>,
): EventDefinition<Type, Schema> => ({
  ...declared,
  type,
  personal: personal === 'none' ? undefined : personal,
  upcasts,
  dataversion: upcasts.length + 1,
  isPlain: plainCheckOf(declared.data),
})

type ByType<Definitions extends readonly EventDefinition[]> = {
  readonly [Each in Definitions[number] as Each['type']]: Each
}

export const eventsByType = <const Definitions extends readonly EventDefinition[]>(
  ...definitions: Definitions
): ByType<Definitions> =>
  Object.fromEntries(definitions.map((each) => [each.type, each])) as ByType<Definitions>

export const typesOf = <Events extends Readonly<Record<string, EventDefinition>>>(
  events: Events,
): (keyof Events & string)[] => Object.keys(events)
