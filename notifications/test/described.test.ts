import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { expect, it } from 'vitest'

it('the OpenAPI description of notifications is valid, and its examples fit their schemas', async () => {
  expect(await heldAgainst(describeEndpoints(notificationEndpoints)).faults()).toEqual([])
})
