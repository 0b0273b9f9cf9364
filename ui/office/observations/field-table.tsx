import type { ObservationDetailView } from '../../../service/web/document-schemas.ts'
import { answerLabel } from './answer-label.ts'

/** Questions and answers; what the project has no question for is set apart by its own key. */
export function FieldTable({ fields }: { fields: ObservationDetailView['fields'] }) {
  return (
    <dl class="detail-facts">
      {fields.map(({ tagKey, label, value, known }) => (
        <div key={tagKey} class="fact">
          <dt class={known || answerLabel(label) !== label ? '' : 'device-id'}>
            <bdi>{answerLabel(label)}</bdi>
          </dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}
