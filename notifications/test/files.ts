import { type Database, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { outboxMigrations } from '../src/outbox/tables.ts'
import { migrations } from '../src/read-model/tables.ts'

export const openView = (file = ':memory:'): Database =>
  openDatabase({ file, migrations, durability: 'normal' })

export const openOutbox = (file = ':memory:'): Database =>
  openDatabase({ file, migrations: outboxMigrations, durability: 'full' })
