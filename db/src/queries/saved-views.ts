import { type Db, sqlStateOf } from '../db.ts';

/** A view of the statistics that a person keeps. */
export interface SavedViewRow {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly page: 'explorer' | 'ranking' | 'map' | 'guidance';
  readonly query: string;
  readonly shared: boolean;
  readonly updated_at: Date;
}

const COLUMNS = 'id, owner, name, page, query, shared, updated_at';

/** Views that a person keeps, and those that others share, by name. */
export async function listSavedViews(db: Db, owner: string): Promise<SavedViewRow[]> {
  return await db.query<SavedViewRow>(
    `select ${COLUMNS} from saved_views where owner = $1::text or shared order by owner <> $1::text, name limit 500`,
    [owner],
    { priority: 'read' },
  );
}

/** Views that a person keeps at most. */
export const MOST_SAVED_VIEWS = 100;

/** Keeps a view; 'taken': the person has one of that name, 'full': too many. */
export async function insertSavedView(
  db: Db,
  view: Pick<SavedViewRow, 'owner' | 'name' | 'page' | 'query' | 'shared'>,
): Promise<SavedViewRow | 'taken' | 'full'> {
  try {
    const [row] = await db.query<SavedViewRow>(
      `insert into saved_views (owner, name, page, query, shared) select $1::text, $2::text, $3::text, $4::text, $5::boolean
       where (select count(*) from saved_views where owner = $1::text) < ${MOST_SAVED_VIEWS} returning ${COLUMNS}`,
      [view.owner, view.name, view.page, view.query, view.shared],
      { priority: 'write' },
    );
    return row ?? 'full';
  } catch (error) {
    if (sqlStateOf(error) === '23505') return 'taken';
    throw error;
  }
}

/** Changes a view of its owner; undefined: there is no such view of this person. 'taken': another one has that name. */
export async function updateSavedView(
  db: Db,
  owner: string,
  id: number,
  change: { readonly name: string | undefined; readonly query: string | undefined; readonly shared: boolean | undefined },
): Promise<SavedViewRow | 'taken' | undefined> {
  try {
    const [row] = await db.query<SavedViewRow>(
      `update saved_views set name = coalesce($3::text, name), query = coalesce($4::text, query), shared = coalesce($5::boolean, shared), updated_at = now()
       where id = $2::int8 and owner = $1::text returning ${COLUMNS}`,
      [owner, id, change.name ?? null, change.query ?? null, change.shared ?? null],
      { priority: 'write' },
    );
    return row;
  } catch (error) {
    if (sqlStateOf(error) === '23505') return 'taken';
    throw error;
  }
}

/** Removes a view of its owner; false: there is no such view of this person. */
export async function deleteSavedView(db: Db, owner: string, id: number): Promise<boolean> {
  const rows = await db.query<{ id: number }>(
    'delete from saved_views where id = $2::int8 and owner = $1::text returning id',
    [owner, id],
    {
      priority: 'write',
    },
  );
  return rows.length > 0;
}
