import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { HubModel } from './hub-model.ts'

export const ModelContext = createContext<HubModel | null>(null)

export function useModel(): HubModel {
  const model = useContext(ModelContext)
  if (model === null) throw new Error('A view is drawn outside the page')
  return model
}
