import type { z } from 'zod'

type Check = (value: unknown) => boolean
type Schema = z.core.$ZodType

const never: Check = () => false

type Asked = z.core.$ZodChecks

/** What a schema asks of a value beside its type: bounds, patterns, and what code refines or overwrites. */
const checksOf = (schema: Schema): Asked[] => {
  const { checks = [] } = schema._zod.def
  // A schema such as `z.uuid()` is a check itself.
  const all: unknown[] = schema._zod.traits.has('$ZodCheck') ? [schema, ...checks] : checks
  return all as Asked[]
}

type Outcome = 'same' | 'changed' | 'refused'

const outcomeOf = (value: unknown, checks: readonly Asked[]): Outcome => {
  const payload: z.core.ParsePayload<never> = { value: value as never, issues: [] }
  for (const each of checks) {
    each._zod.check(payload)
    if (payload.issues.length > 0) return 'refused'
  }
  return payload.value === value ? 'same' : 'changed'
}

/** True where a check takes a value as it is. Those that a log is full of are asked without the objects that zod makes for each. */
const taking = (asked: Asked): Check => {
  const { def } = asked._zod
  switch (def.check) {
    case 'max_length':
      return (value) => (value as string).length <= def.maximum
    case 'overwrite':
      return (value) => def.tx(value as never) === value
    case 'string_format': {
      const { format, pattern } = def
      if (pattern && ['uuid', 'datetime', 'regex'].includes(format))
        return (value) => pattern.test(value as string)
      break
    }
    case 'number_format':
      if (def.format === 'safeint') return Number.isSafeInteger
      break
    default:
  }
  return (value) => outcomeOf(value, [asked]) === 'same'
}

/** The value is of the type, and every check takes it as it is. */
const both = (isOfType: Check, schema: Schema): Check => {
  const [first, second, ...others] = checksOf(schema).map(taking)
  if (first === undefined) return isOfType
  if (second === undefined) return (value) => isOfType(value) && first(value)
  return (value) => isOfType(value) && first(value) && second(value) && others.every((takes) => takes(value))
}

const isString: Check = (value) => typeof value === 'string'
const isBoolean: Check = (value) => typeof value === 'boolean'

interface Member {
  check: Check
  /** 1 where it may not be absent. */
  required: number
}

/** The members of an object, and no others: a schema takes those out. */
const membersOf = (shape: Readonly<Record<string, Schema>>): Check => {
  const members = new Map<string, Member>()
  for (const [name, member] of Object.entries(shape))
    members.set(name, { check: compile(member), required: Number(member._zod.def.type !== 'optional') })
  const required = [...members.values()].reduce((sum, member) => sum + member.required, 0)
  return (value) => {
    if (typeof value !== 'object' || value === null) return false
    let left = required
    for (const name in value) {
      const member = members.get(name)
      if (!member?.check(value[name as keyof typeof value])) return false
      left -= member.required
    }
    return left === 0
  }
}

/** Of strings: the first option that takes the value says what becomes of it. */
const anyOf = (options: readonly Schema[]): Check => {
  if (options.some(({ _zod }) => _zod.def.type !== 'string')) return never
  const all = options.map(checksOf)
  return (value) => {
    if (typeof value !== 'string') return false
    for (const checks of all) {
      const outcome = outcomeOf(value, checks)
      if (outcome !== 'refused') return outcome === 'same'
    }
    return false
  }
}

const oneOf = (options: readonly Schema[], discriminator: string): Check => {
  const byValue = new Map<unknown, Check>()
  for (const option of options) {
    const check = compile(option)
    for (const value of option._zod.propValues?.[discriminator] ?? []) byValue.set(value, check)
  }
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    (byValue.get(value[discriminator as keyof typeof value])?.(value) ?? false)
}

const compile = (schema: Schema): Check => {
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'string':
      return both(isString, schema)
    case 'boolean':
      return both(isBoolean, schema)
    case 'number':
      return both(Number.isFinite, schema)
    case 'literal':
    case 'enum': {
      const known = new Set<unknown>(def.type === 'enum' ? Object.values(def.entries) : def.values)
      return (value) => known.has(value)
    }
    case 'nullable': {
      const check = compile(def.innerType)
      return (value) => value === null || check(value)
    }
    case 'optional':
    case 'default':
      return compile(def.innerType)
    case 'array': {
      const check = compile(def.element)
      return both((value) => Array.isArray(value) && value.every((each) => check(each)), schema)
    }
    case 'object':
      return both(membersOf(def.shape), schema)
    case 'union':
      return 'discriminator' in def ? oneOf(def.options, String(def.discriminator)) : anyOf(def.options)
    default:
      return never
  }
}

/**
 * A fast check that is true only of values that the schema would return as they are: a replay asks this of every event. False says nothing; the
 * schema has to be asked then, as for whatever kind of schema this does not know.
 */
export const plainCheckOf = (schema: z.ZodType): ((value: unknown) => boolean) => {
  let check: Check | undefined
  return (value) => {
    check ??= compile(schema)
    return check(value)
  }
}
