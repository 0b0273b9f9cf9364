import Type from 'typebox'
import { ProjectSchema, type ProjectView } from '../web/project-schemas.ts'
import type { HubClient } from './hub-client.ts'

/** @param text the id of a project, the beginning of it, or its name; it must mean one project */
export async function findProject(client: HubClient, text: string): Promise<ProjectView> {
  const projects = await client.get('/api/projects', Type.Array(ProjectSchema))
  const found = projects.filter(({ id, name }) => name === text || (text !== '' && id.startsWith(text)))
  const [project] = found
  if (project === undefined) throw new Error(`There is no project ${JSON.stringify(text)} on this hub`)
  if (found.length > 1) {
    throw new Error(`${JSON.stringify(text)} means ${found.length} projects: give more of the id`)
  }
  return project
}
