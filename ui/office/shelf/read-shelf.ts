import type { ShelfView } from '../../../service/web/shelf-schemas.ts'
import { get } from '../../model/request.ts'

export const readShelf = () => get<ShelfView>('/api/shelf')

export async function isOnShelf({ name, size }: Pick<File, 'name' | 'size'>): Promise<boolean> {
  return (await readShelf()).files.some((file) => file.name === name && file.size === size)
}
