-- What leaves the house on paper: templates with their versions, number series without gaps, and every document as it was issued, byte for byte.
create table document_templates (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('repairNotice', 'rectification', 'caseReport', 'evidenceSheet')),
  version int not null check (version > 0),
  body text not null check (body <> ''),
  note text not null,
  recorded_by text not null,
  recorded_at timestamptz not null,
  unique (kind, version)
);
--> statement-breakpoint
comment on table document_templates is 'Versions of the office''s own templates, the highest in force; without any the product''s own (version 0) hold. Rows are never changed.';
--> statement-breakpoint
create trigger document_templates_frozen before update or delete on document_templates for each row execute function refuse_change();
--> statement-breakpoint
create table document_series (
  kind text not null check (kind in ('repairNotice', 'rectification')),
  year int not null,
  last int not null check (last > 0),
  primary key (kind, year)
);
--> statement-breakpoint
comment on table document_series is 'The last number given of each kind of notice in a Beijing calendar year: it rises by one in the transaction that stores the notice, so the series has no gap';
--> statement-breakpoint
create table documents (
  id bigint generated always as identity primary key,
  case_id int not null references cases (id),
  kind text not null check (kind in ('repairNotice', 'rectification', 'caseReport', 'evidenceSheet')),
  number text unique,
  series_year int,
  series_no int,
  template_version int not null,
  title text not null,
  day date not null,
  issued_at timestamptz not null,
  issued_by text not null,
  working_days int,
  deadline date,
  pack_id text references evidence_packs (id),
  facts jsonb not null,
  unique (kind, series_year, series_no),
  check ((number is not null) = (kind in ('repairNotice', 'rectification'))),
  check ((number is null) = (series_no is null) and (number is null) = (series_year is null) and (number is null) = (deadline is null))
);
--> statement-breakpoint
create index documents_case on documents (case_id, id);
--> statement-breakpoint
comment on table documents is 'Documents as they were issued; rows are never changed or removed';
--> statement-breakpoint
comment on column documents.facts is 'What the document was made of';
--> statement-breakpoint
create trigger documents_frozen before update or delete on documents for each row execute function refuse_change();
--> statement-breakpoint
create table document_files (
  document_id bigint not null references documents (id),
  format text not null check (format in ('html', 'docx', 'pdf')),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes int not null check (bytes > 0),
  made_at timestamptz not null,
  primary key (document_id, format)
);
--> statement-breakpoint
comment on table document_files is 'The files of a document; their bytes lie in files/documents of the data directory under their hash. The PDF is made when it is first asked for, from the page that was kept.';
--> statement-breakpoint
create trigger document_files_frozen before update or delete on document_files for each row execute function refuse_change();
--> statement-breakpoint
create or replace function refuse_change() returns trigger language plpgsql as $$
declare
  truck int;
begin
  if tg_op = 'DELETE' and current_setting('plume.removing_demo', true) = 'on' then
    truck := (to_jsonb(old) ->> 'vehicle_id')::int;
    -- The history of a case names the case alone, a file its document alone.
    if truck is null and to_jsonb(old) ? 'case_id' then
      select c.vehicle_id into truck from cases c where c.id = (to_jsonb(old) ->> 'case_id')::int;
    end if;
    if truck is null and to_jsonb(old) ? 'document_id' then
      select c.vehicle_id into truck from documents d join cases c on c.id = d.case_id where d.id = (to_jsonb(old) ->> 'document_id')::bigint;
    end if;
    if exists (select 1 from vehicles where id = truck and demo) then
      return old;
    end if;
  end if;
  raise exception 'rows of % are never changed', tg_table_name using errcode = '55000';
end $$;
