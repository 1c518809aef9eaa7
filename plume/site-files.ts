import { join } from 'node:path';
import { ExportStore, type FileFolder, fileFolder } from '@plume/api';
import type { Db } from '@plume/db';
import { EvidenceStore } from '@plume/ingest/evidence';
import { VERSION } from './project.ts';

/** The files of a site, all of them in its data directory. */
export interface SiteFiles {
  readonly evidence: EvidenceStore;
  readonly exports: ExportStore;
  readonly cases: FileFolder;
  readonly inspections: FileFolder;
  readonly documents: FileFolder;
}

/** Opens the folders of a site's files. */
export function siteFiles(db: Db, dataDir: string): SiteFiles {
  const folder = (name: string): string => join(dataDir, 'files', name);
  return {
    evidence: new EvidenceStore({ db, folder: folder('evidence'), version: VERSION, clock: Date.now }),
    exports: new ExportStore({ db, folder: folder('exports'), clock: Date.now }),
    cases: fileFolder(folder('cases')),
    inspections: fileFolder(folder('inspections')),
    documents: fileFolder(folder('documents')),
  };
}
