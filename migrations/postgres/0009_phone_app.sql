-- The phone a number lives on too (coexistence): what it has brought over, and when it was last heard of.

create table phones (
  channel_id text collate "C" primary key references channels (id),
  -- Meta takes each of these calls once. Written before the call: a crash in between must not make a second one.
  contacts_asked_at_ms bigint,
  contacts_request_id text collate "C",
  contacts_refused_code bigint,
  contacts_refused_title text,
  history_asked_at_ms bigint,
  history_request_id text collate "C",
  history_refused_code bigint,
  history_refused_title text,
  -- How far the phone says it is, in percent.
  history_progress bigint,
  -- The newest echo, or when a person last said that they opened the app.
  seen_at_ms bigint not null
);

-- Requests with a part of the history, applied behind what happens now. `next` messages of it are.
create table history_chunks (
  id text collate "C" primary key,
  channel_id text collate "C" not null references channels (id),
  journal_id bigint not null,
  place text collate "C" not null,
  phase bigint not null,
  chunk_order bigint not null,
  messages bigint not null,
  next bigint not null,
  received_at_ms bigint not null,
  done_at_ms bigint,
  unique (journal_id, place)
);
create index history_chunks_waiting on history_chunks (phase, chunk_order, id) where done_at_ms is null;

-- The name in the phone's address book, and of which moment.
alter table contacts add column book_name text;
alter table contacts add column book_at_ms bigint;
