import t from 'tap'
import { internalProjectIdOf, projectIdOf, projectInviteIdOf } from '../../../service/wire/project-keys.ts'

const projectKey = Buffer.alloc(32, 7)

// Computed by @mapeo/crypto 1.0.0-alpha.10, the version that phones carry.
t.test('ids of a project are those that phones derive from its key', (t) => {
  t.equal(projectIdOf(projectKey), '6wazm9mmhgwffmsqytukdfq3j1idq5mup9bnu3hdd6fbcxcm74uo')
  t.equal(
    projectInviteIdOf(projectKey).toString('hex'),
    '87f5b8e1762bb4e12db331a8beb205eb9672b987c8665aa1b52a8ba271d266e1'
  )
  t.equal(internalProjectIdOf(projectKey), '07'.repeat(32))
  t.end()
})
