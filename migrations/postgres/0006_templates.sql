-- Meta's message templates, by WhatsApp Business account: read from Meta whole, then kept true by its webhooks.
create table templates (
  waba_id text collate "C" not null,
  name text collate "C" not null,
  language text collate "C" not null,
  meta_id text collate "C" not null,
  category text not null,
  next_category text,
  status text not null,
  reason text,
  quality text not null,
  format text not null,
  -- Header, body, footer and buttons as the domain knows them (JSON).
  parts text not null,
  -- Since when each of these is known to be so: news come in any order, and while the list is being read.
  status_at_ms bigint not null,
  quality_at_ms bigint not null,
  category_at_ms bigint not null,
  primary key (waba_id, name, language)
);

-- When an account's templates are read next, and how the last time ended.
create table template_syncs (
  waba_id text collate "C" primary key,
  due_at_ms bigint not null,
  synced_at_ms bigint,
  failed_at_ms bigint,
  -- Meta's error code; 0: it could not be reached or understood.
  failed_code bigint,
  -- Failures in a row.
  failures bigint not null
);

insert into template_syncs (waba_id, due_at_ms, failures) select distinct waba_id, 0, 0 from channels;
